/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/text.h"
#include "util/utf8.h"

#define LENGTH_MAX (1ull << 48)

/* Copies that a str keeps besides its characters: UTF-8, and wchar_t up to 3.11 (unicode_sizeof()). */
static uint64_t copies(const struct lh_layout *l, const uint8_t *p, const struct lh_str *s)
{
	uint64_t sum = 0, wstr = 0, utf8, length = s->length;

	if (lh_layout_has(l, LH_F_STR_WSTR))
		wstr = lh_u64(p + lh_layout_at(l, LH_F_STR_WSTR));
	if (wstr && !s->ascii)
		length = lh_u64(p + lh_layout_at(l, LH_F_STR_WSTR_LENGTH));
	if (wstr && wstr != s->data)
		sum += (length + 1) * 4;
	if (s->ascii)
		return sum;
	utf8 = lh_u64(p + lh_layout_at(l, LH_F_STR_UTF8));
	if (utf8 && utf8 != s->data)
		sum += lh_u64(p + lh_layout_at(l, LH_F_STR_UTF8_LENGTH)) + 1;
	return sum;
}

/* 2.7: str is bytes in any encoding, unicode an array elsewhere. */
static int read_text27(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_str *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t size = lh_layout_at(l, LH_F_BYTES_DATA);
	const uint8_t *p = lh_view_at(view, addr, size);
	struct lh_type *type;
	int r = p ? lh_types_get(heap, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)), &type) : LH_ABSENT;

	if (r != 0)
		return r;
	if (type->kind->id == LH_KIND_BYTES) {
		*ret = (struct lh_str){
			.data = addr + size, .length = lh_u64(p + lh_layout_at(l, LH_F_VAR_SIZE)), .kind = 1};
		ret->bytes = (uint64_t)type->basicsize + ret->length;
	} else if (type->kind->id == LH_KIND_UNICODE27) {
		*ret = (struct lh_str){.data = lh_u64(p + lh_layout_at(l, LH_F_UNICODE27_STR)),
				       .length = lh_u64(p + lh_layout_at(l, LH_F_UNICODE27_LENGTH)),
				       .kind = heap->unicode_width};
		ret->bytes = type->scan_from + (ret->length + 1) * ret->kind; /* sizeof(PyUnicodeObject) */
	} else {
		return LH_ABSENT;
	}
	return ret->kind && ret->length <= LENGTH_MAX ? 0 : LH_ABSENT;
}

int lh_str_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, struct lh_str *ret)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_str s = {0};
	uint32_t state, header;
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_UNICODE27_STR))
		return read_text27(heap, view, addr, ret);
	p = lh_view_at(view, addr, lh_layout_at(l, LH_F_STR_ASCII_SIZE));
	if (!p)
		return LH_ABSENT;
	state = lh_u32(p + lh_layout_at(l, LH_F_STR_STATE));
	s.length = lh_u64(p + lh_layout_at(l, LH_F_STR_LENGTH));
	s.kind = LH_STR_KIND(state);
	s.ascii = LH_STR_ASCII(state) && LH_STR_COMPACT(state);
	if (s.length > LENGTH_MAX || (s.kind != 1 && s.kind != 2 && s.kind != 4))
		return LH_ABSENT;
	header = lh_layout_at(l, s.ascii                 ? LH_F_STR_ASCII_SIZE
				 : LH_STR_COMPACT(state) ? LH_F_STR_COMPACT_SIZE
							 : LH_F_STR_SIZE);
	p = lh_view_at(view, addr, header);
	if (!p)
		return LH_ABSENT;
	s.data = LH_STR_COMPACT(state) ? addr + header : lh_u64(p + lh_layout_at(l, LH_F_STR_DATA));
	s.bytes = header + (s.data ? (s.length + 1) * s.kind : 0) + copies(l, p, &s);
	*ret = s;
	return 0;
}

bool lh_str_equals(struct lh_heap *heap, uint64_t addr, const char *text)
{
	size_t len = strlen(text);
	struct lh_str s;
	const void *data;

	if (lh_str_read(heap, &heap->view, addr, &s) != 0 || s.kind != 1 || s.length != len)
		return false;
	data = lh_view_at(&heap->view, s.data, len);
	return data && memcmp(data, text, len) == 0;
}

