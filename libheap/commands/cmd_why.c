/* SPDX-License-Identifier: Apache-2.0 */
/* why: What keeps an object alive, or all objects of a type. */
#include "analyze/fates.h"
#include "analyze/object_paths.h"
#include "analyze/owned.h"
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"
#include "commands/why.h"
#include "describe/path_text.h"

#include <stdlib.h>

#define PATHS_MAX 1000      /* more are counted, not shown */
#define ALL_PATHS_MAX 10000 /* of --all-roots */

static const struct lh_column columns[] = {
	{"root", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"length", NULL, LH_K_COUNT, .spare = 1},
	{"count", NULL, LH_K_COUNT},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LONG},
	{"shape", NULL, LH_K_TEXT, .hidden = true},
	{"addresses", NULL, LH_K_LIST, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"type", 0, "TYPE",
	 "all objects of this type instead of one, grouped by what keeps them "
	 "alive"},
	{"through", 0, "TYPE...", "only paths that pass through an object of this type"},
	{"avoid", 0, "TYPE...", "no paths that pass through an object of this type: frame, cell"},
	{"all-roots", 0, NULL, "one row per holder, and one per root that reaches the object"},
	{},
};

static const char *const examples[] = {
	"why core.1234 0x7f31c84d2a40",
	"why -p 1234 0x7f31c84d2a40 --limit 1",
	"why core.1234 --type Session",
	"why core.1234 0x7f31c84d2a40 --avoid frame --avoid cell",
	"why core.1234 --type Session --through Cache",
	NULL,
};

struct teller {
	struct lh_why *why;
	struct lh_object wanted;
	struct lh_object_paths found;
	uint64_t native; /* where the native word is that the first path from one begins with; 0: none does */
	enum lh_fate fate; /* COUNT: it is alive, or its fate was not looked for */
};

/* ---- rows ---- */

static int add_row(struct teller *t, const struct lh_object_path *p)
{
	_cleanup_string_ struct lh_string name = {0}, shape = {0}, path = {0}, addresses = {0};
	const struct lh_roots *roots = &t->found.paths.roots;
	bool grouped = p->shape != LH_NO_PATH_SHAPE;

	if (!t->native && p->root->kind == LH_ROOT_NATIVE)
		t->native = p->root->at;
	if (grouped && !lh_root_may_be_stale(p->root))
		lh_path_shape_root_text(&t->found.shapes, p->shape, &name);
	else
		lh_root_text(roots, p->root, &name);
	if (grouped)
		lh_path_shape_text(&t->found.shapes, p->shape, &shape);
	lh_way_text(roots, p->root, p->way, p->length, &path, &addresses);
	if (name.failed || shape.failed || path.failed || addresses.failed)
		return lh_nomem(t->why->heap->ctx);
	return lh_result_row(t->why->result,
			     (struct lh_value[]){LH_TEXT(name.text ? name.text : ""), LH_COUNT(p->length),
						 LH_COUNT(p->count), LH_TEXT(path.text ? path.text : ""),
						 grouped ? LH_TEXT(shape.text ? shape.text : "") : LH_NULL,
						 LH_LIST(addresses.text ? addresses.text : "")});
}

static int add_rows(struct teller *t)
{
	struct lh_object_path path;
	int r;

	while ((r = lh_object_paths_next(&t->found, &path)) == 0) {
		r = lh_progress(t->why->heap->ctx, "naming paths", lh_result_row_count(t->why->result), 0);
		if (r == 0)
			r = add_row(t, &path);
		free(path.way);
		if (r < 0)
			return r;
	}
	return r == LH_DONE ? 0 : r;
}

/* ---- all ---- */

/* Words that refer to it and may be stale: if there are more than its count has room for, some are. */
static int add_stale_note(struct teller *t)
{
	const struct lh_paths *p = &t->found.paths;
	uint64_t words = 0;

	for (size_t i = 0; i < p->roots.count; i++)
		words += lh_root_may_be_stale(&p->roots.all[i]) &&
			 lh_object_paths_has(&t->found, &p->roots.all[i]);
	if (words <= p->unexplained || !p->unexplained)
		return 0;
	return lh_result_note(t->why->result,
			      "%s words that may be stale refer to it; its reference count has room "
			      "for %s of them.",
			      LH_COUNTED(words), LH_COUNTED(p->unexplained));
}

