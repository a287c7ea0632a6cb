/* SPDX-License-Identifier: Apache-2.0 */
/* diff: growth by type, and the figures above the rows of all ways to ask. */
#include "command/doubts.h"
#include "command/findings.h"
#include "commands/diff.h"
#include "describe/path_text.h"
#include "util/shell.h"

/* @native, @born: which of them gives way when there is no room; see lh_column.spare */
#define GROWTH_COLUMNS(native, born)                                                                         \
	{"type", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE}, {"count_before", "BEFORE", LH_K_COUNT, .spare = 1}, \
		{"count_after", "AFTER", LH_K_COUNT}, {"count_delta", "MORE", LH_K_COUNT},                   \
		{"bytes_before", NULL, LH_K_BYTES, .hidden = true},                                          \
		{"bytes_after", NULL, LH_K_BYTES, .hidden = true}, {"bytes_delta", "BYTES", LH_K_BYTES},     \
		{"native_delta", "NATIVE", LH_K_BYTES, .spare = (native)},                                   \
		{"born", "NEW", LH_K_COUNT, .spare = (born)},                                                \
		{"doubtful", NULL, LH_K_COUNT, .hidden = true},                                              \
	{                                                                                                    \
		"is_memory", NULL, LH_K_BOOL, .hidden = true                                                 \
	}

const struct lh_column lh_diff_type_columns[] = {
	GROWTH_COLUMNS(2, 0),
	{},
};

/* Of a process that is watched, too: what was born until the middle and is still there at the end */
const struct lh_column lh_diff_watch_columns[] = {
	GROWTH_COLUMNS(3, 2),
	{"stays", "STAY", LH_K_COUNT},
	{"stay_bytes", NULL, LH_K_BYTES, .hidden = true},
	{"example", NULL, LH_K_ADDR, .hidden = true},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LINE},
	{},
};

/* ---- above the rows ---- */

/* "1.2 MB more", "3 fewer", "none more": what comes after it says of what. */
static void add_change(struct lh_string *out, int64_t delta, bool bytes)
{
	uint64_t size = delta < 0 ? -(uint64_t)delta : (uint64_t)delta;
	char text[LH_SIZE_MAX];

	lh_string_addf(out, "%s %s", bytes ? lh_size_text(size, text) : LH_COUNTED(size),
		       delta < 0 ? (bytes ? "less" : "fewer") : "more");
}

static int64_t objects_delta(const struct lh_growth *g)
{
	return (int64_t)(g->counts[LH_AFTER].objects - g->counts[LH_BEFORE].objects);
}

static int64_t bytes_delta(const struct lh_growth *g)
{
	return (int64_t)(g->counts[LH_AFTER].bytes - g->counts[LH_BEFORE].bytes);
}

static int64_t native_delta(const struct lh_growth *g)
{
	return (int64_t)(g->counts[LH_AFTER].native - g->counts[LH_BEFORE].native);
}

int lh_diff_headline(struct lh_diff *diff, const struct lh_growth *g)
{
	_cleanup_string_ struct lh_string text = {0};

	add_change(&text, objects_delta(g), false);
	lh_string_add(&text, " objects, ");
	add_change(&text, bytes_delta(g), true);
	lh_string_addf(&text, " than in %s", diff->words[0]);
	if (text.failed)
		return lh_nomem(diff->heap->ctx);
	return lh_result_headline(diff->result, "%s.", text.text);
}

/* By how much a node of the tree of memory grew. */
static int64_t node_delta(const struct lh_growth *g, const char *path)
{
	const struct lh_memory_row *before = lh_memory_row_of(g->memory[LH_BEFORE], path),
				   *after = lh_memory_row_of(g->memory[LH_AFTER], path);

	return (int64_t)((after ? after->sum.bytes : 0) - (before ? before->sum.bytes : 0));
}

static int64_t arenas_delta(const struct lh_growth *g)
{
	const struct lh_pymalloc *before = &g->heaps[LH_BEFORE]->pymalloc,
				 *after = &g->heaps[LH_AFTER]->pymalloc;

	return (int64_t)(after->count * after->arena_size - before->count * before->arena_size);
}

