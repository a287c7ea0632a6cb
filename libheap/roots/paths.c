/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/paths.h"
#include "cpython/visit.h"

#include <stdlib.h>

void lh_paths_fini(struct lh_paths *p)
{
	free(p->holders);
	if (p->borrowed)
		return;
	lh_roots_fini(&p->roots);
	free(p->bits);
	free(p->queue);
	free(p->parent);
	free(p->label);
	free(p->key);
	free(p->place);
	free(p->met);
}

uint32_t lh_paths_place(const struct lh_paths *p, uint64_t addr)
{
	size_t i = lh_addrset_index(&p->graph->set, addr);

	if (i == LH_NO_INDEX)
		return LH_NO_PLACE;
	if (p->request.through)
		return p->place[2 * i + 1];
	return lh_paths_met(p, (uint32_t)i) ? p->place[i] : LH_NO_PLACE;
}

const struct lh_root *lh_paths_root(const struct lh_paths *p, uint32_t place)
{
	while (!(p->parent[place] & LH_ROOT_BIT))
		place = p->parent[place];
	return &p->roots.all[p->parent[place] & ~LH_ROOT_BIT];
}

/* ---- steps ---- */

/** struct stepper - the objects that one holder led to, in the order of the words that led there */
struct stepper {
	const struct lh_paths *paths;
	uint32_t at, end;    /* the next place, and after the last */
	bool fields, bodies; /* which words did */
};

static void step_span(void *arg, const struct lh_span *span)
{
	struct stepper *s = arg;
	const struct lh_paths *p = s->paths;

	if (span->label == LH_LABEL_BODY ? !s->bodies : !s->fields)
		return;
	for (uint64_t i = 0; i < span->count && s->at < s->end; i++) {
		if (lh_addrset_index(&p->graph->set, lh_span_word(span, i)) != lh_paths_number(p, s->at))
			continue;
		p->label[s->at] = (uint8_t)(span->label + 1);
		p->key[s->at++] = lh_span_key(span, i);
	}
}

/* Whether the objects at two places were met one after the other from the same object. */
static bool are_together(const struct lh_paths *p, uint32_t a, uint32_t b)
{
	return p->parent[a] == p->parent[b] && (a < p->body_from) == (b < p->body_from);
}

/* None stays unknown, so that the holder is not visited again for the next one. */
static void find_steps(const struct lh_paths *p, uint32_t place)
{
	struct stepper s = {p, place, place + 1, true, p->by_body && place >= p->body_from};
	struct lh_visitor v = {
		.heap = p->heap, .view = lh_view_of(p->heap->target), .fn = step_span, .arg = &s};
	struct lh_object o;

	if (s.bodies && p->parent[place] < p->body_from)
		s.fields = false; /* those were followed before */
	while (s.at && are_together(p, s.at - 1, place) && !p->label[s.at - 1])
		s.at--;
	while (s.end < p->count && are_together(p, s.end, place))
		s.end++;
	if (lh_object_at(p->heap, &v.view, lh_paths_addr(p, p->parent[place]), &o) == 0)
		lh_visit(&v, &o);
	for (; s.at < s.end; s.at++)
		if (!p->label[s.at])
			p->label[s.at] = LH_LABEL_BODY + 1;
}

struct lh_step lh_paths_step(const struct lh_paths *p, uint32_t place)
{
	struct lh_step step = {.from = p->parent[place], .count = 1};

	if (step.from & LH_ROOT_BIT)
		return step;
	if (!p->label[place])
		find_steps(p, place);
	step.label = (uint8_t)(p->label[place] - 1);
	step.key = p->key[place];
	return step;
}
