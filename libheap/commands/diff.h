/* SPDX-License-Identifier: Apache-2.0 */
/* What the ways to ask 'diff' share. For this room only. */
#ifndef LH_COMMANDS_DIFF_H
#define LH_COMMANDS_DIFF_H

#include "analyze/growth.h"
#include "analyze/moments.h"
#include "command/watch.h"
#include "commands/earlier.h"

#define LH_DIFF_EARLIER_MAX 2

/** struct lh_diff - the moments that are compared: the earlier ones, and the heap that is asked */
struct lh_diff {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_earlier earlier[LH_DIFF_EARLIER_MAX];
	const char *words[LH_DIFF_EARLIER_MAX]; /* as the user names them */
	size_t count;
	const struct lh_watch
		*watch;     /* that took the moments, and has the earlier ones; NULL: the user named them */
	const char *differ; /* what shows that they are not of one process; NULL: nothing */
	char differ_text[LH_MOMENTS_TEXT_MAX];
};

extern const struct lh_column lh_diff_type_columns[];
extern const struct lh_column lh_diff_watch_columns[];
extern const struct lh_column lh_diff_path_columns[];
extern const struct lh_column lh_diff_stay_columns[];
extern const struct lh_column lh_diff_object_columns[];

/** lh_diff_types() - growth by type (diff_types.c). Return: 0, -LH_E*. */
int lh_diff_types(struct lh_diff *diff);
/** lh_diff_paths() - growth by shape of path (diff_paths.c); of one process. Return: 0, -LH_E*. */
int lh_diff_paths(struct lh_diff *diff);
/** lh_diff_stays() - what was born between the two earlier moments and is still there (diff_stays.c); @objects: a row for each.
 * Return: 0, -LH_E*. */
int lh_diff_stays(struct lh_diff *diff, bool objects);

/** lh_diff_headline() - by how much all objects grew. Return: 0, -LH_ENOMEM. */
int lh_diff_headline(struct lh_diff *diff, const struct lh_growth *growth);
/** lh_diff_sums() - by how much all objects and all memory grew, for the summary. Return: 0, -LH_ENOMEM. */
int lh_diff_sums(struct lh_diff *diff, const struct lh_growth *growth);
/** lh_diff_warn() - what could not be seen in the moments that @growth compares. Return: 0, -LH_ENOMEM. */
int lh_diff_warn(struct lh_diff *diff, const struct lh_growth *growth);

#endif
