/* SPDX-License-Identifier: Apache-2.0 */
/* What the two ways to ask 'why' share: which paths are wanted, and rows of paths. For this room only. */
#ifndef LH_COMMANDS_WHY_H
#define LH_COMMANDS_WHY_H

#include "analyze/type_filter.h"
#include "command/command.h"
#include "commands/no_type.h"
#include "describe/path_text.h"

struct lh_why {
	struct lh_heap *heap;
	struct lh_result *result;
	struct lh_paths paths;
	struct lh_path_shapes shapes;
	struct lh_type_filter through, avoid;
	bool filtered; /* --through or --avoid was given: not all paths are wanted */
};

void lh_why_init(struct lh_why *why, struct lh_heap *heap, struct lh_result *result,
		 const struct lh_invocation *invocation);
void lh_why_fini(struct lh_why *why);
int lh_why_classify(void *arg /* struct lh_why */, struct lh_type *type);
/** lh_why_request() - a request with the filters of @why; its callbacks get @why as their argument */
struct lh_paths_request lh_why_request(struct lh_why *why);
/**
 * lh_why_check_types() - whether the types that paths have to pass or avoid exist; asked once the paths are
 * known, and so all types.
 * Return: 0; -LH_EUSAGE if one for --through does not; -LH_ENOMEM. One to --avoid is a warning.
 */
int lh_why_check_types(struct lh_why *why);

/** struct lh_why_group - paths of one shape */
struct lh_why_group {
	uint32_t shape, first; /* first: the caller's number of its first path */
	uint64_t count, bytes;
};

struct lh_why_groups {
	struct lh_why_group *all;
	size_t count, capacity;
	uint32_t *by_shape; /* number + 1 */
	size_t by_shape_capacity;
};

/** lh_why_group_of() - the group of a shape, made if there is none: with count 0. Return: 0, -LH_ENOMEM. */
int lh_why_group_of(struct lh_ctx *ctx, struct lh_why_groups *groups, uint32_t shape, uint32_t first,
		    struct lh_why_group **ret);
void lh_why_groups_fini(struct lh_why_groups *groups);

/** lh_why_type() - the rows of --type (why_type.c). Return: 0, -LH_E*. */
int lh_why_type(struct lh_why *why, const char *type);
extern const struct lh_column lh_why_type_columns[];

#endif
