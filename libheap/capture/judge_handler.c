/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about a program that gets cores. */
#include "capture/findings.h"

#define LEAST_CORE 4096                 /* systemd-coredump keeps nothing for a limit below a page */
#define OLD_DEFAULT (UINT64_C(2) << 30) /* of older versions for ExternalSizeMax; 32 GB in newer ones */
#define JOURNAL_DEFAULT (UINT64_C(767) << 20)

static void judge_program(struct lh_capture *c, const char *program, bool there)
{
	struct lh_capture_finding *f;

	if (there)
		return;
	f = lh_capture_add(c, "handler", LH_CAPTURE_NONE);
	lh_string_addf(&f->text, "kernel.core_pattern gives cores to %s, which is not there", program);
	lh_string_addf(&f->fix, "%ssysctl -w kernel.core_pattern=/var/tmp/core.%%e.%%p", lh_capture_sudo(c));
}

static void judge_limit(struct lh_capture *c, uint64_t least, enum lh_capture_effect effect,
			const char *keeper)
{
	struct lh_capture_finding *f;
	char size[LH_SIZE_MAX];

	if (c->process.core.soft >= least)
		return;
	f = lh_capture_add(c, "core-limit", effect);
	lh_string_addf(&f->text, "its limit of core files is %s (RLIMIT_CORE), which %s follows",
		       lh_size_text(c->process.core.soft, size), keeper);
	lh_capture_fix_limit(c, "core", &c->process.core, &f->fix);
}

/* ---- systemd ---- */

static void add_conf(struct lh_capture *c, enum lh_capture_effect effect, const char *key, const char *fix)
{
	struct lh_capture_finding *f = lh_capture_add(c, "systemd", effect);

	lh_string_addf(&f->text, "systemd-coredump %s keep it: %s",
		       effect == LH_CAPTURE_NONE ? "does not" : "may not", key);
	lh_string_addf(&f->fix, "%s   # in /etc/systemd/coredump.conf, below [Coredump]", fix);
}

/* The limit holds for the file, which newer versions compress first; what goes into the journal is not compressed. */
static enum lh_capture_effect effect_of_size(const struct lh_coredump_conf *conf, uint64_t most)
{
	bool sure = most != LH_NOT_SET && (conf->storage == LH_STORAGE_JOURNAL || most == 0);

	return sure ? LH_CAPTURE_NONE : LH_CAPTURE_UNKNOWN;
}

static void judge_storage_size(struct lh_capture *c)
{
	bool journal = c->conf.storage == LH_STORAGE_JOURNAL;
	uint64_t set = journal ? c->conf.journal_max : c->conf.external_max,
		 most = set != LH_NOT_SET ? set
			: journal         ? JOURNAL_DEFAULT
					  : OLD_DEFAULT,
		 length = c->process.memory.length;
	const char *key = journal ? "JournalSizeMax" : "ExternalSizeMax";
	_cleanup_string_ struct lh_string text = {0}, fix = {0};
	char limit[LH_SIZE_MAX], size[LH_SIZE_MAX];

	if (!c->process.memory.known || length <= most)
		return;
	lh_string_addf(&text, "%s is %s%s, and the core has %s", key, lh_size_text(most, limit),
		       set == LH_NOT_SET ? " in some versions unless it is set" : "",
		       lh_size_text(length, size));
	lh_string_addf(&fix, "%s=%" PRIu64 "G", key, (length >> 30) + 1);
	if (text.failed || fix.failed)
		c->verdict.failed = true;
	else
		add_conf(c, effect_of_size(&c->conf, set), text.text, fix.text);
}

static void judge_socket(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (c->has_socket)
		return;
	f = lh_capture_add(c, "systemd", LH_CAPTURE_NONE);
	lh_string_add(&f->text,
		      "systemd-coredump cannot pass it on: there is no socket /run/systemd/coredump");
	lh_string_addf(&f->fix, "%ssystemctl start systemd-coredump.socket", lh_capture_sudo(c));
}

static void note_kept(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "handler", LH_CAPTURE_NOTE);

	lh_string_add(&f->text, "systemd keeps it; after the crash:");
	lh_string_addf(&f->fix, "py-heap crash --coredumpctl %d", (int)c->process.pid);
}

static void judge_systemd(struct lh_capture *c)
{
	judge_socket(c);
	judge_limit(c, LEAST_CORE, LH_CAPTURE_NONE, "systemd-coredump");
	if (c->process.core.soft >= LEAST_CORE && c->process.memory.known)
		judge_limit(c, c->process.memory.length, LH_CAPTURE_USELESS, "systemd-coredump");
	if (c->conf.storage == LH_STORAGE_NONE)
		add_conf(c, LH_CAPTURE_NONE, "Storage is none", "Storage=external");
	else
		judge_storage_size(c);
	if (c->worst < LH_CAPTURE_UNKNOWN)
		note_kept(c);
}

/* ---- others ---- */

static void judge_ours(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (c->place.state == LH_PLACE_KNOWN && c->place.read_only) {
		f = lh_capture_add(c, "folder", LH_CAPTURE_NONE);
		lh_string_addf(&f->text,
			       "the file system of %s, where py-heap-coredump keeps cores, is read-only",
			       c->handler.folder);
	}
	lh_capture_judge_space(c);
}

static void judge_other(struct lh_capture *c)
{
	const char *program = *c->handler.next ? c->handler.next : c->handler.program;
	struct lh_capture_finding *f = lh_capture_add(c, "handler", LH_CAPTURE_UNKNOWN);

	lh_string_addf(&f->text, "cores go to %s, and what it does with them is not known", program);
}

static void judge_apport(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	judge_limit(c, 1, LH_CAPTURE_UNKNOWN, "apport");
	if (c->process.core.soft < 1)
		return;
	f = lh_capture_add(c, "handler", LH_CAPTURE_NOTE);
	lh_string_add(&f->text,
		      "apport keeps it in /var/lib/apport/coredump, older ones in the process's folder");
}

static void judge_unseen(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "handler", LH_CAPTURE_UNKNOWN);

	lh_string_addf(&f->text, "cores go to %s of the host, which cannot be seen from this container",
		       c->handler.program);
	lh_string_add(&f->fix, "py-heap capture --check -p PID   # on the host");
}

void lh_capture_judge_handler(struct lh_capture *c)
{
	if (c->process.core.soft == 1) { /* the kernel's mark of a handler that crashed itself */
		judge_limit(c, 2, LH_CAPTURE_NONE, "the kernel");
		return;
	}
	if (!c->sees_host) {
		judge_unseen(c);
		return;
	}
	judge_program(c, c->handler.program, c->has_program);
	if (*c->handler.next)
		judge_program(c, c->handler.next, c->has_next);
	if (c->handler.keeper == LH_KEEPER_SYSTEMD)
		judge_systemd(c);
	else if (c->handler.keeper == LH_KEEPER_APPORT)
		judge_apport(c);
	else if (c->handler.keeper == LH_KEEPER_OURS)
		judge_ours(c);
	else
		judge_other(c);
}
