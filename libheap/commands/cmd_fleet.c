/* SPDX-License-Identifier: Apache-2.0 */
/* fleet: Leaks over many dumps. */
#include "commands/fleet.h"
#include "commands/records.h"
#include "export/server_url.h"

#include <string.h>

static const char *const servers[] = {LH_SERVER_SCHEMES, NULL};
static const char *const words[] = {"add", "top", "new", "show", NULL};

static const struct lh_option options[] = {
	{"db", 0, "FILE", "the database (default: $PYHEAP_FLEET, else your own)"},
	{"build", 0, "LABEL", "add: the program's version (default: the build-id of Python)"},
	{"host", 0, "NAME", "add: the machine that the dumps are from"},
	{"to", 0, "URL", "add: send what this server of PostgreSQL lacks", servers},
	{"since", 0, "BUILD", "new: a label, or what a build-id begins with"},
	{},
};

static const char *const examples[] = {
	"fleet add core.1234 --build 2.14",
	"fleet add /var/lib/cores --to postgresql://fleet@host/leaks",
	"fleet top -n 10",
	"fleet new --since 2.14",
	"fleet show 3f2a --format json",
	NULL,
};

static int check_number(struct lh_ctx *ctx, const struct lh_invocation *invocation, const char *word)
{
	bool add = strcmp(word, "add") == 0, show = strcmp(word, "show") == 0;
	const char *first = lh_invocation_arg(invocation, 1),
		   *extra = lh_invocation_arg(invocation, show ? 2 : 1);

	if (add && !first && !lh_invocation_has(invocation, "to"))
		return lh_fail(ctx, LH_EUSAGE, "fleet add: no dumps: give core files, or folders of them");
	if (show && !first)
		return lh_fail(ctx, LH_EUSAGE, "fleet show: SIGNATURE is missing: 'fleet top' has them");
	if (!add && extra)
		return lh_fail(ctx, LH_EUSAGE, "fleet %s: unexpected argument '%s'", word, extra);
	return 0;
}

static int check_option(struct lh_ctx *ctx, const struct lh_invocation *invocation, const char *word,
			const char *option, const char *of)
{
	if (lh_invocation_has(invocation, option) && strcmp(word, of) != 0)
		return lh_fail(ctx, LH_EUSAGE, "fleet %s: --%s is an option of 'fleet %s'", word, option, of);
	return 0;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	const char *word = lh_invocation_arg(invocation, 0), *build = lh_invocation_get(invocation, "build");
	int r = check_number(ctx, invocation, word);

	if (r == 0)
		r = check_option(ctx, invocation, word, "build", "add");
	if (r == 0)
		r = check_option(ctx, invocation, word, "host", "add");
	if (r == 0)
		r = check_option(ctx, invocation, word, "to", "add");
	if (r == 0)
		r = check_option(ctx, invocation, word, "since", "new");
	if (r == 0 && strcmp(word, "new") == 0 && !lh_invocation_has(invocation, "since"))
		r = lh_fail(ctx, LH_EUSAGE, "fleet new: no build: give --since BUILD");
	if (r == 0 && build && !*build)
		r = lh_fail(ctx, LH_EUSAGE, "fleet add: --build needs a label");
	if (r == 0 && lh_invocation_has(invocation, "values"))
		r = lh_fail(ctx, LH_EUSAGE, "fleet: --values: the database has no contents");
	return r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	return lh_fleet_run(invocation, result);
}

const struct lh_command lh_cmd_fleet = {
	.name = "fleet",
	.group = "Many dumps",
	.summary = "which leaks do many dumps share, and which are new?",
	.arguments = "WORD ...",
	.max_args = 1u << 20,
	.words = words,
	.description = "Keeps the suspects of 'leaks' of many dumps in a database, without contents:\n"
		       "\n"
		       "fleet add CORE|DIR...: asks 'leaks' of each dump and adds what it says. A dump\n"
		       "that is there is not added twice. One that cannot be read is reported, the others\n"
		       "are added, and the exit status is 1. With --to, a PostgreSQL server that many\n"
		       "machines feed is then sent the dumps that it lacks; without CORE, only that.\n"
		       "\n"
		       "fleet top: the leaks in most dumps come first. A leak's signature is the same in\n"
		       "all dumps of a program: it is of the rule, the type, and the path without\n"
		       "addresses, indices, counts and keys that are data. 'percent' is of all dumps,\n"
		       "'median' and 'most' are bytes in a dump.\n"
		       "\n"
		       "fleet new --since BUILD: leaks in none of the dumps of BUILD and of builds before\n"
		       "it. Builds are in the order of their first dumps.\n"
		       "\n"
		       "fleet show SIGNATURE: the dumps with a leak, most bytes first, and what to type\n"
		       "next. The first digits of a signature will do. Times are UTC.",
	.examples = examples,
	.options = options,
	.columns = lh_fleet_leak_columns,
	.views = {{"add", lh_fleet_add_columns}, {"show", lh_fleet_show_columns}},
	.check = check,
	.run = run,
};
