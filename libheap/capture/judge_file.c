/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about a core that the kernel writes into a file. */
#include "capture/findings.h"

#define LEAST_CORE 4096 /* min_coredump of fs/binfmt_elf.c: a limit below it means none */

static void fix_pattern(const struct lh_capture *c, struct lh_string *fix)
{
	lh_string_addf(fix, "%ssysctl -w kernel.core_pattern=/var/tmp/core.%%e.%%p", lh_capture_sudo(c));
}

static const char *folder_of(const struct lh_capture *c)
{
	return c->place.folder.text ? c->place.folder.text : "its working folder";
}

static void judge_limits(struct lh_capture *c)
{
	const struct lh_capture_process *p = &c->process;
	struct lh_capture_finding *f;
	char limit[LH_SIZE_MAX], size[LH_SIZE_MAX];

	if (p->core.soft < LEAST_CORE) {
		f = lh_capture_add(c, "core-limit", LH_CAPTURE_NONE);
		lh_string_addf(&f->text, "its limit of core files is %s (RLIMIT_CORE, ulimit -c)",
			       lh_size_text(p->core.soft, limit));
		lh_capture_fix_limit(c, "core", &c->process.core, &f->fix);
	} else if (p->memory.known && p->core.soft < p->memory.written) {
		f = lh_capture_add(c, "core-limit", LH_CAPTURE_USELESS);
		lh_string_addf(&f->text,
			       "its limit of core files (RLIMIT_CORE, %s) cuts off what has about %s",
			       lh_size_text(p->core.soft, limit), lh_size_text(p->memory.written, size));
		lh_capture_fix_limit(c, "core", &c->process.core, &f->fix);
	}
	if (p->memory.known && p->file.soft < p->memory.length) {
		f = lh_capture_add(c, "file-limit", LH_CAPTURE_USELESS);
		lh_string_addf(&f->text, "its limit of all files (RLIMIT_FSIZE, %s) cuts off a file of %s",
			       lh_size_text(p->file.soft, limit), lh_size_text(p->memory.length, size));
		lh_capture_fix_limit(c, "fsize", &c->process.file, &f->fix);
	}
}

/* The kernel writes a core for root to a path from the root alone. */
static bool is_refused(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (!c->for_root || *c->pattern == '/')
		return false;
	f = lh_capture_add(c, "folder", LH_CAPTURE_NONE);
	lh_string_add(
		&f->text,
		"fs.suid_dumpable is 2, and then kernel.core_pattern must begin with / for this process");
	fix_pattern(c, &f->fix);
	return true;
}

static void judge_missing(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "folder", LH_CAPTURE_NONE);

	lh_string_addf(&f->text, "there is no folder %s", folder_of(c));
	if (*c->pattern == '/')
		lh_string_addf(&f->fix, "%smkdir -m 1777 %s", lh_capture_sudo(c), folder_of(c));
	else
		fix_pattern(c, &f->fix);
}

static void judge_hidden(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "folder", LH_CAPTURE_UNKNOWN);

	lh_string_addf(&f->text, "the folder of the core cannot be looked at from here (%s)", folder_of(c));
	lh_string_addf(&f->fix, "%spy-heap capture --check -p %d", lh_capture_sudo(c), (int)c->process.pid);
}

static void judge_rights(struct lh_capture *c)
{
	const struct lh_capture_process *p = &c->process;
	struct lh_capture_finding *f;

	if (c->place.read_only) {
		f = lh_capture_add(c, "folder", LH_CAPTURE_NONE);
		lh_string_addf(&f->text, "the file system of %s is read-only", folder_of(c));
		fix_pattern(c, &f->fix);
	} else if (!c->place.writable && !c->for_root) {
		f = lh_capture_add(c, "folder", p->other_users ? LH_CAPTURE_UNKNOWN : LH_CAPTURE_NONE);
		lh_string_addf(&f->text,
			       "the mode of %s does not let the process (user %" PRIu32 ") write there",
			       folder_of(c), p->fsuid);
		fix_pattern(c, &f->fix);
	}
}

static void judge_there(struct lh_capture *c)
{
	bool replaced = !c->for_root && lh_may_replace(&c->process, &c->place.st, &c->place.file);
	struct lh_capture_finding *f;

	if (!c->place.exists)
		return;
	f = lh_capture_add(c, "file-there", replaced ? LH_CAPTURE_NOTE : LH_CAPTURE_NONE);
	lh_string_addf(&f->text, "%s is there, and would %s", c->place.path.text,
		       replaced ? "be replaced" : "not be replaced");
	lh_string_addf(&f->fix, "%ssysctl -w kernel.core_uses_pid=1", lh_capture_sudo(c));
}

void lh_capture_judge_space(struct lh_capture *c)
{
	const struct lh_capture_memory *m = &c->process.memory;
	char free_size[LH_SIZE_MAX], size[LH_SIZE_MAX];
	struct lh_capture_finding *f;

	if (!m->known || c->place.state != LH_PLACE_KNOWN || c->place.read_only ||
	    c->place.available >= m->written)
		return;
	f = lh_capture_add(c, "space", LH_CAPTURE_USELESS);
	lh_string_addf(&f->text, "%s has room for %s, and the core has about %s", folder_of(c),
		       lh_size_text(c->place.available, free_size), lh_size_text(m->written, size));
}

/* A path in a container ends with it. */
static void judge_mounts(struct lh_capture *c)
{
	struct lh_capture_finding *f;

	if (!c->process.other_mounts || c->for_root)
		return;
	f = lh_capture_add(c, "mounts", LH_CAPTURE_NOTE);
	lh_string_addf(
		&f->text,
		"%s is a path in mounts of the process's own: those of a container end with it, but for volumes",
		c->place.path.text);
}

void lh_capture_judge_file(struct lh_capture *c)
{
	judge_limits(c);
	if (is_refused(c))
		return;
	if (c->place.state == LH_PLACE_MISSING) {
		judge_missing(c);
	} else if (c->place.state == LH_PLACE_HIDDEN) {
		judge_hidden(c);
	} else {
		judge_rights(c);
		judge_there(c);
		lh_capture_judge_space(c);
	}
	judge_mounts(c);
}
