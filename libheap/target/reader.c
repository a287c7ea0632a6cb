/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that the caller reads for us: a debugger, a test.
 *
 * The regions become lazy segments, so the callback is called once per block and not once per field. The
 * callback runs on whatever thread reads; callers that are bound to one thread (GDB) use the library from
 * that thread only.
 */
#include "target/build.h"

#include "util/array.h"
#include "util/info.h"

#include <errno.h>
#include <string.h>

static int64_t fetch(struct lh_target *target, uint64_t addr, void *buf, uint64_t len)
{
	const struct lh_reader *reader = target->medium;
	int64_t n = reader->read(reader->arg, addr, buf, len);

	if (n >= 0)
		return n;
	if (n != -EINTR)
		return lh_fail_at(target->ctx, LH_EIO, addr,
				  "read %" PRIu64 " bytes at 0x%" PRIx64 ": the caller's reader failed: %s",
				  len, addr, strerror(n > -4096 ? (int)-n : EIO));
	return lh_fail(target->ctx, LH_EINTR, "read target memory: interrupted");
}

static void free_medium(struct lh_target *target)
{
	free(target->medium);
}

static const struct lh_target_ops reader_ops = {.fetch = fetch, .free = free_medium};

static int add_region(struct lh_target *target, const struct lh_region *region)
{
	struct lh_mapping mapping = {.start = region->start,
				     .end = region->end,
				     .offset = region->offset,
				     .readable = region->readable,
				     .writable = region->writable,
				     .executable = region->executable};
	int r = lh_target_keep_path(target, region->path, &mapping.path);

	return r == 0 ? lh_target_add_mapping(target, &mapping) : r;
}

static int add_regions(struct lh_target *target, const struct lh_reader *reader)
{
	int r = 0;

	for (size_t i = 0; i < reader->region_count && r == 0; i++)
		r = add_region(target, &reader->regions[i]);
	if (r < 0)
		return r;
	for (size_t i = 0; i < target->mapping_count; i++)
		if (target->mappings[i].path && strcmp(target->mappings[i].path, "[stack]") == 0)
			target->first_stack = target->mappings[i].end - 8;
	lh_target_settle(target); /* overlaps are clipped before anything is reserved */
	for (size_t i = 0; i < target->mapping_count && r == 0; i++) {
		const struct lh_mapping *m = &target->mappings[i];

		if (m->readable)
			r = lh_target_add_lazy(target, m->start, m->end, m->writable);
	}
	lh_target_settle(target);
	return r;
}

int lh_target_open_reader(struct lh_ctx *ctx, const struct lh_reader *reader,
			  const struct lh_target_options *options, struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	struct lh_reader *copy;
	int r;

	r = lh_target_new(ctx, LH_TARGET_READER, options, &target);
	if (r < 0)
		return r;
	copy = lh_new0(struct lh_reader, 1);
	if (!copy)
		return lh_nomem(ctx);
	target->medium = copy;
	target->ops = &reader_ops;
	r = lh_info_take(ctx, "lh_reader", reader, copy, sizeof(*copy));
	if (r < 0)
		return r;
	target->pid = copy->pid;
	r = add_regions(target, copy);
	if (r < 0)
		return r;
	r = lh_modules_find(target, &(struct lh_auxv){0});
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}
