/* SPDX-License-Identifier: Apache-2.0 */
/* diff: Growth between moments. */
#include "commands/diff.h"
#include "commands/records.h"

static const char *const examples[] = {
	"diff before.core after.core",           "diff before.core -p 1234",
	"diff --by-path before.core after.core", "diff first.core second.core third.core",
	"diff --watch 60s -n 5 -p 1234",         NULL,
};

static const struct lh_option options[] = {
	{"by-path", 0, NULL, "one row per shape of path and type instead of one row per type"},
	{"objects", 0, NULL, "with BETWEEN: one row per object instead of one row per type"},
	{"watch", 0, "TIME", "with -p: take -n moments (default: 3) itself, TIME apart (60s, 2m)", NULL,
	 true},
	{},
};

/* Of what the user named. */
static void diff_fini(struct lh_diff *diff)
{
	for (size_t i = 0; i < diff->count && !diff->watch; i++)
		lh_earlier_fini(&diff->earlier[i]);
}

static void compare(struct lh_diff *diff, size_t i)
{
	if (!diff->differ)
		diff->differ = lh_moments_differ(diff->earlier[i].heap, diff->heap, diff->differ_text);
}

static int open_all(struct lh_invocation *invocation, struct lh_diff *diff)
{
	const char *word;
	int r = 0;

	for (size_t i = 0; r == 0 && (word = lh_invocation_arg(invocation, i)); i++) {
		diff->words[diff->count++] = word;
		r = lh_earlier_open(invocation, word, diff->heap, diff->result, &diff->earlier[i]);
		if (r == 0)
			compare(diff, i);
	}
	return r;
}

/* ---- moments that were taken by watching ---- */

static int take_moment(struct lh_diff *diff, const struct lh_moment *moment, const char *word)
{
	size_t i = diff->count++;

	diff->words[i] = word;
	diff->earlier[i] = (struct lh_earlier){moment->target, moment->heap};
	compare(diff, i);
	return lh_earlier_take(word, diff->heap, diff->result, &diff->earlier[i]);
}

static int take_all(struct lh_diff *diff)
{
	int r = take_moment(diff, &diff->watch->first, "the first moment");

	return r == 0 && diff->watch->middle.heap
		       ? take_moment(diff, &diff->watch->middle, "the one in the middle")
		       : r;
}

/* Which moments the answer is of, what taking them cost, and what ended it early. */
static int tell_watch(const struct lh_watch *w, struct lh_result *result)
{
	int r = lh_result_summarize(
		result, (struct lh_summary[]){
				{"moments", "moments", LH_COUNT(w->taken)},
				{"moments_wanted", NULL, LH_COUNT(w->wanted)},
				{"middle", NULL, w->middle.heap ? LH_COUNT(w->middle.number) : LH_NULL},
				{},
			});

	if (r == 0 && w->middle.heap)
		r = lh_result_note(result,
				   "STAY: born between moments 1 and %" PRIu64
				   ", and still there in moment %" PRIu64 ".",
				   w->middle.number, w->taken);
	if (r == 0 && w->longest_ms > 0)
		r = lh_result_note(result, "The process was stopped %" PRIu64 " times, for %.0f ms at most.",
				   w->taken, w->longest_ms);
	if (r == 0 && w->interrupted)
		r = lh_result_note(result, "Ended after %" PRIu64 " of %" PRIu64 " moments.", w->taken,
				   w->wanted);
	if (r < 0 || !w->ended)
		return r;
	lh_result_incomplete(result);
	return lh_result_warn(result, "watch-ended", NULL,
			      "after %" PRIu64 " of %" PRIu64 " moments no other could be taken: %s",
			      w->taken, w->wanted, w->ended);
}

/* ---- the command ---- */

