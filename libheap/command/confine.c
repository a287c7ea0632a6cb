/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rights that an invocation needs, before anything of its target was read. A process with Landlock may not read others any more
 * (ptrace's access check, security/landlock/task.c), so of live targets system calls alone are restricted.
 */
#include "command/invocation.h"
#include "debuginfo/debuginfod.h"
#include "fleet/place.h"
#include "util/calls.h"
#include "util/folder.h"
#include "util/landlock.h"
#include "util/unlinked.h"
#include "util/user_cache.h"

#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>

#ifndef __has_feature /* clang's */
#define __has_feature(name) 0
#endif

/* A sanitizer looks at its own process as a debugger does. */
static const bool sanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || __has_feature(address_sanitizer) || \
	__has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
	true;
#else
	false;
#endif

/* Return: NULL, or why nothing is given up. */
static const char *kept_rights(const struct lh_invocation *invocation)
{
	const char *set = secure_getenv("PYHEAP_SANDBOX");

	if (lh_invocation_has(invocation, "no-sandbox"))
		return "--no-sandbox";
	if (set && strcmp(set, "off") == 0)
		return "PYHEAP_SANDBOX=off";
	return sanitized ? "this build has a sanitizer, which needs them" : NULL;
}

/* Files are written beside what they become, which may be a folder. */
static void allow_output(int rules, const char *path)
{
	char real[PATH_MAX];
	struct stat st;

	if (!realpath(path, real))
		snprintf(real, sizeof(real), "%s", path);
	else if (stat(real, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		lh_landlock_allow(rules, real);
		return;
	}
	lh_landlock_allow(rules, dirname(real));
}

/* Decompressed cores, and tables of SQLite that are sorted. */
static void allow_temporary(int rules)
{
	lh_landlock_allow(rules, lh_temporary_folder());
}

static void allow_caches(int rules)
{
	char path[PATH_MAX];

	if (lh_user_cache_path(path, sizeof(path)))
		lh_landlock_allow(rules, path);
	if (lh_debuginfod_asks() && lh_debuginfod_folder(path, sizeof(path) - 1) == 0) {
		lh_make_folders(strcat(path, "/"));
		lh_landlock_allow(rules, path);
	}
}

/* Return: 0; -LH_ENOMEM. Where the place is not known the command says so. */
static int allow_fleet(struct lh_invocation *invocation, int rules)
{
	_cleanup_string_ struct lh_string path = {0};
	const char *word = lh_invocation_arg(invocation, 0);
	int r;

	if (strcmp(invocation->command->name, "fleet") != 0)
		return 0;
	r = lh_fleet_place(invocation->ctx, lh_invocation_get(invocation, "db"),
			   word && strcmp(word, "add") == 0, &path);
	if (r == 0)
		allow_output(rules, path.text);
	return r == LH_ABSENT ? 0 : r;
}

/* Return: 0; LH_ABSENT: the kernel has no Landlock; -LH_ENOMEM. */
static int restrict_files(struct lh_invocation *invocation)
{
	_cleanup_close_ int rules = lh_landlock_open();
	const char *output = lh_invocation_get(invocation, "output");
	int r;

	if (rules < 0)
		return LH_ABSENT;
	if (output && !(invocation->command->streams && strcmp(output, "-") == 0))
		allow_output(rules, output);
	if (invocation->folder)
		lh_landlock_allow(rules, invocation->folder);
	allow_temporary(rules);
	allow_caches(rules);
	r = allow_fleet(invocation, rules);
	if (r == 0)
		r = lh_landlock_enforce(rules) == 0 ? 0 : LH_ABSENT;
	return r;
}

/*
 * Not more than the user allows, or the machine has: a hostile heap must not drive out all else. Maps of files do not count. What a
 * live target has reserved does (the copy of it reserves as much), so that there is no limit unless the user asks for one.
 */
static void limit_memory(const struct lh_invocation *invocation, bool live)
{
	struct rlimit limit;
	struct sysinfo machine;
	uint64_t most = 0;

	if (lh_invocation_number(invocation, "max-memory", &most) != 0 && !live && sysinfo(&machine) == 0)
		most = ((uint64_t)machine.totalram + machine.totalswap) * machine.mem_unit;
	if (sanitized || !most || getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur <= most)
		return;
	limit.rlim_cur = most;
	if (setrlimit(RLIMIT_DATA, &limit) == 0)
		lh_log(invocation->ctx, 6, "memory: at most %" PRIu64 " MB", most >> 20);
}

static const char *words_of_calls(bool restricted, bool network, bool connection)
{
	if (!restricted)
		return "all system calls (no seccomp)";
	if (network)
		return "no system calls but those of a list, which has the network's (seccomp)";
	return connection
		       ? "no system calls but those of a list, and of the network the connection to the server alone (seccomp)"
		       : "no system calls but those of a list (seccomp)";
}

/* Whether a process is read: the target, an earlier moment of it, or another one. */
static bool is_live(const struct lh_invocation *invocation)
{
	static const char *const others[] = {"since", "parent", NULL};
	const char *word;

	if (lh_invocation_has(invocation, "pid"))
		return true;
	for (size_t i = 0; others[i]; i++)
		if ((word = lh_invocation_get(invocation, others[i])) && lh_word_is_process(word) &&
		    !invocation->command->words)
			return true;
	for (size_t i = 0; invocation->command->target_last && (word = lh_invocation_arg(invocation, i)); i++)
		if (lh_word_is_process(word))
			return true;
	return false;
}

int lh_invocation_confine(struct lh_invocation *invocation)
{
	const char *kept = kept_rights(invocation);
	bool live = is_live(invocation), network = lh_debuginfod_asks();
	int files, calls, connection, r;

	limit_memory(invocation, live);
	r = lh_invocation_connect(invocation);
	if (r < 0)
		return r;
	if (kept) {
		lh_log(invocation->ctx, 6, "sandbox: all rights are kept: %s", kept);
		return 0;
	}
	files = live ? LH_ABSENT : restrict_files(invocation);
	if (files < 0)
		return files;
	connection = invocation->server ? lh_server_socket(invocation->server) : -1;
	calls = lh_calls_restrict(invocation->ctx,
				  (live ? LH_CALLS_PROCESS : 0u) | (network ? LH_CALLS_NETWORK : 0u),
				  connection);
	if (calls < 0)
		return calls;
	lh_log(invocation->ctx, 6, "sandbox: %s; %s",
	       files == 0
		       ? "no programs, files change only in the folders of output, caches and temporary files (Landlock)"
	       : live ? "files as you may (with Landlock no process could be read)"
		      : "files as you may (this kernel has no Landlock)",
	       words_of_calls(calls == 0, network, connection >= 0));
	return 0;
}
