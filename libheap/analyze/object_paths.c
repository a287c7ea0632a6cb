/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/object_paths.h"
#include "roots/find_paths.h"
#include "util/array.h"

#include <stdlib.h>

bool lh_object_paths_has(const struct lh_object_paths *f, const struct lh_root *root)
{
	const struct lh_paths_request *request = &f->paths.request;
	unsigned bits = root->kind == LH_ROOT_FRAME ? request->frames : 0;

	return root->to == f->query.wanted && !(bits & LH_PATHS_AVOID) &&
	       (!request->through || bits & LH_PATHS_THROUGH);
}

/* Roots that refer to it, then each object that holds it and that a root leads to, nearest first. Return: 0;
 * LH_DONE. */
static int next_holder(struct lh_object_paths *f, struct lh_step *ret)
{
	const struct lh_paths *p = &f->paths;

	while (f->at < p->roots.count) {
		size_t i = f->at++;

		if (!lh_object_paths_has(f, &p->roots.all[i]))
			continue;
		*ret = (struct lh_step){.from = LH_ROOT_BIT | (uint32_t)i, .count = 1};
		return 0;
	}
	if (f->at - p->roots.count >= p->holder_count)
		return LH_DONE;
	*ret = p->holders[f->at++ - p->roots.count];
	return 0;
}

static int group(struct lh_object_paths *f)
{
	struct lh_ctx *ctx = f->paths.heap->ctx;
	struct lh_path_group *group;
	struct lh_step step;
	uint32_t shape;
	int r = lh_path_shapes_init(&f->shapes, &f->paths);

	while (r == 0 && next_holder(f, &step) == 0) {
		r = lh_path_shape_of_step(&f->shapes, &step, f->query.wanted, &shape);
		if (r == 0)
			r = lh_path_group_of(ctx, &f->groups, shape, step.from, &group);
		if (r == 0)
			group->count += step.count;
	}
	f->at = 0;
	return r;
}

int lh_object_paths_find(struct lh_heap *heap, const struct lh_object_paths_query *query,
			 struct lh_object_paths *ret)
{
	struct lh_paths_request request = lh_path_types_request(query->types);
	int r;

	*ret = (struct lh_object_paths){.query = *query};
	request.wanted = query->wanted;
	request.each_root = query->all;
	r = lh_paths_find(heap, &request, &ret->paths);
	if (r < 0)
		return r;
	return query->all ? lh_root_paths_init(&ret->paths, &ret->roots) : group(ret);
}

/* The path to the holder at @from, or from a root, and on to the object. */
static int make_path(const struct lh_object_paths *f, uint32_t from, struct lh_object_path *ret)
{
	const struct lh_paths *p = &f->paths;
	uint32_t root = from;
	size_t n;

	ret->length = 1;
	for (; !(root & LH_ROOT_BIT); root = p->parent[root])
		ret->length++;
	n = ret->length;
	ret->root = &p->roots.all[root & ~LH_ROOT_BIT];
	ret->way = lh_new0(uint64_t, n);
	if (!ret->way)
		return lh_nomem(p->heap->ctx);
	ret->way[--n] = f->query.wanted;
	for (uint32_t place = from; n; place = p->parent[place])
		ret->way[--n] = lh_paths_addr(p, place);
	return 0;
}

static int next_group(struct lh_object_paths *f, struct lh_object_path *ret)
{
	const struct lh_path_group *group;

	if (f->at >= f->groups.count || (f->query.most && f->at >= f->query.most))
		return LH_DONE;
	group = &f->groups.all[f->at++];
	*ret = (struct lh_object_path){.count = group->count, .shape = group->shape};
	return make_path(f, group->first, ret);
}

int lh_object_paths_next(struct lh_object_paths *f, struct lh_object_path *ret)
{
	struct lh_object_path path = {.count = 1, .shape = LH_NO_PATH_SHAPE};
	struct lh_step step = {0};
	int r;

	if (!f->query.all) {
		r = next_group(f, &path);
	} else if ((!f->query.most || f->given < f->query.most) && next_holder(f, &step) == 0) {
		f->given++;
		path.count = step.count;
		r = make_path(f, step.from, &path);
	} else {
		r = lh_root_paths_next(&f->roots, &path.root, &path.way, &path.length);
	}
	if (r == 0)
		*ret = path;
	return r;
}

void lh_object_paths_fini(struct lh_object_paths *f)
{
	lh_root_paths_fini(&f->roots);
	lh_path_groups_fini(&f->groups);
	lh_path_shapes_fini(&f->shapes);
	lh_paths_fini(&f->paths);
}
