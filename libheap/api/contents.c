/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on what objects contain. */
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/preview.h"
#include "cpython/text.h"
#include "util/info.h"

static bool is_of(const struct lh_object *o, enum lh_kind_id kind)
{
	return o->type->kind->id == kind;
}

/* The bytes of a bytes object (2.7: of a str), as they are. */
static int bytes_text(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out)
{
	uint32_t at = lh_layout_at(&heap->layout, LH_F_BYTES_DATA);
	uint64_t size = lh_u64(o->bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));
	const void *data = lh_view_at(&heap->view, o->addr + at, size);

	if (!data)
		return LH_ABSENT;
	lh_string_add_bytes(out, data, size);
	return 0;
}

/* In 3.x ob_start follows ob_bytes: what was deleted from the front lies between them (3.6 to 3.15
 * Include/cpython/bytearrayobject.h; 2.7 has no ob_start). */
static int bytearray_text(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t at = lh_layout_at(l, LH_F_BYTEARRAY_BYTES) + (lh_layout_is_python2(l) ? 0 : 8);
	uint64_t size = lh_u64(o->bytes + lh_layout_at(l, LH_F_VAR_SIZE));
	const void *data = "";

	if (o->type->basicsize < at + 8)
		return LH_ABSENT;
	if (size)
		data = lh_view_at(&heap->view, lh_u64(o->bytes + at), size);

	if (!data)
		return LH_ABSENT;
	lh_string_add_bytes(out, data, size);
	return 0;
}

/* What was kept of a blanked snapshot is names, which do not begin with a zero. */
static int check_blank(struct lh_heap *heap, uint64_t addr, bool blank)
{
	if (!heap->target->blanked || !blank)
		return 0;
	return lh_fail_at(heap->ctx, LH_EFAULT, addr,
			  "the contents of the object at 0x%" PRIx64 ": they are blanked in this snapshot",
			  addr);
}

static bool is_blank_text(struct lh_heap *heap, uint64_t addr)
{
	struct lh_str s;
	const uint8_t *p = NULL;

	if (lh_str_read(heap, &heap->view, addr, &s) == 0 && s.length)
		p = lh_view_at(&heap->view, s.data, s.kind);
	for (unsigned i = 0; p && i < s.kind; i++)
		if (p[i])
			return false;
	return p;
}

/* The highest digit of an int is not 0; 2.7's is a word, of which nothing shows. */
static bool is_blank_int(struct lh_heap *heap, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t digits;
	const uint8_t *p;
	bool negative;

	if (is_of(o, LH_KIND_INT27))
		return !lh_u64(o->bytes + lh_layout_at(l, LH_F_INT27_VALUE));
	digits = lh_int_digits(l, o->bytes, &negative);
	p = digits && digits < UINT32_MAX
		    ? lh_view_at(&heap->view, o->addr + lh_layout_at(l, LH_F_LONG_DIGITS) + 4 * (digits - 1),
				 4)
		    : NULL;
	return p && !lh_u32(p);
}

int lh_object_text(struct lh_heap *heap, uint64_t addr, char **ret, size_t *ret_size)
{
	_cleanup_string_ struct lh_string text = {0};
	struct lh_object o;
	size_t size;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r != 0)
		return r;
	if (is_of(&o, LH_KIND_BYTES))
		r = bytes_text(heap, &o, &text);
	else if (is_of(&o, LH_KIND_BYTEARRAY))
		r = bytearray_text(heap, &o, &text);
	else if (is_of(&o, LH_KIND_STR) || is_of(&o, LH_KIND_UNICODE27))
		r = lh_str_append(heap, addr, UINT64_MAX, &text);
	else
		r = LH_ABSENT;
	if (r == LH_ABSENT && (is_of(&o, LH_KIND_STR) || is_of(&o, LH_KIND_UNICODE27)))
		r = check_blank(heap, addr, is_blank_text(heap, addr)) < 0 ? -LH_EFAULT : r;
	else if (r == 0)
		r = check_blank(heap, addr, text.len && !text.text[0]);
	if (r != 0)
		return r;
	size = text.len;
	r = lh_string_give(heap->ctx, &text, ret);
	if (r == 0)
		*ret_size = size;
	return r;
}

