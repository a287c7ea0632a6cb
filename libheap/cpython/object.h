/* SPDX-License-Identifier: Apache-2.0 */
/* The header that every object begins with: reference count and type. */
#ifndef LH_CPYTHON_OBJECT_H
#define LH_CPYTHON_OBJECT_H

#include "cpython/heap.h"
#include "util/bytes.h"

/* How counts are kept; see lh_object_refcnt(). */
enum lh_refcnt_kind {
	LH_REFCNT_WORD,  /* -3.11: 64 bits */
	LH_REFCNT_LOW32, /* 3.12+: low 32 bits; immortal when bit 31 is set (Include/object.h _Py_IsImmortal)
			  */
};

static inline enum lh_refcnt_kind lh_refcnt_kind_of(const struct lh_layout *layout)
{
	/* ob_refcnt_split came with immortal objects in 3.12, ob_overflow replaced it in 3.14. */
	if (lh_layout_has(layout, LH_F_OBJECT_REFCNT_SPLIT) || lh_layout_has(layout, LH_F_OBJECT_OVERFLOW))
		return LH_REFCNT_LOW32;
	return LH_REFCNT_WORD;
}

/* Count of an object whose first bytes are @object; *ret_immortal says that it is not a count at all. */
static inline int64_t lh_object_refcnt(const void *object, enum lh_refcnt_kind kind, bool *ret_immortal)
{
	uint64_t word = lh_u64(object);

	*ret_immortal = kind == LH_REFCNT_LOW32 && (word & 0x80000000u);
	return kind == LH_REFCNT_LOW32 ? (uint32_t)word : (int64_t)word;
}

/*
 * Whether the count is one that a live object can have. A freed object keeps 0 or gets a link in its place;
 * no process has 2^40 references to one object. 3.14+ has up to 8 flags in the high half, and an
 * overflow that stays 0; 3.12-3.13 have zeros there.
 */
static inline bool lh_refcnt_is_sane(uint64_t word, enum lh_refcnt_kind kind)
{
	return kind == LH_REFCNT_LOW32 ? (uint32_t)word != 0 && !(word & 0xff00ffff00000000u)
				       : word - 1 < (1ull << 40);
}

/*
 * Whether a count is rather the address of an object. Where the program is not position-independent,
 * addresses are small enough for counts, and storage that holds [object, type, ...] looks like an object of
 * that type.
 */
bool lh_refcnt_is_pointer(const struct lh_heap *heap, struct lh_view *view, uint64_t word);
/* The same, whatever the type of the object there: if not, no type that is met later makes it one. */
bool lh_refcnt_may_be_pointer(const struct lh_heap *heap, struct lh_view *view, uint64_t word);

/* Items of a deque; 2.7's is no var-sized object. */
static inline uint64_t lh_deque_length(const struct lh_layout *layout, const uint8_t *bytes)
{
	return lh_u64(bytes + lh_layout_at(layout, lh_layout_has(layout, LH_F_DEQUE_LENGTH)
							   ? LH_F_DEQUE_LENGTH
							   : LH_F_VAR_SIZE));
}

#define LH_OBJECT_STARTS 3

/**
 * lh_object_starts() - offsets in a block of memory at which an object may begin: @before, after a gc head,
 * after a gc head and two managed words
 * @before: bytes of the block that are not the object's, as of a debug allocator
 */
static inline void lh_object_starts(uint32_t before, uint32_t gc_head, uint32_t ret[LH_OBJECT_STARTS])
{
	ret[0] = before;
	ret[1] = before + gc_head;
	ret[2] = before + gc_head + 16;
}

/** lh_is_in_module() - whether the object at @addr lies in the data of a module: it is never freed */
static inline bool lh_is_in_module(const struct lh_heap *heap, uint64_t addr)
{
	return !lh_pymalloc_has(&heap->pymalloc, addr) && lh_target_module(heap->target, addr);
}

/** struct lh_object - an object's header, read */
struct lh_object {
	uint64_t addr;
	const uint8_t *bytes; /* its basicsize bytes */
	struct lh_type *type;
	int64_t refcnt; /* 0 or less: of a static object, given back more often than taken */
	bool immortal;
};

/**
 * lh_object_at() - read the header at @addr and prove its type
 * Return: 0; LH_ABSENT when there is no object there.
 */
int lh_object_at(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_object *ret);
/**
 * lh_object_of_known_type() - the same, for threads: a type that is not in the table yet is not looked up, so that the
 * table stays as it is
 * Return: as lh_object_at(); LH_ABSENT for objects of other types too.
 */
int lh_object_of_known_type(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_object *ret);
/**
 * lh_object_known() - read the header at @addr, where an object of @type was found before: nothing is verified
 * Return: 0; LH_ABSENT when its bytes are not here.
 */
int lh_object_known(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_type *type,
		    struct lh_object *ret);

#endif
