/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holding a process still.
 *
 * PTRACE_SEIZE and PTRACE_INTERRUPT stop a thread without a signal that the program could see, and the kernel
 * lets go of it if we die. Threads may start others while we stop them: the list is read again until nothing
 * is new.
 */
#include "target/live.h"

#include "util/array.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WAIT_US 200
/* A thread in uninterruptible sleep may never stop, as one that waits for its child of vfork(). */
#define WAIT_MS 10000
#define ROUNDS 100

/* "Name:\tvalue" of /proc/PID/status as a number; -1 if there is none. */
static long status_number(pid_t pid, const char *name)
{
	char file[64], line[256];
	size_t len = strlen(name);
	long value = -1;
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/status", (int)pid);
	f = fopen(file, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, name, len) == 0 && line[len] == ':')
			value = strtol(line + len + 1, NULL, 10);
	fclose(f);
	return value;
}

/* State letter of a thread; 0 if it is gone. */
static char thread_state(pid_t pid, pid_t tid)
{
	char file[96], text[512], *end;
	size_t len;
	FILE *f;

	snprintf(file, sizeof(file), "/proc/%d/task/%d/stat", (int)pid, (int)tid);
	f = fopen(file, "re");
	if (!f)
		return 0;
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = 0;
	end = strrchr(text, ')'); /* the name before it may hold anything */
	return end && end[1] == ' ' ? end[2] : 0;
}

int lh_fail_process(struct lh_ctx *ctx, pid_t pid, const char *what, int error)
{
	long tracer;

	if (thread_state(pid, pid) == 'Z')
		return lh_fail(
			ctx, LH_ESRCH,
			"%s process %d: it has ended and has no memory any more: a zombie, which waits for "
			"its parent %ld to notice",
			what, (int)pid, status_number(pid, "PPid"));
	if (error == ESRCH || error == ENOENT)
		return lh_fail(ctx, LH_ESRCH, "%s process %d: no such process", what, (int)pid);
	if (error != EPERM && error != EACCES)
		return lh_fail(ctx, LH_EIO, "%s process %d: %s", what, (int)pid, strerror(error));
	tracer = status_number(pid, "TracerPid");
	if (tracer > 0)
		return lh_fail(ctx, LH_EPERM,
			       "%s process %d: process %ld traces it already: detach that debugger, or ask "
			       "within it",
			       what, (int)pid, tracer);
	if (geteuid() == 0)
		return lh_fail(
			ctx, LH_EPERM,
			"%s process %d: not permitted, even to root: it is a thread of the kernel, or this "
			"is a container without the capability SYS_PTRACE, or one that does not own the "
			"process",
			what, (int)pid);
	return lh_fail(ctx, LH_EPERM,
		       "%s process %d: not permitted: run as root or as the same user with "
		       "kernel.yama.ptrace_scope=0; "
		       "in a container add the capability SYS_PTRACE",
		       what, (int)pid);
}

static bool is_dead(pid_t pid, pid_t tid)
{
	char state = thread_state(pid, tid);

	return state == 0 || state == 'Z' || state == 'X' || state == 'x';
}

/* Return: 0 seized; LH_ABSENT when the thread is gone; -LH_E*. */
static int seize(struct lh_stop *stop, pid_t tid)
{
	struct lh_stopped thread = {.tid = tid};
	int r;

	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) < 0) {
		int error = errno;

		if (error == ESRCH || is_dead(stop->pid, tid))
			return LH_ABSENT;
		return lh_fail_process(stop->ctx, stop->pid, "stop", error);
	}
	r = lh_append(stop->ctx, stop->threads, stop->count, stop->capacity, thread);
	if (r < 0)
		ptrace(PTRACE_DETACH, tid, NULL, NULL);
	else
		ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	return r;
}

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Wait until a seized thread has stopped or died. */
static int wait_stopped(struct lh_stop *stop, struct lh_stopped *thread)
{
	for (double begin = now_ms(); now_ms() - begin < WAIT_MS;) {
		int status = 0, r;
		pid_t got = waitpid(thread->tid, &status, __WALL | WNOHANG);

		if (got < 0 && errno != EINTR)
			return 0; /* gone */
		if (got == thread->tid && !WIFSTOPPED(status)) {
			thread->tid = 0; /* died */
			return 0;
		}
		if (got == thread->tid) {
			/* Not our PTRACE_EVENT_STOP: a signal that was about to be delivered. */
			thread->signal = status >> 16 ? 0 : WSTOPSIG(status);
			return 0;
		}
		r = lh_progress(stop->ctx, "stopping threads", stop->count, 0);
		if (r < 0)
			return r;
		nanosleep(&(struct timespec){.tv_nsec = WAIT_US * 1000}, NULL);
	}
	return lh_fail(
		stop->ctx, LH_EIO,
		"stop process %d: thread %d does not stop (state %c): try again, or take a core with gcore",
		(int)stop->pid, (int)thread->tid, thread_state(stop->pid, thread->tid));
}

