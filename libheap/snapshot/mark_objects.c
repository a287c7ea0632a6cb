/* SPDX-License-Identifier: Apache-2.0 */
/* Objects: which words are structure, and which are contents. */
#include "cpython/extent.h"
#include "cpython/member.h"
#include "cpython/text.h"
#include "snapshot/mark_parts.h"
#include "util/bsearch.h"

/* ---- contents ---- */

static void mark_str(struct lh_mark_objects *w, const struct lh_object *o)
{
	uint32_t state = lh_u32(o->bytes + at(w, LH_F_STR_STATE));
	bool ascii = LH_STR_ASCII(state);
	struct lh_str s;

	keep(w, o->addr,
	     at(w, !LH_STR_COMPACT(state) ? LH_F_STR_SIZE
		   : ascii                ? LH_F_STR_ASCII_SIZE
					  : LH_F_STR_COMPACT_SIZE));
	if (lh_str_read(w->heap, &w->view, o->addr, &s) != 0)
		return;
	contents(w, s.data, (s.length + 1) * s.kind);
	if (!ascii && has(w, LH_F_STR_UTF8) && word(w, o, LH_F_STR_UTF8) != s.data)
		contents(w, word(w, o, LH_F_STR_UTF8), word(w, o, LH_F_STR_UTF8_LENGTH) + 1);
}

static void mark_bytes(struct lh_mark_objects *w, const struct lh_object *o)
{
	keep(w, o->addr, at(w, LH_F_BYTES_DATA));
	contents(w, o->addr + at(w, LH_F_BYTES_DATA), word(w, o, LH_F_VAR_SIZE) + 1);
}

static void mark_bytearray(struct lh_mark_objects *w, const struct lh_object *o)
{
	keep(w, o->addr, (uint64_t)o->type->basicsize);
	contents(w, word(w, o, LH_F_BYTEARRAY_BYTES), word(w, o, LH_F_BYTEARRAY_ALLOC));
}

static void mark_unicode27(struct lh_mark_objects *w, const struct lh_object *o)
{
	keep(w, o->addr, (uint64_t)o->type->basicsize);
	contents(w, word(w, o, LH_F_UNICODE27_STR),
		 (word(w, o, LH_F_UNICODE27_LENGTH) + 1) * w->heap->unicode_width);
}

static bool is_thread_id(const struct lh_mark_objects *w, uint64_t addr)
{
	int64_t value;
	size_t i;

	if (!w->thread_id_count || lh_int_read(w->heap, &w->heap->view, addr, &value) != 0)
		return false;
	i = lh_bsearch_first(w->thread_id_count, k, w->thread_ids[k] < (uint64_t)value);
	return i < w->thread_id_count && w->thread_ids[i] == (uint64_t)value;
}

/* Those that every process has are constants: True, and in many versions small ints. */
static void mark_number(struct lh_mark_objects *w, const struct lh_object *o, enum lh_field value)
{
	uint64_t extent = lh_object_extent(w->heap, o->bytes, o->type), head = at(w, value);

	keep(w, o->addr, head);
	if (lh_is_in_module(w->heap, o->addr) || (value != LH_F_FLOAT_VALUE && is_thread_id(w, o->addr)))
		keep(w, o->addr, extent);
	else
		contents(w, o->addr + head, extent > head ? extent - head : 0);
}

/* ---- all others ---- */

/* They follow a class, where its __slots__ have the names; those of a struct sequence are somewhere else. */
static void mark_members(struct lh_mark_objects *w, uint64_t members)
{
	for (unsigned i = 0; members && i < LH_MEMBERS_MAX; i++, members += LH_MEMBER_SIZE) {
		const uint8_t *p = lh_view_at(&w->view, members, LH_MEMBER_SIZE);
		struct lh_member member;

		if (!p || !lh_member_read(p, &member))
			break;
		keep(w, members, LH_MEMBER_SIZE);
		lh_kept_string(w->marks, member.name);
	}
}

static void mark_type(struct lh_mark_objects *w, const struct lh_object *o)
{
	keep(w, o->addr, lh_object_extent(w->heap, o->bytes, o->type));
	lh_kept_string(w->marks, word(w, o, LH_F_TYPE_NAME));
	if (has(w, LH_F_TYPE_MEMBERS))
		mark_members(w, word(w, o, LH_F_TYPE_MEMBERS));
}

