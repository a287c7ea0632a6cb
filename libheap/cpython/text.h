/* SPDX-License-Identifier: Apache-2.0 */
/* Contents of str, bytes and int objects. */
#ifndef LH_CPYTHON_TEXT_H
#define LH_CPYTHON_TEXT_H

#include "cpython/object.h"
#include "util/string.h"

/* state: interned 2 bits, kind 3, compact 1, ascii 1 (Include/cpython/unicodeobject.h), 3.6 to 3.15 with the
 * GIL. */
#define LH_STR_INTERNED(state) ((state)&3)
#define LH_STR_KIND(state) ((state) >> 2 & 7)
#define LH_STR_COMPACT(state) ((state) >> 5 & 1)
#define LH_STR_ASCII(state) ((state) >> 6 & 1)

/** struct lh_str - a str object's payload */
struct lh_str {
	uint64_t data, length; /* address; characters */
	unsigned kind;         /* bytes of a character: 1, 2, 4 */
	bool ascii;
	uint64_t bytes; /* of the object, as its __sizeof__() says */
};

/** lh_str_read() - @bytes: the object's first bytes, up to its basic size. Return: 0; LH_ABSENT when it makes
 * no sense. */
int lh_str_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_str *ret);
/** lh_str_equals() - whether the str at @addr is the ASCII text @text */
bool lh_str_equals(struct lh_heap *heap, uint64_t addr, const char *text);
/** lh_str_is_interned() - whether the str at @addr is: names in the source are, text made by the program is
 * not */
bool lh_str_is_interned(struct lh_heap *heap, uint64_t addr);
/** lh_str_interned() - the state of the str at @addr: 0: not interned; 1: until nobody holds it; 2 and 3: for
 * ever */
unsigned lh_str_interned(struct lh_heap *heap, struct lh_view *view, uint64_t addr);
/** lh_text_kind() - the kind of the type whose objects may be interned: 2.7's str is LH_KIND_BYTES */
static inline enum lh_kind_id lh_text_kind(const struct lh_layout *layout)
{
	return lh_layout_is_python2(layout) ? LH_KIND_BYTES : LH_KIND_STR;
}
/** lh_object_is_interned() - whether an object is a str that is interned */
static inline bool lh_object_is_interned(struct lh_heap *heap, const struct lh_object *object)
{
	return object->type->kind->id == lh_text_kind(&heap->layout) &&
	       lh_str_is_interned(heap, object->addr);
}
/** lh_str_contains() - whether the str at @addr has the @len code points at @needle somewhere */
bool lh_str_contains(struct lh_heap *heap, struct lh_view *view, uint64_t addr, const uint32_t *needle,
		     size_t len);
enum { LH_STR_CUT = 3 }; /* there are more characters than were asked for */
/** lh_str_append() - its text as UTF-8, at most @max characters, no quotes. Return: 0; LH_STR_CUT;
 * LH_ABSENT. */
int lh_str_append(struct lh_heap *heap, uint64_t addr, uint64_t max, struct lh_string *out);
/** lh_int_read() - the value of an int that fits. Return: 0; LH_ABSENT when it does not fit into 63 bits or
 * is no int. */
int lh_int_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, int64_t *ret);
/** lh_int_bytes() - the magnitude of an int, little-endian, at least one byte. Return: 0; LH_ABSENT: not readable.
 * Without memory @out remembers it. */
int lh_int_bytes(struct lh_heap *heap, const struct lh_object *object, struct lh_string *out,
		 bool *ret_negative);
/** lh_int_digits() - count of 30-bit digits of the int whose bytes are @bytes; *ret_negative its sign */
static inline uint64_t lh_int_digits(const struct lh_layout *l, const uint8_t *bytes, bool *ret_negative)
{
	/* 3.12+: lv_tag is digits << 3 | sign, sign 2 is negative (Include/cpython/longintrepr.h). */
	if (lh_layout_has(l, LH_F_LONG_TAG)) {
		uint64_t tag = lh_u64(bytes + lh_layout_at(l, LH_F_LONG_TAG));

		*ret_negative = (tag & 3) == 2;
		return tag >> 3;
	}
	int64_t size = lh_i64(bytes + lh_layout_at(l, LH_F_VAR_SIZE));

	*ret_negative = size < 0;
	return size < 0 ? 0 - (uint64_t)size : (uint64_t)size;
}

#endif
