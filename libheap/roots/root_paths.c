/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/root_paths.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

/* References reversed: those to place i are from[first[i]] to from[first[i + 1]]. */
struct reverse {
	const struct lh_paths *paths;
	uint64_t *first;
	uint32_t *from;
	uint32_t visited, wanted; /* places */
	bool filling;
	/* The way back to the wanted object: */
	uint32_t *next; /* by place: the object after it; LH_NO_PLACE: it does not lead there */
	uint32_t *queue;
};

static void turn(struct reverse *v, uint32_t to)
{
	if (v->filling)
		v->from[v->first[to]++] = v->visited;
	else
		v->first[to + 1]++;
}

/* The edges of the object that is visited; those that are guesses only if such were followed. */
static void turn_all(struct reverse *v)
{
	const struct lh_paths *p = v->paths;
	const struct lh_graph *g = p->graph;
	uint32_t number = lh_paths_number(p, v->visited), guess = UINT32_MAX;
	bool guesses = !p->by_body && lh_graph_guesses(g, number);

	if (guesses)
		guess = lh_graph_next_guess(g, g->offsets[number]);
	for (uint32_t k = g->offsets[number]; k < g->offsets[number + 1]; k++) {
		if (k == guess)
			guess = lh_graph_next_guess(g, k + 1);
		else if (lh_paths_met(p, g->edges[k]))
			turn(v, p->place[g->edges[k]]);
	}
}

static int visit(struct reverse *v)
{
	const struct lh_paths *p = v->paths;
	uint32_t number = lh_paths_number(p, v->visited);
	int r = 0;

	if (v->visited % STEP == 0)
		r = lh_progress(p->heap->ctx, "turning references round", v->visited, p->count);
	if (r == 0 && p->place[number] != v->wanted && !(lh_paths_bits(p, number) & LH_PATHS_AVOID))
		turn_all(v);
	return r;
}

static int visit_all(struct reverse *v)
{
	int r = 0;

	for (v->visited = 0; v->visited < v->paths->count && r == 0; v->visited++)
		r = visit(v);
	return r;
}

/* Counted, then filled: filling moves the beginning of each list to its end, which is the next one's. */
static int build(struct reverse *v)
{
	size_t n = v->paths->count;
	int r;

	v->first = lh_new0(uint64_t, n + 2);
	v->next = lh_new0(uint32_t, n + 1);
	v->queue = lh_new0(uint32_t, n + 1);
	if (!v->first || !v->next || !v->queue)
		return lh_nomem(v->paths->heap->ctx);
	r = visit_all(v);
	for (size_t i = 0; i < n; i++)
		v->first[i + 1] += v->first[i];
	v->from = r == 0 ? lh_new0(uint32_t, v->first[n] + 1) : NULL;
	if (r == 0 && !v->from)
		return lh_nomem(v->paths->heap->ctx);
	v->filling = true;
	if (r == 0)
		r = visit_all(v);
	for (size_t i = n; i > 0; i--)
		v->first[i] = v->first[i - 1];
	v->first[0] = 0;
	return r;
}

static int spread(struct reverse *v, uint32_t wanted)
{
	uint32_t count = 1;
	int r = 0;

	memset(v->next, 0xff, ((size_t)v->paths->count + 1) * sizeof(*v->next));
	v->queue[0] = v->next[wanted] = wanted;
	for (uint32_t i = 0; i < count && r == 0; i++) {
		uint32_t at = v->queue[i];

		if (i % STEP == 0)
			r = lh_progress(v->paths->heap->ctx, "going back to roots", i, v->paths->count);
		for (uint64_t k = v->first[at]; k < v->first[at + 1]; k++)
			if (v->next[v->from[k]] == LH_NO_PLACE) {
				v->next[v->from[k]] = at;
				v->queue[count++] = v->from[k];
			}
	}
	return r;
}

/* The roots that holders' paths begin with. A holder's place comes before those that it led to. */
static bool *told_roots(const struct lh_paths *p)
{
	_cleanup_free_ uint32_t *root_of = lh_new0(uint32_t, (size_t)p->count + 1);
	bool *told = lh_new0(bool, p->roots.count + 1);

	for (uint32_t i = 0; root_of && i < p->count; i++)
		root_of[i] = p->parent[i] & LH_ROOT_BIT ? p->parent[i] & ~LH_ROOT_BIT : root_of[p->parent[i]];
	for (size_t i = 0; root_of && told && i < p->holder_count; i++)
		told[root_of[p->holders[i].from]] = true;
	if (root_of)
		return told;
	free(told);
	return NULL;
}

int lh_root_paths_init(const struct lh_paths *paths, struct lh_root_paths *ret)
{
	uint32_t wanted = lh_paths_place(paths, paths->request.wanted);
	struct reverse v = {.paths = paths, .wanted = wanted};
	int r;

	*ret = (struct lh_root_paths){.paths = paths, .at = paths->roots.count};
	if (wanted == LH_NO_PLACE || paths->request.through)
		return 0;
	r = build(&v);
	if (r == 0)
		r = spread(&v, wanted);
	free(v.first);
	free(v.from);
	free(v.queue);
	ret->next = v.next;
	ret->told = r == 0 ? told_roots(paths) : NULL;
	ret->at = 0;
	return r == 0 && !ret->told ? lh_nomem(paths->heap->ctx) : r;
}

/* The place of the object that a root leads to, if a path of the wanted kind goes on from there; else LH_NO_PLACE. */
static uint32_t start_of(const struct lh_root_paths *iter, size_t number)
{
	const struct lh_paths *p = iter->paths;
	const struct lh_root *root = &p->roots.all[number];
	bool avoided = root->kind == LH_ROOT_FRAME && p->request.frames & LH_PATHS_AVOID;
	uint32_t place = iter->told[number] || avoided ? LH_NO_PLACE : lh_paths_place(p, root->to);

	return place != LH_NO_PLACE && iter->next[place] != place ? place : LH_NO_PLACE;
}

int lh_root_paths_next(struct lh_root_paths *iter, const struct lh_root **ret_root, uint64_t **ret_way,
		       size_t *ret_length)
{
	const struct lh_paths *p = iter->paths;

	while (iter->at < p->roots.count) {
		size_t number = iter->at++, length = 1, n = 0;
		uint32_t place = start_of(iter, number);
		uint64_t *way;

		if (place == LH_NO_PLACE || iter->next[place] == LH_NO_PLACE)
			continue;
		for (uint32_t at = place; at != iter->next[at]; at = iter->next[at])
			length++;
		way = lh_new0(uint64_t, length);
		if (!way)
			return lh_nomem(p->heap->ctx);
		for (uint32_t at = place; n < length; at = iter->next[at])
			way[n++] = lh_paths_addr(p, at);
		*ret_root = &p->roots.all[number];
		*ret_way = way;
		*ret_length = length;
		return 0;
	}
	return LH_DONE;
}

void lh_root_paths_fini(struct lh_root_paths *iter)
{
	free(iter->next);
	free(iter->told);
}
