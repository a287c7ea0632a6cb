/* SPDX-License-Identifier: Apache-2.0 */
/* diff: Growth between moments. */
#include "commands/diff.h"
#include "commands/records.h"

static const char *const examples[] = {
	"diff before.core after.core",
	"diff before.core -p 1234",
	"diff --by-path before.core after.core",
	"diff first.core second.core third.core",
	NULL,
};

static const struct lh_option options[] = {
	{"by-path", 0, NULL, "one row per shape of path and type instead of one row per type"},
	{"objects", 0, NULL, "with BETWEEN: one row per object instead of one row per type"},
	{},
};

static void diff_fini(struct lh_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++)
		lh_earlier_fini(&diff->earlier[i]);
}

static int open_all(struct lh_invocation *invocation, struct lh_diff *diff)
{
	const char *word;
	int r = 0;

	for (size_t i = 0; r == 0 && (word = lh_invocation_arg(invocation, i)); i++) {
		diff->words[diff->count++] = word;
		r = lh_earlier_open(invocation, word, diff->heap, diff->result, &diff->earlier[i]);
		if (r == 0 && !diff->differ)
			diff->differ =
				lh_moments_differ(diff->earlier[i].heap, diff->heap, diff->differ_text);
	}
	return r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	if (lh_invocation_has(invocation, "by-path") && lh_invocation_arg(invocation, 1))
		return lh_fail(ctx, LH_EUSAGE, "diff: --by-path compares two moments, these are three");
	if (lh_invocation_has(invocation, "objects") && !lh_invocation_arg(invocation, 1))
		return lh_fail(
			ctx, LH_EUSAGE,
			"diff: --objects lists what was born between two moments and is still there in a "
			"third one: give three");
	return 0;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(diff_fini) struct lh_diff diff = {.heap = heap, .result = result};
	int r = open_all(invocation, &diff);

	if (r < 0)
		return r;
	if (diff.count == 1 && !lh_invocation_has(invocation, "by-path"))
		return lh_diff_types(&diff);
	if (diff.differ)
		return lh_fail(
			heap->ctx, LH_EUSAGE,
			"diff: these are not moments of one process (%s): objects cannot be followed from one to "
			"another; two can be compared by type",
			diff.differ);
	if (diff.count == 1)
		return lh_diff_paths(&diff);
	return lh_diff_stays(&diff, lh_invocation_has(invocation, "objects"));
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
		  {"BETWEEN", lh_diff_stay_columns}},
	.check = check,
	.run = run,
};