/* How many references an array has. */
static void mark_counts(struct lh_mark_objects *w, const struct lh_object *o)
{
	const struct lh_body *body = o->type->body;

	for (uint32_t i = 0; body && i < body->count; i++) {
		const struct lh_body_ref *ref = &body->refs[i];

		if (ref->when)
			keep(w, o->addr + ref->when, 1);
		if (ref->shape == LH_BODY_ITEMS || ref->shape == LH_BODY_RING)
			keep(w, o->addr + ref->a, 1);
		if (ref->shape == LH_BODY_RING) {
			keep(w, o->addr + ref->b, 1);
			keep(w, o->addr + ref->c, 1);
		}
	}
}

/* What is read of a C type that has a row, and nothing else: what the rest of its body is, nobody knows. */
static void mark_fields(struct lh_mark_objects *w, const struct lh_object *o)
{
	const struct lh_layout *l = &w->heap->layout;

	if (o->type->itemsize)
		keep(w, o->addr + at(w, LH_F_VAR_SIZE), WORD);
	mark_counts(w, o);
	for (const struct lh_need *n = o->type->kind->needs; n && n->field != LH_F_COUNT; n++)
		if (lh_layout_has(l, n->field) && (n->inner == LH_F_COUNT || lh_layout_has(l, n->inner)))
			keep(w,
			     o->addr + lh_layout_at(l, n->field) +
				     (n->inner == LH_F_COUNT ? 0 : lh_layout_at(l, n->inner)),
			     n->width ? n->width : WORD);
}

/* Not more than there can be: where objects of one type differ, their count of items may make no sense. */
static void mark_whole(struct lh_mark_objects *w, const struct lh_object *o)
{
	uint64_t extent = lh_object_extent(w->heap, o->bytes, o->type);

	keep(w, o->addr,
	     lh_memory_has_room(w->heap, o->addr, extent) ? extent : (uint64_t)o->type->basicsize);
}

/* 3.11+: both end with a frame of the interpreter, and what is in that is its code's. */
static void mark_frame(struct lh_mark_objects *w, const struct lh_object *o, enum lh_field frame)
{
	if (!has(w, LH_F_IFRAME_SIZE) || !has(w, frame)) {
		mark_whole(w, o);
		return;
	}
	keep(w, o->addr, at(w, frame));
	keep(w, o->addr + at(w, frame), at(w, LH_F_IFRAME_LOCALSPLUS));
}

static void mark_head(struct lh_mark_objects *w, const struct lh_object *o)
{
	/* A static type has none, and what is before it is another variable. */
	if (!lh_is_static_type(&w->heap->layout, o->bytes, o->type))
		keep(w, o->addr - o->type->presize, o->type->presize);
	keep(w, o->addr, at(w, LH_F_OBJECT_SIZE));
	if (o->type->managed_dict)
		lh_mark_attributes(w, o);
}

void lh_mark_object(struct lh_mark_objects *w, const struct lh_object *o)
{
	w->objects++;
	mark_head(w, o);
	switch (o->type->kind->id) {
	case LH_KIND_STR:
		mark_str(w, o);
		break;
	case LH_KIND_BYTES:
		mark_bytes(w, o);
		break;
	case LH_KIND_BYTEARRAY:
		mark_bytearray(w, o);
		break;
	case LH_KIND_UNICODE27:
		mark_unicode27(w, o);
		break;
	case LH_KIND_INT:
		mark_number(w, o, LH_F_LONG_DIGITS);
		break;
	case LH_KIND_INT27:
		mark_number(w, o, LH_F_INT27_VALUE);
		break;
	case LH_KIND_FLOAT:
		mark_number(w, o, LH_F_FLOAT_VALUE);
		break;
	case LH_KIND_DICT:
		lh_mark_dict(w, o);
		break;
	case LH_KIND_ODICT:
		lh_mark_dict(w, o);
		mark_fields(w, o);
		break;
	case LH_KIND_SET:
		lh_mark_set(w, o);
		break;
	case LH_KIND_TYPE:
		mark_type(w, o);
		break;
	case LH_KIND_OTHER:
		mark_fields(w, o);
		break;
	case LH_KIND_ROW:
		mark_fields(w, o);
		lh_mark_apart(w, o);
		break;
	case LH_KIND_GENERATOR:
		mark_frame(w, o, LH_F_GEN_IFRAME);
		break;
	case LH_KIND_FRAME:
		mark_frame(w, o, LH_F_FRAME_DATA);
		break;
	case LH_KIND_MODULE:
		lh_mark_apart(w, o);
		mark_whole(w, o);
		break;
	default:
		mark_whole(w, o);
	}
}
