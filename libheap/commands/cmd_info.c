/* SPDX-License-Identifier: Apache-2.0 */
/* info: Which Python the target runs, and how each struct layout was learned and proved. */
#include "command/command.h"
#include "commands/crash_verdict.h"
#include "commands/records.h"
#include "cpython/dict.h"
#include "cpython/gc.h"
#include "crash/crash.h"

#include <stdio.h>
#include <string.h>

static const struct lh_column columns[] = {
	{"id", NULL, LH_K_COUNT},
	{"address", NULL, LH_K_ADDR},
	{"threads", NULL, LH_K_COUNT},
	{"modules", NULL, LH_K_COUNT},
	{},
};

static const struct lh_column field_columns[] = {
	{"struct", NULL, LH_K_TEXT}, {"field", NULL, LH_K_TEXT}, {"offset", NULL, LH_K_COUNT},
	{"source", NULL, LH_K_TEXT}, {"proof", NULL, LH_K_TEXT}, {},
};

static const struct lh_option options[] = {
	{"layout-fields", 0, NULL, "one row per struct field: offset, source, proof"},
	{},
};

static const char *const examples[] = {
	"info core.1234",
	"info -p 1234",
	"info core.1234 --layout-fields",
	"info core.1234 --layout table",
	NULL,
};

/* ---- layout fields ---- */

/* Structs may have several names in fields.def: the first is enough. */
static size_t first_name(const char *names)
{
	return strcspn(names, "|");
}

static int add_field_row(const struct lh_layout *layout, enum lh_field field, struct lh_result *result)
{
	const struct lh_field_info *info = &lh_field_infos[field];
	bool has = lh_layout_has(layout, field);
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)first_name(info->types), info->types);
	return lh_result_row(
		result,
		(struct lh_value[]){
			LH_TEXT(name), LH_TEXT(*info->paths ? info->paths : "sizeof"),
			has ? LH_COUNT(lh_layout_at(layout, field)) : LH_NULL,
			LH_TEXT(has ? lh_layout_source_name((enum lh_layout_source)layout->source[field])
				    : "absent"),
			layout->proof[field] ? LH_TEXT(layout->proof[field]) : LH_NULL});
}

static int add_fields(const struct lh_layout *layout, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, field_columns, NULL);
	for (int i = 0; r == 0 && i < LH_F_COUNT; i++)
		r = add_field_row(layout, (enum lh_field)i, result);
	return r;
}

/* ---- interpreters ---- */

/* len(sys.modules), or -1. */
static int64_t count_modules(struct lh_heap *heap, const struct lh_interp *interp)
{
	struct lh_object object;
	struct lh_dict dict;

	if (!interp->modules || lh_object_at(heap, &heap->view, interp->modules, &object) != 0 ||
	    !(object.type->flags & LH_TPFLAG_DICT_SUBCLASS) ||
	    lh_dict_read(heap, &heap->view, object.bytes, &dict) != 0)
		return -1;
	return dict.used;
}

/* The main interpreter first: CPython's list has the newest first. */
static int add_interps(struct lh_heap *heap, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, columns, NULL);
	for (size_t i = heap->interp_count; r == 0 && i-- > 0;) {
		const struct lh_interp *in = &heap->interps[i];
		int64_t modules = count_modules(heap, in);

		r = lh_result_row(result, (struct lh_value[]){LH_COUNT(in->id), LH_ADDR(in->addr),
							      LH_COUNT(in->threads),
							      modules < 0 ? LH_NULL : LH_COUNT(modules)});
	}
	return r;
}

/* ---- summary ---- */

/* Since 3.12 in _PyRuntime, before that a static (Modules/_tracemalloc.c, exported 3.8-3.11). */
static struct lh_value tracemalloc(struct lh_heap *heap)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t config;
	int32_t tracing;

	if (!lh_layout_has(l, LH_F_TRACEMALLOC_TRACING))
		return LH_NULL;
	if (lh_layout_has(l, LH_F_RUNTIME_TRACEMALLOC))
		config = heap->runtime + lh_layout_at(l, LH_F_RUNTIME_TRACEMALLOC);
	else if (!heap->python ||
		 lh_modfile_symbol(heap->python, "_Py_tracemalloc_config", &config, NULL) != 0)
		return LH_NULL;
	if (lh_target_read(heap->target, config + lh_layout_at(l, LH_F_TRACEMALLOC_TRACING), &tracing,
			   sizeof(tracing)) != 0)
		return LH_NULL;
	return LH_BOOL(tracing != 0);
}

