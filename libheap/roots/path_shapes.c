/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/path_shapes.h"
#include "util/array.h"

#include <stdlib.h>

#define PERIOD_MAX 6 /* steps of the longest run that is looked for */

/* ---- which steps are the same ---- */

static uint64_t hash(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b >> 32 ^ b << 32) * 0x9e3779b97f4a7c15u;

	return (h ^ h >> 29) * 0xbf58476d1ce4e5b9u;
}

/* Frames of one function, and their locals, are the same root whichever threads they run on; and so on. */
static uint64_t root_key(const struct lh_paths *p, const struct lh_root *root)
{
	uint64_t kind = hash(root->kind, (uint64_t)root->interp);

	switch (root->kind) {
	case LH_ROOT_INTERP:
	case LH_ROOT_THREAD:
		return hash(kind, (uintptr_t)root->field);
	case LH_ROOT_FRAME:
		return hash(kind, hash(root->code, lh_span_key(&root->span, root->slot)));
	case LH_ROOT_STATIC:
		return hash(kind, (uintptr_t)lh_target_module(p->heap->target, root->to));
	case LH_ROOT_DATA:
		return hash(kind, (uintptr_t)lh_target_module(p->heap->target, root->at));
	default:
		return kind;
	}
}

/* Whether the keys of the dict at @place are names in source code: modules, attributes, globals. */
static bool has_names(const struct lh_paths *p, uint32_t place)
{
	static const char *const edges[] = {".__dict__", ".__globals__", ".f_locals"};
	const struct lh_step step = lh_paths_step(p, place);

	if (step.from & LH_ROOT_BIT)
		return p->roots.all[step.from & ~LH_ROOT_BIT].kind <= LH_ROOT_THREAD;
	for (size_t i = 0; step.label == LH_LABEL_FIELD && i < LH_ARRAY_SIZE(edges); i++) {
		const struct lh_span span = {.label = LH_LABEL_FIELD, .name = edges[i]};

		if (step.key == lh_span_key(&span, 0))
			return true;
	}
	return false;
}

static uint64_t step_key(const struct lh_paths *p, const struct lh_step *step)
{
	if (step->label == LH_LABEL_INDEX || step->label == LH_LABEL_BUFFER ||
	    (step->label == LH_LABEL_VALUE && !has_names(p, step->from)))
		return 0;
	return step->key;
}

/* ---- the tree ---- */

/* The node like @wanted, made if there is none. */
static int intern(struct lh_path_shapes *s, const struct lh_path_shape *wanted, uint32_t *ret)
{
	uint64_t key = hash((uint64_t)wanted->parent << 8 | wanted->label, wanted->key);
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&s->index, key, &probe, &n);) {
		struct lh_path_shape *old = &s->all[n];

		if (old->parent != wanted->parent || old->label != wanted->label || old->key != wanted->key)
			continue;
		old->varied |= old->first != wanted->first;
		*ret = n;
		return 0;
	}
	n = (uint32_t)s->count;
	r = lh_append(s->paths->heap->ctx, s->all, s->count, s->capacity, *wanted);
	if (r == 0)
		r = lh_index_add(s->paths->heap->ctx, &s->index, key, n);
	if (r == 0)
		*ret = n;
	return r;
}

static bool same_step(const struct lh_path_shape *a, const struct lh_path_shape *b)
{
	return a->label == b->label && a->key == b->key;
}

/*
 * The node that @step, the next one, would repeat, if it ends the third round of a run of steps; else
 * LH_NO_PATH_SHAPE.
 */
static uint32_t repeated(const struct lh_path_shapes *s, const struct lh_path_shape *step)
{
	const struct lh_path_shape *last[3 * PERIOD_MAX] = {step};
	uint32_t numbers[3 * PERIOD_MAX] = {LH_NO_PATH_SHAPE};
	unsigned n = 1;

	for (uint32_t i = step->parent; n < 3 * PERIOD_MAX && s->all[i].parent != LH_NO_PATH_SHAPE;
	     i = s->all[i].parent) {
		numbers[n] = i;
		last[n++] = &s->all[i];
	}
	for (unsigned period = 1; period * 3 <= n; period++) {
		unsigned same = 0;

		while (same < 2 * period && same_step(last[same], last[same + period]))
			same++;
		if (same == 2 * period)
			return numbers[period];
	}
	return LH_NO_PATH_SHAPE;
}

static int add_root(struct lh_path_shapes *s, uint32_t root, uint32_t *ret)
{
	const struct lh_root *its = &s->paths->roots.all[root & ~LH_ROOT_BIT];

	return intern(s,
		      &(struct lh_path_shape){.parent = LH_NO_PATH_SHAPE,
					      .length = 1,
					      .key = root_key(s->paths, its),
					      .from = root,
					      .to = its->to,
					      .first = root},
		      ret);
}

static int add_step(struct lh_path_shapes *s, uint32_t parent, const struct lh_step *step, uint64_t to,
		    uint32_t *ret)
{
	const struct lh_path_shape shape = {.parent = parent,
					    .length = s->all[parent].length + 1,
					    .key = step_key(s->paths, step),
					    .from = step->from,
					    .to = to,
					    .first = step->key,
					    .label = step->label};
	uint32_t again = repeated(s, &shape);

	if (again == LH_NO_PATH_SHAPE)
		return intern(s, &shape, ret);
	s->all[again].loops = true;
	s->all[again].varied |= s->all[again].first != step->key;
	*ret = again;
	return 0;
}

/* ---- paths ---- */

int lh_path_shapes_init(struct lh_path_shapes *s, const struct lh_paths *paths)
{
	s->paths = paths;
	s->of = lh_new0(uint32_t, (size_t)paths->count + 1);
	if (!s->of)
		return lh_nomem(paths->heap->ctx);
	memset(s->of, 0xff, ((size_t)paths->count + 1) * sizeof(*s->of));
	return 0;
}

void lh_path_shapes_fini(struct lh_path_shapes *s)
{
	free(s->all);
	lh_index_fini(&s->index);
	free(s->of);
	free(s->todo);
}

/* The shape of the path to @place; that to its holder has one. */
static int shape_place(struct lh_path_shapes *s, uint32_t place)
{
	const struct lh_paths *p = s->paths;
	const struct lh_step step = lh_paths_step(p, place);

	if (step.from & LH_ROOT_BIT)
		return add_root(s, step.from, &s->of[place]);
	return add_step(s, s->of[step.from], &step, lh_paths_addr(p, place), &s->of[place]);
}

int lh_path_shape_of(struct lh_path_shapes *s, uint32_t place, uint32_t *ret)
{
	const struct lh_paths *p = s->paths;
	int r = 0;

	s->todo_count = 0;
	for (uint32_t at = place; r == 0 && !(at & LH_ROOT_BIT) && s->of[at] == LH_NO_PATH_SHAPE;
	     at = p->parent[at])
		r = lh_append(p->heap->ctx, s->todo, s->todo_count, s->todo_capacity, at);
	while (r == 0 && s->todo_count)
		r = shape_place(s, s->todo[--s->todo_count]);
	if (r == 0)
		*ret = s->of[place];
	return r;
}

int lh_path_shape_of_step(struct lh_path_shapes *s, const struct lh_step *step, uint64_t to, uint32_t *ret)
{
	uint32_t parent;
	int r;

	if (step->from & LH_ROOT_BIT)
		return add_root(s, step->from, ret);
	r = lh_path_shape_of(s, step->from, &parent);
	if (r == 0)
		r = add_step(s, parent, step, to, ret);
	if (r == 0 && step->count > 1)
		s->all[*ret].varied = true;
	return r;
}
