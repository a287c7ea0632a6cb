/* SPDX-License-Identifier: Apache-2.0 */
/* The system calls that this process may make from some moment on: those of a list, by libseccomp. */
#ifndef LH_UTIL_CALLS_H
#define LH_UTIL_CALLS_H

#include "util/error.h"

enum lh_call_group {
	LH_CALLS_NETWORK = 1, /* any server */
	LH_CALLS_PROCESS = 2, /* stopping and reading another process */
};

/**
 * lh_calls_restrict() - threads and files of its own, and @groups, which are bits of enum lh_call_group
 * @connection: a connected socket, on which this process may send and receive; -1: there is none.
 * Other calls fail with ENOSYS. For good, and for all threads.
 * Return: 0; LH_ABSENT: there is no libseccomp, or the kernel has no seccomp filters; -LH_ENOMEM.
 */
int lh_calls_restrict(struct lh_ctx *ctx, unsigned groups, int connection);

#endif
