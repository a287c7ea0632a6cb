/* SPDX-License-Identifier: Apache-2.0 */
/* str, bytes, int: what is in them must end where they say. */
#include "cpython/text.h"
#include "verify/before.h"
#include "verify/damage.h"
#include "verify/object_damage.h"
#include "verify/objects.h"

#define DIGIT_BITS 30

/* A NUL follows the text; another byte was written past its end. */
static int check_end(struct lh_verify *v, const struct lh_object *o, const char *kind, uint64_t end,
		     unsigned width, uint64_t length)
{
	static const uint8_t nul[4] = {0};
	const uint8_t *p = lh_view_at(&v->view, end, width);
	struct lh_damage d = lh_verify_object_damage(v, kind, o, end);

	if (!p) {
		v->now->skipped++;
		return 0;
	}
	if (memcmp(p, nul, width) == 0)
		return 0;
	/* Where it is made longer in place, the length comes first (resize_compact(), _PyBytes_Resize()). */
	if (o->refcnt == 1 && lh_verify_is_moving(v, o, end, width))
		return 0;
	d.writer = o->addr;
	d.written = lh_before_written(v, end, &d.at_least);
	return lh_damage_add(
		v, &d, "no NUL follows the %s characters of a %s: %s%s bytes past its end were written to",
		LH_COUNTED(length), kind, d.at_least ? "at least " : "", LH_COUNTED(d.written));
}

static int check_form(struct lh_verify *v, const struct lh_object *o, uint32_t state)
{
	struct lh_damage d = lh_verify_object_damage(
		v, "str", o, o->addr + lh_layout_at(&v->heap->layout, LH_F_STR_STATE));

	return lh_damage_add(v, &d,
			     "the state of a str is 0x%" PRIx32 ": no str has %u bytes per character%s",
			     state, LH_STR_KIND(state), LH_STR_ASCII(state) ? " of ASCII" : "");
}

int lh_verify_str(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	struct lh_str s;
	uint32_t state;
	unsigned kind;

	if (lh_layout_is_python2(l))
		return 0;
	state = lh_u32(o->bytes + lh_layout_at(l, LH_F_STR_STATE));
	kind = LH_STR_KIND(state);
	/* PyUnicode_FromUnicode(NULL, n): not ready yet, its text is in wstr (up to 3.11) */
	if (kind == 0 && lh_field_u64(l, o->bytes, LH_F_STR_WSTR))
		return 0;
	if ((kind != 1 && kind != 2 && kind != 4) || (LH_STR_ASCII(state) && kind != 1))
		return check_form(v, o, state);
	if (lh_str_read(v->heap, &v->view, o->addr, &s) != 0 || !s.data) {
		v->now->skipped++;
		return 0;
	}
	return check_end(v, o, "str", s.data + s.length * s.kind, s.kind, s.length);
}

int lh_verify_bytes(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t length = lh_u64(o->bytes + lh_layout_at(l, LH_F_VAR_SIZE));

	return check_end(v, o, lh_layout_is_python2(l) ? "str" : "bytes",
			 o->addr + lh_layout_at(l, LH_F_BYTES_DATA) + length, 1, length);
}

/* _PyLong_CheckConsistency(), long_normalize() (Objects/longobject.c): digits of 30 bits, the highest not 0; sign 1 means 0. */
int lh_verify_int(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	bool tagged = lh_layout_has(l, LH_F_LONG_TAG), negative;
	uint64_t digits = lh_int_digits(l, o->bytes, &negative),
		 at = o->addr + lh_layout_at(l, LH_F_LONG_DIGITS);
	uint64_t sign = tagged ? lh_u64(o->bytes + lh_layout_at(l, LH_F_LONG_TAG)) & 3 : 0;
	struct lh_damage d = lh_verify_object_damage(
		v, "int", o, o->addr + lh_layout_at(l, tagged ? LH_F_LONG_TAG : LH_F_VAR_SIZE));
	const uint8_t *p;

	if (tagged && (sign == 3 || (sign == 1) != (digits == 0)))
		return lh_damage_add(v, &d, "the sign of an int of %s digits is %" PRIu64, LH_COUNTED(digits),
				     sign);
	p = digits ? lh_view_at(&v->view, at, digits * 4) : NULL;
	for (uint64_t i = 0; p && i < digits; i++)
		if (lh_u32(p + i * 4) >> DIGIT_BITS ||
		    (i == digits - 1 && !lh_u32(p + i * 4) && !v->heap->target->blanked)) {
			d.addr = at + i * 4;
			return lh_damage_add(v, &d, "digit %s of an int of %s is 0x%" PRIx32, LH_COUNTED(i),
					     LH_COUNTED(digits), lh_u32(p + i * 4));
		}
	return 0;
}
