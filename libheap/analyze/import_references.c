/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/import_references.h"
#include "analyze/constants.h"
#include "analyze/suspect_texts.h"
#include "cpython/visit.h"
#include "target/word_search.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

enum {
	CHARACTERS = 1, /* C code keeps a pointer to its text */
	ATTRIBUTE = 2,  /* it is in the dict of a module or type made in C */
	GLOBAL = 4,     /* it is in the dict of another module */
	CONTAINED = 8,  /* it is in a list or dict that a module or type made in C holds */
};

struct marker {
	struct lh_heap *heap;
	struct lh_refaudit *audit;
	struct lh_view view;
	struct lh_addrset set;          /* suspects, by number */
	struct lh_addrset dicts;        /* of modules and types made in C */
	struct lh_addrset python_dicts; /* of other modules */
	struct lh_addrset attributes;   /* values in the dicts of those made in C */
	struct lh_addrset containers;   /* lists and dicts among those, or in words of their bodies */
	bool dict_of_c;                 /* the current dict is one of those */
	uint8_t *flags;                 /* by number of the suspect */
	struct lh_suspect_texts texts;
	struct lh_constants constants;
	bool *defines;    /* by number of the target's module: it defines a Python module */
	uint64_t modules; /* those that do */
	uint8_t flag;     /* the flag for what the current object refers to */
	uint64_t done;    /* objects looked at */
	int error;
};

/* ---- objects ---- */

typedef bool (*wants_fn)(struct marker *m, uint64_t addr, const struct lh_object *o);

static int look_at(struct marker *m, struct lh_visitor *v, uint64_t addr, wants_fn wants)
{
	struct lh_object o;
	int r = lh_object_at(m->heap, &m->view, addr, &o);

	if (r == 0 && (!wants || wants(m, addr, &o)))
		lh_visit(v, &o);
	if (r >= 0 && m->done++ % STEP == 0)
		r = lh_progress(m->heap->ctx, "looking at what imports took", m->done, 0);
	return r < 0 ? r : m->error < 0 ? m->error : 0;
}

static int look_at_set(struct marker *m, const struct lh_addrset *set, wants_fn wants, lh_span_fn fn)
{
	struct lh_visitor v = {.heap = m->heap, .view = lh_view_of(m->heap->target), .fn = fn, .arg = m};
	struct lh_addrset_iter iter = {.set = set};
	uint64_t addr;
	int r = 0;

	while (r == 0 && lh_addrset_next(&iter, &addr) == 0)
		r = look_at(m, &v, addr, wants);
	return r;
}

static int look_at_bearers(struct marker *m, wants_fn wants, lh_span_fn fn)
{
	struct lh_visitor v = {.heap = m->heap, .view = lh_view_of(m->heap->target), .fn = fn, .arg = m};
	const struct lh_refaudit *a = m->audit;
	int r = 0;

	for (size_t i = 0; i < a->bearer_count && r == 0; i++)
		r = look_at(m, &v, a->bearers[i], wants);
	return r;
}

/* A module made in C counts for the file with its definition; cffi makes definitions at run time. */
static bool is_c_module(struct marker *m, const struct lh_object *o)
{
	const struct lh_layout *l = &m->heap->layout;
	const struct lh_module *file;
	uint64_t def;

	if (o->type->kind->id != LH_KIND_MODULE || !lh_layout_has(l, LH_F_MODULE_DEF))
		return false;
	def = lh_u64(o->bytes + lh_layout_at(l, LH_F_MODULE_DEF));
	file = def ? lh_target_module(m->heap->target, def) : NULL;
	if (file) {
		m->modules += !m->defines[file - m->heap->target->modules];
		m->defines[file - m->heap->target->modules] = true;
	}
	return def != 0;
}

static bool is_c_type(struct marker *m, const struct lh_object *o)
{
	struct lh_type *type;

	return o->type->kind->id == LH_KIND_TYPE && lh_types_get(m->heap, o->addr, &type) == 0 &&
	       !type->python;
}

/* First pass: dicts of modules, and of types made in C; and code objects. */
static bool has_dict(struct marker *m, uint64_t addr, const struct lh_object *o)
{
	(void)addr;
	if (o->type->kind->id == LH_KIND_CODE && m->error >= 0)
		m->error = lh_constants_code(&m->constants, o);
	m->dict_of_c = is_c_module(m, o) || is_c_type(m, o);
	return m->dict_of_c || o->type->kind->id == LH_KIND_MODULE;
}

