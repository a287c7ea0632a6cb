/* SPDX-License-Identifier: Apache-2.0 */
#include "describe/path_text.h"
#include "cpython/code.h"
#include "cpython/edge.h"
#include "cpython/text.h"
#include "describe/edge_text.h"
#include "describe/inner.h"
#include "describe/root_text.h"
#include "roots/buffers.h"
#include "util/array.h"

#include <stdlib.h>

/* ---- roots ---- */

static void add_function(struct lh_heap *heap, uint64_t code, struct lh_string *out)
{
	if (!lh_code_name(heap, code, out))
		lh_string_add(out, "?");
}

static const char *name_of(const struct lh_heap *heap, enum lh_root_kind kind)
{
	static const char *const names[] = {"sys.modules", "sys.__dict__", "builtins.__dict__"};

	if (kind == LH_ROOT_BUILTINS && lh_layout_is_python2(&heap->layout))
		return "__builtin__.__dict__"; /* 2.7 */
	return names[kind];
}

void lh_root_text(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *out)
{
	if (lh_root_is_native(root->kind)) {
		lh_native_root_text(roots->heap, root, out);
		return;
	}
	if (roots->heap->interp_count > 1)
		lh_string_addf(out, "interpreter %" PRId64 ": ", root->interp);
	if (root->kind == LH_ROOT_THREAD) {
		lh_thread_text(roots->heap, root->thread, out);
		lh_string_addf(out, ": PyThreadState.%s", root->field);
	} else if (root->kind == LH_ROOT_INTERP) {
		lh_string_addf(out, "PyInterpreterState.%s", root->field);
	} else if (root->kind == LH_ROOT_FRAME) {
		lh_string_add(out, "frame ");
		add_function(roots->heap, root->code, out);
		lh_string_add(out, " (");
		if (!lh_code_file(roots->heap, root->code, out))
			lh_string_add(out, "?");
		if (root->line)
			lh_string_addf(out, ":%u", root->line);
		lh_string_add(out, ")");
		if (roots->several_threads) {
			lh_string_add(out, " of ");
			lh_thread_text(roots->heap, root->thread, out);
		}
	} else {
		lh_string_add(out, name_of(roots->heap, root->kind));
	}
}

/* ---- paths ---- */

#define DICT ".__dict__"

struct text {
	const struct lh_roots *roots;
	struct lh_view view;
	struct lh_string *out, *addresses;
	struct lh_type *owner; /* of the object before the last one, if that is not a class */
	bool of_cache;         /* the last step led into an lru_cache */
	bool after_local;      /* the last step went to a frame's local: f_locals has a cell's contents */
};

/* An index or a key that stands for many. */
static void generalize(struct lh_string *edge)
{
	if (!edge->text || edge->text[0] != '[')
		return;
	lh_string_clear(edge);
	lh_string_add(edge, "[…]");
}

/* Whether @text leads to a dict with names as keys. */
static bool is_namespace(const struct lh_heap *heap, const struct lh_string *text)
{
	static const char *const ends[] = {DICT, ".__globals__", ".__builtins__", ".f_globals",
					   ".f_builtins"};

	for (size_t i = 0; i < LH_ARRAY_SIZE(ends); i++)
		if (lh_text_ends_with(text, ends[i]))
			return true;
	for (int kind = 0; lh_root_is_named_dict((enum lh_root_kind)kind); kind++)
		if (text->text && strcmp(text->text, name_of(heap, (enum lh_root_kind)kind)) == 0)
			return true;
	return false;
}

/* How @from refers to @to. Return: whether by a reference of its own; only then *ret is written. */
static bool name_edge(struct lh_heap *heap, const struct lh_object *from, uint64_t to, bool varied,
		      bool named, struct lh_string *edge, struct lh_reference *ret)
{
	struct lh_buffer_word word;

	if (lh_reference_find(heap, from, to, false, ret) == 0) {
		(named ? lh_span_name : lh_span_edge)(heap, &ret->span, ret->i, edge);
		if (varied)
			generalize(edge);
		return true;
	}
	if (lh_buffer_find(heap, from, to, &word) == 0) {
		lh_span_edge(heap, &word.span, word.i, edge);
		if (varied)
			lh_string_add(edge, "[…]");
		else
			lh_string_addf(edge, "[%" PRIu64 "]", word.index);
	}
	return false;
}

