/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the files of /proc/PID. */
#include "capture/process.h"
#include "capture/read.h"
#include "target/live.h"
#include "util/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef int (*line_fn)(struct lh_ctx *ctx, const char *line, struct lh_capture_process *p);

/* Return: 0; LH_ABSENT: not permitted; -LH_E*. */
static int each_line(struct lh_ctx *ctx, struct lh_capture_process *p, const char *file, line_fn fn)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	char path[64];
	int r = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)p->pid, file);
	f = fopen(path, "re");
	if (!f)
		return errno == EACCES || errno == EPERM ? LH_ABSENT
							 : lh_fail_process(ctx, p->pid, "look at", errno);
	errno = 0;
	while (r == 0 && getline(&line, &size, f) > 0)
		r = fn(ctx, line, p);
	if (r == 0 && ferror(f))
		r = errno == EACCES || errno == EPERM ? LH_ABSENT
						      : lh_fail_process(ctx, p->pid, "look at", errno);
	fclose(f);
	return r;
}

static int take_limits(struct lh_ctx *ctx, const char *line, struct lh_capture_process *p)
{
	lh_limits_take(line, p);
	return 0;
}

static int take_filter(struct lh_ctx *ctx, const char *line, struct lh_capture_process *p)
{
	p->filter = (unsigned)strtoul(line, NULL, 16);
	return 0;
}

static int read_memory(struct lh_ctx *ctx, struct lh_capture_process *p)
{
	struct lh_capture_mapping mapping = {0};
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)p->pid);
	f = fopen(path, "re");
	while (f && getline(&line, &size, f) > 0)
		if (lh_smaps_take(line, &mapping)) {
			lh_capture_add_mapping(&p->memory, &mapping, p->filter);
			p->memory.known = true;
			p->has_python = p->has_python || mapping.python;
		}
	if (f)
		fclose(f);
	return 0;
}

/* Files of a process that is not dumpable are root's (task_dump_owner() in fs/proc/base.c), but the folder. */
static enum lh_dumpable dumpable_of(const struct lh_capture_process *p)
{
	struct stat st;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)p->pid);
	if (stat(path, &st) != 0)
		return LH_DUMPABLE_UNKNOWN;
	if (st.st_uid != p->euid || st.st_gid != p->egid)
		return LH_NOT_DUMPABLE;
	return (p->euid == 0 && p->egid == 0) || p->other_users ? LH_DUMPABLE_UNKNOWN : LH_DUMPABLE;
}

static void read_namespaces(struct lh_capture_process *p)
{
	p->other_mounts = lh_other_namespace(p->pid, "mnt");
	p->other_users = lh_other_namespace(p->pid, "user");
}

/* A process that ends meanwhile has no lines. */
static int check_alive(struct lh_ctx *ctx, const struct lh_capture_process *p)
{
	if (p->state == 'Z' || p->state == 'X')
		return lh_fail_process(ctx, p->pid, "look at", ESRCH);
	if (!p->has_memory)
		return lh_fail(ctx, LH_ESRCH,
			       "look at process %d: it has no memory: it has ended, or it is a kernel thread",
			       (int)p->pid);
	return 0;
}

int lh_capture_read_process(struct lh_ctx *ctx, pid_t pid, struct lh_capture_process *p)
{
	int r;

	*p = (struct lh_capture_process){.pid = pid, .own_pid = pid};
	r = each_line(ctx, p, "status", lh_status_take);
	if (r == 0)
		r = check_alive(ctx, p);
	if (r == 0)
		r = each_line(ctx, p, "limits", take_limits);
	if (r == 0)
		r = each_line(ctx, p, "coredump_filter", take_filter);
	if (r == LH_ABSENT)
		r = lh_fail_process(ctx, pid, "look at", EACCES);
	if (r != 0)
		return r;
	read_namespaces(p);
	p->dumpable = dumpable_of(p);
	return read_memory(ctx, p);
}

void lh_capture_process_fini(struct lh_capture_process *p)
{
	free(p->groups);
	*p = (struct lh_capture_process){0};
}
