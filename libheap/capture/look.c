/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what the kernel, the folder and the handler of cores are set to. */
#include "capture/capture.h"
#include "capture/read.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define SYSTEMD_SOCKET "/run/systemd/coredump"

static void read_kernel(struct lh_capture *c)
{
	lh_read_line("/proc/sys/kernel/core_pattern", c->pattern, sizeof(c->pattern));
	c->uses_pid = lh_read_number("/proc/sys/kernel/core_uses_pid", 0) != 0;
	c->suid_dumpable = lh_read_number("/proc/sys/fs/suid_dumpable", 0);
	c->ptrace_scope = lh_read_number("/proc/sys/kernel/yama/ptrace_scope", 0);
	c->way = lh_core_way(c->pattern, c->uses_pid);
	c->for_root = c->process.dumpable == LH_NOT_DUMPABLE && c->suid_dumpable == 2;
	c->as_root = geteuid() == 0;
	c->as_owner = geteuid() == c->process.euid && c->process.dumpable == LH_DUMPABLE;
}

/* Its path; NULL if we may not know. */
static const char *exe_of(pid_t pid, char *buf, size_t size)
{
	char link[64];
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/%d/exe", (int)pid);
	len = readlink(link, buf, size - 1);
	if (len <= 0)
		return NULL;
	buf[len] = '\0';
	return buf;
}

static int find_place(struct lh_capture *c, const char *pattern, const struct lh_capture_process *writer)
{
	struct lh_capture_process *p = &c->process;
	_cleanup_string_ struct lh_string name = {0};
	char exe[PATH_MAX];
	struct utsname host;
	bool known = !lh_other_namespace(p->pid, "uts") && uname(&host) == 0, open;
	const struct lh_core_names names = {
		.pid = p->pid,
		.own_pid = p->own_pid,
		.uid = p->uid,
		.gid = p->gid,
		.name = p->name,
		.exe = exe_of(p->pid, exe, sizeof(exe)),
		.host = known ? host.nodename : NULL,
		.for_root = c->for_root,
		.uses_pid = c->uses_pid && c->way == LH_CORE_FILE,
		.limit = p->core.soft,
	};

	open = lh_core_name(pattern, &names, &name);
	return name.failed ? lh_nomem(c->ctx)
			   : lh_core_place_find(c->ctx, writer, name.text, open, &c->place);
}

/* Of the kernel's core for root, and of the kernel's handlers: in the first namespaces. */
static struct lh_capture_process root_here(void)
{
	return (struct lh_capture_process){.pid = getpid(), .own_pid = getpid(), .capabilities = UINT64_MAX};
}

static bool can_run(const char *program)
{
	struct stat st;

	return stat(program, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 0111);
}

static int look_at_handler(struct lh_capture *c)
{
	struct lh_capture_process root = root_here();
	char file[LH_PATTERN_MAX + 32];
	int r;

	lh_handler_parse(c->pattern, &c->handler);
	c->sees_host = lh_sees_host();
	c->has_program = can_run(c->handler.program);
	c->has_next = *c->handler.next && can_run(c->handler.next);
	c->has_socket = access(SYSTEMD_SOCKET, F_OK) == 0;
	r = lh_coredump_conf_read(c->ctx, "", &c->conf);
	if (r != 0 || c->handler.keeper != LH_KEEPER_OURS)
		return r;
	snprintf(file, sizeof(file), "%s/core.%%e.%%P.%%t", c->handler.folder);
	return find_place(c, file, &root);
}

int lh_capture_look(struct lh_ctx *ctx, pid_t pid, struct lh_capture *c)
{
	struct lh_capture_process root = root_here();
	int r;

	*c = (struct lh_capture){.ctx = ctx};
	r = lh_capture_read_process(ctx, pid, &c->process);
	if (r != 0)
		return r;
	read_kernel(c);
	if (c->way == LH_CORE_FILE)
		return find_place(c, c->pattern, c->for_root && *c->pattern == '/' ? &root : &c->process);
	return c->way == LH_CORE_PIPE ? look_at_handler(c) : 0;
}

void lh_capture_fini(struct lh_capture *c)
{
	lh_capture_process_fini(&c->process);
	lh_core_place_fini(&c->place);
	for (size_t i = 0; i < c->count; i++) {
		lh_string_fini(&c->findings[i].text);
		lh_string_fini(&c->findings[i].fix);
	}
	lh_string_fini(&c->verdict);
}
