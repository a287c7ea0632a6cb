/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/walk.h"
#include "util/array.h"
#include "util/inline.h"

#include <string.h>

#define AHEAD 48

/* An object met after the type leads on to all that it leads to without it. */
static bool was_met(const struct lh_paths *p, uint32_t number, bool passed)
{
	if (!p->request.through)
		return lh_paths_met(p, number);
	return p->place[2 * (size_t)number + 1] != LH_NO_PLACE ||
	       (!passed && p->place[2 * (size_t)number] != LH_NO_PLACE);
}

static bool meet(struct lh_paths *p, uint32_t number, uint32_t from, bool passed)
{
	if (was_met(p, number, passed))
		return false;
	lh_bit_set(p->met, number);
	p->place[p->request.through ? 2 * (size_t)number + passed : number] = p->count;
	p->queue[p->count] = number | (passed ? LH_PASSED_BIT : 0);
	p->parent[p->count++] = from;
	return true;
}

/* ---- holders of the wanted object ---- */

/* References that an object has many of, all alike. */
static bool is_item(uint8_t label)
{
	return label == LH_LABEL_INDEX || label == LH_LABEL_VALUE || label == LH_LABEL_BUFFER;
}

static int add_holder(struct lh_paths *p, uint32_t from, enum lh_label label, uint64_t key)
{
	const struct lh_step step = {from, 1, key, (uint8_t)label};
	struct lh_step *last = p->holder_count ? &p->holders[p->holder_count - 1] : NULL;

	if (!last || last->from != from)
		return lh_append(p->heap->ctx, p->holders, p->holder_count, p->holder_capacity, step);
	if (lh_label_rank(label) > lh_label_rank((enum lh_label)last->label))
		*last = step;
	else if (last->label == step.label && is_item(step.label))
		last->count++;
	return 0;
}

/* Whether a word of a span like this is followed now. */
static bool is_followed(const struct lh_walk *w, bool guess)
{
	return guess ? w->paths->by_body : !w->only_body;
}

static void hold_span(void *arg, const struct lh_span *span)
{
	struct lh_walk *w = arg;

	for (uint64_t i = 0; is_followed(w, span->label == LH_LABEL_BODY) && i < span->count && w->error == 0;
	     i++)
		if (lh_span_word(span, i) == w->paths->request.wanted)
			w->error = add_holder(w->paths, w->from, span->label, lh_span_key(span, i));
}

int lh_walk_hold(struct lh_walk *w)
{
	struct lh_visitor v = {.heap = w->paths->heap, .view = w->view, .fn = hold_span, .arg = w};
	struct lh_object o;
	int r = lh_object_at(v.heap, &v.view, lh_paths_addr(w->paths, w->from), &o);

	if (r == 0)
		lh_visit(&v, &o);
	return r < 0 ? r : w->error;
}

/* ---- one object ---- */

void lh_walk_word(struct lh_walk *w, uint64_t to, enum lh_label label, uint64_t key)
{
	struct lh_paths *p = w->paths;
	uint32_t number = lh_addrset_index(&p->graph->set, to);

	if (to == p->request.wanted && (w->passed || !p->request.through) && w->error == 0)
		w->error = add_holder(p, w->from, label, key);
	if (number != LH_NO_INDEX && meet(p, number, w->from, w->passed)) {
		p->label[p->count - 1] = (uint8_t)(label + 1);
		p->key[p->count - 1] = key;
	}
}

/* Whether it is the dict of interned strings, which does not keep them alive. */
static bool is_interned(const struct lh_paths *p, uint32_t place)
{
	uint32_t parent = p->parent[place];

	return parent & LH_ROOT_BIT && p->roots.all[parent & ~LH_ROOT_BIT].kind == LH_ROOT_INTERNED;
}

/* Whether paths go on from the object at w->from: what only the wanted one leads to does not hold it. Return: 0; LH_ABSENT;
 * -LH_E*. */
static int enter(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;
	uint32_t number = lh_paths_number(p, w->from);
	unsigned bits = lh_paths_bits(p, number);
	int r = 0;

	if (w->from % LH_WALK_STEP == 0)
		r = lh_progress(p->heap->ctx, "following references", w->from, p->graph->count);
	if (r < 0)
		return r;
	if (number == w->wanted || bits & LH_PATHS_AVOID || is_interned(p, w->from))
		return LH_ABSENT;
	w->passed = p->queue[w->from] & LH_PASSED_BIT || bits & LH_PATHS_THROUGH;
	return 0;
}

