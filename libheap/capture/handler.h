/* SPDX-License-Identifier: Apache-2.0 */
/* The program that kernel.core_pattern gives cores to, and what systemd's keeps. */
#ifndef LH_CAPTURE_HANDLER_H
#define LH_CAPTURE_HANDLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lh_ctx;

#define LH_PATTERN_MAX 256 /* the kernel's CORENAME_MAX_SIZE is 128 */

enum lh_core_keeper {
	LH_KEEPER_OTHER, /* what it does is not known */
	LH_KEEPER_OURS,  /* py-heap-coredump */
	LH_KEEPER_SYSTEMD,
	LH_KEEPER_APPORT,
};

struct lh_core_handler {
	enum lh_core_keeper keeper;   /* of the program that keeps the core: one behind ours */
	char program[LH_PATTERN_MAX]; /* that the kernel runs */
	char next[LH_PATTERN_MAX];    /* that it passes the core to, or "" */
	char folder[LH_PATTERN_MAX];  /* in which ours keeps it, or "" */
};

/** lh_handler_parse() - @pattern begins with '|' */
void lh_handler_parse(const char *pattern, struct lh_core_handler *handler);

enum lh_core_storage { LH_STORAGE_EXTERNAL, LH_STORAGE_JOURNAL, LH_STORAGE_NONE };

#define LH_NOT_SET UINT64_MAX /* a limit that is systemd's default, which has changed */

/** struct lh_coredump_conf - coredump.conf(5) */
struct lh_coredump_conf {
	enum lh_core_storage storage;
	uint64_t external_max, journal_max;
	bool ours; /* within [Coredump] */
};

/** lh_coredump_conf_take() - a line of a file; *conf is zeros first, with limits not set */
void lh_coredump_conf_take(const char *line, struct lh_coredump_conf *conf);
/** lh_coredump_conf_read() - the files below @root ("": the system's). Return: 0; -LH_ENOMEM. */
int lh_coredump_conf_read(struct lh_ctx *ctx, const char *root, struct lh_coredump_conf *conf);

#endif
