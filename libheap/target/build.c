/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building a target: options, segments and mappings in any order, then sorted, clipped and joined.
 *
 * Cores are hostile: ranges may wrap, overlap or repeat. Whatever is added, after lh_target_settle() the
 * lists are sorted and free of overlaps, which is all that the readers in target.c rely on.
 */
#include "target/build.h"

#include "util/array.h"
#include "util/info.h"
#include "util/string.h"

#include <elf.h>
#include <string.h>
#include <sys/mman.h>

static int copy_option(struct lh_ctx *ctx, const char *text, char **ret)
{
	if (!text || !*text)
		return 0;
	*ret = strdup(text);
	return *ret ? 0 : lh_nomem(ctx);
}

static int copy_options(struct lh_target *target, const struct lh_target_options *options)
{
	struct lh_target_options known = {0};
	int r = lh_info_take(target->ctx, "lh_target_options", options, &known, sizeof(known));

	target->stopped = known.stopped;
	if (r == 0)
		r = copy_option(target->ctx, known.exe, &target->exe);
	if (r == 0)
		r = copy_option(target->ctx, known.sysroot, &target->sysroot);
	if (r == 0)
		r = copy_option(target->ctx, known.debug_dir, &target->debug_dir);
	return r;
}

#ifdef __aarch64__
#define THIS_MACHINE EM_AARCH64
#else
#define THIS_MACHINE EM_X86_64
#endif

int lh_target_new(struct lh_ctx *ctx, enum lh_target_kind kind, const struct lh_target_options *options,
		  struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = lh_new0(struct lh_target, 1);
	int r;

	if (!target)
		return lh_nomem(ctx);
	target->ctx = ctx;
	target->kind = kind;
	target->machine = THIS_MACHINE; /* a core says its own */
	r = copy_options(target, options);
	if (r == 0)
		r = lh_named_check_paths(target);
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}

int lh_target_own(struct lh_target *target, void *data, size_t len)
{
	struct lh_host_map map = {.data = data, .len = len};
	int r = lh_append(target->ctx, target->maps, target->map_count, target->map_capacity, map);

	if (r < 0)
		munmap(data, len);
	return r;
}

int lh_target_reserve(struct lh_target *target, uint64_t len, uint8_t **ret)
{
	void *data = MAP_FAILED;
	char text[LH_SIZE_MAX];
	int r;

	if (len <= SIZE_MAX / 2)
		data = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			    -1, 0);
	if (data == MAP_FAILED)
		return lh_fail(target->ctx, LH_ENOMEM, "no address space for %s of the target",
			       lh_size_text(len, text));
	r = lh_target_own(target, data, len);
	if (r == 0)
		*ret = data;
	return r;
}

int lh_target_add_segment(struct lh_target *target, const struct lh_segment *segment)
{
	if (segment->start >= segment->end)
		return 0;
	return lh_append(target->ctx, target->segments, target->segment_count, target->segment_capacity,
			 *segment);
}

int lh_target_add_lazy(struct lh_target *target, uint64_t start, uint64_t end, bool writable)
{
	struct lh_segment segment = {.start = start, .end = end, .writable = writable};
	uint8_t *data = NULL;
	int r;

	if (start >= end)
		return 0;
	r = lh_target_reserve(target, end - start, &data);
	if (r < 0)
		return r;
	segment.data = data;
	r = lh_lazy_new(target, end - start, &segment.lazy);
	if (r < 0)
		return r;
	r = lh_target_add_segment(target, &segment);
	if (r < 0)
		lh_lazy_free(segment.lazy);
	return r;
}

int lh_target_keep_path(struct lh_target *target, const char *path, char **ret)
{
	char *copy = path ? strdup(path) : NULL;
	int r;

	*ret = NULL;
	if (!path)
		return 0;
	if (!copy)
		return lh_nomem(target->ctx);
	r = lh_append(target->ctx, target->paths, target->path_count, target->path_capacity, copy);
	if (r < 0)
		free(copy);
	else
		*ret = copy;
	return r;
}

int lh_target_add_mapping(struct lh_target *target, const struct lh_mapping *mapping)
{
	if (mapping->start >= mapping->end)
		return 0;
	return lh_append(target->ctx, target->mappings, target->mapping_count, target->mapping_capacity,
			 *mapping);
}

static int by_segment_start(const void *a, const void *b)
{
	const struct lh_segment *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end; /* the longer first: it keeps its bytes */
}

static int by_mapping_start(const void *a, const void *b)
{
	const struct lh_mapping *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->end > y->end ? -1 : x->end < y->end;
}

/* One run of bytes here as there. Lazy segments keep their own bitmaps and are never joined. */
static bool continues(const struct lh_segment *a, const struct lh_segment *b)
{
	return a->end == b->start && a->data + (a->end - a->start) == b->data && a->writable == b->writable &&
	       !a->lazy && !b->lazy;
}

static void settle_segments(struct lh_target *target)
{
	struct lh_segment *all = target->segments;
	size_t n = 0;

	if (target->segment_count)
		qsort(all, target->segment_count, sizeof(*all), by_segment_start);
	for (size_t i = 0; i < target->segment_count; i++) {
		struct lh_segment s = all[i];

		if (n && s.start < all[n - 1].end) {
			uint64_t cut = all[n - 1].end - s.start;

			/* A lazy segment's bitmaps count from its start: one that
			 * overlaps is dropped whole. */
			if (s.end <= all[n - 1].end || s.lazy) {
				lh_lazy_free(s.lazy);
				continue;
			}
			s.start += cut;
			s.data += cut;
		}
		if (n && continues(&all[n - 1], &s))
			all[n - 1].end = s.end;
		else
			all[n++] = s;
	}
	target->segment_count = n;
}

static void settle_mappings(struct lh_target *target)
{
	struct lh_mapping *all = target->mappings;
	size_t n = 0;

	if (target->mapping_count)
		qsort(all, target->mapping_count, sizeof(*all), by_mapping_start);
	for (size_t i = 0; i < target->mapping_count; i++) {
		struct lh_mapping m = all[i];

		if (n && m.start < all[n - 1].end) {
			uint64_t cut = all[n - 1].end - m.start;

			m.offset += cut;
			m.dumped -= cut < m.dumped ? cut : m.dumped;
			m.start = all[n - 1].end;
		}
		if (m.start < m.end)
			all[n++] = m;
	}
	target->mapping_count = n;
}

void lh_target_settle(struct lh_target *target)
{
	settle_segments(target);
	settle_mappings(target);
}

static void free_lists(struct lh_target *target)
{
	for (size_t i = 0; i < target->segment_count; i++)
		lh_lazy_free(target->segments[i].lazy);
	for (size_t i = 0; i < target->path_count; i++)
		free(target->paths[i]);
	free(target->paths);
	for (size_t i = 0; i < target->module_count; i++)
		free(target->modules[i].path);
	for (size_t i = 0; i < target->map_count; i++)
		munmap(target->maps[i].data, target->maps[i].len);
	free(target->segments);
	free(target->holes);
	free(target->pages);
	free(target->uncopied);
	free(target->mappings);
	free(target->registers);
	free(target->stacks);
	free(target->lwps);
	free(target->modules);
	free(target->maps);
}

struct lh_target *lh_target_free(struct lh_target *target)
{
	if (!target)
		return NULL;
	free_lists(target);
	if (target->ops && target->ops->free)
		target->ops->free(target);
	free(target->path);
	free(target->auxv);
	free(target->exe);
	free(target->sysroot);
	free(target->debug_dir);
	free(target->executable);
	free(target->damage);
	free(target);
	return NULL;
}