int lh_object_int(struct lh_heap *heap, uint64_t addr, int64_t *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0 && !is_of(&o, LH_KIND_INT) && !is_of(&o, LH_KIND_INT27))
		r = LH_ABSENT;
	if (r == 0)
		r = check_blank(heap, addr, is_blank_int(heap, &o));
	return r == 0 ? lh_int_read(heap, &heap->view, addr, ret) : r;
}

int lh_object_int_bytes(struct lh_heap *heap, uint64_t addr, uint8_t **ret, size_t *ret_size,
			bool *ret_negative)
{
	_cleanup_string_ struct lh_string bytes = {0};
	struct lh_object o;
	bool negative;
	size_t size;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0 && is_of(&o, LH_KIND_INT))
		r = check_blank(heap, addr, is_blank_int(heap, &o));
	if (r == 0)
		r = is_of(&o, LH_KIND_INT) ? lh_int_bytes(heap, &o, &bytes, &negative) : LH_ABSENT;
	if (r != 0)
		return r;
	size = bytes.len;
	r = lh_string_give(heap->ctx, &bytes, (char **)ret);
	if (r == 0) {
		*ret_size = size;
		*ret_negative = negative;
	}
	return r;
}

/* Two doubles after the header, where a float has its one (Include/complexobject.h, floatobject.h). */
int lh_object_complex(struct lh_heap *heap, uint64_t addr, double *ret_real, double *ret_imag)
{
	uint32_t at = lh_layout_at(&heap->layout, LH_F_FLOAT_VALUE);
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0 && (strcmp(o.type->kind->tp_name, "complex") != 0 || o.type->basicsize < at + 16))
		r = LH_ABSENT;
	if (r == 0)
		r = check_blank(heap, addr, true);
	if (r != 0)
		return r;
	memcpy(ret_real, o.bytes + at, sizeof(*ret_real));
	memcpy(ret_imag, o.bytes + at + 8, sizeof(*ret_imag));
	return 0;
}

int lh_object_float(struct lh_heap *heap, uint64_t addr, double *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0 && !is_of(&o, LH_KIND_FLOAT))
		r = LH_ABSENT;
	if (r == 0)
		r = check_blank(heap, addr, !lh_is_in_module(heap, addr));
	if (r == 0)
		memcpy(ret, o.bytes + lh_layout_at(&heap->layout, LH_F_FLOAT_VALUE), sizeof(*ret));
	return r;
}

int lh_object_attribute(struct lh_heap *heap, uint64_t addr, const char *name, uint64_t *ret)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	return r == 0 ? lh_attribute_get(heap, &o, name, ret) : r;
}

static bool is_dict(const struct lh_object *o)
{
	return is_of(o, LH_KIND_DICT) || is_of(o, LH_KIND_ODICT);
}

int lh_dict_info(struct lh_heap *heap, uint64_t addr, struct lh_dict_info *ret)
{
	struct lh_dict_info info = {0};
	struct lh_object o;
	struct lh_dict dict;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r == 0)
		r = is_dict(&o) ? lh_dict_read(heap, &heap->view, o.bytes, &dict) : LH_ABSENT;
	if (r != 0)
		return r;
	info.used = (uint64_t)dict.used;
	info.slots = dict.keys.entry_count + dict.keys.usable;
	if (info.used > info.slots)
		return LH_ABSENT;
	info.shared = dict.values_addr != 0;
	lh_info_give(ret, &info, sizeof(info));
	return 0;
}

int lh_object_preview(struct lh_heap *heap, uint64_t addr, size_t width, char **ret)
{
	_cleanup_string_ struct lh_string text = {0};

	lh_preview(heap, addr, width, &text);
	return lh_string_give(heap->ctx, &text, ret);
}
