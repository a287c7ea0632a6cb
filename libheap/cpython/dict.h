/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dicts: a table of keys, shared or not, and values inside it, beside it or inside an instance
 * (Objects/dictobject.c). One struct describes all of them to the rest of libheap.
 */
#ifndef LH_CPYTHON_DICT_H
#define LH_CPYTHON_DICT_H

#include "cpython/object.h"

/** struct lh_keys - a dict keys object */
struct lh_keys {
	uint64_t addr;
	const uint8_t *entries; /* entry_count of them; NULL when they are not in the target */
	uint64_t entry_count;   /* used ones, deleted included */
	uint64_t usable;        /* room left */
	uint64_t bytes;         /* of the whole object, as CPython's _PyDict_KeysSize() */
	uint64_t refcnt;
	uint32_t stride, key_offset, value_offset;
	bool general;          /* keys may be of any type; else all are str */
	uint64_t table_offset; /* of the entries, from addr */
};

/** lh_keys_read() - Return: 0; LH_ABSENT when @addr has no keys object that makes sense. */
int lh_keys_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_keys *ret);

/** lh_dict_storage_at() - offset in a dict of the address of its table, for asking ahead */
static inline uint32_t lh_dict_storage_at(const struct lh_layout *layout)
{
	return lh_layout_at(layout,
			    lh_layout_has(layout, LH_F_DICT_TABLE) ? LH_F_DICT_TABLE : LH_F_DICT_KEYS);
}

/** struct lh_dict - a dict */
struct lh_dict {
	struct lh_keys keys;
	int64_t used;
	uint64_t values_addr;  /* split: where the values are; 0: combined */
	const uint8_t *values; /* split: entry_count words; NULL: combined, or not in the target */
	bool embedded;         /* split: the values lie inside their owner, who is their holder (3.13+) */
};

/** lh_dict_read() - @bytes: the dict object's. Return: 0; LH_ABSENT when its table makes no sense. */
int lh_dict_read(struct lh_heap *heap, struct lh_view *view, const uint8_t *bytes, struct lh_dict *ret);

/** lh_dict_entry() - key and value of entry @i, in insertion
 * order; false for a deleted one. 2.7: any order. */
bool lh_dict_entry(const struct lh_dict *dict, uint64_t i, uint64_t *ret_key, uint64_t *ret_value);

/** lh_dict_get() - the value of a str key of the dict at @addr; linear. Return: 0; LH_ABSENT. */
int lh_dict_get(struct lh_heap *heap, uint64_t addr, const char *key, uint64_t *ret);

#endif