int lh_walk_object(struct lh_walk *w, struct lh_object *ret)
{
	int r = enter(w);

	return r != 0 ? r : lh_object_at(w->paths->heap, &w->view, lh_paths_addr(w->paths, w->from), ret);
}

/* Follow the edges of the object at w->from. Return: 0, -LH_E*. */
static int follow(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;
	const struct lh_graph *g = p->graph;
	uint32_t number = lh_paths_number(p, w->from), guess = UINT32_MAX;
	bool passed = w->passed || !p->request.through, held = w->by_words && passed;

	if (lh_graph_guesses(g, number))
		guess = lh_graph_next_guess(g, g->offsets[number]);
	for (uint32_t k = g->offsets[number]; k < g->offsets[number + 1]; k++) {
		bool is_guess = k == guess;

		if (is_guess)
			guess = lh_graph_next_guess(g, k + 1);
		if (!is_followed(w, is_guess))
			continue;
		held |= g->edges[k] == w->wanted && passed;
		meet(p, g->edges[k], w->from, w->passed);
	}
	return held ? lh_walk_hold(w) : 0;
}

/* ---- all ---- */

/* Most time is spent waiting for memory: what comes soon is asked for now. */
LH_ALWAYS_INLINE void prefetch(const struct lh_walk *w)
{
	const struct lh_paths *p = w->paths;
	const struct lh_graph *g = p->graph;
	uint32_t at = w->from + 2 * AHEAD;

	if (at >= p->count)
		return;
	__builtin_prefetch(&g->offsets[lh_paths_number(p, at)]);
	if (p->bits)
		__builtin_prefetch(&g->types[lh_paths_number(p, at)]);
	__builtin_prefetch(&g->edges[g->offsets[lh_paths_number(p, at - AHEAD)]]);
}

int lh_walk_spread(struct lh_walk *w)
{
	int r = 0;

	for (; w->from < w->paths->count && r == 0; w->from++) {
		prefetch(w);
		r = enter(w);
		r = r == 0 ? follow(w) : r < 0 ? r : 0;
	}
	return r;
}

int lh_walk_spread_from(struct lh_walk *w, enum lh_root_kind first, enum lh_root_kind last)
{
	struct lh_paths *p = w->paths;

	for (size_t i = 0; i < p->roots.count; i++) {
		const struct lh_root *root = &p->roots.all[i];
		unsigned bits = root->kind == LH_ROOT_FRAME ? p->request.frames : 0;
		uint32_t number = lh_addrset_index(&p->graph->set, root->to);

		if (root->kind >= first && root->kind <= last && !(bits & LH_PATHS_AVOID) &&
		    number != LH_NO_INDEX)
			meet(p, number, LH_ROOT_BIT | (uint32_t)i, bits & LH_PATHS_THROUGH);
	}
	return lh_walk_spread(w);
}

/* Follow words of bodies of all objects met so far, and go on from there. */
int lh_walk_spread_by_body(struct lh_walk *w)
{
	uint32_t end = w->paths->count;
	int r = 0;

	lh_walk_follow_bodies(w);
	w->only_body = true;
	for (w->from = 0; w->from < end && r == 0; w->from++) {
		r = enter(w);
		r = r == 0 ? follow(w) : r < 0 ? r : 0;
	}
	w->only_body = false;
	return r == 0 ? lh_walk_spread(w) : r;
}

void lh_walk_follow_bodies(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;

	if (!p->by_body)
		p->body_from = p->count;
	p->by_body = true;
}

bool lh_paths_misses(const struct lh_paths *p)
{
	if (p->request.misses)
		return p->request.misses(p->request.arg, p);
	return p->holder_count == 0 && lh_paths_place(p, p->request.wanted) == LH_NO_PLACE;
}

void lh_walk_start(struct lh_walk *w, struct lh_paths *p)
{
	*w = (struct lh_walk){.paths = p, .view = lh_view_of(p->heap->target), .wanted = LH_NO_INDEX};
	if (p->request.wanted)
		w->wanted = lh_addrset_index(&p->graph->set, p->request.wanted);
	w->by_words = p->request.wanted && w->wanted == LH_NO_INDEX;
}