static void note_dict(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;

	if (span->label == LH_LABEL_FIELD && strcmp(span->name, ".__dict__") == 0 && m->error >= 0 &&
	    lh_span_word(span, 0))
		m->error = lh_addrset_add(m->dict_of_c ? &m->dicts : &m->python_dicts, lh_span_word(span, 0));
}

/* Second pass: what those made in C have. */
static void note_attributes(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;

	for (uint64_t i = 0; span->label == LH_LABEL_VALUE && i < span->count && m->error >= 0; i++)
		if (lh_span_word(span, i))
			m->error = lh_addrset_add(&m->attributes, lh_span_word(span, i));
}

/* Third pass: lists and dicts that are such attributes, or that only words of a body lead to. */
static bool is_container(struct marker *m, uint64_t addr)
{
	struct lh_object o;

	return lh_object_at(m->heap, &m->view, addr, &o) == 0 &&
	       (o.type->kind->id == LH_KIND_LIST || o.type->kind->id == LH_KIND_DICT);
}

static bool has_container(struct marker *m, uint64_t addr, const struct lh_object *o)
{
	if (is_container(m, addr) && m->error >= 0)
		m->error = lh_addrset_add(&m->containers, addr);
	return o->type->conservative;
}

static void note_container(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;
	uint64_t word = span->label == LH_LABEL_BODY ? lh_span_word(span, 0) : 0;
	uint32_t i = word ? lh_addrset_index(&m->audit->counts.set, word) : LH_NO_INDEX;

	if (i != LH_NO_INDEX && !m->audit->counts.precise[i] && is_container(m, word) && m->error >= 0)
		m->error = lh_addrset_add(&m->containers, word);
}

/* Last: what holds suspects. */
static void flag_values(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;

	for (uint64_t i = 0; span->label != LH_LABEL_KEY && i < span->count; i++) {
		uint32_t number = lh_addrset_index(&m->set, lh_span_word(span, i));

		if (number != LH_NO_INDEX)
			m->flags[number] |= m->flag;
	}
}

static int flag_values_of(struct marker *m, const struct lh_addrset *set, uint8_t flag)
{
	m->flag = flag;
	return look_at_set(m, set, NULL, flag_values);
}

static void look_for_text(struct marker *m, uint64_t word)
{
	uint32_t suspect = lh_suspect_texts_at(&m->texts, word);

	if (suspect != LH_NO_INDEX)
		m->flags[suspect] |= CHARACTERS;
}

static bool is_scanned(struct marker *m, uint64_t addr, const struct lh_object *o)
{
	(void)m, (void)addr;
	return o->type->conservative;
}

static void look_at_body(void *arg, const struct lh_span *span)
{
	for (uint64_t i = 0; span->label == LH_LABEL_BODY && i < span->count; i++)
		look_for_text(arg, lh_span_word(span, i));
}

static int look_at_objects(struct marker *m)
{
	int r = look_at_bearers(m, has_dict, note_dict);

	lh_addrset_finish(&m->dicts);
	lh_addrset_finish(&m->python_dicts);
	if (r == 0)
		r = look_at_set(m, &m->dicts, NULL, note_attributes);
	lh_addrset_finish(&m->attributes);
	if (r == 0)
		r = look_at_set(m, &m->attributes, has_container, note_container);
	lh_addrset_finish(&m->containers);
	if (r == 0)
		r = flag_values_of(m, &m->dicts, ATTRIBUTE);
	if (r == 0)
		r = flag_values_of(m, &m->python_dicts, GLOBAL);
	if (r == 0)
		r = flag_values_of(m, &m->containers, CONTAINED);
	return r == 0 && m->texts.count ? look_at_bearers(m, is_scanned, look_at_body) : r;
}

/* ---- static data of extensions ---- */

struct statics {
	struct lh_word_search search;
	struct marker *marker;
};

static int look_at_word(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct marker *m = ((struct statics *)search)->marker;

	(void)at;
	look_for_text(m, word);
	if (!(word & 7))
		lh_constants_hold(&m->constants, word);
	return LH_ABSENT;
}

