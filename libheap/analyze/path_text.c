/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/path_text.h"
#include "cpython/code.h"
#include "util/array.h"

#include <ctype.h>
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

	if (kind == LH_ROOT_BUILTINS && lh_layout_has(&heap->layout, LH_F_INT27_VALUE))
		return "__builtin__.__dict__"; /* 2.7 */
	return names[kind];
}

void lh_root_text(const struct lh_paths *paths, const struct lh_root *root, struct lh_string *out)
{
	if (paths->heap->interp_count > 1)
		lh_string_addf(out, "interpreter %" PRId64 ": ", root->interp);
	if (root->kind == LH_ROOT_INTERP) {
		lh_string_addf(out, "PyInterpreterState.%s", root->field);
	} else if (root->kind == LH_ROOT_FRAME) {
		lh_string_add(out, "frame ");
		add_function(paths->heap, root->code, out);
		lh_string_add(out, " (");
		if (!lh_code_file(paths->heap, root->code, out))
			lh_string_add(out, "?");
		if (root->line)
			lh_string_addf(out, ":%u", root->line);
		lh_string_add(out, ")");
	} else {
		lh_string_add(out, name_of(paths->heap, root->kind));
	}
}

const struct lh_root *lh_paths_root(const struct lh_paths *paths, uint32_t place)
{
	while (!(paths->parent[place] & LH_ROOT_BIT))
		place = paths->parent[place];
	return &paths->roots[paths->parent[place] & ~LH_ROOT_BIT];
}

/* ---- edges ---- */

struct edge {
	struct lh_heap *heap;
	uint64_t to;
	int rank; /* of the best one so far: a dict's key tells less than a value, a word of a body least */
	struct lh_string text;
	bool local;
};

static int rank_of(const struct lh_span *span)
{
	return span->label == LH_LABEL_BODY ? 1 : span->label == LH_LABEL_KEY ? 2 : 3;
}

static void look(void *arg, const struct lh_span *span)
{
	struct edge *e = arg;
	int rank = rank_of(span);

	if (rank <= e->rank)
		return;
	for (uint64_t i = 0; i < span->count; i++) {
		if (lh_span_word(span, i) != e->to)
			continue;
		lh_string_fini(&e->text);
		e->text = (struct lh_string){0};
		lh_span_edge(e->heap, span, i, &e->text);
		e->local = span->label == LH_LABEL_LOCAL;
		e->rank = rank;
		return;
	}
}

/* ['name'] as an attribute's name; 0 when it is none. */
static size_t identifier(const char *edge)
{
	size_t n = 0;

	if (strncmp(edge, "['", 2) != 0)
		return 0;
	while (isalnum((unsigned char)edge[2 + n]) || edge[2 + n] == '_')
		n++;
	return strcmp(edge + 2 + n, "']") == 0 && !isdigit((unsigned char)edge[2]) ? n : 0;
}

#define DICT ".__dict__"

/* A local of a frame, or of the frame in a generator. */
static void add_local(struct lh_string *out, const char *edge, const char *holder)
{
	static const struct {
		const char *holder, *frame;
	} frames[] = {
		{"generator", ".gi_frame"}, {"coroutine", ".cr_frame"}, {"async_generator", ".ag_frame"}};

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++)
		if (strcmp(holder, frames[i].holder) == 0)
			lh_string_add(out, frames[i].frame);
	if (strncmp(edge, "local ", 6) == 0)
		lh_string_addf(out, ".f_locals['%s']", edge + 6);
	else
		lh_string_addf(out, ".<%s>", edge);
}

static bool ends_with_dict(const struct lh_string *text)
{
	size_t dict = strlen(DICT);

	return text->len > dict && strcmp(text->text + text->len - dict, DICT) == 0;
}

/* module.__dict__['x'] is module.x; a class's attribute may be a descriptor, so there it is not. */
static void add_edge(struct lh_string *out, const char *edge, bool of_module_or_instance)
{
	size_t n = identifier(edge);

	if (n && of_module_or_instance && ends_with_dict(out)) {
		out->len -= strlen(DICT);
		out->text[out->len] = 0;
		lh_string_add(out, ".");
		lh_string_add_bytes(out, edge + 2, n);
	} else {
		lh_string_add(out, edge);
	}
}