unsigned lh_str_interned(struct lh_heap *heap, struct lh_view *view, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_str s;
	const uint8_t *p;

	if (lh_str_read(heap, view, addr, &s) != 0)
		return 0;
	if (!lh_layout_is_python2(l)) {
		p = lh_view_at(view, addr + lh_layout_at(l, LH_F_STR_STATE), 4);
		return p ? LH_STR_INTERNED(lh_u32(p)) : 0;
	}
	/* 2.7's ob_sstate, an int right before the text (Include/stringobject.h); unicode has none */
	p = s.data == addr + lh_layout_at(l, LH_F_BYTES_DATA) ? lh_view_at(view, s.data - 4, 4) : NULL;
	return p ? lh_u32(p) : 0;
}

bool lh_str_is_interned(struct lh_heap *heap, uint64_t addr)
{
	return lh_str_interned(heap, &heap->view, addr) != 0;
}

static uint32_t char_at(const uint8_t *data, unsigned kind, uint64_t i)
{
	return kind == 1 ? data[i] : kind == 2 ? lh_u16(data + i * 2) : lh_u32(data + i * 4);
}

static bool is_at(const uint8_t *data, unsigned kind, uint64_t at, const uint32_t *needle, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (char_at(data, kind, at + i) != needle[i])
			return false;
	return true;
}

bool lh_str_contains(struct lh_heap *heap, struct lh_view *view, uint64_t addr, const uint32_t *needle,
		     size_t len)
{
	struct lh_str s;
	const uint8_t *data;

	if (lh_str_read(heap, view, addr, &s) != 0 || s.length < len)
		return false;
	data = lh_view_at(view, s.data, s.length * s.kind);
	for (uint64_t i = 0; data && i + len <= s.length; i++)
		if (is_at(data, s.kind, i, needle, len))
			return true;
	return false;
}

int lh_str_append(struct lh_heap *heap, uint64_t addr, uint64_t max, struct lh_string *out)
{
	struct lh_str s;
	uint64_t count;
	const uint8_t *p;

	if (lh_str_read(heap, &heap->view, addr, &s) != 0)
		return LH_ABSENT;
	count = s.length < max ? s.length : max;
	p = lh_view_at(&heap->view, s.data, count * s.kind);
	if (!p || (count && heap->target->blanked && !char_at(p, s.kind, 0)))
		return LH_ABSENT;
	for (uint64_t i = 0; i < count; i++)
		lh_utf8_add(out, char_at(p, s.kind, i));
	if (out->failed)
		(void)lh_nomem(heap->ctx); /* callers look at what was read */
	return count < s.length ? LH_STR_CUT : 0;
}

int lh_int_bytes(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out, bool *ret_negative)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t digits = lh_int_digits(l, o->bytes, ret_negative), word = 0;
	unsigned bits = 0; /* of word, not yet given */
	const uint8_t *p = lh_view_at(&heap->view, o->addr + lh_layout_at(l, LH_F_LONG_DIGITS),
				      digits > LENGTH_MAX ? UINT64_MAX : digits * 4);

	if (!p && digits)
		return LH_ABSENT;
	for (uint64_t i = 0; i < digits; i++) {
		word |= (uint64_t)(lh_u32(p + i * 4) & 0x3fffffff) << bits;
		for (bits += 30; bits >= 8; bits -= 8, word >>= 8)
			lh_string_add_bytes(out, (const char[]){(char)word}, 1);
	}
	lh_string_add_bytes(out, (const char[]){(char)word}, 1);
	return 0;
}

int lh_int_read(struct lh_heap *heap, struct lh_view *view, uint64_t addr, int64_t *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t at = lh_layout_at(l, LH_F_LONG_DIGITS);
	const uint8_t *p = lh_view_at(view, addr, at);
	uint64_t digits, value = 0;
	struct lh_type *type;
	bool negative;

	if (!p)
		return LH_ABSENT;
	if (lh_layout_is_python2(l) &&
	    lh_types_get(heap, lh_u64(p + lh_layout_at(l, LH_F_OBJECT_TYPE)), &type) == 0 &&
	    type->kind->id == LH_KIND_INT27) {
		*ret = lh_i64(p + lh_layout_at(l, LH_F_INT27_VALUE));
		return 0;
	}
	digits = lh_int_digits(l, p, &negative);
	p = digits <= 3 ? lh_view_at(view, addr + at, digits * 4) : NULL;
	if (!p || (digits == 3 && lh_u32(p + 8) >= 8)) /* 2 * 30 bits, and 3 more */
		return LH_ABSENT;
	for (uint64_t i = digits; i-- > 0;)
		value = value << 30 | (lh_u32(p + i * 4) & 0x3fffffff);
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}
