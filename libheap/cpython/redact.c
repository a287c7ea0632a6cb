/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/redact.h"
#include "cpython/payload.h"
#include "cpython/text.h"
#include "cpython/type_name.h"

#include <string.h>

#define NAME_CHARS 60 /* a longer key is hidden: it may be cut, so that its form is not known */

static bool is_text(const struct lh_object *o)
{
	return o->type->kind->id == LH_KIND_STR || o->type->kind->id == LH_KIND_UNICODE27;
}

bool lh_redact(struct lh_heap *heap, const struct lh_object *o, struct lh_string *out)
{
	struct lh_str s;

	if (!lh_type_has_contents(o->type))
		return false;
	lh_string_addf(out, "<%s", lh_type_name(heap, o->type));
	if (o->type->kind->id == LH_KIND_BYTES)
		lh_string_addf(out, " of %" PRIu64,
			       lh_u64(o->bytes + lh_layout_at(&heap->layout, LH_F_VAR_SIZE)));
	else if (is_text(o) && lh_str_read(heap, &heap->view, o->addr, &s) == 0)
		lh_string_addf(out, " of %" PRIu64, s.length);
	lh_string_add(out, ">");
	heap->redacted++;
	return true;
}

static bool is_identifier(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	size_t n = text ? strspn(text, letters) : 0;

	return n && !text[n] && !(text[0] >= '0' && text[0] <= '9');
}

bool lh_redact_name(struct lh_heap *heap, uint64_t addr, struct lh_string *out)
{
	_cleanup_string_ struct lh_string name = {0};
	struct lh_object o;

	if (!addr || lh_object_at(heap, &heap->view, addr, &o) != 0 || o.type->python ||
	    o.type->kind->id != lh_text_kind(&heap->layout) ||
	    lh_str_append(heap, addr, NAME_CHARS, &name) != 0)
		return false;
	out->failed |= name.failed;
	if (!is_identifier(name.text))
		return false;
	lh_string_add(out, name.text);
	return true;
}

bool lh_redact_key(struct lh_heap *heap, uint64_t addr, struct lh_string *out)
{
	return addr && lh_str_is_interned(heap, addr) && lh_redact_name(heap, addr, out);
}
