/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/components.h"
#include "commands/records.h"
#include "commands/report_format.h"
#include "crash/crash.h"
#include "util/array.h"

#include <stdio.h>
#include <string.h>

const struct lh_report_section lh_report_sections[] = {
	{"What happened to it", "crash", &lh_cmd_crash, {0}, .crashed = true},
	{"What it is", "info", &lh_cmd_info, {0}},
	{"What is wrong", "verdict", &lh_cmd_leaks, {0}},
	{"Where the memory is", "memory", &lh_cmd_memory, {"--depth", "2"}},
	{"What fills the heap", "types", &lh_cmd_types, {"--limit", "25"}},
	{"Who keeps it alive", "holders", &lh_cmd_retained, {"--points", "--limit", "25"}},
	{"How full pymalloc's arenas are",
	 "arenas",
	 &lh_cmd_arenas,
	 {"--sort", "percent", "--limit", "10"},
	 .picture = true},
	{"What waits for the collector", "garbage", &lh_cmd_garbage, {"--limit", "10"}},
	{"Which objects refer to each other", "cycles", &lh_cmd_cycles, {"--limit", "10"}, .picture = true},
	{"What the threads do", "threads", &lh_cmd_threads, {"--limit", "100"}},
	{0},
};

LH_DEFINE_CLEANUP(struct lh_invocation, lh_invocation_free);

/* ---- questions ---- */

/* The words of a section, and of the user's that concern it. */
static int parse(struct lh_report *r, const struct lh_report_section *s, struct lh_invocation **ret)
{
	const char *words[LH_REPORT_WORDS_MAX + 8], *threads = lh_invocation_get(r->invocation, "threads"),
						    *since = lh_invocation_get(r->invocation, "since");
	int count = 0;

	while (s->words[count]) {
		words[count] = s->words[count];
		count++;
	}
	words[count++] = lh_invocation_has(r->invocation, "values") ? "--values" : "--no-values";
	if (r->format->json) {
		words[count++] = "--format";
		words[count++] = "json";
	}
	if (since && s->command == &lh_cmd_leaks) {
		words[count++] = "--since";
		words[count++] = since;
	}
	if (threads) {
		words[count++] = "--threads";
		words[count++] = threads;
	}
	return lh_invocation_new(lh_invocation_ctx(r->invocation), s->command, count, words, false, ret);
}

int lh_report_ask(struct lh_report *r, const struct lh_report_section *s, struct lh_result **ret)
{
	_cleanup_(lh_invocation_freep) struct lh_invocation *asked = NULL;
	bool hide = r->heap->hide_values;
	int error = parse(r, s, &asked);

	if (error == 0)
		error = lh_invocation_run(asked, r->heap, ret);
	r->heap->hide_values = hide; /* the command is still ours */
	return error;
}

/* ---- what answers say together ---- */

static bool was_said(const struct lh_report *r, const char *line)
{
	const char *found = r->warnings.text ? strstr(r->warnings.text, line) : NULL;

	return found && (found == r->warnings.text || found[-1] == '\n') && found[strlen(line)] == '\n';
}

static void take_warnings(struct lh_report *r, const struct lh_result *answer)
{
	struct lh_result_info info = {.size = sizeof(info)};
	struct lh_warning_info w = {.size = sizeof(w)};

	lh_result_info(answer, &info);
	r->complete = r->complete && info.complete;
	for (size_t i = 0; lh_result_warning_at(answer, i, &w) == 0; i++)
		if (!was_said(r, w.text))
			lh_string_addf(&r->warnings, "%s\n", w.text);
}

static void take_verdict(struct lh_report *r, const struct lh_result *answer)
{
	struct lh_summary_info s = {.size = sizeof(s)};

	for (size_t i = 0; lh_result_summary_at(answer, i, &s) == 0; i++) {
		if (strcmp(s.key, "suspects") == 0)
			r->suspects = (uint64_t)s.value.number;
		else if (strcmp(s.key, "bytes") == 0)
			r->bytes = (uint64_t)s.value.number;
	}
}

/* ---- the document ---- */

const char *lh_report_contents(const struct lh_report *r)
{
	return lh_invocation_has(r->invocation, "values")
		       ? "It has contents: strings, numbers, keys."
		       : "It has no contents of strings, bytes and numbers, and of keys names alone.";
}

const char *lh_report_sure(const struct lh_report *r)
{
	return r->complete ? "All memory that was needed was there, and made sense."
			   : "Something is missing: the answers are about what is there.";
}

void lh_report_warnings(struct lh_report *r, struct lh_string *out, const char *before, const char *after,
			void (*add_text)(struct lh_string *out, const char *text))
{
	char *line = r->warnings.text, *end;

	for (; line && *line; line = end + 1) {
		end = strchr(line, '\n');
		*end = '\0';
		lh_string_add(out, before);
		add_text(out, line);
		lh_string_add(out, after);
	}
}

int lh_report_add(struct lh_report *r, struct lh_string *text)
{
	bool failed = text->failed;

	if (text->text)
		lh_output_add(&r->output, text->text, text->len);
	lh_string_fini(text);
	return failed ? lh_nomem(r->heap->ctx) : r->output.error;
}

static int add_section(struct lh_report *r, const struct lh_report_section *s)
{
	struct lh_result *answer = NULL;
	int error = lh_report_ask(r, s, &answer);

	if (error < 0)
		return error;
	take_warnings(r, answer);
	if (s->command == &lh_cmd_leaks)
		take_verdict(r, answer);
	error = r->format->section(r, s, answer);
	lh_result_free(answer);
	r->sections++;
	return error < 0 ? error : r->output.error;
}

bool lh_report_has(const struct lh_report *r, const struct lh_report_section *section)
{
	return (r->format->pictures || !section->picture) &&
	       (!section->crashed || lh_crash_happened(r->heap));
}

/* While one thread finds cycles, the sections between the verdict and theirs are written, which take one thread for the most part. */
static int begin_cycles(struct lh_report *r, struct lh_search **ret)
{
	bool wanted = false;
	int error;

	for (const struct lh_report_section *s = lh_report_sections; s->title; s++)
		wanted |= s->command == &lh_cmd_cycles && lh_report_has(r, s);
	error = wanted ? lh_components_search(r->heap, ret) : 0;
	return error < 0 ? error : 0;
}

static int add_sections(struct lh_report *r)
{
	_cleanup_(lh_search_freep) struct lh_search *cycles = NULL;
	int error = 0;

	for (const struct lh_report_section *s = lh_report_sections; error == 0 && s->title; s++) {
		if (!lh_report_has(r, s))
			continue;
		if (s->command == &lh_cmd_cycles && cycles)
			error = lh_search_finish(cycles);
		if (error == 0)
			error = add_section(r, s);
		if (error == 0 && s->command == &lh_cmd_leaks)
			error = begin_cycles(r, &cycles);
	}
	return error;
}

int lh_report_write(struct lh_report *r)
{
	int error;

	r->complete = true;
	error = r->format->start(r);
	if (error == 0)
		error = add_sections(r);
	if (error == 0)
		error = r->format->end(r);
	if (error == 0 && r->warnings.failed)
		return lh_nomem(r->heap->ctx);
	return error;
}
