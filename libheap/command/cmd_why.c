/* SPDX-License-Identifier: Apache-2.0 */
/* why: Who keeps an object alive. */
#include "analyze/path_text.h"
#include "command/command.h"
#include "command/records.h"
#include "graph/locate.h"

#define PATHS_MAX 1000 /* more are counted, not told */

static const struct lh_column columns[] = {
	{"root", NULL, LH_K_TEXT},
	{"length", NULL, LH_K_COUNT},
	{"path", NULL, LH_K_TEXT},
	{"addresses", NULL, LH_K_LIST, .hidden = true},
	{},
};

static const char *const examples[] = {
	"why core.1234 0x7f31c84d2a40",
	"why -p 1234 0x7f31c84d2a40 --limit 1",
	NULL,
};

struct teller {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_paths *paths;
	struct lh_object wanted;
	bool holds; /* the object that is visited refers to it */
	uint64_t holders;
};

static int add_row(struct teller *t, const struct lh_root *root, uint64_t length,
		   const struct lh_string *path, const struct lh_string *addresses)
{
	_cleanup_string_ struct lh_string name = {0};

	lh_root_text(t->paths, root, &name);
	if (name.failed || path->failed || addresses->failed)
		return lh_nomem(t->heap->ctx);
	return lh_result_row(t->result,
			     (struct lh_value[]){LH_TEXT(name.text ? name.text : ""), LH_COUNT(length),
						 LH_TEXT(path->text ? path->text : ""),
						 LH_LIST(addresses->text ? addresses->text : "")});
}

/* The way to the holder at @place, and on to the object. */
static int add_path(struct teller *t, uint32_t place)
{
	_cleanup_string_ struct lh_string path = {0}, addresses = {0};
	uint64_t length = lh_path_text(t->paths, place, t->wanted.addr, &path, &addresses);

	return add_row(t, lh_paths_root(t->paths, place), length, &path, &addresses);
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct teller *t = arg;

	if (span->label == LH_LABEL_BODY && !t->paths->by_body)
		return;
	for (uint64_t i = 0; i < span->count && !t->holds; i++)
		t->holds = lh_span_word(span, i) == t->wanted.addr;
}

/* Each object that holds it and that a root leads to, nearest first. */
static int add_holders(struct teller *t)
{
	struct lh_view view = lh_view_of(t->heap->target);
	struct lh_visitor v = {.heap = t->heap, .view = view, .fn = on_span, .arg = t};
	int r = 0;

	for (uint32_t p = 0; p < t->paths->count && r >= 0; p++) {
		struct lh_object o;

		r = lh_object_at(t->heap, &view, t->paths->queue[p], &o);
		if (r != 0 || o.addr == t->wanted.addr)
			continue;
		t->holds = false;
		lh_visit(&v, o.addr, o.bytes, o.type);
		if (t->holds && t->holders++ < PATHS_MAX)
			r = add_path(t, p);
	}
	return r < 0 ? r : 0;
}

static int add_roots(struct teller *t)
{
	int r = 0;

	for (size_t i = 0; i < t->paths->root_count && r == 0; i++) {
		_cleanup_string_ struct lh_string path = {0}, addresses = {0};
		const struct lh_root *root = &t->paths->roots[i];

		if (root->to != t->wanted.addr)
			continue;
		lh_root_path(t->paths, root, &path, &addresses);
		r = add_row(t, root, 1, &path, &addresses);
	}
	return r;
}

static int add_notes(struct teller *t)
{
	int r = 0;

	if (t->holders > PATHS_MAX)
		r = lh_result_note(t->result, "%" PRIu64 " objects hold it; the nearest %d are told.",
				   t->holders, PATHS_MAX);
	if (r == 0 && t->paths->by_body && lh_result_row_count(t->result))
		r = lh_result_note(t->result,
				   "Only by way of objects whose type py-heap does not know in detail: their "
				   "words are taken for references.");
	if (r == 0 && lh_result_row_count(t->result) == 0)
		r = lh_result_note(t->result,
				   "No module, interpreter or frame leads to it: it is garbage that no "
				   "collection has found yet, or only native code holds it.");
	if (r == 0 && lh_result_row_count(t->result) == 0)
		r = lh_result_next(t->result, "who refers to it", "referrers 0x%" PRIx64, t->wanted.addr);
	return r;
}

static int tell(struct teller *t)
{
	int r = lh_result_summary(t->result, "address", "object", LH_ADDR(t->wanted.addr));

	if (r == 0)
		r = lh_result_summary(t->result, "type", "type",
				      LH_TEXT(lh_type_name(t->heap, t->wanted.type)));
	if (r == 0)
		r = add_roots(t);
	if (r == 0)
		r = add_holders(t);
	if (r == 0)
		r = lh_result_summary(t->result, "paths", "paths", LH_COUNT(lh_result_row_count(t->result)));
	return r == 0 ? add_notes(t) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_paths_fini) struct lh_paths paths = {0};
	struct teller t = {.heap = heap, .result = result, .paths = &paths};
	uint64_t addr;
	int r = lh_invocation_address(heap->ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_locate_object(heap, addr, &t.wanted);
	if (r == 0)
		r = lh_paths_find(heap, t.wanted.addr, &paths);
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	return tell(&t);
}

const struct lh_command lh_cmd_why = {
	.name = "why",
	.group = "One object",
	.summary = "who keeps this object alive?",
	.arguments = "ADDR",
	.min_words = 1,
	.max_words = 1,
	.description =
		"One row a holder of the object: a shortest path to it from what keeps objects alive by "
		"itself\n"
		"(sys.modules, the interpreter, the frames of threads), the shortest path first, in "
		"Python's\n"
		"words. Paths without <> can be pasted into the program. Weak references do not count.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
