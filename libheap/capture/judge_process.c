/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about the process: whether it is dumpable, what of its memory is left out, who else may read it. */
#include "capture/findings.h"

static void judge_dumpable(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (c->process.dumpable != LH_NOT_DUMPABLE)
		return;
	f = lh_capture_add(c, "dumpable", c->for_root ? LH_CAPTURE_UNKNOWN : LH_CAPTURE_NONE);
	lh_string_add(
		&f->text,
		c->for_root
			? "the process changed its user or called prctl(PR_SET_DUMPABLE, 0), and fs.suid_dumpable is 2: in "
			  "the first case there is a core, which root may read"
			: "the process is not dumpable: it changed its user, or called prctl(PR_SET_DUMPABLE, 0)");
	lh_string_addf(&f->fix, "%sgcore %d   # now; else prctl(PR_SET_DUMPABLE, 1) in the program",
		       lh_capture_sudo(c), (int)c->process.pid);
}

static void judge_tracer(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (!c->process.tracer)
		return;
	f = lh_capture_add(c, "traced", LH_CAPTURE_NOTE);
	lh_string_addf(&f->text, "process %d traces it: a debugger is told of a signal before it has effect",
		       (int)c->process.tracer);
}

/* Signals that it does not handle are lost on the first process of a namespace, but those of the processor (SIGNAL_UNKILLABLE). */
static void judge_first(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (c->process.own_pid != 1)
		return;
	f = lh_capture_add(c, "first", LH_CAPTURE_NOTE);
	lh_string_add(
		&f->text,
		"it is process 1 of its namespace: a fault or abort() ends it, and kill -ABRT does not");
}

void lh_capture_judge_process(struct lh_capture *c)
{
	judge_dumpable(c);
	judge_tracer(c);
	judge_first(c);
}

static void fix_filter(const struct lh_capture *c, unsigned more, struct lh_string *fix)
{
	unsigned filter = c->process.filter | LH_DUMP_PRIVATE | LH_DUMP_HEADERS | more;

	if (c->as_root || c->as_owner)
		lh_string_addf(fix, "echo 0x%x >/proc/%d/coredump_filter", filter, (int)c->process.pid);
	else
		lh_string_addf(fix, "echo 0x%x | sudo tee /proc/%d/coredump_filter", filter,
			       (int)c->process.pid);
}

static void judge_filter(struct lh_capture *c)
{
	const struct lh_capture_process *p = &c->process;
	struct lh_capture_finding *f;
	char size[LH_SIZE_MAX];

	if (!(p->filter & LH_DUMP_PRIVATE)) {
		f = lh_capture_add(c, "filter", LH_CAPTURE_USELESS);
		lh_string_addf(&f->text, "its coredump_filter is 0x%x: without bit 0 there is no heap in it",
			       p->filter);
		if (p->memory.known)
			lh_string_addf(&f->text, ", %s", lh_size_text(p->memory.no_heap, size));
		fix_filter(c, 0, &f->fix);
	} else if (!(p->filter & LH_DUMP_HEADERS)) {
		f = lh_capture_add(c, "headers", LH_CAPTURE_NOTE);
		lh_string_addf(
			&f->text,
			"its coredump_filter is 0x%x: without bit 4 the core does not say which builds of "
			"Python and of libraries the process has",
			p->filter);
		fix_filter(c, 0, &f->fix);
	}
	if (p->memory.no_huge) {
		f = lh_capture_add(c, "huge-pages", LH_CAPTURE_PARTLY);
		lh_string_addf(&f->text,
			       "its coredump_filter is 0x%x: without bit 5 huge pages are left out, %s",
			       p->filter, lh_size_text(p->memory.no_huge, size));
		fix_filter(c, LH_DUMP_PRIVATE_HUGE, &f->fix);
	}
}

static void judge_dontdump(struct lh_capture *c)
{
	const struct lh_capture_process *p = &c->process;
	struct lh_capture_finding *f;
	char size[LH_SIZE_MAX];

	if (!p->memory.dontdump)
		return;
	f = lh_capture_add(c, "dontdump", LH_CAPTURE_PARTLY);
	lh_string_addf(&f->text,
		       "the program leaves out %s of its mappings (MADV_DONTDUMP), with %s of memory in use",
		       LH_COUNTED(p->memory.dontdumps), lh_size_text(p->memory.dontdump, size));
	lh_string_addf(&f->fix, "%sgdb -p %d -batch -ex 'set dump-excluded-mappings on' -ex gcore",
		       lh_capture_sudo(c), (int)p->pid);
}

void lh_capture_judge_memory(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	judge_filter(c);
	judge_dontdump(c);
	if (c->process.memory.known)
		return;
	f = lh_capture_add(c, "memory", LH_CAPTURE_UNKNOWN);
	lh_string_add(&f->text, "we may not read how large its mappings are, and which it leaves out");
	lh_string_addf(&f->fix, "%spy-heap capture --check -p %d", lh_capture_sudo(c), (int)c->process.pid);
}

/* Not about a crash: whether the process can be looked at without one. */
void lh_capture_judge_ptrace(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (c->ptrace_scope < 1 || (c->as_root && c->ptrace_scope < 3))
		return;
	f = lh_capture_add(c, "ptrace", LH_CAPTURE_NOTE);
	lh_string_addf(&f->text, "kernel.yama.ptrace_scope is %ld: without a crash %s", c->ptrace_scope,
		       c->ptrace_scope == 3 ? "nobody may read it until the system is restarted"
					    : "root alone may read it");
	if (c->ptrace_scope < 3)
		lh_string_addf(&f->fix, "sudo gcore %d", (int)c->process.pid);
}
