/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/imported.h"
#include "analyze/constants.h"
#include "cpython/runtime_scan.h"
#include "cpython/text.h"
#include "cpython/visit.h"
#include "util/array.h"

#include <stdlib.h>

#define STEP 65536

enum {
	CHARACTERS = 1, /* C code keeps a pointer to its text */
	ATTRIBUTE = 2,  /* the dict of a module or type made in C has it */
	LISTED = 4,     /* a list that only native memory refers to has it */
};

/** struct text - where the characters of a suspect are: C code may keep a reference for their sake */
struct text {
	uint64_t at;
	uint32_t suspect;
};

struct marker {
	struct lh_heap *heap;
	struct lh_refaudit *audit;
	struct lh_view view;
	struct lh_addrset set;   /* suspects, by number */
	struct lh_addrset dicts; /* of modules and types made in C */
	uint8_t *flags;          /* by number of the suspect */
	struct text *texts;      /* by address */
	size_t text_count;
	struct lh_constants constants;
	bool *defines;    /* by number of the target's module: it has a module of Python's */
	uint64_t modules; /* that have */
	uint8_t flag;     /* that the object looked at gives to what it refers to */
	int error;
};

/* ---- texts ---- */

/* PyUnicode_AsUTF8() gives the characters of ASCII text, else a copy that the object keeps. */
static uint64_t text_of(struct marker *m, const struct lh_suspect *s)
{
	const struct lh_layout *l = &m->heap->layout;
	struct lh_object o;
	uint32_t state;

	if (s->unexplained != 1 || !s->type || lh_object_at(m->heap, &m->view, s->addr, &o) != 0)
		return 0;
	if (o.type->kind->id == LH_KIND_BYTES)
		return o.addr + lh_layout_at(l, LH_F_BYTES_DATA);
	if (o.type->kind->id != LH_KIND_STR || !lh_layout_has(l, LH_F_STR_STATE))
		return 0;
	state = lh_u32(o.bytes + lh_layout_at(l, LH_F_STR_STATE));
	return LH_STR_ASCII(state) && LH_STR_COMPACT(state)
		       ? o.addr + lh_layout_at(l, LH_F_STR_ASCII_SIZE)
		       : lh_heap_word(m->heap, &m->view, o.addr, LH_F_STR_UTF8);
}

static int by_at(const void *a, const void *b)
{
	const struct text *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int list_texts(struct marker *m)
{
	m->texts = lh_new0(struct text, m->audit->suspect_count + 1);
	if (!m->texts)
		return lh_nomem(m->heap->ctx);
	for (size_t i = 0; i < m->audit->suspect_count; i++) {
		uint64_t at = text_of(m, &m->audit->suspects[i]);

		if (at)
			m->texts[m->text_count++] = (struct text){at, (uint32_t)i};
	}
	qsort(m->texts, m->text_count, sizeof(*m->texts), by_at);
	return 0;
}

static void look_for_text(struct marker *m, uint64_t word)
{
	size_t low = 0, high = m->text_count;

	if (!high || word < m->texts[0].at || word > m->texts[high - 1].at)
		return;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (m->texts[middle].at <= word)
			low = middle;
		else
			high = middle;
	}
	if (m->texts[low].at == word)
		m->flags[m->texts[low].suspect] |= CHARACTERS;
}

/* ---- objects ---- */

static void note_dict(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;

	if (span->label == LH_LABEL_FIELD && strcmp(span->name, ".__dict__") == 0 && m->error >= 0 &&
	    lh_span_word(span, 0))
		m->error = lh_addrset_add(&m->dicts, lh_span_word(span, 0));
}

/* Values get the flag; words of bodies may point to a text. */
static void flag_values(void *arg, const struct lh_span *span)
{
	struct marker *m = arg;

	for (uint64_t i = 0; i < span->count; i++) {
		uint32_t number = lh_addrset_index(&m->set, lh_span_word(span, i));

		if (span->label == LH_LABEL_BODY)
			look_for_text(m, lh_span_word(span, i));
		else if (number != LH_NO_INDEX && span->label != LH_LABEL_KEY)
			m->flags[number] |= m->flag;
	}
}

/* A module made in C counts for the file that defines it. */
static bool is_c_module(struct marker *m, const struct lh_object *o)
{
	const struct lh_layout *l = &m->heap->layout;
	const struct lh_module *file;

	if (o->type->kind->id != LH_KIND_MODULE || !lh_layout_has(l, LH_F_MODULE_DEF))
		return false;
	file = lh_target_module(m->heap->target, lh_u64(o->bytes + lh_layout_at(l, LH_F_MODULE_DEF)));
	if (!file)
		return false;
	m->modules += !m->defines[file - m->heap->target->modules];
	m->defines[file - m->heap->target->modules] = true;
	return true;
}

static bool is_c_type(struct marker *m, const struct lh_object *o)
{
	struct lh_type *type;

	return o->type->kind->id == LH_KIND_TYPE && lh_types_get(m->heap, o->addr, &type) == 0 &&
	       !type->python;
}

