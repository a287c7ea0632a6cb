/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several moments of one process, taken one after the other ("watch").
 *
 * Each is a snapshot in a file that nobody else sees, and that is gone with us. Only those that an answer needs are kept: the first one,
 * one in the middle, the last one.
 */
#ifndef LH_COMMAND_WATCH_H
#define LH_COMMAND_WATCH_H

#include "command/command.h"

#define LH_WATCH_COUNT 3 /* moments, if the user does not say how many */

/** struct lh_moment - one of them; heap NULL: there is none */
struct lh_moment {
	struct lh_target *target;
	struct lh_heap *heap;
	uint64_t number; /* from 1 on */
};

/** struct lh_watch - what was taken before the last moment, which is the heap that is asked */
struct lh_watch {
	struct lh_moment first, middle;
	uint64_t taken, wanted;
	double longest_ms; /* for which the process was stopped */
	bool interrupted;  /* the user has ended it */
	char *ended;       /* why no further moment could be taken; NULL: they were */
};

/** lh_invocation_watch() - NULL: the invocation does not watch, or has not yet */
const struct lh_watch *lh_invocation_watch(const struct lh_invocation *invocation);
/** lh_watch_open() - take the moments of "pid" that "watch" and "limit" ask for. @ret_target, @ret_heap: the last one. Return: 0, also if
 * the user, or the process, ended it after two; -LH_E*. */
int lh_watch_open(struct lh_invocation *invocation, struct lh_target **ret_target, struct lh_heap **ret_heap);
struct lh_watch *lh_watch_free(struct lh_watch *watch);

#endif
