/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/large_contents.h"
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/text.h"
#include "malloc/glibc_chunk.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/memory_left.h"

#include <stdlib.h>
#include <string.h>

#define LARGE ((uint64_t)256 << 10)
#define PAGE ((uint64_t)4096)
#define REFERENCES_MAX ((uint64_t)1 << 20) /* below all addresses of heaps */
#define ITEM_MAX 8                         /* bytes of an item of array.array: a character of str has 4 */
#define SLACK_MAX (PAGE + 64)              /* a mapping of malloc's is whole pages */

/** struct contents - bytes [start, end) of the block at @block. First and last page are copied: heads of blocks, and
 * what is shown of contents, are there. */
struct contents {
	uint64_t block, start, end;
};

/* A word of what was seen of the owner; 0 beyond that, where the layout of a damaged debug file may have it. */
static uint64_t word_at(const struct lh_uncopied *u, uint64_t offset)
{
	return offset + 8 <= u->seen_len ? lh_u64(u->seen + offset) : 0;
}

static uint64_t field(struct lh_heap *heap, const struct lh_uncopied *u, enum lh_field f)
{
	return lh_layout_has(&heap->layout, f) ? word_at(u, lh_layout_at(&heap->layout, f)) : 0;
}

static bool bytes_of(struct lh_heap *heap, const struct lh_uncopied *u, struct contents *ret)
{
	uint64_t length = field(heap, u, LH_F_VAR_SIZE);

	ret->block = u->owner;
	ret->start = u->owner + lh_layout_at(&heap->layout, LH_F_BYTES_DATA);
	return !__builtin_add_overflow(ret->start, length, &ret->end);
}

static bool str_of(struct lh_heap *heap, struct lh_view *view, uint64_t owner, struct contents *ret)
{
	struct lh_str s;

	if (lh_str_read(heap, view, owner, &s) != 0)
		return false;
	ret->block = owner;
	ret->start = s.data;
	/* Else its characters have a block of their own. */
	return s.data > owner && s.data - owner <= LH_UNCOPIED_SEEN &&
	       !__builtin_add_overflow(s.data, s.length * s.kind, &ret->end);
}

static bool bytearray_of(struct lh_heap *heap, const struct lh_uncopied *u, struct contents *ret)
{
	ret->block = ret->start = field(heap, u, LH_F_BYTEARRAY_BYTES);
	return !__builtin_add_overflow(ret->start, field(heap, u, LH_F_BYTEARRAY_ALLOC), &ret->end);
}

/* ob_item is the word before 'allocated'; items are numbers or characters (Modules/arraymodule.c). */
static bool array_of(struct lh_heap *heap, struct lh_view *view, const struct lh_uncopied *u,
		     struct contents *ret)
{
	uint64_t allocated = lh_layout_at(&heap->layout, LH_F_ARRAY_ALLOCATED), size;
	const uint8_t *descr = lh_view_at(view, field(heap, u, LH_F_ARRAY_DESCR), 8);

	if (!descr || __builtin_mul_overflow(word_at(u, allocated), lh_u32(descr + 4), &size))
		return false;
	ret->block = ret->start = word_at(u, allocated - 8);
	return !__builtin_add_overflow(ret->start, size, &ret->end);
}

/* Where the contents of an object are, as it says itself. Return: whether it says so. */
static bool read_contents(struct lh_heap *heap, struct lh_view *view, const struct lh_uncopied *u,
			  struct lh_type *type, struct contents *ret)
{
	if (!type->exact || type->python)
		return false;
	if (strcmp(lh_type_name(heap, type), "array.array") == 0)
		return lh_layout_has(&heap->layout, LH_F_ARRAY_ALLOCATED) && array_of(heap, view, u, ret);
	switch (type->kind->id) {
	case LH_KIND_BYTES:
		return bytes_of(heap, u, ret);
	case LH_KIND_STR:
		return str_of(heap, view, u->owner, ret);
	case LH_KIND_BYTEARRAY: /* since 3.15 it has a bytes object */
		return !lh_layout_has(&heap->layout, LH_F_BYTEARRAY_OBJECT) && bytearray_of(heap, u, ret);
	default:
		return false;
	}
}

/* Whether malloc gave a block of that size. @ret: the word that says it. */
static bool is_block(struct lh_view *view, const struct contents *c, uint64_t *ret)
{
	uint64_t need = c->end - c->block + 8;
	const uint8_t *word = c->block % 16 == 0 ? lh_view_at(view, c->block - 8, 8) : NULL;

	if (!word)
		return false;
	*ret = lh_u64(word) & ~(uint64_t)LH_CHUNK_FLAGS;
	return *ret >= need && *ret - need <= SLACK_MAX;
}

/* Of what was freed the first word may be a link to what was freed before. */
static bool is_counted(struct lh_heap *heap, const struct lh_uncopied *u)
{
	uint64_t word = field(heap, u, LH_F_OBJECT_REFCNT);

	return lh_refcnt_is_sane(word, lh_refcnt_kind_of(&heap->layout)) &&
	       (word & UINT32_MAX) <= REFERENCES_MAX;
}