static struct lh_value gc_enabled(struct lh_heap *heap)
{
	struct lh_gc gc;

	if (lh_gc_read(heap, &heap->interps[heap->interp_count - 1], &gc) != 0 || !gc.flags_known)
		return LH_NULL;
	return LH_BOOL(gc.enabled);
}

static const char *hex(const struct lh_module *m, char buf[2 * LH_BUILD_ID_MAX + 1])
{
	if (!m || !m->build_id_len)
		return NULL;
	for (size_t i = 0; i < m->build_id_len; i++)
		snprintf(buf + 2 * i, 3, "%02x", m->build_id[i]);
	return buf;
}

static uint64_t count_threads(const struct lh_heap *heap)
{
	uint64_t threads = 0;

	for (size_t i = 0; i < heap->interp_count; i++)
		threads += heap->interps[i].threads;
	return threads;
}

static int add_summary(struct lh_heap *heap, const struct lh_heap_description *about,
		       struct lh_result *result)
{
	const struct lh_module *m = heap->module;
	char id[2 * LH_BUILD_ID_MAX + 1];
	const struct lh_summary summary[] = {
		{"python", lh_crash_happened(heap) ? "python" : NULL, LH_TEXT(about->python)},
		{"debug", NULL, LH_BOOL(about->debug)},
		{"free_threaded", NULL, LH_BOOL(about->free_threaded)},
		{"pointer_size", NULL, LH_COUNT(8)},
		{"executable", "executable", lh_text_or_null(heap->target->executable)},
		{"libpython", "libpython", lh_text_or_null(m && !m->main ? m->path : NULL)},
		{"build_id", "build-id", lh_text_or_null(hex(m, id))},
		{"python_file", NULL, lh_text_or_null(heap->python ? lh_modfile_path(heap->python) : NULL)},
		{"debug_file", "debug file",
		 lh_text_or_null(heap->python ? lh_modfile_debug_path(heap->python) : NULL)},
		{"debug_file_by", "debug file by",
		 lh_text_or_null(heap->python ? lh_modfile_debug_how(heap->python) : NULL)},
		{"runtime", "_PyRuntime", heap->runtime ? LH_ADDR(heap->runtime) : LH_NULL},
		{"layout", NULL, LH_TEXT(about->layout)},
		{"layout_origin", "layout", LH_TEXT(heap->layout.origin)},
		{"gc_enabled", "gc enabled", gc_enabled(heap)},
		{"interpreters", "interpreters", LH_COUNT(heap->interp_count)},
		{"threads", "threads", LH_COUNT(count_threads(heap))},
		{"tracemalloc", "tracemalloc", tracemalloc(heap)},
		{},
	};

	return lh_result_summarize(result, summary);
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_heap_description about;
	int r = lh_heap_describe(heap, &about);

	if (r == 0)
		r = lh_add_crash_verdict(heap, result); /* comes first */
	if (r == LH_ABSENT)
		r = lh_result_headline(result, "CPython %s, %s%s build, layout from %s", about.python,
				       about.free_threaded ? "free-threaded " : "",
				       about.debug ? "debug" : "release", heap->layout.origin);
	if (r == 0)
		r = add_summary(heap, &about, result);
	if (r != 0)
		return r;
	return lh_invocation_has(invocation, "layout-fields") ? add_fields(&heap->layout, result)
							      : add_interps(heap, result);
}

const struct lh_command lh_cmd_info = {
	.name = "info",
	.group = "The whole heap",
	.summary = "which Python is this, and how do we know?",
	.arguments = "",
	.description = "Of a core of a process that crashed, the first line says what happened to it, as\n"
		       "'crash' does.\n"
		       "\n"
		       "The summary shows the interpreter's version and build, where its files were\n"
		       "found and where the layout of its structs comes from. One row per interpreter:\n"
		       "its id, its address, and how many threads and modules it has.\n"
		       "\n"
		       "With --layout-fields there is one row per struct field: its offset, the source\n"
		       "it was taken from, and the check on the target's own memory that confirmed it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"layout-fields", field_columns}},
	.reads_little = true,
	.run = run,
};
