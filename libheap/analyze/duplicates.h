/* SPDX-License-Identifier: Apache-2.0 */
/* Objects with equal contents: strings and bytes by their text, tuples by the very items they hold. */
#ifndef LH_ANALYZE_DUPLICATES_H
#define LH_ANALYZE_DUPLICATES_H

#include "inventory/objects.h"
#include "util/index.h"

#define LH_DUPLICATES_MAX (1u << 23) /* different contents; those that come later are not looked at */

/** struct lh_content - objects of one type with equal contents */
struct lh_content {
	uint64_t hash;
	uint64_t example; /* address of the first that was met */
	uint64_t bytes;   /* of all of them */
	uint64_t largest; /* bytes of the largest */
	struct lh_type *type;
	uint32_t count;
};

/** struct lh_duplicates - 48 bytes per content, and 16 to 32 for its place in the index */
struct lh_duplicates {
	struct lh_heap *heap;
	struct lh_view view, other; /* of an object, and of one that is compared with it */
	struct lh_content *items;
	size_t count, capacity;
	size_t max; /* LH_DUPLICATES_MAX; less in tests */
	struct lh_index index;
	uint64_t left;    /* bytes that may still be compared */
	uint64_t skipped; /* objects beyond the maximum, and those whose contents are not here */
};

/* What one of equal objects is enough for: bytes of the others. */
static inline uint64_t lh_content_waste(const struct lh_content *content)
{
	return content->bytes - content->largest;
}

void lh_duplicates_init(struct lh_duplicates *duplicates, struct lh_heap *heap);
/** lh_duplicates_have() - whether objects of @type are compared: str, bytes, unicode and tuple themselves, no classes
 * derived from them */
bool lh_duplicates_have(const struct lh_type *type);
/** lh_duplicates_add() - an object of @bytes. Reads its contents, and those of one that is equal. Return: 0,
 * -LH_ENOMEM. */
int lh_duplicates_add(struct lh_duplicates *duplicates, const struct lh_object *object, uint64_t bytes);
void lh_duplicates_fini(struct lh_duplicates *duplicates);

#endif
