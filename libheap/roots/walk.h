/* SPDX-License-Identifier: Apache-2.0 */
/* The walk of lh_paths_find(): breadth first, from roots of some kinds after the other. */
#ifndef LH_ROOTS_WALK_H
#define LH_ROOTS_WALK_H

#include "roots/paths.h"

/** struct lh_walk - breadth first: who visits, and what is visited */
struct lh_walk {
	struct lh_paths *paths;
	struct lh_visitor visitor;
	uint32_t from; /* place of the object that is visited */
	bool passed;   /* it, or one before it, is of the type that paths have to pass */
	bool only_body;
	int error;
};

/* Give the spans of the object at walk->from to walk->visitor, if paths may lead on from it. */
int lh_walk_visit(struct lh_walk *walk);
/* The object that is visited refers to @to by a word that no span has: known by @label and @key. */
void lh_walk_word(struct lh_walk *walk, uint64_t to, enum lh_label label, uint64_t key);
/* From the objects met last, from walk->from on, to all that they lead to. */
int lh_walk_spread(struct lh_walk *walk);
/* From the roots of kinds @first to @last. */
int lh_walk_spread_from(struct lh_walk *walk, enum lh_root_kind first, enum lh_root_kind last);
/* Whether something that is wanted was not met. */
bool lh_paths_misses(const struct lh_paths *paths);
/** lh_walk_start() - a walk that has met nothing yet */
void lh_walk_start(struct lh_walk *walk, struct lh_paths *paths);
/* Words of bodies of all that was met so far, and then on from there. */
int lh_walk_spread_by_body(struct lh_walk *walk);

#endif