int lh_diff_sums(struct lh_diff *diff, const struct lh_growth *g)
{
	return lh_result_summarize(
		diff->result,
		(struct lh_summary[]){
			{"objects_delta", "more objects", LH_COUNT(objects_delta(g))},
			{"bytes_delta", "more bytes", LH_BYTES(bytes_delta(g))},
			{"native_delta", native_delta(g) ? "  native, of objects" : NULL,
			 LH_BYTES(native_delta(g))},
			{"writable_delta", "more writable memory",
			 LH_BYTES(g->memory[LH_AFTER]->writable - g->memory[LH_BEFORE]->writable)},
			{"arenas_delta", "  arenas", LH_BYTES(arenas_delta(g))},
			{"malloc_delta", "  malloc", LH_BYTES(node_delta(g, "malloc"))},
			{"malloc_free_delta", "    of it free", LH_BYTES(node_delta(g, "malloc/free"))},
			{"same_process", NULL, LH_BOOL(!diff->differ)},
			{},
		});
}

int lh_diff_warn(struct lh_diff *diff, const struct lh_growth *g)
{
	int r = 0;

	for (int moment = 0; r == 0 && moment < LH_MOMENTS; moment++) {
		lh_result_about(diff->result, moment == LH_BEFORE ? diff->words[0] : NULL);
		r = lh_result_memory_warnings(diff->result, g->memory[moment]);
		if (r == 0)
			r = lh_result_findings(diff->result, &g->counts[moment].findings,
					       g->counts[moment].tracked);
	}
	return r;
}

/* How many of the objects that are there were not before. */
static int add_births(struct lh_diff *diff, const struct lh_growth *g)
{
	bool known = !diff->differ;

	return lh_result_summarize(diff->result, (struct lh_summary[]){
							 {"born", known ? "new objects" : NULL,
							  known ? LH_COUNT(g->born) : LH_NULL},
							 {"doubtful", g->doubtful ? "  doubtful ones" : NULL,
							  known ? LH_COUNT(g->doubtful) : LH_NULL},
							 {},
						 });
}

/* ---- rows ---- */

/* The columns of a process that is watched come last: others have no room for them. @stays: NULL: not known. */
static int add_row(struct lh_diff *diff, const struct lh_growth_type *t, const struct lh_stays *stays)
{
	bool known = !diff->differ && !t->is_memory, stay = stays && !t->is_memory;
	_cleanup_string_ struct lh_string path = {0};

	if (t->stays && t->stays->place != LH_NO_PLACE)
		lh_place_text(&stays->paths, t->stays->place, &path, NULL);
	if (path.failed)
		return lh_nomem(diff->heap->ctx);
	return lh_result_row(
		diff->result,
		(struct lh_value[]){
			LH_TEXT(t->name), LH_COUNT(t->count[LH_BEFORE]), LH_COUNT(t->count[LH_AFTER]),
			LH_COUNT(t->count[LH_AFTER] - t->count[LH_BEFORE]), LH_BYTES(t->bytes[LH_BEFORE]),
			LH_BYTES(t->bytes[LH_AFTER]), LH_BYTES(t->bytes[LH_AFTER] - t->bytes[LH_BEFORE]),
			t->is_memory ? LH_NULL : LH_BYTES(t->native[LH_AFTER] - t->native[LH_BEFORE]),
			known ? LH_COUNT(t->born) : LH_NULL, known ? LH_COUNT(t->doubtful) : LH_NULL,
			LH_BOOL(t->is_memory), stay ? LH_COUNT(t->stay_count) : LH_NULL,
			stay ? LH_BYTES(t->stay_bytes) : LH_NULL,
			t->stays ? LH_ADDR(t->stays->example) : LH_NULL, lh_text_or_null(path.text)});
}

static bool has_changed(const struct lh_growth_type *t)
{
	return lh_growth_bytes(t) || t->count[LH_BEFORE] != t->count[LH_AFTER] || t->born || t->doubtful ||
	       t->bytes[LH_BEFORE] != t->bytes[LH_AFTER];
}

