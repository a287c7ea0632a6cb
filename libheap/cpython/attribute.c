/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/member.h"
#include "cpython/text.h"

#define MRO_MAX 1024

struct search {
	struct lh_heap *heap;
	const char *name;
	int64_t dictoffset; /* of a C type, whose body is only scanned */
	uint64_t found;
};

static void look_in_values(struct search *s, const struct lh_span *span)
{
	for (uint64_t i = 0; span->keys && i < span->count && !s->found; i++)
		if (lh_span_word(span, i) &&
		    lh_str_equals(s->heap, lh_u64(span->keys + i * span->key_stride), s->name))
			s->found = lh_span_word(span, i);
}

static void look_in_dict(struct search *s, uint64_t dict)
{
	uint64_t value;

	if (dict && lh_dict_get(s->heap, dict, s->name, &value) == 0)
		s->found = value;
}

static void look_in_slot(struct search *s, const struct lh_span *span)
{
	char name[256];

	if (lh_heap_string(s->heap, span->slot_name, name, sizeof(name)) == 0 && strcmp(name, s->name) == 0)
		s->found = lh_span_word(span, 0);
}

static void look(void *arg, const struct lh_span *span)
{
	struct search *s = arg;

	if (s->found)
		return;
	if (span->label == LH_LABEL_SLOT)
		look_in_slot(s, span);
	else if (span->label == LH_LABEL_ATTRIBUTE)
		look_in_values(s, span);
	else if ((span->label == LH_LABEL_FIELD && strcmp(span->name, ".__dict__") == 0) ||
		 (span->label == LH_LABEL_BODY && (int64_t)span->first == s->dictoffset))
		look_in_dict(s, lh_span_word(span, 0));
}

int lh_attribute_get(struct lh_heap *heap, const struct lh_object *object, const char *name, uint64_t *ret)
{
	struct search s = {.heap = heap, .name = name, .dictoffset = object->type->dictoffset};
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = look, .arg = &s};

	lh_visit(&v, object);
	if (!s.found)
		return LH_ABSENT;
	*ret = s.found;
	return 0;
}

/* ---- what classes make of a name ---- */

/* What stands under a name in the first class that has it. */
struct hit {
	uint64_t addr;
	struct lh_type *type;  /* its own */
	struct lh_type *class; /* the class */
};

static void take_dict(void *arg, const struct lh_span *span)
{
	uint64_t *dict = arg;

	if (!*dict && span->label == LH_LABEL_FIELD && strcmp(span->name, ".__dict__") == 0)
		*dict = lh_span_word(span, 0);
}

/* The dict of a class: of static ones since 3.12, in the interpreter's state. */
static uint64_t dict_of(struct lh_heap *heap, const struct lh_type *class)
{
	uint64_t dict = 0;
	struct lh_visitor v = {.heap = heap, .view = lh_view_of(heap->target), .fn = take_dict, .arg = &dict};
	struct lh_object o;

	if (lh_object_at(heap, &v.view, class->addr, &o) == 0)
		lh_visit(&v, &o);
	return dict;
}

static bool look_up(struct lh_heap *heap, const struct lh_type *type, const char *name, struct hit *ret)
{
	struct lh_view view = lh_view_of(heap->target);
	uint64_t mro = lh_heap_word(heap, &view, type->addr, LH_F_TYPE_MRO),
		 count = lh_heap_word(heap, &view, mro, LH_F_VAR_SIZE);

	for (uint64_t i = 0; i < count && i < MRO_MAX; i++) {
		const uint8_t *p =
			lh_view_at(&view, mro + lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS) + 8 * i, 8);
		struct lh_object o;
		uint64_t dict;

		if (!p || lh_types_get(heap, lh_u64(p), &ret->class) != 0)
			continue; /* a class of 2.7's old style */
		dict = dict_of(heap, ret->class);
		if (!dict || lh_dict_get(heap, dict, name, &ret->addr) != 0)
			continue;
		if (lh_object_at(heap, &view, ret->addr, &o) != 0)
			return false;
		ret->type = o.type;
		return true;
	}
	return false;
}

static bool is_of_kind(const struct hit *hit, const char *tp_name)
{
	return strcmp(hit->type->kind->tp_name, tp_name) == 0;
}

static bool has_own_getattribute(struct lh_heap *heap, const struct lh_type *type)
{
	struct hit hit;

	return type->python && look_up(heap, type, "__getattribute__", &hit) &&
	       !is_of_kind(&hit, "wrapper_descriptor");
}

/* What is found in a class comes before what the instance has. */
static bool is_data_descriptor(struct lh_heap *heap, const struct hit *hit)
{
	struct hit setter;

	return !lh_type_is_leaf(hit->type) && (look_up(heap, hit->type, "__set__", &setter) ||
					       look_up(heap, hit->type, "__delete__", &setter));
}

bool lh_attribute_reads_dict(struct lh_heap *heap, struct lh_type *type, const char *name)
{
	struct hit hit;

	if (type->kind->id == LH_KIND_INSTANCE27) /* asks its own dict first */
		return true;
	return !has_own_getattribute(heap, type) &&
	       !(look_up(heap, type, name, &hit) && is_data_descriptor(heap, &hit));
}

bool lh_attribute_reads_field(struct lh_heap *heap, struct lh_type *type, const char *name)
{
	struct hit hit;

	if (!type->python)
		return true;
	if (has_own_getattribute(heap, type))
		return false;
	return !look_up(heap, type, name, &hit) || !hit.class->python ||
	       is_of_kind(&hit, "getset_descriptor") || is_of_kind(&hit, "member_descriptor");
}

bool lh_attribute_reads_slot(struct lh_heap *heap, struct lh_type *type, const char *name, uint64_t offset)
{
	struct lh_view view = lh_view_of(heap->target);
	struct lh_member read;
	const uint8_t *p;
	uint64_t member;
	struct hit hit;

	if (has_own_getattribute(heap, type))
		return false;
	if (!look_up(heap, type, name, &hit))
		return true;
	if (!is_of_kind(&hit, "member_descriptor"))
		return false;
	if (!lh_layout_has(&heap->layout, LH_F_MEMBERDESCR_MEMBER))
		return true;
	member = lh_heap_word(heap, &view, hit.addr, LH_F_MEMBERDESCR_MEMBER);
	p = lh_view_at(&view, member, LH_MEMBER_SIZE);
	return p && lh_member_read(p, &read) && read.offset == offset;
}

bool lh_attribute_reads_items(struct lh_heap *heap, struct lh_type *type)
{
	struct hit hit;

	return !type->python || !look_up(heap, type, "__getitem__", &hit) || !hit.class->python;
}
