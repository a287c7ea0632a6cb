/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/plan.h"
#include "target/build.h"
#include "util/array.h"

#include <string.h>

static bool is_file(const struct lh_mapping *m)
{
	return m->path && m->path[0] == '/';
}

/* What the loader made read-only after it had relocated it: the mapping before the writable one of the same file. */
static bool is_relocated(const struct lh_target *t, size_t i)
{
	const struct lh_mapping *m = &t->mappings[i], *next = m + 1;

	return i + 1 < t->mapping_count && !m->executable && is_file(m) && is_file(next) && next->writable &&
	       next->start == m->end && strcmp(m->path, next->path) == 0;
}

/* Bytes of a mapping from its start on that are written: not code, which files have. Of a process not their constants either, as in cores of
 * the kernel (man 5 core: coredump_filter). */
static uint64_t wanted(const struct lh_target *t, size_t i)
{
	const struct lh_mapping *m = &t->mappings[i];
	uint64_t size = m->end - m->start,
		 head = m->offset == 0 && size >= LH_PAGE && lh_target_module(t, m->start) ? LH_PAGE : 0;

	if (t->kind == LH_TARGET_CORE && !(m->executable && !m->writable && is_file(m)))
		return m->dumped < size ? m->dumped : size;
	if (t->kind == LH_TARGET_CORE)
		return m->dumped < head ? m->dumped : head;
	if (m->writable)
		return size;
	if (!is_file(m))
		return m->path && strncmp(m->path, "[v", 2) == 0 && strcmp(m->path, "[vdso]") != 0 ? 0 : size;
	if (is_relocated(t, i))
		return size;
	return head; /* of the file: its headers, and as a rule its build-id */
}

static int add(struct lh_target *t, struct lh_snapshot_plan *plan, const struct lh_mapping *m, uint64_t start,
	       uint64_t end, uint64_t bytes)
{
	if (start >= end)
		return 0;
	plan->bytes += bytes;
	return lh_append(t->ctx, plan->pieces, plan->count, plan->capacity,
			 ((struct lh_snapshot_piece){start, end, bytes, m}));
}

/* Memory of files that others share with the process is theirs; a debugger's process has no other. */
static bool is_here(const struct lh_target *t, const struct lh_segment *s, const struct lh_mapping *m)
{
	return !s->lazy || t->kind == LH_TARGET_READER || (m->writable && !is_file(m));
}

/* Pages within that are not here (guards) are pieces without bytes. */
static int add_mapping(struct lh_target *t, struct lh_snapshot_plan *plan, const struct lh_mapping *m,
		       uint64_t len)
{
	uint64_t at = m->start, end = m->start + len;
	int r = 0;

	for (size_t i = lh_target_first_segment(t, at);
	     i < t->segment_count && t->segments[i].start < end && r == 0; i++) {
		const struct lh_segment *s = &t->segments[i];
		uint64_t from = s->start > at ? s->start : at, to = s->end < end ? s->end : end;

		if (!is_here(t, s, m))
			continue;
		r = add(t, plan, m, at, from, 0);
		/* What follows is a file's: one header has both, as the kernel writes it. */
		if (r == 0 && to == end)
			return add(t, plan, m, from, m->end, to - from);
		if (r == 0)
			r = add(t, plan, m, from, to, to - from);
		at = to;
	}
	return r == 0 ? add(t, plan, m, at, m->end, 0) : r;
}

int lh_plan_make(struct lh_target *t, struct lh_snapshot_plan *ret)
{
	int r = 0;

	*ret = (struct lh_snapshot_plan){0};
	for (size_t i = 0; i < t->mapping_count && r == 0; i++)
		r = add_mapping(t, ret, &t->mappings[i], wanted(t, i));
	return r;
}

void lh_plan_fini(struct lh_snapshot_plan *plan)
{
	free(plan->pieces);
}