/* The tuple that has a function's annotations until they are first read (3.10+): no expression gives it. */
static bool is_raw_annotations(const struct text *t, const struct lh_object *object)
{
	return object->type->kind->id == LH_KIND_TUPLE && lh_text_ends_with(t->out, ".__annotations__");
}

/* One step: the reference of the object @from to @to. A Context's
 * inner nodes are left out between the steps. */
static void add_step(struct text *t, uint64_t from, uint64_t to, bool varied, bool is_last)
{
	struct lh_heap *heap = t->roots->heap;
	struct lh_string edge = {0};
	struct lh_reference reference;
	struct lh_object o;
	bool direct, local;

	if (t->addresses)
		lh_string_addf(t->addresses, "\n0x%" PRIx64, to);
	if (lh_object_at(heap, &t->view, from, &o) != 0 ||
	    (!is_last && lh_inner_is_of_context(heap, &t->view, to)))
		return;
	direct = name_edge(heap, &o, to, varied, is_namespace(heap, t->out), &edge, &reference);
	local = direct && reference.span.label == LH_LABEL_LOCAL;
	lh_inner_cache_edge(heap, &o, is_last, &t->of_cache, &edge);
	t->out->failed |= edge.failed;
	if (local && edge.text)
		lh_edge_text_add_local(t->out, edge.text, o.type->kind->tp_name);
	else if (!t->after_local || !edge.text || strcmp(edge.text, ".cell_contents") != 0) {
		if (is_raw_annotations(t, &o))
			lh_string_add(t->out, ".<tuple>");
		lh_edge_text_add(&(struct lh_edge_text){heap, &o, direct ? &reference.span : NULL, t->owner,
							edge.text ? edge.text : ".<?>"},
				 t->out);
	}
	t->after_local = local;
	t->owner = lh_edge_text_owner(heap, o.type);
	lh_string_fini(&edge);
}

/*
 * What no expression gives: the dict of a class, or of a C type that hides it, a cell in a frame, a
 * function's tuple of annotations.
 */
static void add_end(struct text *t, uint64_t holder, uint64_t to)
{
	struct lh_heap *heap = t->roots->heap;
	struct lh_object from, o;

	if (lh_object_at(heap, &t->view, to, &o) != 0 || lh_object_at(heap, &t->view, holder, &from) != 0)
		return;
	if (t->after_local && o.type->kind->id == LH_KIND_CELL)
		lh_string_add(t->out, ".<cell>");
	else if ((from.type->kind->id == LH_KIND_TYPE || (from.type->managed_dict && !from.type->python)) &&
		 lh_text_ends_with(t->out, DICT))
		lh_string_add(t->out, ".<dict>");
	else if (is_raw_annotations(t, &o))
		lh_string_add(t->out, ".<tuple>");
}

static void add_frame_step(struct text *t, const struct lh_root *root)
{
	struct lh_string local = {0};

	lh_string_add(t->out, "<frame ");
	add_function(t->roots->heap, root->code, t->out);
	lh_string_add(t->out, ">");
	if (root->span.label != LH_LABEL_LOCAL)
		return;
	lh_span_edge(t->roots->heap, &root->span, root->slot, &local);
	t->out->failed |= local.failed;
	lh_edge_text_add_local(t->out, local.text ? local.text : "?", "frame");
	t->after_local = true;
	lh_string_fini(&local);
}

static void add_root_step(struct text *t, const struct lh_root *root)
{
	if (t->addresses)
		lh_string_addf(t->addresses, "0x%" PRIx64, root->to);
	if (lh_root_is_named_dict(root->kind))
		lh_string_add(t->out, name_of(t->roots->heap, root->kind));
	else if (root->kind == LH_ROOT_INTERP)
		lh_string_addf(t->out, "<interpreter>.%s", root->field);
	else if (root->kind == LH_ROOT_THREAD)
		lh_string_addf(t->out, "<thread>.%s", root->field);
	else if (root->kind == LH_ROOT_FRAME)
		add_frame_step(t, root);
	else
		lh_native_root_step(t->roots->heap, root, t->out);
}

void lh_root_path(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *out,
		  struct lh_string *addresses)
{
	struct text t = {.roots = roots, .out = out, .addresses = addresses};

	add_root_step(&t, root);
}

