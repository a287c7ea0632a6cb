/* SPDX-License-Identifier: Apache-2.0 */
/* Where the database is, and which question is asked of it. */
#include "commands/fleet.h"
#include "result/result.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *word;
	bool write;
	int (*ask)(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result);
} questions[] = {
	{"add", true, lh_fleet_add_words},
	{"top", false, lh_fleet_top_rows},
	{"new", false, lh_fleet_new_rows},
	{"show", false, lh_fleet_show_rows},
};

/* Folders of the path that are not there; what fails is said when the file is opened. */
static void make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
}

/* The database of a user who names none. */
static int default_path(struct lh_ctx *ctx, bool write, struct lh_string *out)
{
	const char *data = secure_getenv("XDG_DATA_HOME"), *home = secure_getenv("HOME");

	if (data && *data == '/')
		lh_string_addf(out, "%s/py-heap/fleet.db", data);
	else if (home && *home == '/')
		lh_string_addf(out, "%s/.local/share/py-heap/fleet.db", home);
	else
		return lh_fail(ctx, LH_EUSAGE, "fleet: no home folder: give --db FILE, or set PYHEAP_FLEET");
	if (write && !out->failed)
		make_folders(out->text);
	return out->failed ? lh_nomem(ctx) : 0;
}

static int find_path(const struct lh_invocation *invocation, bool write, struct lh_string *out)
{
	struct lh_ctx *ctx = lh_invocation_ctx(invocation);
	const char *given = lh_invocation_get(invocation, "db"), *set = secure_getenv("PYHEAP_FLEET");

	if (!given && !(set && *set))
		return default_path(ctx, write, out);
	lh_string_add(out, given ? given : set);
	if (!out->text && !out->failed)
		return lh_fail(ctx, LH_EUSAGE, "fleet: --db needs a file");
	return out->failed ? lh_nomem(ctx) : 0;
}

int lh_fleet_run(struct lh_invocation *invocation, struct lh_result *result)
{
	_cleanup_(lh_fleet_freep) struct lh_fleet *fleet = NULL;
	_cleanup_string_ struct lh_string path = {0};
	const char *word = lh_invocation_arg(invocation, 0);
	bool write;
	size_t i = 0;
	int r;

	while (strcmp(questions[i].word, word) != 0)
		i++;
	write = questions[i].write && lh_invocation_arg(invocation, 1); /* to send, nothing is added */
	r = find_path(invocation, write, &path);
	if (r == 0)
		r = lh_fleet_open(lh_invocation_ctx(invocation), path.text, write, &fleet);
	return r == 0 ? questions[i].ask(invocation, fleet, result) : r;
}