static int add_rows(struct lh_diff *diff, const struct lh_growth *g, const struct lh_stays *stays)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < g->count; i++)
		if (has_changed(&g->types[i]))
			r = add_row(diff, &g->types[i], stays);
	return r;
}

/* What keeps the objects of the type that grew most alive. */
static int suggest(struct lh_diff *diff, const struct lh_growth *g)
{
	_cleanup_string_ struct lh_string name = {0};

	if (!g->count || lh_growth_bytes(&g->types[0]) <= 0 || (diff->watch && diff->watch->ended))
		return 0;
	if (g->types[0].stays)
		return lh_result_next(diff->result, "all that keeps one of them alive", "why 0x%" PRIx64,
				      g->types[0].stays->example);
	if (g->types[0].is_memory)
		return lh_result_next(diff->result, "all memory, native memory among it", "memory");
	lh_shell_word(&name, g->types[0].name);
	if (name.failed)
		return lh_nomem(diff->heap->ctx);
	return lh_result_next(diff->result, "what keeps them alive", "why --type %s", name.text);
}

/* What is said of doubtful ones, and of moments that are not of one process. */
static int note(struct lh_diff *diff, const struct lh_growth *g)
{
	if (diff->differ)
		return lh_result_note(diff->result,
				      "These are two processes (%s): types are compared, objects cannot be.",
				      diff->differ);
	if (g->doubtful)
		return lh_result_note(
			diff->result,
			"%s %s the address and type of an earlier one and other contents: changed "
			"since, or new at an address that was free again.",
			LH_COUNTED(g->doubtful), g->doubtful == 1 ? "object has" : "objects have");
	return 0;
}

/* @stays: NULL: there are no three moments */
static int find(struct lh_diff *diff, struct lh_growth *g, struct lh_stays *stays)
{
	_cleanup_(lh_born_fini) struct lh_born born = {0};
	int r = diff->differ ? 0 : lh_born_find(diff->earlier[0].heap, diff->heap, &born);

	if (r == 0)
		r = lh_growth_find(diff->earlier[0].heap, diff->heap, g);
	if (r == 0 && !diff->differ)
		lh_growth_add_born(g, &born);
	if (r == 0 && stays)
		r = lh_stays_find(diff->earlier[0].heap, diff->earlier[1].heap, diff->heap, stays);
	if (r == 0 && stays)
		lh_growth_add_stays(g, stays);
	if (r == 0)
		lh_growth_sort(g);
	return r;
}

static void choose_columns(const struct lh_diff *diff, const struct lh_growth *g,
			   const struct lh_stays *stays)
{
	lh_result_columns(diff->result, diff->watch ? lh_diff_watch_columns : lh_diff_type_columns, NULL);
	if (diff->differ)
		lh_result_hide(diff->result, "born");
	if (!g->counts[LH_BEFORE].native && !g->counts[LH_AFTER].native)
		lh_result_hide(diff->result, "native_delta");
	if (diff->watch && !stays)
		lh_result_hide(diff->result, "stays");
}

static int tell(struct lh_diff *diff, const struct lh_growth *g, const struct lh_stays *stays)
{
	int r = lh_diff_headline(diff, g);

	choose_columns(diff, g, stays);
	if (r == 0)
		r = lh_diff_sums(diff, g);
	if (r == 0)
		r = add_births(diff, g);
	if (r == 0)
		r = add_rows(diff, g, stays);
	if (r == 0)
		r = note(diff, g);
	if (r == 0)
		r = suggest(diff, g);
	return r == 0 ? lh_diff_warn(diff, g) : r;
}

int lh_diff_types(struct lh_diff *diff)
{
	_cleanup_(lh_stays_fini) struct lh_stays three = {0};
	_cleanup_(lh_growth_fini) struct lh_growth growth = {0};
	struct lh_stays *stays = diff->count > 1 ? &three : NULL;
	int r = find(diff, &growth, stays);

	return r == 0 ? tell(diff, &growth, stays) : r;
}
