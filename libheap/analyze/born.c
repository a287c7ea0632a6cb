/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/born.h"
#include "analyze/young.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <stdlib.h>
#include <string.h>

#define STEP (1u << 16) /* objects between looks at the user's ^C */

/** struct match - what two moments of a process have in common */
struct match {
	struct lh_heap *heaps[2];
	const struct lh_inventory *inventories[2];
	struct lh_young young[2];
	struct lh_pair pair;
	uint32_t *type_before; /* by lh_type.index after: that of the same type before, or LH_NO_INDEX */
};

/* A type is the same if another has not come to its address. */
static int match_types(struct match *m)
{
	const struct lh_types *types = &m->heaps[1]->types;

	m->type_before = lh_new0(uint32_t, types->count + 1);
	if (!m->type_before)
		return lh_nomem(m->heaps[1]->ctx);
	for (size_t i = 0; i < types->count; i++) {
		struct lh_type *before = lh_types_find(&m->heaps[0]->types, types->items[i]->addr);
		bool same = before && strcmp(lh_type_name(m->heaps[0], before),
					     lh_type_name(m->heaps[1], types->items[i])) == 0;

		m->type_before[i] = same ? before->index : LH_NO_INDEX;
	}
	return 0;
}

/* Return: 0; -LH_E*; *ret is to be freed in any case. */
static int match_new(struct lh_heap *before, struct lh_heap *after, struct match **ret)
{
	struct match *m = *ret = lh_new0(struct match, 1);
	int r = 0;

	if (!m)
		return lh_nomem(after->ctx);
	m->heaps[0] = before;
	m->heaps[1] = after;
	lh_pair_init(&m->pair, before, after);
	for (int i = 0; r == 0 && i < 2; i++) {
		r = lh_inventory_get(m->heaps[i], &m->inventories[i]);
		if (r == 0)
			r = lh_young_find(m->heaps[i], &m->young[i]);
	}
	return r == 0 ? match_types(m) : r;
}

static struct match *match_free(struct match *m)
{
	if (!m)
		return NULL;
	lh_young_fini(&m->young[0]);
	lh_young_fini(&m->young[1]);
	free(m->type_before);
	free(m);
	return NULL;
}

LH_DEFINE_CLEANUP(struct match, match_free);

/* Whether the process had memory at @addr in the earlier moment that is not here: an object may have been in it. */
static bool is_missing(struct match *m, uint64_t addr)
{
	return !lh_view_at(&m->pair.sides[0].view, addr, 8) &&
	       lh_target_has_room(m->heaps[0]->target, addr, 8);
}

/* Object @number of the later moment, at @addr, in the earlier one. */
static enum lh_birth look_back(struct match *m, uint32_t number, uint64_t addr, uint32_t *ret_before)
{
	const struct lh_inventory *before = m->inventories[0], *after = m->inventories[1];
	uint32_t type = after->types[number];
	struct lh_object objects[2];

	*ret_before = lh_addrset_index(&before->set, addr);
	if (*ret_before == LH_NO_INDEX)
		return is_missing(m, addr) ? LH_BIRTH_DOUBTFUL : LH_BIRTH_NEW;
	if (m->type_before[type] != before->types[*ret_before])
		return LH_BIRTH_NEW;
	if (lh_inventory_is_tracked(before, *ret_before) && lh_inventory_is_tracked(after, number) &&
	    lh_young_is_other(&m->young[0], &m->young[1], m->heaps[1]->types.items[type], addr))
		return LH_BIRTH_NEW;
	for (int i = 0; i < 2; i++)
		if (lh_object_known(m->heaps[i], &m->pair.sides[i].view, addr,
				    m->heaps[i]->types.items[i ? type : before->types[*ret_before]],
				    &objects[i]) != 0)
			return LH_BIRTH_DOUBTFUL;
	switch (lh_pair_compare(&m->pair, &objects[0], &objects[1])) {
	case LH_SAMENESS_SAME:
		return LH_BIRTH_OLD;
	case LH_SAMENESS_OTHER:
		return LH_BIRTH_NEW;
	default:
		return LH_BIRTH_DOUBTFUL;
	}
}

int lh_born_find(struct lh_heap *before, struct lh_heap *after, struct lh_born *ret)
{
	_cleanup_(match_freep) struct match *m = NULL;
	struct lh_addrset_iter iter;
	uint32_t old;
	uint64_t addr;
	int r = match_new(before, after, &m);

	*ret = (struct lh_born){.heap = after};
	if (r == 0) {
		ret->inventory = m->inventories[1];
		ret->births = lh_new0(uint8_t, (size_t)ret->inventory->set.count + 1);
		r = ret->births ? 0 : lh_nomem(after->ctx);
	}
	iter = (struct lh_addrset_iter){.set = r == 0 ? &ret->inventory->set : NULL};
	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		ret->births[i] = (uint8_t)look_back(m, i, addr, &old);
		if (i % STEP == 0)
			r = lh_progress(after->ctx, "comparing objects", i, ret->inventory->set.count);
	}
	return r;
}

void lh_born_fini(struct lh_born *born)
{
	free(born->births);
}

/* Whether object @number of the later moment, at @addr, is one of those. */
static enum lh_stay stays(struct match *m, const struct lh_born *born, uint32_t number, uint64_t addr)
{
	uint32_t middle = lh_addrset_index(&born->inventory->set, addr);
	enum lh_birth birth;

	if (middle == LH_NO_INDEX || born->births[middle] == LH_BIRTH_OLD)
		return LH_STAY_NO;
	birth = look_back(m, number, addr, &middle);
	if (birth == LH_BIRTH_NEW)
		return LH_STAY_NO;
	return birth == LH_BIRTH_OLD && born->births[middle] == LH_BIRTH_NEW ? LH_STAY_YES : LH_STAY_DOUBTFUL;
}

int lh_born_stay(const struct lh_born *born, struct lh_heap *later, uint8_t **ret)
{
	_cleanup_(match_freep) struct match *m = NULL;
	struct lh_addrset_iter iter;
	uint64_t addr;
	int r = match_new(born->heap, later, &m);

	if (r == 0 && !(*ret = lh_new0(uint8_t, (size_t)m->inventories[1]->set.count + 1)))
		r = lh_nomem(later->ctx);
	iter = (struct lh_addrset_iter){.set = r == 0 ? &m->inventories[1]->set : NULL};
	for (uint32_t i = 0; r == 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		(*ret)[i] = (uint8_t)stays(m, born, i, addr);
		if (i % STEP == 0)
			r = lh_progress(later->ctx, "comparing objects", i, m->inventories[1]->set.count);
	}
	return r;
}
