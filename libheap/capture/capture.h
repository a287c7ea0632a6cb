/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a process that crashed now would leave a core that can be analysed, and why not.
 *
 * lh_capture_look() reads files of /proc and of the system, lh_capture_judge() decides by what was read. The process is not stopped,
 * nothing is written, and no Python is needed in it.
 */
#ifndef LH_CAPTURE_CAPTURE_H
#define LH_CAPTURE_CAPTURE_H

#include "capture/handler.h"
#include "capture/pattern.h"
#include "capture/place.h"
#include "capture/process.h"

#define LH_CAPTURE_FINDINGS 32

/* What a finding means for the core, the worst last. */
enum lh_capture_effect {
	LH_CAPTURE_NOTE,
	LH_CAPTURE_PARTLY,  /* something is not in it */
	LH_CAPTURE_UNKNOWN, /* whether there is one cannot be said */
	LH_CAPTURE_USELESS, /* there is one, of which little can be said */
	LH_CAPTURE_NONE,    /* there is none */
};

struct lh_capture_finding {
	const char *code; /* short, and stays */
	enum lh_capture_effect effect;
	struct lh_string text; /* a clause: "the limit of core files is 0" */
	struct lh_string fix;  /* what to type, or "" */
};

struct lh_capture {
	struct lh_ctx *ctx;
	struct lh_capture_process process;
	/* of the kernel */
	char pattern[LH_PATTERN_MAX];
	bool uses_pid;
	long suid_dumpable, ptrace_scope;
	/* what follows from the pattern */
	enum lh_core_way way;
	bool for_root;
	struct lh_core_place place; /* of a file, of the kernel's or of py-heap-coredump's */
	struct lh_core_handler handler;
	bool sees_host, has_program, has_next, has_socket; /* socket: systemd's */
	struct lh_coredump_conf conf;
	bool as_root, as_owner; /* who we are: what to type needs no sudo then */
	/* the judgement */
	struct lh_capture_finding findings[LH_CAPTURE_FINDINGS];
	size_t count;
	enum lh_capture_effect worst;
	struct lh_string verdict;
};

/** lh_capture_look() - read all that decides. Free with lh_capture_fini() in any case. Return: 0; as lh_capture_read_process(). */
int lh_capture_look(struct lh_ctx *ctx, pid_t pid, struct lh_capture *c);
/** lh_capture_judge() - findings and verdict, of what is known. Return: 0; -LH_ENOMEM. */
int lh_capture_judge(struct lh_capture *c);
/** lh_capture_is_usable() - whether there would be a core with the heap in it */
static inline bool lh_capture_is_usable(const struct lh_capture *c)
{
	return c->worst < LH_CAPTURE_UNKNOWN;
}
void lh_capture_fini(struct lh_capture *c);

#endif
