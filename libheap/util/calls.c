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
#include <fcntl.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/types.h>

/* TCGETS2, TCSETS2, TCSETSW2, TCSETSF2 (asm-generic/ioctls.h, which does not go with sys/ioctl.h), PAGEMAP_SCAN (linux/fs.h, 6.7+) */
#define GETS_2 0x802c542a
#define SETS_2 0x402c542b
#define SETSW_2 0x402c542c
#define SETSF_2 0x402c542d
#define SCAN_PAGES 0xc0606610

#define BY_TREE 2 /* the filter looks a call up in a tree, not a list (libseccomp 2.5+) */

static const char *const always[] = {
	/* files: what may be written is Landlock's to say */
	"access", "close", "close_range", "copy_file_range", "dup", "dup2", "dup3", "faccessat", "faccessat2",
	"fadvise64", "fallocate", "fdatasync", "flock", "fstat", "fstatfs", "fsync", "ftruncate", "getcwd",
	"getdents64", "lseek", "lstat", "memfd_create", "mkdir", "mkdirat", "newfstatat", "open", "openat",
	"pipe2", "poll", "ppoll", "pread64", "preadv", "pwrite64", "pwritev", "read", "readlink",
	"readlinkat", "readv", "rename", "renameat", "renameat2", "rmdir", "sendfile", "stat", "statfs",
	"statx", "umask", "unlink", "unlinkat", "write", "writev",
	/* memory */
	"brk", "madvise", "mincore", "mmap", "mprotect", "mremap", "msync", "munmap",
	/* threads, time, and who we are */
	"arch_prctl", "clock_getres", "clock_gettime", "clock_nanosleep", "clone", "clone3", "exit",
	"exit_group", "futex", "getcpu", "getegid", "geteuid", "getgid", "getpid", "getppid", "getrandom",
	"getrlimit", "getrusage", "gettid", "gettimeofday", "getuid", "membarrier", "nanosleep", "prctl",
	"restart_syscall", "rseq", "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn",
	"rt_sigtimedwait", "sched_getaffinity", "sched_yield", "set_robust_list", "set_tid_address",
	"setitimer", "sigaltstack", "sysinfo", "time", "timer_create", "timer_delete", "timer_settime",
	"times", "uname", NULL};

static const char *const network[] = {
	"bind",        "connect",     "epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2",
	"getpeername", "getsockname", "getsockopt",    "pselect6",  "recvfrom",    "recvmmsg",   "recvmsg",
	"select",      "sendmmsg",    "sendmsg",       "sendto",    "setsockopt",  "shutdown",   NULL};

/* Of one socket, and to nobody else by an address: send() and recv(). */
static const char *const connected[] = {"recvfrom", "sendto", NULL};

/*
 * Of these, what its argument says. ioctl() can type on the terminal (TIOCSTI), which runs programs, and fcntl() and it
 * can have the kernel send any signal to any process (F_SETOWN, F_SETSIG); prlimit64() can end others; a socket of this
 * machine (AF_UNIX) leads to services that run programs. All are ints, whatever the register's other half has.
 */
static const uint32_t commands[] = {F_DUPFD,  F_DUPFD_CLOEXEC, F_GETFD,     F_SETFD,
				    F_GETFL,  F_SETFL,         F_GETLK,     F_SETLK,
				    F_SETLKW, F_OFD_GETLK,     F_OFD_SETLK, F_OFD_SETLKW};
static const uint32_t requests[] = {TCGETS,   TCSETS,  TCSETSW, TCSETSF, TCFLSH,  TIOCGWINSZ, TIOCGPGRP,
				    FIONREAD, FIONBIO, GETS_2,  SETS_2,  SETSW_2, SETSF_2,    SCAN_PAGES};
static const uint32_t ourselves[] = {0};
static const uint32_t families[] = {AF_INET, AF_INET6, AF_NETLINK};
static const uint32_t streams[] = {SOCK_STREAM};

#define PART(values) values, LH_ARRAY_SIZE(values)
static const struct {
	const char *name;
	unsigned argument;
	uint32_t mask;
	const uint32_t *values;
	size_t count;
	bool network;
} parts[] = {
	{"fcntl", 1, UINT32_MAX, PART(commands), false},      {"ioctl", 1, UINT32_MAX, PART(requests), false},
	{"prlimit64", 0, UINT32_MAX, PART(ourselves), false}, {"socket", 0, UINT32_MAX, PART(families), true},
	{"socketpair", 1, 0xf, PART(streams), true}, /* beside the type it has flags */
};

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

static int allow_parts(scmp_filter_ctx filter, bool of_network)
{
	int r = 0;

	for (size_t i = 0; i < LH_ARRAY_SIZE(parts); i++)
		for (size_t k = 0; k < parts[i].count && r == 0 && (of_network || !parts[i].network); k++)
			r = seccomp_rule_add(filter, SCMP_ACT_ALLOW,
					     seccomp_syscall_resolve_name(parts[i].name), 1,
					     SCMP_CMP(parts[i].argument, SCMP_CMP_MASKED_EQ, parts[i].mask,
						      parts[i].values[k]));
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
	if (r == 0)
		r = allow_parts(filter, groups & LH_CALLS_NETWORK);
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
