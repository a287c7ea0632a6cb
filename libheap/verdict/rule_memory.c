/* SPDX-License-Identifier: Apache-2.0 */
/* Memory of malloc that no Python object has: used by native code, or free and not given back. */
#include "analyze/memory.h"
#include "inventory/whole.h"
#include "util/array.h"
#include "verdict/leaks.h"

/* Extensions and their libraries take some tens of MB when they are imported. */
#define BYTES_LEAST (32u << 20)

#define PATHS 6

/** struct part - leaves of the tree of memory that are one thing */
struct part {
	const char *paths[PATHS]; /* of rows; NULL: no more */
	unsigned share;           /* it stands out from one part in this many of all writable memory */
	const char *title, *reason, *looked;
};

static const struct part parts[] = {
	{{"malloc/native/modules", "malloc/native/shared", "malloc/native/other",
	  "malloc/mapped/native/modules", "malloc/mapped/native/shared", "malloc/mapped/native/other"},
	 2,
	 "memory of malloc that native code uses",
	 "No object owns it: C and C++ code allocated it for itself.",
	 "Native"},
	{{"malloc/free"},
	 4,
	 "memory of malloc that is free, and was not given back to the system",
	 "Chunks in use keep it from going back, or nobody asked: malloc_trim() would give back whole pages of it.",
	 "Free in malloc"},
};

static void measure(const struct lh_memory *memory, const struct part *part, struct lh_leak *leak)
{
	for (size_t i = 0; i < PATHS && part->paths[i]; i++) {
		const struct lh_memory_row *row = lh_memory_row_of(memory, part->paths[i]);

		leak->bytes += row ? row->sum.bytes : 0;
		leak->objects += row ? row->sum.count : 0;
	}
}

static int look_at(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_memory *memory,
		   const struct part *part)
{
	struct lh_leak found = {0}, *leak;
	char text[LH_SIZE_MAX];
	int r;

	measure(memory, part, &found);
	if (found.bytes < BYTES_LEAST || found.bytes < memory->writable / part->share) {
		lh_leaks_looked(leaks, lh_heap_is_whole(leaks->heap) && lh_memory_is_whole(memory),
				"%s: %s, %" PRIu64 "%% of all writable memory", part->looked,
				lh_size_text(found.bytes, text),
				memory->writable ? found.bytes * 100 / memory->writable : 0);
		return 0;
	}
	r = lh_leaks_add(leaks, rule, found.bytes, found.objects, &leak);
	if (r < 0)
		return r;
	lh_string_add(&leak->title, part->title);
	lh_string_addf(&leak->reason, "%" PRIu64 "%% of all writable memory. %s",
		       found.bytes * 100 / memory->writable, part->reason);
	lh_string_add(&leak->next, "memory");
	return 0;
}

int lh_rule_memory(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	const struct lh_memory *memory;
	char text[LH_SIZE_MAX];
	int r = lh_memory_get(leaks->heap, &memory);

	if (r < 0)
		return r;
	leaks->writable = memory->writable;
	if (memory->allocator && memory->not_walked)
		lh_leaks_looked(leaks, true, "Not looked at: %s of %s",
				lh_size_text(memory->not_walked, text), memory->allocator);
	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(parts); i++)
		r = look_at(leaks, rule, memory, &parts[i]);
	return r;
}