static int check_watch(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	uint64_t count = LH_WATCH_COUNT;

	lh_invocation_number(invocation, "limit", &count);
	if (!lh_invocation_has(invocation, "pid"))
		return lh_fail(ctx, LH_EUSAGE, "diff: --watch takes moments of a process: give -p PID");
	if (lh_invocation_arg(invocation, 0))
		return lh_fail(ctx, LH_EUSAGE, "diff: --watch takes the earlier moments itself: give no %s",
			       lh_invocation_arg(invocation, 0));
	if (count < 2 || (count < 3 && lh_invocation_has(invocation, "objects")))
		return lh_fail(ctx, LH_EUSAGE, "diff: --watch compares moments: -n is how many, %s at least",
			       count < 2 ? "2" : "of --objects 3");
	return 0;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "watch"))
		return check_watch(ctx, invocation);
	if (lh_invocation_has(invocation, "by-path") && lh_invocation_arg(invocation, 1))
		return lh_fail(ctx, LH_EUSAGE, "diff: --by-path compares two moments, these are three");
	if (lh_invocation_has(invocation, "objects") && !lh_invocation_arg(invocation, 1))
		return lh_fail(
			ctx, LH_EUSAGE,
			"diff: --objects lists what was born between two moments and is still there in a "
			"third one: give three");
	return 0;
}

/* Of moments that were named: what their number asks for. */
static int answer_named(struct lh_diff *diff, bool by_path, bool objects)
{
	if (diff->count == 1 && !by_path)
		return lh_diff_types(diff);
	if (diff->differ)
		return lh_fail(
			diff->heap->ctx, LH_EUSAGE,
			"diff: these are not moments of one process (%s): objects cannot be followed from one to "
			"another; two can be compared by type",
			diff->differ);
	return diff->count == 1 ? lh_diff_paths(diff) : lh_diff_stays(diff, objects);
}

static int answer_watched(struct lh_diff *diff, bool by_path, bool objects)
{
	int r;

	if (objects && diff->count < 2)
		return lh_fail(diff->heap->ctx, LH_EIO,
			       "diff: --objects needs three moments, and only two were taken");
	r = by_path ? lh_diff_paths(diff) : objects ? lh_diff_stays(diff, true) : lh_diff_types(diff);
	return r == 0 ? tell_watch(diff->watch, diff->result) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(diff_fini) struct lh_diff diff = {
		.heap = heap, .result = result, .watch = lh_invocation_watch(invocation)};
	bool by_path = lh_invocation_has(invocation, "by-path"),
	     objects = lh_invocation_has(invocation, "objects");
	int r = diff.watch ? take_all(&diff) : open_all(invocation, &diff);

	if (r < 0)
		return r;
	return diff.watch ? answer_watched(&diff, by_path, objects) : answer_named(&diff, by_path, objects);
}

const struct lh_command lh_cmd_diff = {
	.name = "diff",
	.group = "The whole heap",
	.summary = "what grew between two moments?",
	.arguments = "BEFORE [BETWEEN]",
	.min_args = 1,
	.max_args = LH_DIFF_EARLIER_MAX,
	.target_last = true,
	.description = "Compares a process with an earlier moment of it. BEFORE and BETWEEN are files of\n"
		       "cores, or processes by their numbers; the target itself is the last moment. One row\n"
		       "per type that changed, most bytes grown first: its objects before and after, how\n"
		       "many more there are, and by how many bytes all of them grew. NATIVE is memory of\n"
		       "malloc's that they own besides. Rows like malloc/native/other are memory that no\n"
		       "object owns, by its place in the tree of 'memory'. NEW are objects that were not\n"
		       "there before: many new ones and few more means that they come and go.\n"
		       "\n"
		       "With --by-path: one row per shape of path and type, as 'why --type' has them: […]\n"
		       "stands for indices and keys. An object is where its shortest path leads.\n"
		       "\n"
		       "With BETWEEN: what was born between the first two moments and is still there in the\n"
		       "last one, by type, each with a path to the object that is nearest to a root. That\n"
		       "leaves out what was there all along, and what comes and goes. --objects lists them.\n"
		       "\n"
		       "An object is the same if its address and type are, and as far as can be seen its\n"
		       "contents. At an address that was free again another object of the same type may\n"
		       "lie: where contents or generations do not tell, it is counted as doubtful. Of two\n"
		       "processes types alone are compared.",
	.description_in_debugger =
		"Here the last moment is what is being debugged, and BEFORE and BETWEEN may also be names\n"
		"of moments that 'py-heap snapshot NAME' kept.",
	.examples = examples,
	.options = options,
	.columns = lh_diff_type_columns,
	.views = {{"by-path", lh_diff_path_columns},
		  {"objects", lh_diff_object_columns},
		  {"watch", lh_diff_watch_columns},
		  {"BETWEEN", lh_diff_stay_columns}},
	.check = check,
	.run = run,
};