static bool read_one(struct lh_heap *heap, struct lh_view *view, uint64_t owner, struct lh_uncopied *ret)
{
	struct contents c = {0};
	struct lh_object o;
	const uint8_t *p;

	if (lh_object_at(heap, view, owner, &o) != 0 || (uint64_t)o.type->basicsize > LH_UNCOPIED_SEEN)
		return false;
	*ret = (struct lh_uncopied){.owner = owner, .seen_len = (uint32_t)o.type->basicsize};
	p = lh_view_at(view, owner, ret->seen_len);
	if (!p)
		return false;
	memcpy(ret->seen, p, ret->seen_len); /* the bytes that are judged: the process goes on */
	if (!is_counted(heap, ret) || !read_contents(heap, view, ret, o.type, &c) || c.end < c.start ||
	    c.end - c.start < LARGE || !is_block(view, &c, &ret->size))
		return false;
	ret->size_at = c.block - 8;
	ret->contents = (struct lh_range){c.start, c.end};
	ret->pages = (struct lh_range){(c.start + 2 * PAGE - 1) & ~(PAGE - 1), (c.end - PAGE) & ~(PAGE - 1)};
	return true;
}

/* The type array.array. Return: whether it was imported. */
static bool find_array(struct lh_heap *heap, struct lh_view *view, uint64_t *ret)
{
	struct lh_object module;
	uint64_t addr;

	return lh_dict_get(heap, heap->interps[0].modules, "array", &addr) == 0 &&
	       lh_object_at(heap, view, addr, &module) == 0 &&
	       lh_attribute_get(heap, &module, "array", ret) == 0;
}

static int find_owners(struct lh_heap *heap, struct lh_view *view, struct lh_looked_words *words)
{
	static const char *const names[] = {"bytes", "str", "bytearray"};
	uint64_t *type = words->words;

	for (size_t i = 0; i < LH_ARRAY_SIZE(names); i++)
		if (lh_dict_get(heap, heap->interps[0].builtins, names[i], &type[words->word_count]) == 0)
			words->word_count++;
	if (find_array(heap, view, &type[words->word_count]))
		words->word_count++;
	words->least = LARGE / ITEM_MAX;
	words->most = (uint64_t)1 << 47;
	return words->word_count ? lh_looked_words_find(words) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct lh_uncopied *x = a, *y = b;

	return x->contents.start < y->contents.start ? -1 : x->contents.start > y->contents.start;
}

/* Of two that overlap the one inside is a copy of an object's bytes; else one of them is wrong. */
static void drop_overlaps(struct lh_uncopied_list *list)
{
	size_t n = 0;

	if (list->count)
		qsort(list->all, list->count, sizeof(*list->all), compare);
	for (size_t i = 0; i < list->count; i++) {
		const struct lh_uncopied *u = &list->all[i], *last = n ? &list->all[n - 1] : NULL;

		if (!last || u->contents.start >= last->contents.end)
			list->all[n++] = *u;
		else if (u->contents.end > last->contents.end)
			n--;
	}
	list->count = n;
}

static bool is_inside(const struct lh_uncopied_list *list, uint64_t addr)
{
	size_t k = lh_bsearch_first(list->count, i, list->all[i].contents.end <= addr);

	return k < list->count && list->all[k].contents.start <= addr;
}

/* What is in the contents of another is no object, whatever it looks like. */
static void drop_copies(struct lh_uncopied_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		if (is_inside(list, list->all[i].owner))
			list->all[i].seen_len = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->all[i].seen_len)
			list->all[n++] = list->all[i];
	list->count = n;
}

/* Large blocks are outside of arenas. Whether so much is that it pays to look through all memory. */
static bool may_have_many(const struct lh_heap *heap)
{
	uint64_t all = lh_status_bytes(heap->target->pid, "RssAnon"), arenas = 0;

	for (size_t i = 0; i < heap->pymalloc.count; i++)
		arenas += heap->pymalloc.arenas[i].limit - heap->pymalloc.arenas[i].address;
	return arenas < all / 8 * 7;
}

int lh_large_contents_find(struct lh_heap *heap, struct lh_uncopied_list *ret)
{
	struct lh_looked_words words = {.target = heap->target};
	struct lh_view view = lh_view_of(heap->target);
	uint64_t type = lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE);
	/* Only then is the count, or a text's length, the word after the type. */
	bool known = heap->interp_count && lh_layout_at(&heap->layout, LH_F_VAR_SIZE) == type + 8;
	int r = known && may_have_many(heap) ? find_owners(heap, &view, &words) : LH_ABSENT;

	for (size_t i = 0; i < words.found_count && r == 0; i++) {
		struct lh_uncopied one;

		if (read_one(heap, &view, words.found[i] - type, &one))
			r = lh_append(heap->ctx, ret->all, ret->count, ret->capacity, one);
	}
	free(words.found);
	drop_overlaps(ret);
	drop_copies(ret);
	return r;
}
