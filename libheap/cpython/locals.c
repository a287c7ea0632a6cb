/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/locals.h"
#include "cpython/code.h"
#include "cpython/dict.h"
#include "cpython/visit.h"

#define COMPARED_MAX 4096 /* slots whose names are looked for in f_locals */

struct walk {
	struct lh_heap *heap;
	struct lh_view *view;
	const struct lh_frame *frame;
	lh_local_fn fn;
	void *arg;
};

/* What is in the cell; the object itself when it is none. */
static uint64_t open_cell(struct walk *w, uint64_t addr)
{
	struct lh_object o;

	if (!addr || lh_object_at(w->heap, w->view, addr, &o) != 0 || o.type->kind->id != LH_KIND_CELL)
		return addr;
	return lh_heap_word(w->heap, w->view, addr, LH_F_CELL_REF);
}

static uint64_t slot_value(struct walk *w, uint64_t i, enum lh_slot_kind kind)
{
	struct lh_span span = {.words = lh_view_at(w->view, w->frame->slots + i * 8, 8),
			       .count = 1,
			       .tagged = lh_layout_has(&w->heap->layout, LH_F_IFRAME_STACKPOINTER)};
	uint64_t value = span.words ? lh_span_word(&span, 0) : 0;

	return kind == LH_SLOT_LOCAL ? value : open_cell(w, value);
}

static int tell_slots(struct walk *w, bool with_free)
{
	int r = 0;

	for (uint64_t i = 0; i < w->frame->slot_count && r == 0; i++) {
		struct lh_code_slot slot = lh_code_slot(w->heap, w->frame->code, i);
		uint64_t value;

		if (slot.kind == LH_SLOT_STACK || (slot.kind == LH_SLOT_FREE && !with_free))
			continue;
		value = slot_value(w, i, slot.kind);
		if (value)
			r = w->fn(w->arg, slot.name, value);
	}
	return r;
}

/* Names are interned: the str of a slot's name is the very key of a dict that has it. */
static bool is_slot(struct walk *w, uint64_t name)
{
	for (uint64_t i = 0; i < w->frame->slot_count && i < COMPARED_MAX; i++)
		if (lh_code_slot(w->heap, w->frame->code, i).name == name)
			return true;
	return false;
}

static bool read_names(struct walk *w, struct lh_dict *ret)
{
	struct lh_object o;

	return w->frame->names && w->frame->names != w->frame->globals &&
	       lh_object_at(w->heap, w->view, w->frame->names, &o) == 0 &&
	       (o.type->kind->id == LH_KIND_DICT || o.type->kind->id == LH_KIND_ODICT) &&
	       lh_dict_read(w->heap, w->view, o.bytes, ret) == 0;
}

/* Entries that are no copies of slots. A NULL fn: whether there are any. */
static int tell_names(struct walk *w, const struct lh_dict *names, lh_local_fn fn)
{
	uint64_t key, value;
	int r = 0;

	for (uint64_t i = 0; names->keys.entries && i < names->keys.entry_count && r == 0; i++) {
		if (!lh_dict_entry(names, i, &key, &value) || !key || !value || is_slot(w, key))
			continue;
		r = fn ? fn(w->arg, key, value) : LH_DONE;
	}
	return r;
}

/*
 * f_locals of a function is NULL, or a dict that somebody made of its slots by asking (-3.12); the body of a
 * class has its names there, and does not count the free variables among them (PyFrame_FastToLocals(), 3.13
 * PyFrame_GetLocals()).
 */
int lh_frame_locals(struct lh_heap *heap, struct lh_view *view, const struct lh_frame *frame, lh_local_fn fn,
		    void *arg)
{
	struct walk w = {.heap = heap, .view = view, .frame = frame, .fn = fn, .arg = arg};
	struct lh_dict names;
	bool has_names = read_names(&w, &names) && tell_names(&w, &names, NULL) == LH_DONE;
	int r = tell_slots(&w, !has_names);

	return r == 0 && has_names ? tell_names(&w, &names, fn) : r;
}
