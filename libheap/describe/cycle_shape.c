/* SPDX-License-Identifier: Apache-2.0 */
#include "describe/cycle_shape.h"
#include "cpython/edge.h"
#include "cpython/text.h"
#include "cpython/type_name.h"
#include "util/hash.h"

#define ELLIPSIS "[…]"
#define DICT ".__dict__"
#define LITERAL_MAX 40 /* characters of a key that may be a name in the source */

/* ---- edges ---- */

static bool is_dict(const struct lh_object *o)
{
	return o->type->kind->id == LH_KIND_DICT;
}

static const char *short_name(struct lh_heap *heap, struct lh_type *type)
{
	return type ? lh_last_name(lh_type_name(heap, type)) : "?";
}

static void add_edge(struct lh_heap *heap, const struct lh_reference *e, struct lh_string *out)
{
	struct lh_string text = {0};
	struct lh_object to;

	/* A word of a body has no name: the type that it refers to says more than its offset. */
	if (e->span.label == LH_LABEL_BODY &&
	    lh_object_at(heap, &heap->view, lh_span_word(&e->span, e->i), &to) == 0) {
		lh_string_addf(out, ".<%s>", short_name(heap, to.type));
		return;
	}

	if (e->span.label == LH_LABEL_INDEX ||
	    (e->span.label == LH_LABEL_VALUE &&
	     !(e->span.keys && lh_str_is_interned(heap, lh_u64(e->span.keys + e->i * e->span.key_stride))))) {
		lh_string_add(out, ELLIPSIS);
		return;
	}
	lh_span_edge(heap, &e->span, e->i, &text);
	if (e->span.label == LH_LABEL_LOCAL && text.text && strncmp(text.text, "local ", 6) == 0)
		lh_string_addf(out, " '%s'", text.text + 6);
	else
		lh_string_addf(out, "%s%s", e->span.label == LH_LABEL_LOCAL ? " " : "",
			       text.text ? text.text : "");
	out->failed |= text.failed;
	lh_string_fini(&text);
}

/* ['name'] in an instance's __dict__ is .name */
static void add_attribute(struct lh_heap *heap, const struct lh_reference *e, struct lh_string *out)
{
	lh_string_add(out, ".");
	if (!e->span.keys || lh_str_append(heap, lh_u64(e->span.keys + e->i * e->span.key_stride),
					   LITERAL_MAX, out) == LH_ABSENT)
		lh_string_add(out, "<attribute>");
}

/* ---- steps ---- */

struct maker {
	struct lh_heap *heap;
	const uint64_t *cycle;
	size_t count;
	struct lh_view view;
	struct lh_cycle_shape *shape;
};

/* Object @i of the cycle, and its edge to the next one. */
static int read_step(struct maker *m, size_t i, struct lh_object *ret, struct lh_reference *ret_edge)
{
	int r = lh_object_at(m->heap, &m->view, m->cycle[i % m->count], ret);

	return r == 0 ? lh_reference_find(m->heap, ret, m->cycle[(i + 1) % m->count], true, ret_edge) : r;
}

static bool leads_to_dict(const struct lh_reference *e)
{
	return e->span.label == LH_LABEL_FIELD && strcmp(e->span.name, DICT) == 0;
}

/* Add the step of object @i. Return: how many objects of the cycle it covers; -LH_ENOMEM. */
static int add_step(struct maker *m, size_t i)
{
	struct lh_cycle_step *step = &m->shape->steps[m->shape->count++];
	struct lh_object o, dict;
	struct lh_reference e, of_dict;
	int r = read_step(m, i, &o, &e);

	step->addr = m->cycle[i % m->count];
	step->type = r == 0 ? o.type : NULL;
	if (r != 0) {
		lh_string_add(&step->edge, ".<?>");
		return r < 0 ? r : 1;
	}
	if (m->count > 1 && leads_to_dict(&e) && read_step(m, i + 1, &dict, &of_dict) == 0 &&
	    is_dict(&dict) && of_dict.span.label == LH_LABEL_VALUE) {
		add_attribute(m->heap, &of_dict, &step->edge);
		return 2;
	}
	add_edge(m->heap, &e, &step->edge);
	return step->edge.failed ? lh_nomem(m->heap->ctx) : 1;
}

/* Where to begin: not at an instance's __dict__, which is part of the instance. */
static size_t begin_at(struct maker *m)
{
	struct lh_object o;
	struct lh_reference e;

	return m->count > 1 && read_step(m, m->count - 1, &o, &e) == 0 && leads_to_dict(&e) ? m->count - 1
											    : 0;
}

