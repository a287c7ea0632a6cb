/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which build of CPython this is, before any layout is known: _Py_DebugOffsets of the target (3.13+),
 * Py_Version (3.11+), else the text of PY_VERSION in the file's .rodata.
 */
#include "discover/open.h"
#include "util/bytes.h"

#include <stdio.h>

#define DEBUG_OFFSETS_MAX 1024
#define RODATA_MAX (64u << 20)

static bool from_debug_offsets(struct lh_heap *heap)
{
	uint8_t bytes[DEBUG_OFFSETS_MAX];

	return lh_target_read(heap->target, heap->runtime, bytes, sizeof(bytes)) == 0 &&
	       lh_debug_offsets_peek(bytes, sizeof(bytes), &heap->build) == 0;
}

static bool from_symbol(struct lh_heap *heap)
{
	uint64_t addr;
	uint8_t word[8];

	if (lh_modfile_symbol(heap->python, "Py_Version", &addr, NULL) != 0)
		return false;
	if (lh_target_read(heap->target, addr, word, 8) != 0 &&
	    lh_modfile_read(heap->python, addr, word, 8) != 0)
		return false;
	heap->build.version = lh_u32(word);
	return heap->build.version >> 24 == 3;
}

/* "3.8.18" and a terminator: major and minor of one digit and one or two, as no other constant string is. */
static uint32_t parse_version(const char *s, size_t len)
{
	unsigned major, minor, micro;
	char text[16] = "";
	int used = 0;

	memcpy(text, s, len < sizeof(text) - 1 ? len : sizeof(text) - 1);
	if (sscanf(text, "%1u.%2u.%3u%n", &major, &minor, &micro, &used) != 3 ||
	    (text[used] && text[used] != '+'))
		return 0;
	return major == 2 || major == 3 ? LH_PYVER(major, minor, micro) : 0;
}

/* The minor version in the module's name: libpython3.8.so.1.0, python3.8. 0 if it has none. */
static uint32_t named_version(const struct lh_module *module)
{
	const char *p = strstr(module->path, "python");
	unsigned major, minor;

	for (const char *next = p; next; next = strstr(next + 1, "python"))
		p = next;
	if (!p || sscanf(p, "python%1u.%2u", &major, &minor) != 2)
		return 0;
	return LH_PYVER(major, minor, 0) >> 16;
}

static void from_rodata(struct lh_heap *heap)
{
	uint32_t named = named_version(heap->module), found = 0;
	_cleanup_free_ char *bytes = NULL;
	uint64_t addr, size;

	if (lh_modfile_section(heap->python, ".rodata", &addr, &size) != 0 || size > RODATA_MAX)
		return;
	bytes = malloc(size + 1);
	if (!bytes || lh_modfile_read(heap->python, addr, bytes, size) != 0)
		return;
	bytes[size] = 0;
	for (uint64_t i = 1; i + 6 < size; i++) {
		uint32_t v;

		if (bytes[i - 1] || (bytes[i] != '3' && bytes[i] != '2') || bytes[i + 1] != '.')
			continue;
		v = parse_version(bytes + i, strnlen(bytes + i, size - i));
		if (!v || (named && v >> 16 != named))
			continue;
		if (found && found != v)
			return; /* two candidates: leave it to the build-id */
		found = v;
	}
	heap->build.version = found;
}

void lh_version_detect(struct lh_heap *heap)
{
	uint64_t addr;

	if (!heap->python)
		return; /* lh_runtime_scan() found it in memory */
	heap->build = (struct lh_build){.machine = heap->target->machine};
	if (!from_debug_offsets(heap) && !from_symbol(heap))
		from_rodata(heap);
	/* sys.hexversion will give the rest */
	if (!heap->build.version && heap->module)
		heap->build.version = named_version(heap->module) << 16;
	/* Only builds that count references for debugging export it (Include/object.h, Py_REF_DEBUG). */
	if (lh_modfile_symbol(heap->python, "_Py_NegativeRefcount", &addr, NULL) == 0)
		heap->build.debug = true;
}