/* ---- paths ---- */

struct text {
	const struct lh_paths *paths;
	struct lh_view view;
	struct lh_string *out, *addresses;
	bool owner_is_plain; /* the object before the last one is a module or an instance */
	bool after_local; /* the last step went to a frame's local: f_locals has what is in a cell, not it */
};

/* One step: the reference of the object @from to @to. */
static void add_step(struct text *t, uint64_t from, uint64_t to)
{
	struct lh_heap *heap = t->paths->heap;
	struct edge e = {.heap = heap, .to = to};
	struct lh_visitor v = {.heap = heap, .view = t->view, .fn = look, .arg = &e};
	struct lh_object o;

	if (lh_object_at(heap, &t->view, from, &o) != 0)
		return;
	lh_visit(&v, o.addr, o.bytes, o.type);
	if (e.local && e.text.text)
		add_local(t->out, e.text.text, o.type->kind->tp_name);
	else if (!t->after_local || !e.text.text || strcmp(e.text.text, ".cell_contents") != 0)
		add_edge(t->out, e.text.text ? e.text.text : ".<?>", t->owner_is_plain);
	t->after_local = e.local;
	t->owner_is_plain = o.type->kind->id != LH_KIND_TYPE;
	lh_string_fini(&e.text);
	lh_string_addf(t->addresses, "\n0x%" PRIx64, to);
}

/* Two things that no expression gives: the dict itself of a class, and a cell in a frame. */
static void add_end(struct text *t, uint64_t holder, uint64_t to)
{
	struct lh_heap *heap = t->paths->heap;
	struct lh_object from, o;

	if (lh_object_at(heap, &t->view, to, &o) != 0 || lh_object_at(heap, &t->view, holder, &from) != 0)
		return;
	if (t->after_local && strcmp(o.type->kind->tp_name, "cell") == 0)
		lh_string_add(t->out, ".<cell>");
	else if (from.type->kind->id == LH_KIND_TYPE && ends_with_dict(t->out))
		lh_string_add(t->out, ".<dict>");
}

static void add_root_step(struct text *t, const struct lh_root *root)
{
	struct lh_string local = {0};

	lh_string_addf(t->addresses, "0x%" PRIx64, root->to);
	if (root->kind < LH_ROOT_INTERP) {
		lh_string_add(t->out, name_of(t->paths->heap, root->kind));
		return;
	}
	if (root->kind == LH_ROOT_INTERP) {
		lh_string_addf(t->out, "<interpreter>.%s", root->field);
		return;
	}
	lh_string_add(t->out, "<frame ");
	add_function(t->paths->heap, root->code, t->out);
	lh_string_add(t->out, ">");
	if (root->span.label != LH_LABEL_LOCAL)
		return;
	lh_span_edge(t->paths->heap, &root->span, root->slot, &local);
	add_local(t->out, local.text ? local.text : "?", "frame");
	t->after_local = true;
	lh_string_fini(&local);
}

void lh_root_path(const struct lh_paths *paths, const struct lh_root *root, struct lh_string *out,
		  struct lh_string *addresses)
{
	struct text t = {.paths = paths, .out = out, .addresses = addresses};

	add_root_step(&t, root);
}

uint64_t lh_path_text(const struct lh_paths *paths, uint32_t place, uint64_t to, struct lh_string *out,
		      struct lh_string *addresses)
{
	struct text t = {
		.paths = paths, .view = lh_view_of(paths->heap->target), .out = out, .addresses = addresses};
	uint64_t length = 1, n = 0;
	_cleanup_free_ uint32_t *way = NULL;

	for (uint32_t p = place; !(paths->parent[p] & LH_ROOT_BIT); p = paths->parent[p])
		length++;
	way = lh_new0(uint32_t, length);
	if (!way) {
		out->failed = true;
		return 0;
	}
	for (uint32_t p = place; n < length; p = paths->parent[p])
		way[length - ++n] = p;
	add_root_step(&t, lh_paths_root(paths, place));
	for (uint64_t i = 0; i + 1 < length; i++)
		add_step(&t, paths->queue[way[i]], paths->queue[way[i + 1]]);
	add_step(&t, paths->queue[place], to);
	add_end(&t, paths->queue[place], to);
	return length + 1;
}
