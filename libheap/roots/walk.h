/* SPDX-License-Identifier: Apache-2.0 */
/* The walk of lh_paths_find(): breadth first, from one group of kinds of roots after the other. */
#ifndef LH_ROOTS_WALK_H
#define LH_ROOTS_WALK_H

#include "roots/paths.h"

/** struct lh_walk - the state of the walk */
struct lh_walk {
	struct lh_paths *paths;
	struct lh_view view;
	uint32_t wanted; /* number of the wanted object; LH_NO_INDEX: there is none */
	bool by_words;   /* it is no object of the graph: the words of all that are visited are looked at */
	uint32_t from;   /* place of the object that is visited */
	bool passed;     /* it, or one before it, is of the type that paths have to pass */
	bool only_body;  /* references by words of bodies that are scanned alone */
	int error;
};

#define LH_WALK_STEP 65536u /* objects between looks at the user's ^C */

/* The object at walk->from, if paths may go on from it. Return: 0; LH_ABSENT: they may not; -LH_E*. */
int lh_walk_object(struct lh_walk *walk, struct lh_object *ret);
/* The object that is visited refers to @to by a word that no span has: @label and @key identify it. */
void lh_walk_word(struct lh_walk *walk, uint64_t to, enum lh_label label, uint64_t key);
/* The object at walk->from refers to the wanted one: add how to its holders. Return: 0, -LH_E*. */
int lh_walk_hold(struct lh_walk *walk);
/* Go on from the objects met last, from walk->from on, to all that they lead to. */
int lh_walk_spread(struct lh_walk *walk);
/* Go on from the roots of kinds @first to @last. */
int lh_walk_spread_from(struct lh_walk *walk, enum lh_root_kind first, enum lh_root_kind last);
/* Whether something wanted was not met. */
bool lh_paths_misses(const struct lh_paths *paths);
/** lh_walk_start() - a walk that has met nothing yet */
void lh_walk_start(struct lh_walk *walk, struct lh_paths *paths);
/* Follow words of bodies of all objects met so far, and go on from there. */
int lh_walk_spread_by_body(struct lh_walk *walk);
/* From now on, words of bodies are followed. */
void lh_walk_follow_bodies(struct lh_walk *walk);

#endif
