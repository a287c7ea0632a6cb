/* SPDX-License-Identifier: Apache-2.0 */
/* Frames and code: what lies after the slots in use is left from earlier calls. */
#include "cpython/exclusions.h"
#include "cpython/frames.h"

static void rest(struct lh_excluder *x, uint64_t addr, uint64_t from)
{
	if (from > addr)
		lh_exclude(x, LH_EXCLUDE_REST, addr, from - addr);
}

/* 2.7 to 3.10: slots end behind tp_itemsize times ob_size (PyFrame_New()); the struct has one of them. */
static uint64_t old_frame_end(struct lh_excluder *x, uint64_t addr, const uint8_t *bytes)
{
	uint64_t slots = lh_field_u64(&x->heap->layout, bytes, LH_F_VAR_SIZE);

	return slots < LH_SLOTS_MAX ? addr + lh_layout_at(&x->heap->layout, LH_F_FRAME_SIZE) + 8 * slots : 0;
}

/* While it executes the frame does not say how much of its stack is in use. */
static void old_frame(struct lh_excluder *x, uint64_t addr, const uint8_t *bytes)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t stack = lh_field_u64(l, bytes, LH_F_FRAME_VALUESTACK), top = 0,
		 end = old_frame_end(x, addr, bytes);

	if (lh_layout_has(l, LH_F_FRAME_STACKDEPTH)) {
		int32_t depth = (int32_t)lh_u32(bytes + lh_layout_at(l, LH_F_FRAME_STACKDEPTH));

		top = depth < 0 ? 0 : stack + 8 * (uint64_t)depth;
	} else if (lh_layout_has(l, LH_F_FRAME_STACKTOP)) {
		top = lh_field_u64(l, bytes, LH_F_FRAME_STACKTOP);
	}
	if (top >= stack && stack > addr && top < end)
		lh_exclude(x, LH_EXCLUDE_WORDS, top, end - top);
}

/* Slots in use of an interpreter frame; UINT64_MAX: it does not say. */
static uint64_t slots_in_use(struct lh_excluder *x, const uint8_t *iframe)
{
	const struct lh_layout *l = &x->heap->layout;
	int32_t top;

	if (!lh_layout_has(l, LH_F_IFRAME_STACKTOP) || lh_layout_has(l, LH_F_IFRAME_STACKPOINTER))
		return UINT64_MAX;
	top = (int32_t)lh_u32(iframe + lh_layout_at(l, LH_F_IFRAME_STACKTOP));
	return top < 0 || top > (int32_t)LH_SLOTS_MAX ? UINT64_MAX : (uint64_t)top;
}

void lh_exclude_frame(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t data, slots;
	const uint8_t *p;

	if (lh_layout_has(l, LH_F_FRAME_LOCALSPLUS)) {
		old_frame(x, o->addr, o->bytes);
		return;
	}
	if (!lh_layout_has(l, LH_F_FRAME_FRAME) || !lh_layout_has(l, LH_F_FRAME_DATA) ||
	    !lh_layout_has(l, LH_F_IFRAME_LOCALSPLUS))
		return;
	data = o->addr + lh_layout_at(l, LH_F_FRAME_DATA);
	if (lh_field_u64(l, o->bytes, LH_F_FRAME_FRAME) != data) {
		rest(x, o->addr, data); /* its frame is elsewhere yet */
		return;
	}
	p = lh_view_at(x->view, data, lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));
	slots = p ? slots_in_use(x, p) : UINT64_MAX;
	if (slots != UINT64_MAX)
		rest(x, o->addr, data + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) + 8 * slots);
}

void lh_exclude_generator(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;
	uint64_t frame, slots;
	const uint8_t *p;

	if (!lh_layout_has(l, LH_F_GEN_IFRAME) || !lh_layout_has(l, LH_F_GEN_FRAME_STATE))
		return;
	frame = o->addr + lh_layout_at(l, LH_F_GEN_IFRAME);
	p = lh_view_at(x->view, frame, lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS));
	slots = p ? slots_in_use(x, p) : UINT64_MAX;
	if ((int8_t)o->bytes[lh_layout_at(l, LH_F_GEN_FRAME_STATE)] >=
	    (int64_t)lh_layout_constant(l, LH_C_FRAME_CLEARED))
		slots = 0;
	if (slots != UINT64_MAX)
		rest(x, o->addr, frame + lh_layout_at(l, LH_F_IFRAME_LOCALSPLUS) + 8 * slots);
}

/* Up to 3.10 code keeps its last frame for the next call; it holds nothing (Objects/frameobject.c). */
static void zombie(struct lh_excluder *x, uint64_t frame)
{
	const uint8_t *p =
		frame ? lh_view_at(x->view, frame, lh_layout_at(&x->heap->layout, LH_F_FRAME_SIZE)) : NULL;
	uint64_t end = p ? old_frame_end(x, frame, p) : 0;

	/* Objects/frameobject.c code_zombie frames keep a count of 0. */
	if (end && lh_field_u64(&x->heap->layout, p, LH_F_OBJECT_REFCNT) == 0)
		lh_exclude(x, LH_EXCLUDE_WORDS, frame, end - frame);
}

/* 3.8 to 3.10: caches of the bytecode borrow what they name (Include/internal/pycore_code.h _PyOpcache). */
void lh_exclude_code(struct lh_excluder *x, const struct lh_object *o)
{
	const struct lh_layout *l = &x->heap->layout;

	if (lh_layout_has(l, LH_F_CODE_OPCACHE_SIZE) && lh_layout_has(l, LH_F_OPCACHE_ENTRY_SIZE))
		lh_exclude(x, LH_EXCLUDE_STORAGE, lh_field_u64(l, o->bytes, LH_F_CODE_OPCACHE),
			   (uint64_t)o->bytes[lh_layout_at(l, LH_F_CODE_OPCACHE_SIZE)] *
				   lh_layout_at(l, LH_F_OPCACHE_ENTRY_SIZE));
	zombie(x, lh_field_u64(l, o->bytes, LH_F_CODE_ZOMBIEFRAME));
}
