/* SPDX-License-Identifier: Apache-2.0 */
/* capture: Whether a crash of a process would leave a core. */
#include "capture/capture.h"
#include "command/command.h"
#include "command/process.h"
#include "commands/records.h"

static const struct lh_column columns[] = {
	{"finding", NULL, LH_K_TEXT},
	{"effect", NULL, LH_K_TEXT},
	{"text", "WHY", LH_K_TEXT, .below = LH_BELOW_LINE},
	{"fix", NULL, LH_K_TEXT, .below = LH_BELOW_LINE},
	{},
};

static const struct lh_option options[] = {
	{"check", 0, NULL, "whether a crash would leave a usable core, and why not"},
	{"pid", 'p', "PID", "the process", NULL, true},
	{},
};

static const char *const examples[] = {
	"capture --check -p 1234",
	"capture --check -p 1234 --format json",
	NULL,
};

static const char *const effects[] = {
	[LH_CAPTURE_NOTE] = "note",         [LH_CAPTURE_PARTLY] = "partly",
	[LH_CAPTURE_UNKNOWN] = "not known", [LH_CAPTURE_USELESS] = "not usable",
	[LH_CAPTURE_NONE] = "no core",
};

static int add_rows_of(const struct lh_capture *c, enum lh_capture_effect effect, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; i < c->count && r == 0; i++) {
		const struct lh_capture_finding *f = &c->findings[i];

		if (f->effect != effect)
			continue;
		r = lh_result_row(result, (struct lh_value[]){LH_TEXT(f->code), LH_TEXT(effects[f->effect]),
							      LH_TEXT(f->text.text),
							      LH_TEXT(f->fix.text ? f->fix.text : "")});
	}
	return r;
}

/* The worst first. */
static int add_rows(const struct lh_capture *c, struct lh_result *result)
{
	int r = 0;

	lh_result_columns(result, columns, NULL);
	lh_result_all(result);
	for (int effect = (int)c->worst; effect >= LH_CAPTURE_NOTE && r == 0; effect--)
		r = add_rows_of(c, (enum lh_capture_effect)effect, result);
	return r;
}

static struct lh_value bytes_or_null(uint64_t bytes, bool known)
{
	return known ? LH_BYTES(bytes) : LH_NULL;
}

static int summarize(const struct lh_capture *c, struct lh_result *result)
{
	const struct lh_capture_process *p = &c->process;
	const struct lh_capture_memory *m = &p->memory;
	bool known = c->worst != LH_CAPTURE_UNKNOWN, limited = p->core.soft != LH_UNLIMITED;

	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"pid", NULL, LH_NUMBER(p->pid)},
			{"name", "process", LH_TEXT(p->name)},
			{"usable", NULL, known ? LH_BOOL(lh_capture_is_usable(c)) : LH_NULL},
			{"verdict", NULL, LH_TEXT(c->verdict.text)},
			{"path", NULL, lh_text_or_null(c->place.path.text)},
			{"bytes", "core", bytes_or_null(m->written, m->known)},
			{"length", "length", bytes_or_null(m->length, m->known)},
			{"core_pattern", "core_pattern", LH_TEXT(c->pattern)},
			{"core_limit", limited ? "core limit" : NULL, bytes_or_null(p->core.soft, limited)},
			{"coredump_filter", NULL, LH_NUMBER(p->filter)},
			{},
		});
}

static int note_root(const struct lh_capture *c, struct lh_result *result)
{
	return c->process.dumpable == LH_DUMPABLE_UNKNOWN
		       ? lh_result_note(result,
					"Root's processes do not show whether they are dumpable: this one is "
					"taken to be (prctl, PR_SET_DUMPABLE).")
		       : 0;
}

/* A gate wants to know that there will be a core: what is not known is no success. */
static int set_status(const struct lh_capture *c, struct lh_result *result)
{
	if (lh_capture_is_usable(c))
		return 0;
	if (c->worst != LH_CAPTURE_UNKNOWN) {
		lh_result_found(result);
		return 0;
	}
	lh_result_incomplete(result);
	lh_result_failed(result);
	return lh_result_warn(result, "not-known", NULL, "whether a usable core would be left is not known");
}

static int show(const struct lh_capture *c, struct lh_result *result)
{
	int r = lh_result_headline(result, "%s", c->verdict.text);

	if (r == 0)
		r = summarize(c, result);
	if (r == 0)
		r = add_rows(c, result);
	if (r == 0)
		r = note_root(c, result);
	if (r == 0)
		r = set_status(c, result);
	return r == 0 && c->process.has_python
		       ? lh_result_next(result, "a small core of it as it is now", "snapshot -o small.zst")
		       : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_ctx *ctx = lh_invocation_ctx(invocation);
	struct lh_capture c;
	uint64_t number = 0;
	pid_t pid;
	int r;

	lh_invocation_number(invocation, "pid", &number);
	r = lh_process_number(ctx, number, &pid);
	if (r < 0)
		return r;
	r = lh_capture_look(ctx, pid, &c);
	if (r == 0)
		r = lh_capture_judge(&c);
	if (r == 0)
		r = show(&c, result);
	lh_capture_fini(&c);
	return r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	if (!lh_invocation_has(invocation, "pid"))
		return lh_fail(ctx, LH_EUSAGE, "capture: no process: give --check -p PID");
	if (!lh_invocation_has(invocation, "check"))
		return lh_fail(
			ctx, LH_EUSAGE,
			"capture: give --check; a core of a process that runs is made by 'gcore PID', and "
			"one without contents by 'py-heap snapshot -p PID -o FILE'");
	return 0;
}

const struct lh_command lh_cmd_capture = {
	.name = "capture",
	.group = "For others",
	.summary = "would a crash of this process leave a usable core?",
	.arguments = "-p PID",
	.description = "With --check: whether the process would leave a core that can be analysed if it\n"
		       "crashed now, and where. The first line is the verdict. One row per finding, each\n"
		       "with what to type to mend it: limits (RLIMIT_CORE, RLIMIT_FSIZE), core_pattern,\n"
		       "the folder and its room, the program that gets cores (systemd-coredump with its\n"
		       "coredump.conf, apport, py-heap-coredump), whether the process is dumpable, what\n"
		       "coredump_filter and MADV_DONTDUMP leave out.\n"
		       "\n"
		       "'effect': no core: there is none; not usable: it is cut off or has no heap; not\n"
		       "known; partly: something is not in it; note. Exit status: 0 if there would be a\n"
		       "usable core, 3 if not, 1 if that is not known.\n"
		       "\n"
		       "The process is not stopped and nothing is written: files of /proc and of the\n"
		       "system's settings are read. It may be any process, also without Python.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.of_process = true,
	.check = check,
	.run = run,
};
