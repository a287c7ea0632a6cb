/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls that the C library, SQLite and libpq make for us. ENOSYS, not EPERM: the C library then does without a call that is newer than
 * this list. docs/security.md has the list, too, and a test compares.
 */
#include "util/calls.h"

#ifdef HAVE_SECCOMP

#include "util/array.h"
#include "util/cleanup.h"

#include <errno.h>
#include <seccomp.h>
#include <sys/types.h>

#define BY_TREE 2 /* the filter looks a call up in a tree, not a list (libseccomp 2.5+) */

static const char *const always[] = {
	/* files: what may be written is Landlock's to say */
	"access", "chmod", "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "faccessat",
	"faccessat2", "fadvise64", "fallocate", "fchmod", "fchmodat", "fchown", "fcntl", "fdatasync", "flock",
	"fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64", "ioctl", "lseek", "lstat",
	"memfd_create", "mkdir", "mkdirat", "newfstatat", "open", "openat", "pipe2", "poll", "ppoll",
	"pread64", "preadv", "pwrite64", "pwritev", "read", "readlink", "readlinkat", "readv", "rename",
	"renameat", "renameat2", "rmdir", "sendfile", "stat", "statfs", "statx", "umask", "unlink",
	"unlinkat", "utimensat", "write", "writev",
	/* memory */
	"brk", "madvise", "mincore", "mmap", "mprotect", "mremap", "msync", "munmap",
	/* threads, time, and who we are */
	"arch_prctl", "clock_getres", "clock_gettime", "clock_nanosleep", "clone", "clone3", "exit",
	"exit_group", "futex", "getcpu", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom",
	"getrlimit", "getrusage", "gettid", "gettimeofday", "getuid", "membarrier", "nanosleep", "prctl",
	"prlimit64", "restart_syscall", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
	"rt_sigreturn", "rt_sigtimedwait", "sched_getaffinity", "sched_yield", "set_robust_list",
	"set_tid_address", "setitimer", "sigaltstack", "sysinfo", "time", "timer_create", "timer_delete",
	"timer_settime", "times", "uname", NULL};

static const char *const network[] = {
	"bind",       "connect",     "epoll_create1", "epoll_ctl",  "epoll_pwait", "epoll_wait",
	"eventfd2",   "getpeername", "getsockname",   "getsockopt", "pselect6",    "recvfrom",
	"recvmmsg",   "recvmsg",     "select",        "sendmmsg",   "sendmsg",     "sendto",
	"setsockopt", "shutdown",    "socket",        "socketpair", NULL};

/* Of one socket, and to nobody else by an address: send() and recv(). */
static const char *const connected[] = {"recvfrom", "sendto", NULL};

static const char *const process[] = {"process_vm_readv", "ptrace", "wait4", "waitid", NULL};

static int allow(scmp_filter_ctx filter, const char *const *names)
{
	int r = 0;

	for (; *names && r == 0; names++) {
		int number = seccomp_syscall_resolve_name(*names);

		if (number != __NR_SCMP_ERROR)
			r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	return r;
}

/* A descriptor is an int, whatever the register's other half has. */
static int allow_connection(scmp_filter_ctx filter, int connection)
{
	int r = 0;

	for (const char *const *name = connected; *name && r == 0; name++)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, seccomp_syscall_resolve_name(*name), 2,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, UINT32_MAX, (scmp_datum_t)connection),
				     SCMP_A4(SCMP_CMP_EQ, 0));
	return r;
}

/* Signals: to ourselves (abort()), and none at all, which asks whether a process exists. */
static int allow_signals(scmp_filter_ctx filter)
{
	int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, SCMP_A1(SCMP_CMP_EQ, 0));

	if (r == 0)
		r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
				     SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid()));
	return r;
}

static void release(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

int lh_calls_restrict(struct lh_ctx *ctx, unsigned groups, int connection)
{
	_cleanup_(release) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int r = filter ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BY_TREE) : -ENOMEM;

	if (r == 0)
		r = allow(filter, always);
	if (r == 0 && groups & LH_CALLS_NETWORK)
		r = allow(filter, network);
	else if (r == 0 && connection >= 0)
		r = allow_connection(filter, connection);
	if (r == 0 && groups & LH_CALLS_PROCESS)
		r = allow(filter, process);
	if (r == 0)
		r = allow_signals(filter);
	if (r == 0)
		r = seccomp_load(filter);
	return r == -ENOMEM ? lh_nomem(ctx) : r == 0 ? 0 : LH_ABSENT;
}

#else

int lh_calls_restrict(struct lh_ctx *ctx, unsigned groups, int connection)
{
	return LH_ABSENT;
}

#endif