/* First look: whose dicts. */
static bool wants_dict(struct marker *m, uint32_t i, const struct lh_object *o)
{
	(void)i;
	return is_c_module(m, o) || is_c_type(m, o);
}

/* Second look: who has suspects, and where pointers to texts may be. */
static bool wants_values(struct marker *m, uint32_t i, const struct lh_object *o)
{
	bool dict = lh_addrset_has(&m->dicts, o->addr);
	bool list = o->type->kind->id == LH_KIND_LIST && !m->audit->counts.precise[i];

	m->flag = dict ? ATTRIBUTE : list ? LISTED : 0;
	return dict || list || (m->text_count && o->type->conservative);
}

static int look_at_all(struct marker *m, bool (*wants)(struct marker *, uint32_t, const struct lh_object *),
		       lh_span_fn fn)
{
	struct lh_visitor v = {.heap = m->heap, .view = lh_view_of(m->heap->target), .fn = fn, .arg = m};
	struct lh_addrset_iter iter = {.set = &m->audit->counts.set};
	uint64_t addr;
	int r = 0;

	for (uint32_t i = 0; r >= 0 && m->error >= 0 && lh_addrset_next(&iter, &addr) == 0; i++) {
		struct lh_object o;

		r = lh_object_at(m->heap, &m->view, addr, &o);
		if (r == 0 && wants(m, i, &o))
			lh_visit(&v, o.addr, o.bytes, o.type);
		if (r >= 0 && i % STEP == 0)
			r = lh_progress(m->heap->ctx, "looking at what imports took", i, iter.set->count);
	}
	return r < 0 ? r : m->error < 0 ? m->error : 0;
}

/* ---- static data of extensions ---- */

struct statics {
	struct lh_words words;
	struct marker *marker;
};

static int look_at_word(struct lh_words *words, uint64_t at, uint64_t word)
{
	struct marker *m = ((struct statics *)words)->marker;

	(void)at;
	look_for_text(m, word);
	if (!(word & 7))
		lh_constants_hold(&m->constants, word);
	return LH_ABSENT;
}

static int look_at_statics(struct marker *m)
{
	struct statics s = {{.heap = m->heap, .budget = UINT64_MAX, .is_it = look_at_word}, m};
	const struct lh_target *t = m->heap->target;
	int r = 0;

	for (size_t i = 0; i < t->module_count && r >= 0; i++)
		if (m->defines[i] && &t->modules[i] != m->heap->module)
			r = lh_words_search(&s.words, t->modules[i].start, t->modules[i].end);
	return r < 0 ? r : 0;
}

/* ---- verdict ---- */

static bool is_taken(struct marker *m, size_t i)
{
	const struct lh_suspect *s = &m->audit->suspects[i];
	struct lh_object o;

	if (!s->type || lh_object_at(m->heap, &m->view, s->addr, &o) != 0)
		return false;
	if (s->unexplained < 0) /* its count began with 0, for its author left it to the loader (.bss) */
		return s->unexplained == -1 && s->refcount > 0 && is_c_type(m, &o) &&
		       lh_target_module(m->heap->target, s->addr);
	if (s->unexplained == 1 && (m->flags[i] & (CHARACTERS | LISTED) || m->constants.is_constant[i]))
		return true;
	return (uint64_t)s->unexplained <= m->modules &&
	       (m->flags[i] & ATTRIBUTE || o.type->kind->id == LH_KIND_MODULE || is_c_type(m, &o) ||
		lh_constants_held(&m->constants, s->addr));
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
	m->flags = lh_new0(uint8_t, audit->suspect_count + 1);
	m->defines = lh_new0(bool, heap->target->module_count + 1);
	if (!m->flags || !m->defines)
		return lh_nomem(heap->ctx);
	for (size_t i = 0; i < audit->suspect_count && r >= 0; i++)
		r = lh_addrset_add(&m->set, audit->suspects[i].addr);
	lh_addrset_finish(&m->set);
	if (r >= 0)
		r = list_texts(m);
	return r < 0 ? r : lh_constants_init(&m->constants, heap, audit, &m->set);
}

static void marker_fini(struct marker *m)
{
	lh_constants_fini(&m->constants);
	lh_addrset_fini(&m->set);
	lh_addrset_fini(&m->dicts);
	free(m->flags);
	free(m->defines);
	free(m->texts);
}

int lh_imported_mark(struct lh_heap *heap, struct lh_refaudit *audit)
{
	struct marker m;
	int r = marker_init(&m, heap, audit);

	if (r == 0)
		r = look_at_all(&m, wants_dict, note_dict);
	lh_addrset_finish(&m.dicts);
	if (r == 0)
		r = look_at_all(&m, wants_values, flag_values);
	if (r == 0)
		r = look_at_statics(&m);
	if (r == 0)
		r = decide(&m);
	marker_fini(&m);
	return r;
}
