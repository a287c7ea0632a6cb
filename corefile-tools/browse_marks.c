/* SPDX-License-Identifier: Apache-2.0 */
/* Marked objects: what would go if all of them did. */
#include "browse.h"

#include <stdlib.h>
#include <string.h>

bool browse_is_marked(const struct browse *b, uint64_t addr)
{
	for (size_t i = 0; i < b->mark_count; i++)
		if (b->marks[i] == addr)
			return true;
	return false;
}

/* What is below a marked object counts with that one. Return: 0, with bytes that @addr adds; -LH_E*. */
static int add_bytes(const struct browse *b, uint64_t addr, uint64_t *sum)
{
	struct lh_retained_info info = {.size = sizeof(info)};
	int r = lh_retained_info(b->heap, addr, &info);
	uint64_t bytes = info.bytes;

	while (r == 0 && info.dominator) {
		if (browse_is_marked(b, info.dominator))
			return 0;
		r = lh_retained_info(b->heap, info.dominator, &info);
	}
	if (r == 0)
		*sum += bytes;
	return r < 0 ? r : 0;
}

static int add_up(struct browse *b)
{
	int r = 0;

	b->marked_bytes = 0;
	for (size_t i = 0; r == 0 && i < b->mark_count; i++)
		r = add_bytes(b, b->marks[i], &b->marked_bytes);
	return r;
}

int browse_mark(struct browse *b, uint64_t addr)
{
	size_t at = 0;

	while (at < b->mark_count && b->marks[at] != addr)
		at++;
	if (at < b->mark_count) {
		memmove(&b->marks[at], &b->marks[at + 1], (b->mark_count - at - 1) * sizeof(*b->marks));
		b->mark_count--;
		return add_up(b);
	}
	if (b->mark_count == b->mark_capacity) {
		size_t capacity = 2 * b->mark_capacity + 16;
		uint64_t *marks = realloc(b->marks, capacity * sizeof(*marks));

		if (!marks)
			return -LH_ENOMEM;
		b->marks = marks;
		b->mark_capacity = capacity;
	}
	b->marks[b->mark_count++] = addr;
	return add_up(b);
}