/* The native memory that holds it, if some object owns that: it may be a cycle. */
static int note_owner(struct teller *t)
{
	struct lh_heap *heap = t->why->heap;
	const struct lh_block_owner *owner = NULL;
	const struct lh_owned *owned;
	struct lh_range block;
	struct lh_object o;
	int r;

	if (!t->native)
		return 0;
	r = lh_owned_get(heap, &owned);
	if (r < 0)
		return r;
	if (lh_owned_block_at(owned, t->native, &block, &owner) != 0 || !owner || !owner->addr ||
	    lh_object_at(heap, &heap->view, owner->addr, &o) != 0)
		return 0;
	if (owner->addr == t->wanted.addr)
		return lh_result_note(t->why->result,
				      "The native memory at 0x%" PRIx64 " is its own: this is a cycle, "
				      "which gc cannot see.",
				      t->native);
	return lh_result_note(t->why->result,
			      "The native memory at 0x%" PRIx64 " is owned by the %s at 0x%" PRIx64 ".",
			      t->native, lh_type_name(heap, o.type), owner->addr);
}

/* Nothing holds it: say what will become of it. */
static int note_fate(struct teller *t)
{
	static const char *const texts[] = {
		[LH_FATE_COLLECTED] =
			"it is garbage that no collection has found yet, or is held only by such "
			"garbage.",
		[LH_FATE_FROZEN] = "it is garbage that no collection will see, because it is frozen "
				   "(gc.freeze()) or held only by frozen garbage; gc.unfreeze() returns it "
				   "to the collector.",
		[LH_FATE_KEPT] = "it is garbage that no collection frees, because a finalizer would have "
				 "to run first (gc.garbage), or is held only by such garbage.",
		[LH_FATE_UNSEEN] = "it is unreachable, but no collection frees it as things stand: what "
				   "holds it is not tracked by the collector, or counts are in doubt.",
	};

	return lh_result_note(
		t->why->result,
		"No module, interpreter, frame or native memory leads to it, and all its counted "
		"references are known: %s",
		texts[t->fate]);
}

static int add_notes(struct teller *t)
{
	const struct lh_paths *p = &t->found.paths;
	struct lh_result *result = t->why->result;
	int r = add_stale_note(t);

	if (r == 0)
		r = note_owner(t);
	if (r < 0)
		return r;
	if (t->found.groups.count > PATHS_MAX || (t->found.query.all && p->holder_count > ALL_PATHS_MAX))
		r = lh_result_note(result, "There are more paths: only the nearest %d are listed.",
				   t->found.query.all ? ALL_PATHS_MAX : PATHS_MAX);
	else if (!t->found.query.all && p->holder_count > t->found.groups.count)
		r = lh_result_note(result,
				   "%s objects hold it: paths that differ only in indices and keys are one "
				   "row, with the nearest of them (--all-roots: one row each).",
				   LH_COUNTED(p->holder_count));
	if (r == 0 && p->by_body && !p->native && lh_result_row_count(result))
		r = lh_result_note(result,
				   "Only through objects of types that py-heap does not know in detail: "
				   "their words are taken for references.");
	if (r < 0 || lh_result_row_count(result))
		return r;
	if (lh_path_types_any(&t->why->types))
		return lh_result_note(result, "There is no such path. Without --through and --avoid there "
					      "may be others.");
	r = note_fate(t);
	if (r == 0)
		r = lh_result_next(result, "what refers to it", "referrers 0x%" PRIx64, t->wanted.addr);
	return r;
}

static int tell_fate(struct teller *t)
{
	struct lh_fates fates = {0};
	int r = 0;

	t->fate = LH_FATE_COUNT;
	if (!lh_result_row_count(t->why->result) && !lh_path_types_any(&t->why->types)) {
		r = lh_fates_find(t->why->heap, &fates);
		if (r == 0)
			t->fate = lh_fate_of(&fates, t->wanted.addr);
		lh_fates_fini(&fates);
	}
	return r < 0 ? r
		     : lh_result_summary(t->why->result, "garbage", NULL,
					 t->fate == LH_FATE_COUNT ? LH_NULL : LH_TEXT(lh_fate_name(t->fate)));
}

