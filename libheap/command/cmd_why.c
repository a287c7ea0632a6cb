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

/* Each object that holds it and that a root leads to, nearest first. */
static int add_holders(struct teller *t)
{
	int r = 0;

	for (size_t i = 0; i < t->paths->holder_count && i < PATHS_MAX && r == 0; i++)
		r = add_path(t, t->paths->holders[i]);
	return r;
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

	if (t->paths->holder_count > PATHS_MAX)
		r = lh_result_note(t->result, "%zu objects hold it; the nearest %d are told.",
				   t->paths->holder_count, PATHS_MAX);
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
