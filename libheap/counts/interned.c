/* SPDX-License-Identifier: Apache-2.0 */
#include "counts/interned.h"
#include "counts/claims.h"
#include "counts/refcounts.h"
#include "cpython/dict.h"
#include "target/word_search.h"
#include "util/array.h"
#include "util/sort.h"

#include <stdlib.h>

#define LEAST 16 /* entries; an interpreter interns thousands */

void lh_interned_init(struct lh_interned *in, struct lh_heap *heap)
{
	*in = (struct lh_interned){.heap = heap,
				   .view = lh_view_of(heap->target),
				   .named = lh_layout_has(&heap->layout, LH_F_INTERP_INTERNED)};
}

void lh_interned_fini(struct lh_interned *in)
{
	free(in->dicts);
}

static bool is_named(struct lh_interned *in, uint64_t addr)
{
	for (size_t i = 0; i < in->heap->interp_count; i++)
		if (lh_heap_word(in->heap, &in->view, in->heap->interps[i].addr, LH_F_INTERP_INTERNED) ==
		    addr)
			return true;
	return false;
}

/* Whether a key is marked as interned; in 2.7 no known field has the mark. */
static bool is_interned(struct lh_interned *in, uint64_t key)
{
	const struct lh_layout *l = &in->heap->layout;
	const uint8_t *p;

	if (!lh_layout_has(l, LH_F_STR_STATE))
		return true;
	p = lh_view_at(&in->view, key, lh_layout_at(l, LH_F_STR_ASCII_SIZE));
	return p && lh_u32(p + lh_layout_at(l, LH_F_STR_STATE)) & 3;
}

/* Whether each entry is one interned string twice. */
static bool is_identity(struct lh_interned *in, const struct lh_dict *d)
{
	uint64_t key, value, seen = 0;

	for (uint64_t i = 0; i < d->keys.entry_count; i++) {
		if (!lh_dict_entry(d, i, &key, &value))
			continue;
		if (key != value || (seen < LEAST && !is_interned(in, key)))
			return false;
		seen++;
	}
	return seen >= LEAST;
}

bool lh_interned_is(struct lh_interned *in, const struct lh_object *object)
{
	struct lh_dict d;

	if (object->type->kind->id != LH_KIND_DICT || object->type->python || !object->type->exact)
		return false;
	if (in->named)
		return is_named(in, object->addr);
	return lh_dict_read(in->heap, &in->view, object->bytes, &d) == 0 && d.keys.entries &&
	       !d.values_addr && d.used >= LEAST && is_identity(in, &d);
}

int lh_interned_offer(struct lh_interned *in, const struct lh_object *object)
{
	int r;

	if (!lh_interned_is(in, object))
		return LH_INTERNED_NOT;
	r = lh_append(in->heap->ctx, in->dicts, in->count, in->capacity, object->addr);
	return r < 0 ? r : LH_INTERNED_CANDIDATE;
}

int lh_interned_join(struct lh_interned *in, const struct lh_interned *other)
{
	int r = 0;

	for (size_t i = 0; i < other->count && r == 0; i++)
		r = lh_append(in->heap->ctx, in->dicts, in->count, in->capacity, other->dicts[i]);
	return r;
}

void lh_interned_sort(struct lh_interned *in)
{
	lh_sort_words(in->dicts, in->count);
}

static int64_t used(struct lh_interned *in, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&in->view, addr, lh_layout_at(&in->heap->layout, LH_F_DICT_SIZE));

	return p ? lh_i64(p + lh_layout_at(&in->heap->layout, LH_F_DICT_USED)) : 0;
}

/* Its words are not references: they are not visited or counted. */
static void claim(struct lh_interned *in, struct lh_refcounts *counts, uint64_t addr)
{
	struct lh_marker marks = lh_marker_of_all(&counts->marks);
	struct lh_claims claims = lh_claims_of(in->heap, &marks);
	struct lh_object o;

	if (lh_object_at(in->heap, &in->view, addr, &o) == 0)
		lh_claim_interned(&claims, o.bytes);
}

struct statics {
	struct lh_word_search search;
	struct lh_interned *in;
};

static int offer_word(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct lh_interned *in = ((struct statics *)search)->in;
	struct lh_object o;
	int r;

	(void)at;
	if (!word || lh_object_at(in->heap, &in->view, word, &o) != 0)
		return LH_ABSENT;
	r = lh_interned_offer(in, &o);
	return r < 0 ? r : LH_ABSENT;
}

/* Without pools it is in no list, since the collector does not track it: a word of CPython's static data
 * points to it. */
static void search_statics(struct lh_interned *in)
{
	const struct lh_module *m = in->heap->module;
	struct statics statics = {{.target = in->heap->target, .budget = UINT64_MAX, .is_it = offer_word},
				  in};

	if (m)
		lh_word_search(&statics.search, m->start, m->end);
}

static void search_interps(struct lh_interned *in)
{
	for (size_t i = 0; i < in->heap->interp_count; i++) {
		uint64_t addr =
			lh_heap_word(in->heap, &in->view, in->heap->interps[i].addr, LH_F_INTERP_INTERNED);
		struct lh_object o;

		if (addr && lh_object_at(in->heap, &in->view, addr, &o) == 0 && lh_interned_offer(in, &o) < 0)
			return;
	}
}

static void prefer(struct lh_interned *in, uint64_t addr)
{
	int64_t size = used(in, addr);

	if (size <= in->used)
		return;
	in->chosen = addr;
	in->used = size;
}

void lh_interned_choose(struct lh_interned *in)
{
	for (size_t i = 0; i < in->count; i++)
		prefer(in, in->dicts[i]);
}

void lh_interned_decide(struct lh_interned *in, struct lh_refcounts *counts)
{
	if (!in->count)
		(in->named ? search_interps : search_statics)(in);
	for (size_t i = 0; i < in->count && !in->named; i++) {
		uint32_t number = lh_addrset_index(&counts->set, in->dicts[i]);
		bool held = number != LH_NO_INDEX && counts->precise[number] != 0;

		if (!held)
			prefer(in, in->dicts[i]);
	}
	for (size_t i = 0; i < in->count; i++)
		if (lh_interned_chose(in, i))
			claim(in, counts, in->dicts[i]);
}

int lh_interned_next(struct lh_interned *in, uint64_t *ret)
{
	while (in->next < in->count) {
		*ret = in->dicts[in->next++];
		if (!lh_interned_chose(in, in->next - 1))
			return 0;
	}
	return LH_DONE;
}
