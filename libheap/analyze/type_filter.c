/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/type_filter.h"
#include "cpython/heap.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX 512

/* The whole name, or the part after its last dot; with wildcards, the whole name. */
static bool name_matches(const char *name, const char *wanted)
{
	if (strpbrk(wanted, "*?["))
		return fnmatch(wanted, name, 0) == 0;
	return strcmp(name, wanted) == 0 || strcmp(lh_last_name(name), wanted) == 0;
}

static bool is_address(const char *word, uint64_t addr)
{
	char *end;

	return strncasecmp(word, "0x", 2) == 0 && strtoull(word, &end, 16) == addr && *end == '\0';
}

/* @addr: of the type; 0: not known */
static bool matches(const struct lh_type_filter *filter, const char *name, uint64_t addr)
{
	char word[WORD_MAX];

	for (const char *at = filter->wanted; at; at = strchr(at, '\n')) {
		size_t n = strcspn(at += *at == '\n', "\n");

		n = n < WORD_MAX ? n : WORD_MAX - 1;
		memcpy(word, at, n);
		word[n] = 0;
		if (name_matches(name, word) || (addr && is_address(word, addr)))
			return true;
	}
	return false;
}

bool lh_type_filter_names(const struct lh_type_filter *filter, const char *name)
{
	return matches(filter, name, 0);
}

bool lh_type_filter_has(struct lh_heap *heap, const struct lh_type_filter *filter, struct lh_type *type)
{
	return matches(filter, lh_type_name(heap, type), type->addr);
}

int lh_type_filter_matches(struct lh_heap *heap, struct lh_type_filter *filter, struct lh_type *type,
			   bool *ret)
{
	int r;

	*ret = false;
	if (!filter->wanted)
		return 0;
	r = lh_grow_zeroed(heap->ctx, &filter->known, &filter->capacity, type->index + 1,
			   sizeof(*filter->known));
	if (r < 0)
		return r;
	if (!filter->known[type->index])
		filter->known[type->index] = lh_type_filter_has(heap, filter, type) ? 1 : -1;
	*ret = filter->known[type->index] > 0;
	return 0;
}

int lh_type_filter_any(struct lh_heap *heap, struct lh_type_filter *filter, bool *ret)
{
	int r = 0;

	*ret = false;
	for (size_t i = 0; r == 0 && !*ret && i < heap->types.count; i++)
		r = lh_type_filter_matches(heap, filter, heap->types.items[i], ret);
	return r;
}

void lh_type_filter_fini(struct lh_type_filter *filter)
{
	free(filter->known);
}