/* The middle of a path with more steps is left out: nobody reads it. */
#define STEPS_MAX 100
#define STEPS_LAST 10

void lh_way_text(const struct lh_roots *roots, const struct lh_root *root, const uint64_t *way, size_t length,
		 struct lh_string *out, struct lh_string *addresses)
{
	struct text t = {
		.roots = roots, .view = lh_view_of(roots->heap->target), .out = out, .addresses = addresses};

	add_root_step(&t, root);
	for (size_t i = 0; i + 1 < length; i++) {
		if (length > STEPS_MAX && i == STEPS_MAX - STEPS_LAST) {
			i = length - STEPS_LAST;
			lh_string_add(out, "…");
		}
		add_step(&t, way[i], way[i + 1], false, i + 2 == length);
	}
	if (length > 1)
		add_end(&t, way[length - 2], way[length - 1]);
}

uint64_t lh_path_text(const struct lh_paths *paths, uint32_t place, uint64_t to, struct lh_string *out,
		      struct lh_string *addresses)
{
	_cleanup_free_ uint64_t *way = NULL;
	size_t length = 2, n;

	for (uint32_t p = place; !(paths->parent[p] & LH_ROOT_BIT); p = paths->parent[p])
		length++;
	way = lh_new0(uint64_t, length);
	if (!way) {
		out->failed = true;
		return 0;
	}
	n = length;
	way[--n] = to;
	for (uint32_t p = place; n; p = paths->parent[p])
		way[--n] = lh_paths_addr(paths, p);
	lh_way_text(&paths->roots, lh_paths_root(paths, place), way, length, out, addresses);
	return length;
}

void lh_place_text(const struct lh_paths *paths, uint32_t place, struct lh_string *out,
		   struct lh_string *addresses)
{
	if (paths->parent[place] & LH_ROOT_BIT)
		lh_root_path(&paths->roots, lh_paths_root(paths, place), out, addresses);
	else
		lh_path_text(paths, paths->parent[place], lh_paths_addr(paths, place), out, addresses);
}

/* ---- shapes ---- */

static void add_shape_root(struct text *t, const struct lh_path_shape *shape)
{
	const struct lh_root *root = &t->roots->all[shape->from & ~LH_ROOT_BIT];

	if (shape->varied && lh_root_is_native(root->kind))
		lh_string_add(t->out, "<…>");
	else
		add_root_step(t, root);
}

void lh_path_shape_text(const struct lh_path_shapes *shapes, uint32_t number, struct lh_string *out)
{
	struct text t = {
		.roots = &shapes->paths->roots, .view = lh_view_of(shapes->paths->heap->target), .out = out};
	uint64_t length = shapes->all[number].length, n = 0;
	_cleanup_free_ uint32_t *way = lh_new0(uint32_t, length);

	if (!way) {
		out->failed = true;
		return;
	}
	for (uint32_t s = number; n < length; s = shapes->all[s].parent)
		way[length - ++n] = s;
	add_shape_root(&t, &shapes->all[way[0]]);
	for (uint64_t i = 1; i < length; i++) {
		const struct lh_path_shape *shape = &shapes->all[way[i]];

		if (length > STEPS_MAX && i == STEPS_MAX - STEPS_LAST) {
			shape = &shapes->all[way[i = length - STEPS_LAST]];
			lh_string_add(out, "…");
		}
		add_step(&t, lh_paths_addr(shapes->paths, shape->from), shape->to, shape->varied,
			 i + 1 == length);
		if (shape->loops)
			lh_string_add(out, "…");
	}
}

void lh_path_shape_root_text(const struct lh_path_shapes *shapes, uint32_t number, struct lh_string *out)
{
	const struct lh_root *root;

	while (shapes->all[number].parent != LH_NO_PATH_SHAPE)
		number = shapes->all[number].parent;
	root = &shapes->paths->roots.all[shapes->all[number].from & ~LH_ROOT_BIT];
	if (shapes->all[number].varied && lh_root_is_native(root->kind))
		lh_native_group_text(shapes->paths->heap, root, out);
	else
		lh_root_text(&shapes->paths->roots, root, out);
	if (shapes->all[number].varied && (root->kind == LH_ROOT_THREAD || root->kind == LH_ROOT_FRAME))
		lh_string_add(out, " and others");
}
