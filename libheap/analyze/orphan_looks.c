/* SPDX-License-Identifier: Apache-2.0 */
/* What a block looks like: text, or its first word in words. */
#include "analyze/orphans.h"
#include "util/string.h"

#include <inttypes.h>
#include <stdio.h>

#define TEXT_LEAST 4
#define TEXT_MOST 24

/* Printable characters from the start; all of them, or up to a NUL. */
static size_t text_length(const uint8_t *p, uint64_t bytes)
{
	size_t n = 0;

	while (n < bytes && n < TEXT_MOST && p[n] >= 0x20 && p[n] < 0x7f)
		n++;
	return n == TEXT_MOST || n == bytes || p[n] == 0 ? n : 0;
}

static void word_text(struct lh_heap *heap, uint64_t word, char *buf, size_t size)
{
	const struct lh_module *module = lh_target_module(heap->target, word);
	const struct lh_mapping *m = lh_target_mapping(heap->target, word);
	const char *name = module ? lh_base_name(module->path) : NULL;

	if (module)
		snprintf(buf, size, "pointer into %s", name ? name : "a module");
	else if (m)
		snprintf(buf, size, "pointer");
	else
		snprintf(buf, size, "0x%" PRIx64, word);
}

const char *lh_orphan_looks(struct lh_heap *heap, const struct lh_orphan *orphan, char *buf, size_t size)
{
	const uint8_t *p = lh_view_at(&heap->view, orphan->addr, orphan->bytes < TEXT_MOST ? 16 : TEXT_MOST);
	size_t n = p ? text_length(p, orphan->bytes < TEXT_MOST ? 16 : TEXT_MOST) : 0;

	if (!p)
		snprintf(buf, size, "not in the dump");
	else if (heap->target->snapshot && !lh_u64(p)) /* of such memory it has addresses alone */
		snprintf(buf, size, "not in the snapshot");
	else if (n >= TEXT_LEAST && !heap->hide_values)
		snprintf(buf, size, "text '%.*s'", (int)n, (const char *)p);
	else if (n >= TEXT_LEAST)
		snprintf(buf, size, "text");
	else
		word_text(heap, lh_u64(p), buf, size);
	return buf;
}
