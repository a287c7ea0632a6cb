/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shapes of paths: what paths that differ only in indices and keys have in common.
 *
 * A shape is a node of a tree: the shape of the holder's path, and the step from it. Steps by an index or by
 * a key of a dict are the same step, whichever index or key it is; attributes and modules are told apart by
 * their names. If a run of steps comes three times (.next.next.next, .children[0].children[1].children[0]),
 * the third is the second again: a list of a million links has two shapes.
 *
 * Only requested paths get shapes. Text is made of them in path_text.h.
 */
#ifndef LH_ROOTS_PATH_SHAPES_H
#define LH_ROOTS_PATH_SHAPES_H

#include "roots/paths.h"
#include "util/index.h"

#define LH_NO_PATH_SHAPE UINT32_MAX

struct lh_path_shape {
	uint32_t parent; /* LH_NO_PATH_SHAPE: this is a root */
	uint32_t length; /* steps, the root's own included */
	uint64_t key;    /* what distinguishes the step: from its name; 0 if all keys are the same */
	/* The first of its paths: */
	uint32_t from;  /* place of the holder; roots: LH_ROOT_BIT | root */
	uint64_t to;    /* the object that the step leads to */
	uint64_t first; /* its key, as in struct lh_step */
	uint8_t label;
	bool varied; /* other paths have other keys; of a root: there are others */
	bool loops;  /* some paths repeat the last steps */
};

struct lh_path_shapes {
	const struct lh_paths *paths;
	struct lh_path_shape *all;
	size_t count, capacity;
	struct lh_index index; /* of all, by holder and step */
	uint32_t *of;          /* by place: its shape, LH_NO_PATH_SHAPE: not asked for yet */
	uint32_t *todo;        /* places on the way down */
	size_t todo_count, todo_capacity;
};

/** lh_path_shapes_init() - Return: 0, -LH_ENOMEM. Free with lh_path_shapes_fini() in any case. */
int lh_path_shapes_init(struct lh_path_shapes *shapes, const struct lh_paths *paths);
void lh_path_shapes_fini(struct lh_path_shapes *shapes);
/** lh_path_shape_of() - the shape of the path to @place. Return: 0, -LH_ENOMEM. */
int lh_path_shape_of(struct lh_path_shapes *shapes, uint32_t place, uint32_t *ret);
/** lh_path_shape_of_step() - of the path to the step's holder and on to @to, which it refers to. Return: 0,
 * -LH_ENOMEM. */
int lh_path_shape_of_step(struct lh_path_shapes *shapes, const struct lh_step *step, uint64_t to,
			  uint32_t *ret);

#endif