static int add_steps(struct maker *m)
{
	size_t start = begin_at(m), i = start;
	int n = 1;

	for (; n > 0 && i < start + m->count && m->shape->count < LH_CYCLE_STEPS_MAX; i += (size_t)n)
		n = add_step(m, i);
	if (n < 0)
		return n;
	m->shape->more = i < start + m->count ? start + m->count - i : 0;
	return 0;
}

/* ---- where the shape begins ---- */

/* What people know by name comes first: exceptions, instances of classes. Containers come last. */
static int rank(const struct lh_type *type)
{
	if (!type)
		return 4;
	if (type->kind->id == LH_KIND_EXCEPTION)
		return 0;
	if (type->python && type->kind->id != LH_KIND_TYPE)
		return 1;
	switch (type->kind->id) {
	case LH_KIND_DICT:
	case LH_KIND_LIST:
	case LH_KIND_TUPLE:
	case LH_KIND_SET:
	case LH_KIND_FRAME:
	case LH_KIND_CELL:
		return 3;
	default:
		return 2;
	}
}

static int compare_steps(struct lh_heap *heap, const struct lh_cycle_step *a, const struct lh_cycle_step *b)
{
	int d = rank(a->type) - rank(b->type);

	d = d ? d : strcmp(short_name(heap, a->type), short_name(heap, b->type));
	return d ? d : strcmp(a->edge.text ? a->edge.text : "", b->edge.text ? b->edge.text : "");
}

/* Whether the rotation that begins at step @a comes before the one that begins at @b. */
static bool is_before(struct lh_heap *heap, const struct lh_cycle_shape *s, size_t a, size_t b)
{
	for (size_t k = 0; k < s->count; k++) {
		int d = compare_steps(heap, &s->steps[(a + k) % s->count], &s->steps[(b + k) % s->count]);

		if (d)
			return d < 0;
	}
	return false;
}

/* A cycle has no start: the least of its rotations is the same for all cycles of a shape. */
static void rotate(struct lh_heap *heap, struct lh_cycle_shape *s)
{
	struct lh_cycle_step turned[LH_CYCLE_STEPS_MAX];
	size_t best = 0;

	for (size_t i = 1; i < s->count; i++)
		if (is_before(heap, s, i, best))
			best = i;
	for (size_t i = 0; best && i < s->count; i++)
		turned[i] = s->steps[(best + i) % s->count];
	if (best)
		memcpy(s->steps, turned, s->count * sizeof(*turned));
}

static uint64_t hash_shape(const struct lh_cycle_shape *s)
{
	uint64_t hash = lh_hash(LH_HASH_START, &s->more, sizeof(s->more));

	for (size_t i = 0; i < s->count; i++) {
		hash = lh_hash(hash, &s->steps[i].type, sizeof(s->steps[i].type));
		hash = lh_hash(hash, s->steps[i].edge.text, s->steps[i].edge.len);
	}
	return hash;
}

int lh_cycle_shape_make(struct lh_heap *heap, const uint64_t *cycle, size_t count, struct lh_cycle_shape *ret)
{
	struct maker m = {
		.heap = heap, .cycle = cycle, .count = count, .view = lh_view_of(heap->target), .shape = ret};
	int r;

	memset(ret, 0, sizeof(*ret));
	r = add_steps(&m);
	if (r < 0)
		return r;
	if (!ret->more)
		rotate(heap, ret);
	ret->hash = hash_shape(ret);
	return 0;
}

void lh_cycle_shape_fini(struct lh_cycle_shape *s)
{
	for (size_t i = 0; i < s->count; i++)
		lh_string_fini(&s->steps[i].edge);
	s->count = 0;
}

#define STEPS_SHOWN 12

void lh_cycle_shape_text(struct lh_heap *heap, const struct lh_cycle_shape *s, struct lh_string *out)
{
	size_t shown = s->count > STEPS_SHOWN ? STEPS_SHOWN : s->count, more = s->count - shown + s->more;

	for (size_t i = 0; i < shown; i++)
		lh_string_addf(out, "%s%s -> ", short_name(heap, s->steps[i].type),
			       s->steps[i].edge.text ? s->steps[i].edge.text : "");
	if (more)
		lh_string_addf(out, "(%zu more) -> ", more);
	lh_string_add(out, short_name(heap, s->steps[0].type));
}
