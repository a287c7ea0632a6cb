/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/constants.h"
#include "cpython/text.h"
#include "cpython/visit.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define DEPTH_MAX 8 /* tuples in tuples */

/* ---- parts ---- */

typedef int (*part_fn)(struct lh_constants *c, uint64_t part, void *arg);

struct walk {
	struct lh_constants *c;
	part_fn fn;
	void *arg;
	int result;
};

static void on_items(void *arg, const struct lh_span *span)
{
	struct walk *w = arg;

	for (uint64_t i = 0; span->label == LH_LABEL_INDEX && i < span->count && w->result == 0; i++)
		w->result = w->fn(w->c, lh_span_word(span, i), w->arg);
}

static int each_item(struct lh_constants *c, const struct lh_object *o, part_fn fn, void *arg)
{
	struct walk w = {.c = c, .fn = fn, .arg = arg};
	struct lh_visitor v = {
		.heap = c->heap, .view = lh_view_of(c->heap->target), .fn = on_items, .arg = &w};

	lh_visit(&v, o);
	return w.result;
}

/* Suspect @i, if it can be a constant. Return: 0; LH_ABSENT. */
static int candidate(struct lh_constants *c, size_t i, struct lh_object *ret)
{
	const struct lh_suspect *s = &c->audit->suspects[i];

	if (!s->type || s->unexplained != 1 || s->type->python ||
	    (s->type->kind->id != LH_KIND_TUPLE && s->type->kind->id != LH_KIND_CODE))
		return LH_ABSENT;
	return lh_object_at(c->heap, &c->heap->view, s->addr, ret);
}

static bool is_code(const struct lh_object *o)
{
	return o->type->kind->id == LH_KIND_CODE;
}

/* Whether the tuple in a field of the object is empty. */
static bool is_empty(struct lh_constants *c, const struct lh_object *o, enum lh_field field)
{
	const struct lh_layout *l = &c->heap->layout;
	struct lh_object tuple;

	return lh_layout_has(l, field) &&
	       lh_object_at(c->heap, &c->heap->view, lh_u64(o->bytes + lh_layout_at(l, field)), &tuple) ==
		       0 &&
	       tuple.type->kind->id == LH_KIND_TUPLE &&
	       lh_u64(tuple.bytes + lh_layout_at(l, LH_F_VAR_SIZE)) == 0;
}

/* Code that Python compiled has a constant or a name; code objects that C code makes for tracebacks have
 * none. */
static bool is_for_tracebacks(struct lh_constants *c, const struct lh_object *o)
{
	return is_code(o) && is_empty(c, o, LH_F_CODE_CONSTS) && is_empty(c, o, LH_F_CODE_NAMES);
}

static int note_part(struct lh_constants *c, uint64_t part, void *arg)
{
	int r = part ? lh_addrset_add(&c->parts, part) : 0;

	(void)arg;
	return r < 0 ? r : 0;
}

int lh_constants_init(struct lh_constants *c, struct lh_heap *heap, const struct lh_refaudit *audit,
		      const struct lh_addrset *suspects)
{
	int r = 0;

	*c = (struct lh_constants){.heap = heap, .audit = audit, .suspects = suspects};
	lh_addrset_init(&c->parts, heap->ctx);
	for (size_t i = 0; i < audit->suspect_count && r >= 0; i++) {
		struct lh_object o;

		if (audit->suspects[i].type && audit->suspects[i].type->kind->id == LH_KIND_STR)
			r = note_part(c, audit->suspects[i].addr, NULL);
		else if (candidate(c, i, &o) == 0 && !is_code(&o))
			r = each_item(c, &o, note_part, NULL);
	}
	lh_addrset_finish(&c->parts);
	c->held = lh_new0(bool, (size_t)c->parts.count + 1);
	c->is_constant = lh_new0(bool, audit->suspect_count + 1);
	if (r >= 0 && (!c->held || !c->is_constant))
		r = lh_nomem(heap->ctx);
	return r < 0 ? r : 0;
}

void lh_constants_fini(struct lh_constants *c)
{
	lh_addrset_fini(&c->parts);
	free(c->held);
	free(c->is_constant);
	free(c->functions);
}

void lh_constants_hold(struct lh_constants *c, uint64_t word)
{
	uint32_t i = lh_addrset_index(&c->parts, word);

	if (i != LH_NO_INDEX)
		c->held[i] = true;
}

bool lh_constants_held(const struct lh_constants *c, uint64_t addr)
{
	uint32_t i = lh_addrset_index(&c->parts, addr);

	return i != LH_NO_INDEX && c->held[i];
}

/* ---- what is made of constants ---- */

struct parts {
	bool all, own; /* all are constants; one is the extension's own */
};

static int check_part(struct lh_constants *c, uint64_t part, void *arg)
{
	uint32_t suspect = lh_addrset_index(c->suspects, part);
	struct parts *p = arg;
	bool own = lh_constants_held(c, part) || (suspect != LH_NO_INDEX && c->is_constant[suspect]);

	p->own |= own;
	p->all &= own || lh_target_module(c->heap->target, part);
	return 0;
}

