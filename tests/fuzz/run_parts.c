/* SPDX-License-Identifier: Apache-2.0 */
/* What reads files that are no cores; each input is told by its
 * first bytes, so that mutations keep to one. */
#include "run_all.h"

#include "debuginfo/dwarf.h"
#include "layout/cache.h"
#include "target/decompress.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/string.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define COOKIE "xdebugpy"
#define TEXT "py-heap layout "
#define ID_LINE "\nbuild-id "
#define TEXT_MAX (64u << 10)

static uint64_t fnv1a(const char *bytes, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
	return h;
}

static bool begins_with(const uint8_t *data, size_t len, const char *text)
{
	return len >= strlen(text) && memcmp(data, text, strlen(text)) == 0;
}

int fix_layout(const uint8_t *data, size_t len, struct lh_string *ret, char *id)
{
	_cleanup_free_ char *text = strndup((const char *)data, len < TEXT_MAX ? len : TEXT_MAX);
	char *end, *line;

	id[0] = '\0';
	if (!text || !begins_with(data, len, TEXT))
		return LH_ABSENT;
	line = strstr(text, ID_LINE);
	if (line)
		snprintf(id, LAYOUT_ID_MAX, "%.*s", (int)strcspn(line + strlen(ID_LINE), "\n"),
			 line + strlen(ID_LINE));
	end = strstr(text, "\nchecksum ");
	if (end)
		end[1] = '\0';
	lh_string_addf(ret, "%schecksum %016" PRIx64 "\n", text, fnv1a(text, strlen(text)));
	return ret->failed ? LH_ABSENT : 0;
}

static void run_cached_layout(const uint8_t *data, size_t len)
{
	_cleanup_string_ struct lh_string fixed = {0};
	struct lh_layout layout;
	char id[LAYOUT_ID_MAX];
	struct lh_ctx *ctx;

	if (lh_ctx_new(&ctx) != 0)
		return;
	if (fix_layout(data, len, &fixed, id) == 0 &&
	    lh_layout_read_text(fixed.text, fixed.len, id, &layout) == 0) {
		lh_layout_set_constants(&layout);
		lh_layout_drop_parts(&layout);
		lh_layout_check(ctx, &layout);
	}
	lh_ctx_free(ctx);
}

/* Over each table, as a target that says it is of that build would have it. */
static void run_debug_offsets(const uint8_t *data, size_t len)
{
	struct lh_build build = {0};
	struct lh_ctx *ctx;

	if (lh_ctx_new(&ctx) != 0)
		return;
	for (size_t i = 0; lh_debug_offsets_peek(data, len, &build) == 0; i++) {
		struct lh_layout layout;

		if (lh_layout_candidate(&build, NULL, 0, i, &layout) == LH_ABSENT)
			break;
		lh_debug_offsets_differ(&layout, data, len);
		if (lh_layout_add_debug_offsets(ctx, &layout, data, len) == 0)
			lh_layout_check(ctx, &layout);
	}
	lh_ctx_free(ctx);
}

static void run_compressed(const uint8_t *data, size_t len)
{
	char *damage = NULL;
	struct lh_ctx *ctx;
	int fd;

	if (lh_ctx_new(&ctx) != 0)
		return;
	if (lh_decompress(ctx, "core", data, len, &fd, &damage) == 0) {
		free(damage);
		close(fd);
	}
	lh_ctx_free(ctx);
}

/* Steps that no field of a layout has today. */
static void run_paths(struct lh_ctx *ctx, const char *path)
{
	struct lh_dwarf_field fields[] = {
		{"_gc_runtime_state", "generations[1].head"},
		{"_gc_runtime_state", "generations[3]|generations"},
		{"_dictkeysobject", "dk_indices[7]"},
		{"PyTupleObject", "ob_item[0].ob_type"},
		{"grid", "cells[1][2]"},
		{"grid", "cells[1].first"},
		{"grid", "cells[x"},
	};

	(void)lh_dwarf_fields(ctx, path, fields, LH_ARRAY_SIZE(fields));
}

/* DWARF readers open files. */
static void run_program(const uint8_t *data, size_t len)
{
	static const struct lh_build build = {.version = LH_PYVER(3, 11, 0)};
	int fd = memfd_create("program", MFD_CLOEXEC);
	struct lh_layout layout;
	struct lh_ctx *ctx;
	char path[64];

	if (fd < 0)
		return;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, len) == (ssize_t)len && lh_ctx_new(&ctx) == 0) {
		if (lh_layout_from_dwarf(ctx, path, &build, &layout) == 0)
			lh_layout_check(ctx, &layout);
		run_paths(ctx, path);
		lh_ctx_free(ctx);
	}
	close(fd);
}

bool run_parts(const uint8_t *data, size_t len)
{
	if (begins_with(data, len, TEXT))
		run_cached_layout(data, len);
	else if (begins_with(data, len, COOKIE))
		run_debug_offsets(data, len);
	else if (lh_compression_name(data, len))
		run_compressed(data, len);
	else if (begins_with(data, len, "\177ELF") && len > 18 && (data[16] == 2 || data[16] == 3))
		run_program(data, len);
	else
		return false;
	return true;
}
