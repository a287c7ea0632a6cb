/* SPDX-License-Identifier: Apache-2.0 */
/* Names of code: those that an object's references lead to, and keys that are names in a source (cpython/redact.h). */
#include "cpython/dict.h"
#include "cpython/redact.h"
#include "cpython/text.h"
#include "cpython/visit.h"
#include "snapshot/mark_parts.h"
#include "util/array.h"

#include <string.h>

static const char *const edges[] = {
#define NAME(edge) edge,
#define VALUE(key)
#define NUMBER(key)
#include "snapshot/kept_names.def"
#undef NAME
#undef VALUE
#undef NUMBER
};

static const struct {
	const char *key;
	bool number;
} values[] = {
#define NAME(edge)
#define VALUE(key) {key, false},
#define NUMBER(key) {key, true},
#include "snapshot/kept_names.def"
#undef NAME
#undef VALUE
#undef NUMBER
};

static bool is_name(const char *edge)
{
	for (size_t i = 0; edge && i < LH_ARRAY_SIZE(edges); i++)
		if (strcmp(edges[i], edge) == 0)
			return true;
	return false;
}

static void mark_items(struct lh_mark_objects *w, uint64_t addr)
{
	const struct lh_layout *l = &w->heap->layout;
	struct lh_view view = lh_view_of(w->heap->target);
	struct lh_object o;
	const uint8_t *p;
	uint64_t n;

	if (lh_object_at(w->heap, &view, addr, &o) != 0 || o.type->kind->id != LH_KIND_TUPLE)
		return;
	n = lh_field_u64(l, o.bytes, LH_F_VAR_SIZE);
	p = n > UINT16_MAX ? NULL : lh_view_at(&view, addr + lh_layout_at(l, LH_F_TUPLE_ITEMS), n * 8);
	for (uint64_t i = 0; p && i < n; i++)
		lh_mark_text(w, lh_u64(p + i * 8));
}

/* One name is met with each object that has an attribute of that name. */
static void mark_if(struct lh_mark_objects *w, uint64_t key,
		    bool (*is_name_)(struct lh_heap *, uint64_t, struct lh_string *))
{
	_cleanup_string_ struct lh_string text = {0};

	if (lh_mark_is_text(w, key) && !lh_mark_is_marked(w, key) && is_name_(w->heap, key, &text))
		lh_mark_text(w, key);
}

static void mark_key(struct lh_mark_objects *w, uint64_t key)
{
	mark_if(w, key, lh_redact_key);
}

static void mark_name(struct lh_mark_objects *w, uint64_t key)
{
	mark_if(w, key, lh_redact_name);
}

/* What an object, a class or a module has as its own: its keys are names, however they came there. */
static void mark_namespace(struct lh_mark_objects *w, uint64_t dict)
{
	struct lh_view view = lh_view_of(w->heap->target);
	struct lh_object o;
	struct lh_dict d;

	if (!dict || lh_object_at(w->heap, &view, dict, &o) != 0 || o.type->kind->id != LH_KIND_DICT ||
	    lh_dict_read(w->heap, &view, o.bytes, &d) != 0)
		return;
	for (uint64_t i = 0; d.keys.entries && i < d.keys.entry_count; i++)
		mark_name(w, lh_u64(d.keys.entries + i * d.keys.stride + d.keys.key_offset));
}

/* The names that all instances of a class have, if it has any yet. */
static void mark_shared_keys(struct lh_mark_objects *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;
	struct lh_keys k;
	uint64_t keys;

	if (o->type->kind->id != LH_KIND_TYPE || !lh_layout_has(l, LH_F_HEAPTYPE_CACHED_KEYS) ||
	    lh_is_static_type(l, o->bytes, o->type))
		return;
	keys = word(w, o, LH_F_HEAPTYPE_CACHED_KEYS);
	if (!keys || lh_keys_read(w->heap, &w->view, keys, &k) != 0)
		return;
	lh_mark_keys(w, &k);
	for (uint64_t i = 0; k.entries && i < k.entry_count; i++)
		mark_name(w, lh_u64(k.entries + i * k.stride + k.key_offset));
}

static void mark_value(struct lh_mark_objects *w, uint64_t key, uint64_t value)
{
	for (size_t i = 0; key && value && i < LH_ARRAY_SIZE(values); i++)
		if (lh_str_equals(w->heap, key, values[i].key)) {
			if (values[i].number)
				lh_mark_number(w, value);
			else
				lh_mark_text(w, value);
		}
}

static void on_span(void *arg, const struct lh_span *s)
{
	struct lh_mark_objects *w = arg;
	bool keyed = s->label == LH_LABEL_VALUE || s->label == LH_LABEL_ATTRIBUTE;
	bool named = s->label == LH_LABEL_FIELD && is_name(s->name);

	if (s->label == LH_LABEL_FIELD && s->name && strcmp(s->name, ".__dict__") == 0)
		mark_namespace(w, lh_span_word(s, 0));

	for (uint64_t i = 0; i < s->count && (named || s->label == LH_LABEL_KEY || (keyed && s->keys)); i++) {
		uint64_t word = lh_span_word(s, i), key = keyed ? lh_u64(s->keys + i * s->key_stride) : 0;

		if (named) {
			lh_mark_text(w, word);
			mark_items(w, word);
		} else if (!keyed) {
			mark_key(w, word);
		} else {
			if (s->label == LH_LABEL_ATTRIBUTE)
				mark_name(w, key);
			else
				mark_key(w, key);
			if (lh_mark_is_text(w, key) && lh_mark_is_marked(w, key))
				mark_value(w, key, word);
		}
	}
}

void lh_mark_names(struct lh_mark_objects *w, const struct lh_object *o)
{
	struct lh_visitor v = {.heap = w->heap, .view = w->view, .fn = on_span, .arg = w};

	lh_visit(&v, o);
	mark_shared_keys(w, o);
}

/* The names of modules are no identifiers: they may have dots. */
void lh_mark_modules(struct lh_mark_objects *w)
{
	for (size_t i = 0; i < w->heap->interp_count; i++) {
		struct lh_object o;
		struct lh_dict d;
		uint64_t key, value;

		if (!w->heap->interps[i].modules ||
		    lh_object_at(w->heap, &w->view, w->heap->interps[i].modules, &o) != 0 ||
		    lh_dict_read(w->heap, &w->view, o.bytes, &d) != 0)
			continue;
		for (uint64_t k = 0; k < d.keys.entry_count; k++)
			if (lh_dict_entry(&d, k, &key, &value))
				lh_mark_text(w, key);
	}
}
