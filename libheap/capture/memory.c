/* SPDX-License-Identifier: Apache-2.0 */
/* What of a process's memory the kernel writes into a core: vma_dump_size() in fs/coredump.c. */
#include "capture/process.h"

#define PAGE 4096

/* Which bit of the filter says that all of a mapping is dumped. */
static unsigned bit_of(const struct lh_capture_mapping *m)
{
	if (m->huge)
		return m->shared ? LH_DUMP_SHARED_HUGE : LH_DUMP_PRIVATE_HUGE;
	if (m->shared)
		return m->deleted ? LH_DUMP_SHARED : LH_DUMP_SHARED_FILES;
	return m->anonymous || m->swap ? LH_DUMP_PRIVATE : LH_DUMP_PRIVATE_FILES;
}

/* A file that was written to (a module's data) is dumped by either of two bits. */
static bool is_dumped(const struct lh_capture_mapping *m, unsigned filter)
{
	unsigned bits = bit_of(m);

	if (m->file && bits == LH_DUMP_PRIVATE)
		bits |= LH_DUMP_PRIVATE_FILES;
	return (m->file || bits != LH_DUMP_PRIVATE_FILES) && (filter & bits);
}

/* Pages of files are read for the core, those of other memory are written if they were touched. */
static void add_whole(struct lh_capture_memory *memory, const struct lh_capture_mapping *m)
{
	memory->length += m->bytes;
	memory->written += m->file && !m->huge ? m->bytes : m->resident + m->swap;
}

static void add_left_out(struct lh_capture_memory *memory, const struct lh_capture_mapping *m)
{
	if (m->huge && !m->shared)
		memory->no_huge += m->bytes;
	else if (!m->huge && !m->shared)
		memory->no_heap += m->anonymous + m->swap;
}

void lh_capture_add_mapping(struct lh_capture_memory *memory, const struct lh_capture_mapping *m,
			    unsigned filter)
{
	if (m->special || m->io)
		return;
	if (m->dontdump) {
		memory->dontdump += m->resident + m->swap;
		memory->dontdumps++;
	} else if (is_dumped(m, filter)) {
		add_whole(memory, m);
	} else {
		add_left_out(memory, m);
		if (m->file && !m->shared && (filter & LH_DUMP_HEADERS)) {
			memory->length += PAGE;
			memory->written += PAGE;
		}
	}
}