static int look_at_statics(struct marker *m)
{
	struct statics s = {{.target = m->heap->target, .budget = UINT64_MAX, .is_it = look_at_word}, m};
	const struct lh_target *t = m->heap->target;
	int r = 0;

	for (size_t i = 0; i < t->module_count && r >= 0; i++)
		if (m->defines[i] && &t->modules[i] != m->heap->module)
			r = lh_word_search(&s.search, t->modules[i].start, t->modules[i].end);
	return r < 0 ? r : 0;
}

/* ---- verdict ---- */

/* C code that is imported looks up functions and classes of a module by name. */
static bool is_definition(const struct lh_object *o)
{
	return o->type->kind->id == LH_KIND_TYPE || o->type->kind->id == LH_KIND_FUNCTION;
}

/* Of what a module has, each import may have taken one reference, or one more per reference that is held. */
static bool may_be_of_imports(struct marker *m, size_t i, const struct lh_object *o)
{
	const struct lh_suspect *s = &m->audit->suspects[i];
	uint64_t most = s->found > m->modules ? s->found : m->modules;

	if ((uint64_t)s->unexplained > most)
		return false;
	return m->flags[i] & ATTRIBUTE || (m->flags[i] & GLOBAL && is_definition(o)) ||
	       o->type->kind->id == LH_KIND_MODULE || is_c_type(m, o) ||
	       lh_constants_held(&m->constants, s->addr);
}

static bool is_taken(struct marker *m, size_t i)
{
	const struct lh_suspect *s = &m->audit->suspects[i];
	struct lh_object o;

	if (!s->type || lh_object_at(m->heap, &m->view, s->addr, &o) != 0)
		return false;
	if (s->unexplained < 0) /* its count started at 0, since it was left to the loader (.bss) */
		return s->unexplained == -1 && s->refcount > 0 && is_c_type(m, &o) &&
		       lh_target_module(m->heap->target, s->addr);
	if (s->unexplained == 1 && (m->flags[i] & (CHARACTERS | CONTAINED) || m->constants.is_constant[i]))
		return true;
	return may_be_of_imports(m, i, &o);
}

static int decide(struct marker *m)
{
	int r = lh_constants_decide(&m->constants, m->modules);

	for (size_t i = 0; i < m->audit->suspect_count && r == 0; i++)
		if (is_taken(m, i)) {
			m->audit->suspects[i].taken = true;
			m->audit->taken++;
			m->audit->taken_references += (uint64_t)llabs(m->audit->suspects[i].unexplained);
		}
	return r;
}

static int marker_init(struct marker *m, struct lh_heap *heap, struct lh_refaudit *audit)
{
	int r = 0;

	*m = (struct marker){.heap = heap, .audit = audit, .view = lh_view_of(heap->target)};
	lh_addrset_init(&m->set, heap->ctx);
	lh_addrset_init(&m->dicts, heap->ctx);
	lh_addrset_init(&m->python_dicts, heap->ctx);
	lh_addrset_init(&m->attributes, heap->ctx);
	lh_addrset_init(&m->containers, heap->ctx);
	m->flags = lh_new0(uint8_t, audit->suspect_count + 1);
	m->defines = lh_new0(bool, heap->target->module_count + 1);
	if (!m->flags || !m->defines)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < audit->suspect_count && r >= 0; i++)
		r = lh_addrset_add(&m->set, audit->suspects[i].addr);
	lh_addrset_finish(&m->set);
	if (r >= 0)
		r = lh_suspect_texts_list(heap, audit, &m->texts);
	return r < 0 ? r : lh_constants_init(&m->constants, heap, audit, &m->set);
}

static void marker_fini(struct marker *m)
{
	lh_constants_fini(&m->constants);
	lh_addrset_fini(&m->set);
	lh_addrset_fini(&m->dicts);
	lh_addrset_fini(&m->python_dicts);
	lh_addrset_fini(&m->attributes);
	lh_addrset_fini(&m->containers);
	free(m->flags);
	free(m->defines);
	lh_suspect_texts_fini(&m->texts);
}

int lh_import_references_mark(struct lh_heap *heap, struct lh_refaudit *audit)
{
	struct marker m;
	int r = marker_init(&m, heap, audit);

	if (r == 0)
		r = look_at_objects(&m);
	if (r == 0)
		r = look_at_statics(&m);
	if (r == 0)
		r = decide(&m);
	marker_fini(&m);
	return r;
}
