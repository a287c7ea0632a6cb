/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify.h"
#include "verify/before.h"
#include "verify/checks.h"
#include "verify/pointers.h"
#include "verify/sentence.h"

#include <stdlib.h>

const struct lh_check lh_checks[LH_CHECK_COUNT] = {
	[LH_CHECK_POOLS] = {"pools", "pools are not here", lh_check_pools, .fast = true},
	[LH_CHECK_PADS] = {"pads", "blocks are in damaged pools", lh_check_pads, .fast = true},
	[LH_CHECK_LISTS] = {"gc lists",
			    "gc lists, or objects in them, are in flux, torn in two places, or not here",
			    lh_check_lists, .fast = true},
	[LH_CHECK_TYPES] = {"types", "types have a base that is not here", lh_check_types},
	[LH_CHECK_OBJECTS] = {"objects", "objects have contents that are not here", lh_check_objects},
	[LH_CHECK_REFERENCES] =
		{"references",
		 "objects are known by references alone, or have more of them than they count beside a "
		 "torn gc list",
		 lh_check_references},
	[LH_CHECK_MALLOC] = {"malloc's chunks", "of malloc's heaps and lists are not known to their end",
			     lh_check_malloc},
};

/* ---- what lies before ---- */

/* The block of a pool that @addr is in; 0: of none. */
static uint64_t block_of(struct lh_verify *v, uint64_t addr)
{
	uint32_t header = v->heap->pymalloc.header;
	struct lh_pool pool;

	if (lh_pool_of(v->heap, &v->view, addr, &pool) != 0)
		return 0;
	if (addr - pool.addr < header || !pool.block_size)
		return pool.addr;
	return addr - (addr - pool.addr - header) % pool.block_size;
}

static void look_before(struct lh_verify *v, struct lh_damage *d)
{
	uint64_t block = d->start ? block_of(v, d->start) : 0;
	struct lh_before before;

	if (!block || !lh_before_in_pools(v, block, &before) || !before.object)
		return;
	if (!d->neighbour || (before.written && !d->writer))
		d->neighbour = before.object;
	if (!d->writer)
		lh_damage_blame(d, &before);
}

/* What two checks met is one damage: that of the first. */
static void drop_repeated(struct lh_verify *v)
{
	size_t kept = 0;

	for (size_t i = 0; i < v->count; i++) {
		struct lh_damage *d = &v->damages[i];
		bool repeated = false;

		for (size_t k = 0; k < kept && d->check == LH_CHECK_REFERENCES && !repeated; k++)
			repeated = v->damages[k].addr == d->addr || v->damages[k].start == d->start;
		if (repeated) {
			v->checks[d->check].errors--;
			v->errors--;
			lh_string_fini(&d->text);
		} else {
			v->damages[kept++] = *d;
		}
	}
	v->count = kept;
}

static int conclude(struct lh_verify *v)
{
	int r;

	drop_repeated(v);
	r = v->fast || !v->count ? 0 : lh_pointers_count(v);

	if (r < 0)
		return r;
	for (size_t i = 0; i < v->count; i++)
		look_before(v, &v->damages[i]);
	return v->count ? lh_sentence_make(v) : 0;
}

int lh_verify_run(struct lh_heap *heap, bool fast, struct lh_verify *ret)
{
	int r = 0;

	*ret = (struct lh_verify){.heap = heap, .view = lh_view_of(heap->target), .fast = fast};
	for (unsigned i = 0; i < LH_CHECK_COUNT && r == 0; i++) {
		if (fast && !lh_checks[i].fast)
			continue;
		ret->now = &ret->checks[i];
		r = lh_checks[i].run(ret);
	}
	return r == 0 ? conclude(ret) : r;
}

void lh_verify_fini(struct lh_verify *v)
{
	for (size_t i = 0; i < v->count; i++)
		lh_string_fini(&v->damages[i].text);
	free(v->damages);
	lh_string_fini(&v->verdict);
	*v = (struct lh_verify){0};
}