static bool is_known(const struct lh_stop *stop, pid_t tid)
{
	for (size_t i = 0; i < stop->count; i++)
		if (stop->threads[i].tid == tid)
			return true;
	return false;
}

/* Seize the threads that are not yet held. Return: 0 when there was none, 1 when there were, -LH_E*. */
static int seize_new(struct lh_stop *stop)
{
	char name[64];
	struct dirent *entry;
	size_t before = stop->count;
	int r = 0;
	DIR *dir;

	snprintf(name, sizeof(name), "/proc/%d/task", (int)stop->pid);
	dir = opendir(name);
	if (!dir)
		return lh_fail_process(stop->ctx, stop->pid, "stop", errno);
	while (r >= 0 && (entry = readdir(dir))) {
		pid_t tid = (pid_t)atoi(entry->d_name);

		if (tid > 0 && !is_known(stop, tid))
			r = seize(stop, tid);
	}
	closedir(dir);
	return r < 0 ? r : stop->count > before;
}

double lh_stop_ms(const struct lh_stop *stop)
{
	return now_ms() - stop->begin_ms;
}

int lh_stop_all(struct lh_stop *stop)
{
	stop->begin_ms = now_ms();
	for (int round = 0; round < ROUNDS; round++) {
		size_t before = stop->count;
		int r = seize_new(stop);

		for (size_t i = before; r > 0 && i < stop->count; i++) {
			int w = wait_stopped(stop, &stop->threads[i]);

			r = w < 0 ? w : r;
		}
		if (r < 0)
			return r;
		if (r == 0)
			return stop->count ? 0 : lh_fail_process(stop->ctx, stop->pid, "stop", ESRCH);
	}
	return lh_fail(stop->ctx, LH_EIO,
		       "stop process %d: it starts threads faster than they can be stopped", (int)stop->pid);
}

/* struct user_regs_struct of any machine is smaller. */
#define REGISTERS_MAX 128

int lh_stop_registers(const struct lh_stop *stop, struct lh_target *target)
{
	int r = 0;

	for (size_t i = 0; i < stop->count && r == 0; i++) {
		uint64_t words[REGISTERS_MAX];
		struct iovec room = {words, sizeof(words)};

		/* A thread that is about to stop has none yet; the memory is worth having without them. */
		if (!stop->threads[i].tid ||
		    ptrace(PTRACE_GETREGSET, stop->threads[i].tid, (void *)NT_PRSTATUS, &room) < 0)
			continue;
		r = lh_target_add_registers(target, stop->threads[i].tid, 0, room.iov_base, room.iov_len);
	}
	return r;
}

void lh_stop_release(struct lh_stop *stop)
{
	for (size_t i = 0; i < stop->count; i++) {
		struct lh_stopped *t = &stop->threads[i];

		/* A thread that has not stopped yet cannot be let go: it is about to, so wait for it a
		 * little. */
		for (int try = 0; t->tid && try < 100; try++) {
			int status;

			if (ptrace(PTRACE_DETACH, t->tid, NULL, (void *)(intptr_t)t->signal) == 0 ||
			    is_dead(stop->pid, t->tid))
				break;
			if (waitpid(t->tid, &status, __WALL | WNOHANG) == t->tid && WIFSTOPPED(status) &&
			    !(status >> 16))
				t->signal = WSTOPSIG(status);
			nanosleep(&(struct timespec){.tv_nsec = WAIT_US * 1000}, NULL);
		}
	}
	free(stop->threads);
	*stop = (struct lh_stop){.begin_ms = stop->begin_ms};
}
