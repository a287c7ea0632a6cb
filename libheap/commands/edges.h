/* SPDX-License-Identifier: Apache-2.0 */
/* Objects that a user names, and references as rows, for 'refs', 'referrers', 'object' and 'why'. */
#ifndef LH_COMMANDS_EDGES_H
#define LH_COMMANDS_EDGES_H

#include "command/command.h"
#include "util/cleanup.h"

LH_DEFINE_CLEANUP(struct lh_reference_iter, lh_reference_iter_free);

/* edge, address, type, preview; in JSON and csv also: of, visited, conservative */
extern const struct lh_column lh_edge_columns[];

/* the same with depth, and via: the object of the level before */
extern const struct lh_column lh_edge_depth_columns[];

/** enum lh_edge_end - which end of a reference a row shows: its target ('refs') or its holder ('referrers') */
enum lh_edge_end { LH_EDGE_TO, LH_EDGE_FROM };

/** lh_edge_rows() - a row for each reference of @iter. Return: 0, -LH_E*. */
int lh_edge_rows(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		 enum lh_edge_end end);
/** lh_edge_depth_rows() - a row for each object that @iter meets, and how many they are. Return: 0, -LH_E*. */
int lh_edge_depth_rows(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		       enum lh_edge_end end);
/** lh_edge_summary() - the object that the command was asked about: its address and type. Return: 0, -LH_ENOMEM. */
int lh_edge_summary(struct lh_heap *heap, struct lh_result *result, uint64_t addr, struct lh_type *type);
/** lh_edge_depth() - value of --depth, 1 without. Return: 0, -LH_EUSAGE. */
int lh_edge_depth(struct lh_ctx *ctx, const struct lh_invocation *invocation, uint64_t *ret);
int lh_edge_check_depth(struct lh_ctx *ctx,
			const struct lh_invocation *invocation); /* of struct lh_command */

/**
 * lh_object_named() - the object at or around the address that is positional word @index
 * Return: 0; -LH_EUSAGE: it is not an address; -LH_EFAULT: no object is there, and the text says what is; -LH_E*.
 */
int lh_object_named(const struct lh_invocation *invocation, size_t index, struct lh_heap *heap,
		    struct lh_object_info *ret);

#endif