static int tell(struct teller *t)
{
	struct lh_result *result = t->why->result;
	int r = lh_edge_summary(t->why->heap, result, t->wanted.addr, t->wanted.type);

	if (r == 0)
		r = add_rows(t);
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"paths", "paths", LH_COUNT(lh_result_row_count(result))},
						{"holders", NULL, LH_COUNT(t->found.paths.holder_count)},
						{},
					});
	if (r == 0)
		r = tell_fate(t);
	return r == 0 ? add_notes(t) : r;
}

static int why_object(struct lh_why *why, const struct lh_invocation *invocation)
{
	bool all = lh_invocation_has(invocation, "all-roots");
	struct lh_object_paths_query query = {
		.types = &why->types, .all = all, .most = all ? ALL_PATHS_MAX : PATHS_MAX};
	struct lh_object_info named = {.size = sizeof(named)};
	struct teller t = {.why = why};
	int r = lh_object_named(invocation, 0, why->heap, &named);

	if (r == 0)
		r = lh_object_at(why->heap, &why->heap->view, named.addr, &t.wanted);
	query.wanted = named.addr;
	if (r == 0)
		r = lh_object_paths_find(why->heap, &query, &t.found);
	if (r == 0)
		r = lh_why_check_types(why);
	if (r == 0)
		lh_result_columns(why->result, columns, NULL);
	if (r == 0)
		r = tell(&t);
	lh_object_paths_fini(&t.found);
	return r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	bool typed = lh_invocation_has(invocation, "type"), word = lh_invocation_arg(invocation, 0);

	if (typed && word)
		return lh_fail(ctx, LH_EUSAGE,
			       "why: ADDR names one object, --type all objects of a type: give one of "
			       "them");
	if (typed && lh_invocation_has(invocation, "all-roots"))
		return lh_fail(ctx, LH_EUSAGE,
			       "why: --all-roots is for one object, --type groups all objects of a type");
	if (!typed && !word)
		return lh_fail(ctx, LH_EUSAGE, "why: no object: give ADDR, or --type TYPE");
	return 0;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	const char *type = lh_invocation_get(invocation, "type");
	struct lh_why why = {.heap = heap,
			     .result = result,
			     .types = {.heap = heap,
				       .through.wanted = lh_invocation_get(invocation, "through"),
				       .avoid.wanted = lh_invocation_get(invocation, "avoid")}};
	int r = type ? lh_why_type(&why, type) : why_object(&why, invocation);

	lh_path_types_fini(&why.types);
	return r;
}

const struct lh_command lh_cmd_why = {
	.name = "why",
	.group = "One object",
	.summary = "what keeps this object alive, or all objects of a type?",
	.arguments = "[ADDR]",
	.max_args = 1,
	.description = "One row per holder of the object: a shortest path to it from a root, in Python\n"
		       "notation, shortest path first. Paths without <> and … can be pasted into the\n"
		       "program. Weak references do not count. Holders whose paths differ only in\n"
		       "indices and keys are one row, with the nearest path and the number of\n"
		       "references. --all-roots gives each holder its own row, and adds each root that\n"
		       "reaches the object by another path: what memory analyzers call all paths to the\n"
		       "roots.\n"
		       "\n"
		       "Roots are modules, then the interpreter's state, then threads and their frames.\n"
		       "Only if none of these reaches the object are static data, thread-local storage,\n"
		       "and memory that an extension type's object points to searched (.keep<+16>[3]:\n"
		       "word 3 of what its word at 16 points to), and only if the object's count\n"
		       "includes references that no other object explains. Last come native memory,\n"
		       "threads' registers and stacks. A word found there may be a leftover: its row\n"
		       "says that it may be stale, and all such words are listed.\n"
		       "\n"
		       "--through and --avoid take types as find does, and may be repeated: a path must\n"
		       "pass through an object of one of the former, and none of the latter, before it\n"
		       "reaches the object itself. 'frame' includes running frames. A path that has to\n"
		       "pass through a type may visit an object twice.\n"
		       "\n"
		       "With --type: one row per shape of path, with how many objects it leads to, the\n"
		       "bytes of these objects alone, and the address of one of them. […] stands for\n"
		       "indices and keys, … alone for repetitions of the steps before it.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"type", lh_why_type_columns}},
	.check = check,
	.reads_no_contents = true,
	.run = run,
};
