/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/walk.h"
#include "util/array.h"
#include "util/hash.h"

#include <string.h>

#define STEP 65536

/* Where to write the place of the object that a word points to; NULL if there is no such object, or it was
 * met before. */
static uint32_t *empty_place(struct lh_paths *p, uint64_t addr, bool passed)
{
	size_t i = lh_addrset_index(&p->set, addr);
	uint32_t *place;

	if (i == LH_NO_INDEX)
		return NULL;
	if (!p->request.through)
		return p->place[i] == LH_NO_PLACE ? &p->place[i] : NULL;
	place = &p->place[2 * i];
	if (place[1] != LH_NO_PLACE || (!passed && place[0] != LH_NO_PLACE))
		return NULL; /* an object met after the type leads on to all that it leads to without it */
	return &place[passed];
}

static bool meet(struct lh_paths *p, uint64_t addr, uint32_t from, bool passed)
{
	uint32_t *place = empty_place(p, addr, passed);

	if (!place)
		return false;
	*place = p->count;
	p->queue[p->count] = addr | passed;
	p->label[p->count] = 0;
	p->key[p->count] = 0;
	p->parent[p->count++] = from;
	return true;
}

/* References that an object has many of, all alike. */
static bool is_item(uint8_t label)
{
	return label == LH_LABEL_INDEX || label == LH_LABEL_VALUE || label == LH_LABEL_BUFFER;
}

static int add_holder(struct lh_paths *p, uint32_t from, enum lh_label label, uint64_t key)
{
	const struct lh_step step = {from, 1, key, (uint8_t)label};
	struct lh_step *last = p->holder_count ? &p->holders[p->holder_count - 1] : NULL;

	if (lh_paths_addr(p, from) == p->request.wanted)
		return 0;
	if (!last || last->from != from)
		return lh_append(p->heap->ctx, p->holders, p->holder_count, p->holder_capacity, step);
	if (lh_label_rank(label) > lh_label_rank((enum lh_label)last->label))
		*last = step;
	else if (last->label == step.label && is_item(step.label))
		last->count++;
	return 0;
}

/* Whether a word of the object that is visited is a reference on a path as it is wanted. */
static bool is_wanted(const struct lh_walk *w, uint64_t word)
{
	const struct lh_paths *p = w->paths;

	return word == p->request.wanted && word && (w->passed || !p->request.through);
}

static void set_step(struct lh_paths *p, enum lh_label label, uint64_t key)
{
	p->label[p->count - 1] = (uint8_t)label;
	p->key[p->count - 1] = key;
}

void lh_walk_word(struct lh_walk *w, uint64_t to, enum lh_label label, uint64_t key)
{
	if (is_wanted(w, to) && w->error == 0)
		w->error = add_holder(w->paths, w->from, label, key);
	if (meet(w->paths, to, w->from, w->passed))
		set_step(w->paths, label, key);
}

static void on_span(void *arg, const struct lh_span *span)
{
	struct lh_walk *w = arg;
	struct lh_paths *p = w->paths;

	if (span->label == LH_LABEL_BODY ? !p->by_body : w->only_body)
		return;
	for (uint64_t i = 0; i < span->count && w->error == 0; i++) {
		uint64_t word = lh_span_word(span, i);

		if (is_wanted(w, word))
			w->error = add_holder(p, w->from, span->label, lh_span_key(span, i));
		if (meet(p, word, w->from, w->passed))
			set_step(p, span->label, lh_span_key(span, i));
	}
}

/* Whether it is the dict of interned strings, which does not keep them alive. */
static bool is_interned(const struct lh_paths *p, uint32_t place)
{
	uint32_t parent = p->parent[place];

	return parent & LH_ROOT_BIT && p->roots.all[parent & ~LH_ROOT_BIT].kind == LH_ROOT_INTERNED;
}

int lh_walk_visit(struct lh_walk *w)
{
	struct lh_paths *p = w->paths;
	struct lh_object o;
	int bits = 0, r = 0;

	if (w->from % STEP == 0)
		r = lh_progress(p->heap->ctx, "following references", w->from, p->set.count);
	if (r == 0 && lh_paths_addr(p, w->from) != p->request.wanted)
		r = lh_object_at(p->heap, &w->visitor.view, lh_paths_addr(p, w->from), &o);
	else if (r == 0)
		return 0; /* what only the object itself leads to does not hold it */
	if (r == 0 && w->only_body && !lh_type_is_scanned(o.type))
		return 0;
	if (r == 0 && p->request.classify)
		bits = p->request.classify(p->request.arg, o.type);
	if (r < 0 || bits < 0)
		return r < 0 ? r : bits;
	if (r != 0 || bits & LH_PATHS_AVOID || is_interned(p, w->from))
		return 0;
	w->passed = p->queue[w->from] & 1 || bits & LH_PATHS_THROUGH;
	lh_visit(&w->visitor, &o);
	return w->error;
}

int lh_walk_spread(struct lh_walk *w)
{
	int r = 0;

	for (; w->from < w->paths->count && r == 0; w->from++)
		r = lh_walk_visit(w);
	return r;
}

int lh_walk_spread_from(struct lh_walk *w, enum lh_root_kind first, enum lh_root_kind last)
{
	struct lh_paths *p = w->paths;

	for (size_t i = 0; i < p->roots.count; i++) {
		const struct lh_root *root = &p->roots.all[i];
		unsigned bits = root->kind == LH_ROOT_FRAME ? p->request.frames : 0;

		if (root->kind >= first && root->kind <= last && !(bits & LH_PATHS_AVOID))
			meet(p, root->to, LH_ROOT_BIT | (uint32_t)i, bits & LH_PATHS_THROUGH);
	}
	return lh_walk_spread(w);
}

/* Follow words of bodies of all objects met so far, and go on from there. */
int lh_walk_spread_by_body(struct lh_walk *w)
{
	uint32_t end = w->paths->count;
	int r = 0;

	w->paths->by_body = w->only_body = true;
	for (w->from = 0; w->from < end && r == 0; w->from++)
		r = lh_walk_visit(w);
	w->only_body = false;
	return r == 0 ? lh_walk_spread(w) : r;
}

bool lh_paths_misses(const struct lh_paths *p)
{
	if (p->request.misses)
		return p->request.misses(p->request.arg, p);
	return p->holder_count == 0 && lh_paths_place(p, p->request.wanted) == LH_NO_PLACE;
}

void lh_walk_start(struct lh_walk *w, struct lh_paths *p)
{
	*w = (struct lh_walk){.paths = p};
	w->visitor = (struct lh_visitor){
		.heap = p->heap, .view = lh_view_of(p->heap->target), .fn = on_span, .arg = w};
}
