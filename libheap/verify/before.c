/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/before.h"
#include "cpython/extent.h"
#include "cpython/object.h"
#include "cpython/text.h"

#define WRITTEN_MAX 4096u /* bytes past an end that are looked at */
#define RUN_MIN 8u        /* so many equal bytes are not by chance: where they end, the writing did */

/* Whether a block of a pool begins at @addr: its owner may have written over what was there. */
static bool begins_block(struct lh_verify *v, uint64_t addr)
{
	struct lh_pool pool;

	return lh_pool_of(v->heap, &v->view, addr, &pool) == 0 && pool.block_size &&
	       (addr - pool.addr - v->heap->pymalloc.header) % pool.block_size == 0;
}

uint64_t lh_before_written(struct lh_verify *v, uint64_t end, bool *ret_at_least)
{
	uint64_t written = 0, run = 0;
	const uint8_t *p;
	uint8_t last = 0;

	while (written < WRITTEN_MAX && (p = lh_view_at(&v->view, end + written, 1)) && *p) {
		if (*p != last && run >= RUN_MIN)
			break;
		run = *p == last ? run + 1 : 1;
		last = *p;
		written++;
	}
	*ret_at_least = run < RUN_MIN || begins_block(v, end + written);
	return written;
}

/* Where bytes and text end; 0: it is neither. */
static uint64_t text_end(struct lh_verify *v, struct lh_before *b)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *p;
	struct lh_str s;

	if (b->type->kind->id == LH_KIND_BYTES) {
		p = lh_view_at(&v->view, b->object, lh_layout_at(l, LH_F_BYTES_DATA));
		b->length = p ? lh_u64(p + lh_layout_at(l, LH_F_VAR_SIZE)) : 0;
		return p ? b->object + lh_layout_at(l, LH_F_BYTES_DATA) + b->length : 0;
	}
	if (b->type->kind->id != LH_KIND_STR || lh_str_read(v->heap, &v->view, b->object, &s) != 0 ||
	    s.data < b->object || s.data - b->object > b->block_size)
		return 0;
	b->length = s.length;
	return s.data + s.length * s.kind;
}

static void measure(struct lh_verify *v, struct lh_before *b)
{
	uint64_t end = text_end(v, b), room = b->block + b->block_size;
	const uint8_t *p;

	if (end > b->object && end < room) {
		b->end = end;
		b->written = lh_before_written(v, end, &b->at_least);
		return;
	}
	p = lh_view_at(&v->view, b->object, (uint64_t)b->type->basicsize);
	b->length = 0;
	b->end = p ? b->object + lh_object_extent(v->heap, p, b->type) : 0;
	if (b->end < b->object || b->end > room)
		b->end = 0;
}

struct lh_type *lh_before_type(struct lh_verify *v, uint64_t object)
{
	struct lh_type *type;

	return lh_types_get(v->heap, lh_heap_word(v->heap, &v->view, object, LH_F_OBJECT_TYPE), &type) == 0
		       ? type
		       : NULL;
}

bool lh_before_in_block(struct lh_verify *v, uint64_t block, uint64_t size, bool freed, struct lh_before *ret)
{
	uint32_t starts[LH_OBJECT_STARTS];

	*ret = (struct lh_before){.block = block, .block_size = size, .freed = freed};
	lh_object_starts(v->heap->debug_padding.before, lh_layout_at(&v->heap->layout, LH_F_GC_HEAD_SIZE),
			 starts);
	for (unsigned i = 0; i < LH_OBJECT_STARTS; i++) {
		struct lh_type *type = starts[i] + 16 <= size ? lh_before_type(v, block + starts[i]) : NULL;

		if (!type || type->presize != starts[i] - starts[0])
			continue;
		ret->object = block + starts[i];
		ret->type = type;
		measure(v, ret);
		return true;
	}
	return false;
}

bool lh_before_in_pools(struct lh_verify *v, uint64_t block, struct lh_before *ret)
{
	uint32_t header = v->heap->pymalloc.header;
	struct lh_pool pool;
	uint64_t at;

	*ret = (struct lh_before){0};
	if (lh_pool_of(v->heap, &v->view, block - 1, &pool) != 0 || !pool.block_size ||
	    block - pool.addr <= header)
		return false;
	at = (block - 1 - pool.addr - header) / pool.block_size;
	if (at >= pool.blocks)
		at = pool.blocks - 1; /* the end of a pool, which no block has */
	return lh_before_in_block(v, pool.addr + header + at * pool.block_size, pool.block_size,
				  lh_pool_is_free(&pool, (uint32_t)at), ret);
}

void lh_damage_blame(struct lh_damage *damage, const struct lh_before *before)
{
	damage->writer = before->written ? before->object : 0;
	damage->written = before->written;
	damage->at_least = before->at_least;
}
