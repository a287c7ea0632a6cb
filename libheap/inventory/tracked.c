/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/tracked.h"
#include "cpython/legacy.h"
#include "inventory/doubts.h"
#include "inventory/references.h"
#include "util/array.h"

#include <stdlib.h>

struct seer {
	struct lh_tracked *tracked;
	struct lh_gc_mark mark;
};

static bool is_finalized(const struct seer *s, struct lh_view *view, const struct lh_object *o)
{
	const uint8_t *head = lh_view_at(view, o->addr - s->mark.head_size, s->mark.head_size);

	return head && lh_gc_is_finalized(&s->mark, head + s->mark.head_size);
}

/* External references start as the object's count. */
static void see(void *arg, struct lh_view *view, uint32_t i, const struct lh_object *o)
{
	const struct seer *s = arg;
	struct lh_tracked *t = s->tracked;

	if (!o) {
		t->flags[i] = LH_TRACKED_UNTYPED;
		return;
	}
	t->external[i] = o->refcnt > UINT32_MAX - 1 ? UINT32_MAX - 1
			 : o->refcnt < 0            ? 0
						    : (uint32_t)o->refcnt;
	t->flags[i] = (o->immortal ? LH_TRACKED_IMMORTAL : 0) |
		      (lh_has_legacy_finalizer(t->heap, view, o) ? LH_TRACKED_LEGACY : 0) |
		      (is_finalized(s, view, o) ? LH_TRACKED_FINALIZED : 0);
}

static void subtract_edges(struct lh_tracked *t, uint32_t from, uint32_t end)
{
	for (uint32_t k = from; k < end; k++) {
		uint32_t i = t->edges[k];

		if (t->external[i])
			t->external[i]--;
		else
			t->flags[i] |= LH_TRACKED_DOUBTFUL;
	}
}

/* Subtract what tracked objects hold from the counts: CPython's subtract_refs(). Known references come
 * first. */
static int subtract(struct lh_tracked *t, const struct lh_references *job)
{
	uint32_t from = 0;

	for (size_t k = 0; k < job->guess_count; k++) {
		subtract_edges(t, from, job->guesses[k]);
		from = job->guesses[k] + 1;
	}
	subtract_edges(t, from, t->offsets[t->count]);
	return lh_doubts_settle(t, job->guesses, job->guess_count);
}

static void mark_frozen(struct lh_tracked *t)
{
	struct lh_addrset_iter iter = {.set = &t->rings->permanent};
	uint64_t addr;

	while (lh_addrset_next(&iter, &addr) == 0) {
		uint8_t *flags = &t->flags[lh_addrset_index(&t->rings->tracked, addr)];

		t->frozen += !(*flags & LH_TRACKED_IMMORTAL);
		*flags |= LH_TRACKED_FROZEN;
	}
}

static int read_references(struct lh_tracked *t)
{
	struct seer seer = {.tracked = t, .mark = lh_gc_mark_of(&t->heap->layout)};
	struct lh_references job = {
		.heap = t->heap, .set = &t->rings->tracked, .as_collector = true, .see = see, .arg = &seer};
	int r;

	t->external = lh_new0(uint32_t, (size_t)t->count + 1);
	t->flags = lh_new0(uint8_t, (size_t)t->count + 1);
	if (!t->external || !t->flags)
		return lh_nomem(t->heap->ctx);
	r = lh_references_read(&job);
	t->offsets = job.offsets;
	t->edges = job.edges;
	t->incomplete = job.incomplete;
	if (r == 0)
		r = subtract(t, &job);
	free(job.guesses);
	return r;
}

int lh_tracked_read(struct lh_heap *heap, struct lh_tracked *ret)
{
	_cleanup_(lh_tracked_fini) struct lh_tracked t = {.heap = heap};
	int r = lh_rings_get(heap, &t.rings);

	if (r < 0)
		return r;
	t.count = t.rings->tracked.count;
	r = read_references(&t);
	if (r < 0)
		return r;
	mark_frozen(&t);
	*ret = t;
	t = (struct lh_tracked){0};
	return 0;
}

uint64_t lh_tracked_bytes(const struct lh_tracked *t)
{
	return t->count * (sizeof(*t->offsets) + sizeof(*t->external) + sizeof(*t->flags)) +
	       (t->offsets ? t->offsets[t->count] * sizeof(*t->edges) : 0) +
	       t->doubt_count * sizeof(*t->doubts);
}

void lh_tracked_fini(struct lh_tracked *t)
{
	free(t->edges);
	free(t->offsets);
	free(t->external);
	free(t->flags);
	free(t->doubts);
	*t = (struct lh_tracked){0};
}
