/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/preview.h"
#include "cpython/redact.h"
#include "cpython/text.h"
#include "cpython/type_name.h"

#include <stdio.h>

static void preview_str(struct lh_heap *heap, uint64_t addr, size_t max, struct lh_string *out)
{
	int r;

	lh_string_add(out, lh_layout_is_python2(&heap->layout) ? "u'" : "'");
	r = lh_str_append(heap, addr, max, out);
	lh_string_add(out, r == LH_STR_CUT ? "…'" : "'");
}

static void preview_bytes(struct lh_heap *heap, const struct lh_object *o, size_t max, struct lh_string *out)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t n = lh_u64(o->bytes + lh_layout_at(l, LH_F_VAR_SIZE)), shown = n < max ? n : max;
	const uint8_t *p = lh_view_at(&heap->view, o->addr + lh_layout_at(l, LH_F_BYTES_DATA), shown);

	lh_string_add(out, lh_layout_is_python2(l) ? "'" : "b'"); /* str in 2.7 */
	for (uint64_t i = 0; p && i < shown; i++) {
		if (p[i] >= 0x20 && p[i] < 0x7f && p[i] != '\'' && p[i] != '\\')
			lh_string_add_bytes(out, (const char *)&p[i], 1);
		else
			lh_string_addf(out, "\\x%02x", p[i]);
	}
	lh_string_add(out, shown < n ? "…'" : "'");
}

static void preview_int(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out)
{
	bool negative;
	int64_t value;

	if (lh_int_read(heap, &heap->view, o->addr, &value) == 0) {
		if (strcmp(lh_type_name(heap, o->type), "bool") == 0)
			lh_string_add(out, value ? "True" : "False");
		else
			lh_string_addf(out, "%" PRId64, value);
		return;
	}
	lh_string_addf(out, "<int of %" PRIu64 " bits>",
		       lh_int_digits(&heap->layout, o->bytes, &negative) * 30);
}

static void preview_float(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out)
{
	uint64_t word = lh_u64(o->bytes + lh_layout_at(&heap->layout, LH_F_FLOAT_VALUE));
	double value;

	memcpy(&value, &word, sizeof(value));
	lh_string_addf(out, "%.12g", value);
}

/* Like its repr(), without the address; names that are given as text are contents. */
static bool preview_contextvar(struct lh_heap *heap, const struct lh_object *o, size_t max,
			       struct lh_string *out)
{
	if (heap->hide_values || !lh_layout_has(&heap->layout, LH_F_CONTEXTVAR_NAME))
		return false;
	lh_string_add(out, "<ContextVar '");
	if (lh_str_append(heap, lh_u64(o->bytes + lh_layout_at(&heap->layout, LH_F_CONTEXTVAR_NAME)), max,
			  out) == LH_ABSENT)
		lh_string_add(out, "?");
	lh_string_add(out, "'>");
	return true;
}

/* A function, class, module, code object or ContextVar by its name. */
static bool preview_named(struct lh_heap *heap, const struct lh_object *o, size_t max, struct lh_string *out)
{
	const struct lh_layout *l = &heap->layout;
	const char *tp = o->type->kind->tp_name;
	struct lh_type *type;
	enum lh_field field;

	if (o->type->kind->id == LH_KIND_TYPE) {
		if (lh_types_get(heap, o->addr, &type) != 0)
			return false;
		lh_string_addf(out, "<class '%s'>", lh_type_name(heap, type));
		return true;
	}
	if (strcmp(tp, "ContextVar") == 0 || strcmp(tp, "_contextvars.ContextVar") == 0)
		return preview_contextvar(heap, o, max, out);
	field = strcmp(tp, "function") == 0              ? LH_F_FUNCTION_QUALNAME
		: o->type->kind->id == LH_KIND_CODE      ? LH_F_CODE_NAME
		: o->type->kind->id == LH_KIND_MODULE    ? LH_F_MODULE_NAME
		: o->type->kind->id == LH_KIND_GENERATOR ? LH_F_GEN_QUALNAME
							 : LH_F_COUNT;
	if (field == LH_F_COUNT || !lh_layout_has(l, field))
		return false;
	lh_string_addf(out, "<%s ", tp);
	if (lh_str_append(heap, lh_u64(o->bytes + lh_layout_at(l, field)), max, out) == LH_ABSENT)
		lh_string_add(out, "?");
	lh_string_add(out, ">");
	return true;
}

static uint64_t count(const struct lh_heap *heap, const struct lh_object *o, enum lh_field field)
{
	return lh_u64(o->bytes + lh_layout_at(&heap->layout, field));
}

static void preview_container(uint64_t n, const char *open, const char *close, struct lh_string *out)
{
	if (n)
		lh_string_addf(out, "%s%" PRIu64 " item%s%s", open, n, n == 1 ? "" : "s", close);
	else
		lh_string_addf(out, "%s%s", open, close);
}

static bool preview_known(struct lh_heap *heap, const struct lh_object *o, size_t max, struct lh_string *out)
{
	if (heap->hide_values && lh_redact(heap, o, out))
		return true;
	switch (o->type->kind->id) {
	case LH_KIND_STR:
	case LH_KIND_UNICODE27:
		preview_str(heap, o->addr, max, out);
		return true;
	case LH_KIND_BYTES:
		preview_bytes(heap, o, max, out);
		return true;
	case LH_KIND_INT:
	case LH_KIND_INT27:
		preview_int(heap, o, out);
		return true;
	case LH_KIND_FLOAT:
		preview_float(heap, o, out);
		return true;
	case LH_KIND_DICT:
	case LH_KIND_ODICT:
		preview_container(count(heap, o, LH_F_DICT_USED), "{", "}", out);
		return true;
	case LH_KIND_LIST:
		preview_container(count(heap, o, LH_F_VAR_SIZE), "[", "]", out);
		return true;
	case LH_KIND_TUPLE:
		preview_container(count(heap, o, LH_F_VAR_SIZE), "(", ")", out);
		return true;
	case LH_KIND_SET:
		preview_container(count(heap, o, LH_F_SET_USED), "{", "}", out);
		return true;
	case LH_KIND_DEQUE:
		preview_container(lh_deque_length(&heap->layout, o->bytes), "deque([", "])", out);
		return true;
	default:
		return preview_named(heap, o, max, out);
	}
}

void lh_preview(struct lh_heap *heap, uint64_t addr, size_t max, struct lh_string *out)
{
	struct lh_object o;
	const char *name;

	if (lh_object_at(heap, &heap->view, addr, &o) != 0) {
		lh_string_add(out, "?");
		return;
	}
	name = lh_type_name(heap, o.type);
	if (strcmp(name, "NoneType") == 0)
		lh_string_add(out, "None");
	else if (o.type->python || !preview_known(heap, &o, max, out))
		lh_string_addf(out, "<%s at 0x%" PRIx64 ">", name, addr);
}
