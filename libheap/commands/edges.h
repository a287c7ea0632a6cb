/* SPDX-License-Identifier: Apache-2.0 */
/* References as rows, for 'refs', 'referrers' and 'object'. */
#ifndef LH_COMMANDS_EDGES_H
#define LH_COMMANDS_EDGES_H

#include "command/command.h"
#include "cpython/visit.h"
#include "inventory/bfs.h"

/* edge, address, type, preview; in JSON and csv also: of, visited, conservative */
extern const struct lh_column lh_edge_columns[];

/* the same with depth, and via: the object of the level before */
extern const struct lh_column lh_edge_depth_columns[];

/** struct lh_edge - word @i of @span is a reference from object @from to @to */
struct lh_edge {
	const struct lh_span *span;
	uint64_t i, from, to;
};

/**
 * lh_edge_row() - a row for an edge
 * @shown: the address, type and preview shown: the target's for refs, the holder's for referrers; @of: the
 * other end Return: 0, -LH_ENOMEM.
 */
int lh_edge_row(struct lh_heap *heap, struct lh_result *result, const struct lh_edge *edge, uint64_t shown,
		uint64_t of);

/** lh_edge_depth_row() - a row for an object met at a level; @via: the object that led to it. Return: 0,
 * -LH_ENOMEM. */
int lh_edge_depth_row(struct lh_heap *heap, struct lh_result *result, const struct lh_met *met,
		      uint64_t shown, uint64_t via);
/** lh_edge_summary() - the object that the command was asked about: its address and type. Return: 0, -LH_ENOMEM. */
int lh_edge_summary(struct lh_heap *heap, struct lh_result *result, const struct lh_object *object);
/** lh_edge_depth_summary() - how many objects were met, and whether all have rows. Return: 0, -LH_ENOMEM. */
int lh_edge_depth_summary(struct lh_result *result, uint64_t met);
#define LH_DEPTH_ROWS_MAX 1000000 /* more objects are counted, not shown */
/** lh_edge_depth() - value of --depth, 1 without. Return: 0, -LH_EUSAGE. */
int lh_edge_depth(struct lh_ctx *ctx, const struct lh_invocation *invocation, uint64_t *ret);
int lh_edge_check_depth(struct lh_ctx *ctx,
			const struct lh_invocation *invocation); /* of struct lh_command */

/** lh_edge_rows() - a row for each reference of the object. Return: 0, -LH_E*. */
int lh_edge_rows(struct lh_heap *heap, struct lh_result *result, const struct lh_object *object);

#endif
