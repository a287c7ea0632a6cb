/* SPDX-License-Identifier: Apache-2.0 */
/* kernel.core_pattern: where a core goes, and what it would be called (format_corename() in fs/coredump.c). */
#ifndef LH_CAPTURE_PATTERN_H
#define LH_CAPTURE_PATTERN_H

#include "util/string.h"

#include <sys/types.h>

enum lh_core_way {
	LH_CORE_NOWHERE, /* the pattern is empty */
	LH_CORE_FILE,
	LH_CORE_PIPE,   /* a program gets it on its standard input */
	LH_CORE_SOCKET, /* Linux 6.16 and later */
};

/** struct lh_core_names - what the pattern's letters stand for */
struct lh_core_names {
	pid_t pid, own_pid; /* as the first namespace has it, and its own */
	uint32_t uid, gid;
	const char *name, *exe, *host; /* exe: its path. NULL: not known */
	bool for_root;                 /* as fs.suid_dumpable=2 has it */
	bool uses_pid;                 /* kernel.core_uses_pid */
	uint64_t limit;
};

enum lh_core_way lh_core_way(const char *pattern, bool uses_pid);
/**
 * lh_core_name() - a file's name of a pattern
 * What is known when it happens is in the text as <time>, <signal>. Return: whether there is any of that.
 */
bool lh_core_name(const char *pattern, const struct lh_core_names *names, struct lh_string *out);

#endif