/* Constants found in the last round may make others constants. Return: how many were added. */
static size_t mark_round(struct lh_constants *c)
{
	size_t marked = 0;

	for (size_t i = 0; i < c->audit->suspect_count; i++) {
		struct parts parts = {.all = true};
		struct lh_object o;

		if (c->is_constant[i] || candidate(c, i, &o) != 0)
			continue;
		if (is_code(&o))
			parts.all = parts.own = is_for_tracebacks(c, &o);
		else
			each_item(c, &o, check_part, &parts);
		c->is_constant[i] = parts.all && parts.own;
		marked += c->is_constant[i];
	}
	return marked;
}

/* ---- no more equal ones than an import makes ---- */

struct content {
	uint64_t hash;
	uint32_t suspect;
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
	return (hash ^ word) * 0x9e3779b97f4a7c15u;
}

static int add_to_hash(struct lh_constants *c, uint64_t part, void *arg)
{
	uint64_t *hash = arg;

	(void)c;
	*hash = mix(*hash, part);
	return 0;
}

static uint64_t text_hash(struct lh_constants *c, uint64_t str)
{
	_cleanup_string_ struct lh_string text = {0};
	uint64_t hash = 1;

	lh_str_append(c->heap, str, UINT64_MAX, &text);
	for (size_t i = 0; i < text.len; i++)
		hash = mix(hash, (uint8_t)text.text[i]);
	return hash;
}

static uint64_t hash_of_items(struct lh_constants *c, const struct lh_object *tuple)
{
	uint64_t hash = 1;

	each_item(c, tuple, add_to_hash, &hash);
	return hash;
}

int lh_constants_code(struct lh_constants *c, const struct lh_object *code)
{
	const struct lh_layout *l = &c->heap->layout;
	enum lh_field names =
		lh_layout_has(l, LH_F_CODE_LOCALSPLUSNAMES) ? LH_F_CODE_LOCALSPLUSNAMES : LH_F_CODE_VARNAMES;
	struct lh_object tuple;

	if (!lh_layout_has(l, names) || !is_for_tracebacks(c, code) ||
	    lh_object_at(c->heap, &c->heap->view, lh_u64(code->bytes + lh_layout_at(l, names)), &tuple) != 0)
		return 0;
	return lh_append(c->heap->ctx, c->functions, c->function_count, c->function_capacity,
			 hash_of_items(c, &tuple));
}

/* A hash of the function of a code object: name, file and line. */
static uint64_t hash_of_function(struct lh_constants *c, const struct lh_object *o)
{
	const enum lh_field fields[] = {LH_F_CODE_NAME, LH_F_CODE_FILENAME};
	const struct lh_layout *l = &c->heap->layout;
	uint64_t hash = lh_layout_has(l, LH_F_CODE_FIRSTLINENO)
				? lh_u32(o->bytes + lh_layout_at(l, LH_F_CODE_FIRSTLINENO))
				: 0;

	for (unsigned i = 0; i < 2; i++)
		if (lh_layout_has(l, fields[i]))
			hash = mix(hash, text_hash(c, lh_u64(o->bytes + lh_layout_at(l, fields[i]))));
	return hash;
}

static int by_hash(const void *a, const void *b)
{
	const struct content *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash > y->hash ? 1 : -1;
	return (x->suspect > y->suspect) - (x->suspect < y->suspect);
}

static int by_word(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* How many functions have variables with these names. */
static size_t functions_like(const struct lh_constants *c, uint64_t hash)
{
	size_t first = lh_bsearch_first(c->function_count, i, c->functions[i] < hash), end = first;

	while (end < c->function_count && c->functions[end] == hash)
		end++;
	return end - first;
}

/*
 * If there are more equal ones than modules, none of them is a constant. A function has one code object per
 * module; tuples may also be the names of functions' variables.
 */
static void drop_crowds(struct lh_constants *c, struct content *all, bool codes, uint64_t modules)
{
	size_t count = 0, end;

	for (size_t i = 0; i < c->audit->suspect_count; i++) {
		struct lh_object o;

		if (c->is_constant[i] && candidate(c, i, &o) == 0 && is_code(&o) == codes)
			all[count++] = (struct content){
				codes ? hash_of_function(c, &o) : hash_of_items(c, &o), (uint32_t)i};
	}
	qsort(all, count, sizeof(*all), by_hash);
	for (size_t i = 0; i < count; i = end) {
		size_t most = modules + (codes ? 0 : functions_like(c, all[i].hash));

		for (end = i + 1; end < count && all[end].hash == all[i].hash; end++)
			;
		for (size_t k = i; k < end && end - i > most; k++)
			c->is_constant[all[k].suspect] = false;
	}
}

int lh_constants_decide(struct lh_constants *c, uint64_t modules)
{
	_cleanup_free_ struct content *all = lh_new0(struct content, c->audit->suspect_count + 1);

	if (!all)
		return lh_nomem(c->heap->ctx);
	if (c->function_count)
		qsort(c->functions, c->function_count, sizeof(*c->functions), by_word);
	for (unsigned round = 0; round < DEPTH_MAX && mark_round(c); round++)
		;
	drop_crowds(c, all, true, modules);
	drop_crowds(c, all, false, modules);
	return 0;
}
