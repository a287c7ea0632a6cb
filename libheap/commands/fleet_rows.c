/* SPDX-License-Identifier: Apache-2.0 */
/* "top", "new" and "show": what the database says. */
#include "commands/fleet.h"
#include "result/result.h"
#include "util/shell.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TIME_MAX 24

/** struct asking - an answer that is being made */
struct asking {
	struct lh_invocation *invocation;
	struct lh_fleet *fleet;
	struct lh_result *result;
	uint64_t dumps, incomplete; /* all that the database has; those that lacked something */
	uint64_t leaks;             /* rows so far */
	char signature[TIME_MAX];   /* of the first row */
};

/* "2026-11-29 21:02": UTC. Others may write to the database, too. */
static struct lh_value time_value(double seconds, char buf[TIME_MAX])
{
	time_t time = seconds > 0 && seconds < 2e11 ? (time_t)seconds : -1;
	struct tm tm;

	if (time < 0 || !gmtime_r(&time, &tm) || !strftime(buf, TIME_MAX, "%Y-%m-%d %H:%M", &tm))
		return LH_NULL;
	return LH_TEXT(buf);
}

static uint64_t share(uint64_t dumps, uint64_t all)
{
	return all ? (uint64_t)((double)dumps * 100 / (double)all) : 0;
}

static int add_leak(const struct lh_fleet_leak *leak, void *arg)
{
	struct asking *a = arg;
	char first[TIME_MAX], last[TIME_MAX];

	if (!a->leaks++)
		snprintf(a->signature, sizeof(a->signature), "%s", leak->signature ? leak->signature : "");
	return lh_result_row(a->result,
			     (struct lh_value[]){lh_text_or_null(leak->signature), LH_COUNT(leak->dumps),
						 LH_PERCENT(share(leak->dumps, a->dumps)),
						 LH_COUNT(leak->builds), LH_BYTES(leak->median),
						 LH_BYTES(leak->most), time_value(leak->first, first),
						 time_value(leak->last, last), lh_text_or_null(leak->kind),
						 lh_text_or_null(leak->type), lh_text_or_null(leak->shape)});
}

static int answer_leaks(struct asking *a, const double *after)
{
	char words[64];
	int r = lh_fleet_dumps(a->fleet, &a->dumps, &a->incomplete);

	lh_result_columns(a->result, lh_fleet_leak_columns, NULL);
	if (r == 0)
		r = lh_fleet_leaks(a->fleet, after, add_leak, a);
	if (r == 0)
		r = lh_result_summarize(a->result, (struct lh_summary[]){
							   {"dumps", "dumps", LH_COUNT(a->dumps)},
							   {"leaks", "leaks", LH_COUNT(a->leaks)},
							   {},
						   });
	if (r == 0)
		r = lh_fleet_warn(a->result, a->incomplete);
	if (r != 0 || !a->leaks)
		return r;
	snprintf(words, sizeof(words), "show %s", a->signature);
	return lh_fleet_next(a->invocation, a->result, "the dumps with the first", words);
}

int lh_fleet_top_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result)
{
	struct asking a = {invocation, fleet, result, 0};
	int r = answer_leaks(&a, NULL);

	if (r != 0 || a.leaks)
		return r;
	return lh_result_note(result, a.dumps ? "Nothing stands out in any of the dumps."
					      : "There are no dumps in it: 'fleet add CORE' adds them.");
}

int lh_fleet_new_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result)
{
	struct asking a = {invocation, fleet, result, 0};
	double since;
	int r = lh_fleet_build_time(fleet, lh_invocation_get(invocation, "since"), &since);

	if (r == 0)
		r = answer_leaks(&a, &since);
	return r == 0 && !a.leaks ? lh_result_note(result, "Builds after it have no leak that is new.") : r;
}

/* ---- show ---- */

/* "retained --under 0x10" of a dump: "retained core.1 --under 0x10". */
static void add_command(struct lh_string *out, const char *next, const char *file)
{
	size_t name = strcspn(next, " ");

	lh_string_add_bytes(out, next, name);
	lh_string_add(out, " ");
	lh_shell_word(out, file);
	lh_string_add(out, next + name);
}

static int add_found(const struct lh_fleet_found *found, void *arg)
{
	struct asking *a = arg;
	_cleanup_string_ struct lh_string next = {0};
	char time[TIME_MAX];

	if (found->next && found->file)
		add_command(&next, found->next, found->file);
	if (next.failed)
		return lh_nomem(lh_invocation_ctx(a->invocation));
	return lh_result_row(a->result,
			     (struct lh_value[]){LH_BYTES(found->bytes), LH_COUNT(found->objects),
						 time_value(found->time, time), lh_text_or_null(found->build),
						 lh_text_or_null(found->python), lh_text_or_null(found->host),
						 lh_text_or_null(found->file), lh_text_or_null(next.text)});
}

static int summarize(const struct lh_fleet_leak *leak, void *arg)
{
	struct asking *a = arg;
	char first[TIME_MAX], last[TIME_MAX];

	snprintf(a->signature, sizeof(a->signature), "%s", leak->signature ? leak->signature : "");
	return lh_result_summarize(
		a->result, (struct lh_summary[]){
				   {"signature", "signature", lh_text_or_null(leak->signature)},
				   {"shape", "leak", lh_text_or_null(leak->shape)},
				   {"type", "type", lh_text_or_null(leak->type)},
				   {"kind", NULL, lh_text_or_null(leak->kind)},
				   {"dumps", "dumps", LH_COUNT(leak->dumps)},
				   {"percent", "of all dumps", LH_PERCENT(share(leak->dumps, a->dumps))},
				   {"builds", "builds", LH_COUNT(leak->builds)},
				   {"median", "median", LH_BYTES(leak->median)},
				   {"most", "most", LH_BYTES(leak->most)},
				   {"first", "first seen", time_value(leak->first, first)},
				   {"last", "last seen", time_value(leak->last, last)},
				   {},
			   });
}

int lh_fleet_show_rows(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result)
{
	struct asking a = {invocation, fleet, result, 0};
	int r = lh_fleet_dumps(fleet, &a.dumps, &a.incomplete);

	lh_result_columns(result, lh_fleet_show_columns, NULL);
	if (r == 0)
		r = lh_fleet_leak(fleet, lh_invocation_arg(invocation, 1), summarize, &a);
	if (r == 0)
		r = lh_fleet_found(fleet, a.signature, add_found, &a);
	return r == 0 ? lh_fleet_warn(result, a.incomplete) : r;
}
