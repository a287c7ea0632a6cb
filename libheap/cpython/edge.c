/* SPDX-License-Identifier: Apache-2.0 */
/* Names of edges, as people write them in Python. Made only for what is shown. */
#include "cpython/edge.h"
#include "cpython/code.h"
#include "cpython/member.h"
#include "cpython/preview.h"
#include "cpython/redact.h"
#include "cpython/text.h"
#include "cpython/visit.h"

#include <stdio.h>

#define KEY_CHARS 60

static void add_attribute(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out)
{
	lh_string_add(out, ".");
	if (!span->keys ||
	    lh_str_append(heap, lh_u64(span->keys + i * span->key_stride), KEY_CHARS, out) == LH_ABSENT)
		lh_string_addf(out, "<attribute %" PRIu64 ">", i);
}

static void add_slot(struct lh_heap *heap, uint64_t name, struct lh_string *out)
{
	char text[KEY_CHARS * 4];

	if (lh_heap_string(heap, name, text, sizeof(text)) == 0)
		lh_string_addf(out, ".%s", text);
	else
		lh_string_add(out, ".<slot>");
}

static void add_local(struct lh_heap *heap, uint64_t code, uint64_t i, struct lh_string *out)
{
	struct lh_code_slot slot = lh_code_slot(heap, code, i);

	if (slot.kind == LH_SLOT_STACK) {
		lh_string_addf(out, "stack slot %" PRIu64, slot.index);
		return;
	}
	lh_string_add(out, "local ");
	if (!slot.name || lh_str_append(heap, slot.name, KEY_CHARS, out) == LH_ABSENT)
		lh_string_addf(out, "%" PRIu64, i);
}

/* A key that is a name in the source, where contents are hidden. */
static bool add_shown_key(struct lh_heap *heap, uint64_t key, struct lh_string *out)
{
	_cleanup_string_ struct lh_string name = {0};

	if (!heap->hide_values || !lh_redact_key(heap, key, &name))
		return false;
	lh_string_addf(out, "['%s']", name.text);
	return true;
}

/* ['key'], [1], [None]: what can be typed; the preview of another key stands in <>. */
static void add_key(struct lh_heap *heap, uint64_t key, struct lh_string *out)
{
	_cleanup_string_ struct lh_string text = {0};
	struct lh_object o;
	bool literal = key && lh_object_at(heap, &heap->view, key, &o) == 0 && !o.type->python &&
		       (lh_type_is_leaf(o.type) && o.type->kind->id != LH_KIND_OBJECT);

	if (add_shown_key(heap, key, out))
		return;
	lh_preview(heap, key, KEY_CHARS, &text);
	literal |= text.text && text.text[0] == '<';
	lh_string_addf(out, literal ? "[%s]" : "[<%s>]", text.text ? text.text : "?");
	out->failed |= text.failed;
}

/* The key of a word, as a name though contents be hidden. */
static bool add_name(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out)
{
	_cleanup_string_ struct lh_string name = {0};

	if (span->label != LH_LABEL_VALUE || !span->keys ||
	    lh_str_append(heap, lh_u64(span->keys + i * span->key_stride), KEY_CHARS, &name) == LH_ABSENT)
		return false;
	lh_string_addf(out, "['%s']", name.text ? name.text : "");
	out->failed |= name.failed;
	return true;
}

void lh_span_name(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out)
{
	if (!heap->hide_values || !add_name(heap, span, i, out))
		lh_span_edge(heap, span, i, out);
}

/* A word of a body that is only scanned, as its type calls it. */
static void add_body(struct lh_heap *heap, const struct lh_span *span, struct lh_string *out)
{
	uint64_t name = span->type ? lh_member_name(heap, span->type, span->first) : 0;

	if (name)
		add_slot(heap, name, out);
	else if (span->type && span->type->dictoffset == (int64_t)span->first)
		lh_string_add(out, ".__dict__");
	else
		lh_string_addf(out, "<+%" PRIu64 ">", span->first);
}

/* A field of a struct sequence past its length has a name only. */
static void add_index(struct lh_heap *heap, const struct lh_span *span, uint64_t index, struct lh_string *out)
{
	uint64_t name = span->type ? lh_member_name(heap, span->type,
						    lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS) + index * 8)
				   : 0;

	if (name)
		add_slot(heap, name, out);
	else
		lh_string_addf(out, "[%" PRIu64 "]", index);
}

void lh_span_edge(struct lh_heap *heap, const struct lh_span *span, uint64_t i, struct lh_string *out)
{
	switch (span->label) {
	case LH_LABEL_FIELD:
		lh_string_add(out, span->name);
		break;
	case LH_LABEL_INDEX:
		add_index(heap, span, span->first + i, out);
		break;
	case LH_LABEL_KEY:
		lh_string_add(out, "<key>");
		break;
	case LH_LABEL_VALUE:
		add_key(heap, span->keys ? lh_u64(span->keys + i * span->key_stride) : 0, out);
		break;
	case LH_LABEL_ATTRIBUTE:
		add_attribute(heap, span, i, out);
		break;
	case LH_LABEL_MEMBER:
		lh_string_add(out, "<member>");
		break;
	case LH_LABEL_SLOT:
		add_slot(heap, span->slot_name, out);
		break;
	case LH_LABEL_LOCAL:
		add_local(heap, span->code, i, out);
		break;
	case LH_LABEL_BODY:
		add_body(heap, span, out);
		break;
	case LH_LABEL_BUFFER:
		break;
	}
}

struct search {
	uint64_t to;
	int rank; /* of the best one so far; 0: none */
	struct lh_reference best;
};

static void look(void *arg, const struct lh_span *span)
{
	struct search *s = arg;
	int rank = lh_label_rank(span->label);

	for (uint64_t i = 0; i < span->count && rank > s->rank; i++) {
		if (lh_span_word(span, i) != s->to)
			continue;
		s->best = (struct lh_reference){.span = *span, .i = i};
		s->rank = rank;
	}
}

int lh_reference_find(struct lh_heap *heap, const struct lh_object *from, uint64_t to, bool gc_only,
		      struct lh_reference *ret)
{
	struct search s = {.to = to};
	struct lh_visitor v = {
		.heap = heap, .view = lh_view_of(heap->target), .fn = look, .arg = &s, .gc_only = gc_only};

	lh_visit(&v, from);
	if (!s.rank)
		return LH_ABSENT;
	*ret = s.best;
	return 0;
}
