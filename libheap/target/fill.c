/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes that a core leaves out because files have them: code and constants of modules.
 *
 * Only read-only mappings, and only what the core was not meant to hold: bytes of a truncated core are lost,
 * the file has merely what they were before relocation.
 */
#include "target/build.h"
#include "target/file.h"

#include <string.h>

/* First address at or after @addr that no segment has, up to @end; *@ret_gap_end is where the next one
 * starts. */
static uint64_t next_gap(const struct lh_target *target, uint64_t addr, uint64_t end, uint64_t *ret_gap_end)
{
	size_t i = lh_target_first_segment(target, addr);

	for (; i < target->segment_count && target->segments[i].start <= addr && addr < end; i++)
		addr = target->segments[i].end;
	*ret_gap_end = end;
	if (i < target->segment_count && target->segments[i].start < end)
		*ret_gap_end = target->segments[i].start;
	return addr < end ? addr : end;
}

static bool can_fill(const struct lh_mapping *m, const struct lh_module *module)
{
	return m->path && m->readable && !m->writable && strcmp(m->path, module->path) == 0;
}

/* Segments for the gaps of [m->start + dumped, m->end), into
 * @more: the list being searched must stay sorted. */
static int fill_mapping(struct lh_target *target, const struct lh_mapping *m, const struct lh_file *file,
			struct lh_target *more)
{
	uint64_t at = m->dumped < m->end - m->start ? m->start + m->dumped : m->end, gap_end;
	int r = 0;

	while (r == 0 && (at = next_gap(target, at, m->end, &gap_end)) < m->end) {
		uint64_t offset = m->offset + (at - m->start), len = gap_end - at;

		if (offset < m->offset || offset >= file->len)
			return 0;
		if (len > file->len - offset)
			len = file->len - offset;
		r = lh_target_add_segment(
			more,
			&(struct lh_segment){.start = at, .end = at + len, .data = file->data + offset});
		at = gap_end;
	}
	return r;
}

static bool has_gap(const struct lh_target *target, const struct lh_mapping *m)
{
	uint64_t gap_end, from = m->dumped < m->end - m->start ? m->start + m->dumped : m->end;

	return next_gap(target, from, m->end, &gap_end) < m->end;
}

/* The file that was opened last; its bytes are the target's. */
struct opened {
	const struct lh_module *module; /* NULL: none */
	struct lh_file file;
};

static bool is_same_file(const struct lh_module *a, const struct lh_module *b)
{
	return a->main == b->main && strcmp(a->path, b->path) == 0 && a->build_id_len == b->build_id_len &&
	       memcmp(a->build_id, b->build_id, a->build_id_len) == 0;
}

/* A core may name one file a million times: it is mapped once. Return: as lh_file_open(). */
static int open_file(struct lh_target *target, const struct lh_module *module, struct opened *last)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	int r;

	if (last->module && is_same_file(last->module, module))
		return 0;
	r = lh_file_open(target, module, &file);
	if (r != 0)
		return r;
	*last = (struct opened){module, {.data = file->data, .len = file->len}};
	file->data = NULL; /* owned, or unmapped on failure */
	return lh_target_own(target, (void *)last->file.data, last->file.len);
}

static void log_missing(const struct lh_target *target, const struct lh_module *module, int r)
{
	if (r == LH_ABSENT)
		lh_log(target->ctx, 4, "%s: its code and constants are missing: no such file, give %s or %s",
		       module->path, lh_hint(target->ctx, LH_HINT_EXE),
		       lh_hint(target->ctx, LH_HINT_SYSROOT));
	else
		lh_log(target->ctx, 4, "%s: its code and constants are missing: %s", module->path,
		       lh_ctx_error(target->ctx)->text);
}

static int fill_module(struct lh_target *target, const struct lh_module *module, struct opened *last,
		       struct lh_target *more)
{
	int r = 0;

	for (size_t i = lh_target_first_mapping(target, module->start); i < target->mapping_count && r == 0;
	     i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->start >= module->end)
			break;
		if (!can_fill(m, module) || !has_gap(target, m))
			continue;
		r = open_file(target, module, last);
		if (r == LH_ABSENT || r == -LH_EFORMAT) {
			log_missing(target, module, r);
			return 0;
		}
		if (r == 0)
			r = fill_mapping(target, m, &last->file, more);
	}
	return r;
}

/* Some map pieces of files among the modules (libbacktrace, at a crash): those do not belong to them. */
static bool is_of_module(const struct lh_target *target, const struct lh_mapping *m)
{
	const struct lh_module *module = lh_target_module(target, m->start);

	return module && (!m->path || strcmp(m->path, module->path) == 0);
}

/* A file that is not here, so that its code and constants are missing. */
static void note_missing(struct lh_target *target, const struct lh_mapping *m)
{
	if (!m->path || m->writable || (target->last_missing && strcmp(target->last_missing, m->path) == 0))
		return;
	if (!target->first_missing)
		target->first_missing = m->path;
	target->last_missing = m->path;
	target->missing_file_count++;
}

/* What is missing although it matters: memory the process could write, and modules. */
static void count_missing(struct lh_target *target)
{
	for (size_t i = 0; i < target->mapping_count; i++) {
		const struct lh_mapping *m = &target->mappings[i];
		uint64_t at = m->start, gap_end;

		if (!m->readable || !(m->writable || m->dumped || is_of_module(target, m)))
			continue;
		while ((at = next_gap(target, at, m->end, &gap_end)) < m->end) {
			target->missing_bytes += gap_end - at;
			at = gap_end;
			note_missing(target, m);
		}
	}
}

int lh_modules_fill(struct lh_target *target)
{
	struct lh_target more = {.ctx = target->ctx};
	struct opened last = {0};
	int r = 0;

	for (size_t i = 0; i < target->module_count && r == 0; i++) {
		r = fill_module(target, &target->modules[i], &last, &more);
		if (r == 0)
			r = lh_progress(target->ctx, "opening modules", i, target->module_count);
	}
	for (size_t i = 0; i < more.segment_count && r == 0; i++)
		r = lh_target_add_segment(target, &more.segments[i]);
	free(more.segments);
	if (r < 0)
		return r;
	lh_target_settle(target);
	count_missing(target);
	return 0;
}
