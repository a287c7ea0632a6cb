/* SPDX-License-Identifier: Apache-2.0 */
/* What a code object says of itself: its function's name, its file, the names of a frame's slots. */
#ifndef LH_CPYTHON_CODE_H
#define LH_CPYTHON_CODE_H

#include "cpython/object.h"
#include "util/string.h"

/** lh_code_name() - append co_qualname, before 3.11 co_name. Return: whether there is one. */
bool lh_code_name(struct lh_heap *heap, uint64_t code, struct lh_string *out);
/** lh_code_file() - append co_filename. Return: whether there is one. */
bool lh_code_file(struct lh_heap *heap, uint64_t code, struct lh_string *out);

enum lh_slot_kind {
	LH_SLOT_LOCAL,
	LH_SLOT_CELL, /* a local of inner functions too: in a cell, once the frame has made it */
	LH_SLOT_FREE, /* of an outer function: in a cell */
	LH_SLOT_STACK,
};

/** struct lh_code_slot - one slot of the frames of a code object */
struct lh_code_slot {
	uint64_t name; /* a str; 0: not known */
	enum lh_slot_kind kind;
	uint64_t index; /* STACK: in the value stack */
};

/** lh_code_slot() - slot @i; what is behind the last name belongs to the stack */
struct lh_code_slot lh_code_slot(struct lh_heap *heap, uint64_t code, uint64_t i);

#endif
