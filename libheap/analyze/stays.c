/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/stays.h"
#include "cpython/size.h"
#include "roots/find_paths.h"
#include "util/array.h"

#include <stdlib.h>

int lh_stays_next(const struct lh_stays *s, uint32_t *at, uint64_t *ret)
{
	while (*at < s->inventory->set.count && s->marks[*at] != LH_STAY_YES)
		++*at;
	if (*at == s->inventory->set.count)
		return LH_DONE;
	*ret = lh_addrset_nth(&s->inventory->set, (*at)++);
	return 0;
}

static int count_types(struct lh_stays *s)
{
	struct lh_view view = lh_view_of(s->heap->target);
	struct lh_addrset_iter iter = {.set = &s->inventory->set};
	struct lh_object o;
	uint64_t addr;

	s->count = s->heap->types.count;
	s->types = lh_new0(struct lh_stay_type, s->count + 1);
	if (!s->types)
		return lh_nomem(s->heap->ctx);
	for (uint32_t i = 0; lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_stay_type *t = &s->types[s->inventory->types[i]];

		t->doubtful += s->marks[i] == LH_STAY_DOUBTFUL;
		s->doubtful += s->marks[i] == LH_STAY_DOUBTFUL;
		if (s->marks[i] != LH_STAY_YES)
			continue;
		t->type = s->heap->types.items[s->inventory->types[i]];
		t->count++;
		s->objects++;
		if (lh_object_known(s->heap, &view, addr, t->type, &o) == 0)
			t->bytes += lh_object_bytes_alone(s->heap, &view, &o);
	}
	for (size_t i = 0; i < s->count; i++)
		s->bytes += s->types[i].bytes;
	return 0;
}

/* ---- examples ---- */

static bool misses(void *arg, const struct lh_paths *paths)
{
	struct lh_stays *s = arg;
	uint32_t at = s->reached;
	uint64_t addr;

	while (lh_stays_next(s, &at, &addr) == 0) {
		if (lh_paths_place(paths, addr) == LH_NO_PLACE)
			return true;
		s->reached = at;
	}
	return false;
}

/* Places are in the order in which objects were met: the first one has the shortest path. */
static int choose_examples(struct lh_stays *s)
{
	const struct lh_paths_request request = {.misses = misses, .arg = s};
	int r = lh_paths_find(s->heap, &request, &s->paths);
	uint32_t at = 0;
	uint64_t addr;

	while (r == 0 && lh_stays_next(s, &at, &addr) == 0) {
		struct lh_stay_type *t = &s->types[s->inventory->types[at - 1]];
		uint32_t place = lh_paths_place(&s->paths, addr);

		if (t->example && place >= t->place)
			continue;
		t->example = addr;
		t->place = place;
	}
	return r;
}

static int by_bytes(const void *a, const void *b)
{
	const struct lh_stay_type *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes > y->bytes ? -1 : 1;
	return (x->example > y->example) - (x->example < y->example);
}

static void sort(struct lh_stays *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++)
		if (s->types[i].count)
			s->types[kept++] = s->types[i];
	s->count = kept;
	if (kept)
		qsort(s->types, kept, sizeof(*s->types), by_bytes);
}

int lh_stays_find(struct lh_heap *first, struct lh_heap *second, struct lh_heap *third, struct lh_stays *ret)
{
	_cleanup_(lh_born_fini) struct lh_born born = {0};
	int r = lh_born_find(first, second, &born);

	*ret = (struct lh_stays){.heap = third};
	if (r == 0)
		r = lh_born_stay(&born, third, &ret->marks);
	if (r == 0)
		r = lh_inventory_get(third, &ret->inventory);
	if (r == 0)
		r = count_types(ret);
	if (r == 0 && ret->objects)
		r = choose_examples(ret);
	if (r == 0)
		sort(ret);
	return r;
}

void lh_stays_fini(struct lh_stays *s)
{
	free(s->marks);
	free(s->types);
	lh_paths_fini(&s->paths);
}
