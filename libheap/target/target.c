/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a target: the segments and mappings are sorted, so every question is a binary search, and the
 * answer of the last one is kept in the caller's view.
 */
#include "target/build.h"
#include "target/uncopied.h"

#include "util/bsearch.h"
#include "util/bytes.h"

#include <string.h>

#define ROOM_MAPPINGS_MAX 1024

size_t lh_target_first_segment(const struct lh_target *target, uint64_t addr)
{
	return lh_bsearch_first(target->segment_count, i, target->segments[i].end <= addr);
}

size_t lh_target_first_mapping(const struct lh_target *target, uint64_t addr)
{
	return lh_bsearch_first(target->mapping_count, i, target->mappings[i].end <= addr);
}

bool lh_target_next_writable(const struct lh_target *target, uint64_t from, uint64_t end,
			     struct lh_range *ret)
{
	for (size_t i = lh_target_first_segment(target, from); i < target->segment_count; i++) {
		const struct lh_segment *s = &target->segments[i];

		if (from >= end || s->start >= end)
			return false;
		if (s->writable) {
			*ret = (struct lh_range){s->start > from ? s->start : from,
						 s->end < end ? s->end : end};
			return true;
		}
	}
	return false;
}

uint64_t lh_target_bytes(const struct lh_target *target)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < target->segment_count; i++)
		sum += target->segments[i].end - target->segments[i].start;
	return sum;
}

const struct lh_segment *lh_target_segment(const struct lh_target *target, uint64_t addr)
{
	size_t i = lh_target_first_segment(target, addr);

	return i < target->segment_count && target->segments[i].start <= addr ? &target->segments[i] : NULL;
}

const struct lh_mapping *lh_target_mapping(const struct lh_target *target, uint64_t addr)
{
	size_t i = lh_target_first_mapping(target, addr);

	return i < target->mapping_count && target->mappings[i].start <= addr ? &target->mappings[i] : NULL;
}

bool lh_target_has_room(const struct lh_target *target, uint64_t addr, uint64_t len)
{
	const struct lh_segment *s = lh_target_segment(target, addr);
	uint64_t end = s ? s->end : addr;
	size_t first;

	if (end - addr >= len)
		return true;
	first = lh_target_first_mapping(target, addr);
	for (size_t i = first; i < target->mapping_count && i - first < ROOM_MAPPINGS_MAX && end - addr < len;
	     i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->start > end)
			break;
		end = m->end > end ? m->end : end;
	}
	return end - addr >= len;
}

const struct lh_module *lh_target_module(const struct lh_target *target, uint64_t addr)
{
	size_t i = lh_bsearch_first(target->module_count, k, target->modules[k].end <= addr);

	return i < target->module_count && target->modules[i].start <= addr ? &target->modules[i] : NULL;
}

/* The run of bytes around @addr that is here, of which @len from @addr on are wanted. */
static int find_run(struct lh_target *target, uint64_t addr, uint64_t len, struct lh_view *ret)
{
	const struct lh_segment *s = lh_target_segment(target, addr);
	uint64_t start, end;
	int r;

	if (!s)
		return LH_ABSENT;
	start = s->start;
	end = s->end;
	if (s->lazy) {
		r = lh_lazy_load(target, s, addr, len, &start, &end);
		if (r != 0)
			return r;
	}
	*ret = (struct lh_view){
		.target = target, .start = start, .size = end - start, .data = s->data + (start - s->start)};
	return 0;
}

const void *lh_view_seek(struct lh_view *view, uint64_t addr, uint64_t len)
{
	struct lh_view run;
	uint64_t at;
	int r;

	r = find_run(view->target, addr, len, &run);
	/* A view cannot report; let the loop around it stop at its next lh_progress(). */
	if (r == -LH_EINTR)
		lh_ctx_interrupt(view->target->ctx);
	if (r != 0)
		return NULL;
	*view = run;
	at = addr - run.start;
	return len <= run.size - at ? run.data + at : NULL;
}

size_t lh_uncopied_first(const struct lh_target *t, uint64_t addr)
{
	return lh_bsearch_first(t->uncopied_count, i, t->uncopied[i].end <= addr);
}

uint64_t lh_target_uncopied(const struct lh_target *target, uint64_t start, uint64_t end)
{
	uint64_t sum = 0;

	for (size_t i = lh_uncopied_first(target, start);
	     i < target->uncopied_count && target->uncopied[i].start < end; i++) {
		const struct lh_range *r = &target->uncopied[i];

		sum += (r->end < end ? r->end : end) - (r->start > start ? r->start : start);
	}
	return sum;
}

int lh_target_read(struct lh_target *target, uint64_t addr, void *buf, uint64_t len)
{
	uint8_t *to = buf;

	while (len) {
		struct lh_view run = {0};
		uint64_t at, n;
		int r = find_run(target, addr, len, &run);

		if (r < 0)
			return r;
		if (r == LH_ABSENT)
			return lh_fail_at(target->ctx, LH_EFAULT, addr,
					  "read %" PRIu64 " bytes: the target does not have 0x%" PRIx64 "%s",
					  len, addr,
					  lh_target_uncopied(target, addr, addr + 1)
						  ? ": contents of a large object were not copied"
						  : "");
		at = addr - run.start;
		n = run.size - at < len ? run.size - at : len;
		memcpy(to, run.data + at, n);
		to += n;
		addr += n;
		len -= n;
	}
	return 0;
}

int lh_target_u64(struct lh_target *target, uint64_t addr, uint64_t *ret)
{
	return lh_target_read(target, addr, ret, sizeof(*ret));
}

int lh_target_string(struct lh_target *target, uint64_t addr, char *buf, size_t size)
{
	size_t have = 0;

	while (have + 1 < size) {
		struct lh_view run;
		uint64_t at, n;
		const char *end;

		if (find_run(target, addr + have, 1, &run) != 0)
			break;
		at = addr + have - run.start;
		n = run.size - at < size - 1 - have ? run.size - at : size - 1 - have;
		end = memchr(run.data + at, 0, n);
		if (end)
			n = (uint64_t)((const uint8_t *)end - (run.data + at));
		memcpy(buf + have, run.data + at, n);
		have += n;
		if (end) {
			buf[have] = 0;
			return 0;
		}
	}
	if (size)
		buf[have] = 0;
	return LH_ABSENT;
}

bool lh_target_is_exe(const struct lh_target *target, const struct lh_module *module)
{
	return target->exe_id_len && module->build_id_len == target->exe_id_len &&
	       memcmp(module->build_id, target->exe_id, target->exe_id_len) == 0;
}
