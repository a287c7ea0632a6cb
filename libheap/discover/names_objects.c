/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static types from tracked objects: descriptors of attributes that one type alone has, and objects
 * whose fields lead to objects of a known type.
 */
#include "cpython/dict.h"
#include "cpython/gc.h"
#include "discover/names_private.h"
#include "util/array.h"

#include <string.h>

/* Tracked objects looked at, of each generation; descriptors of static types are the oldest. */
#define OBJECTS_MAX (1u << 18)

#define LEVELS 4 /* context, HAMT, array, bitmap: the type of each leads to that of the next */

/* A descriptor of this name belongs to the type without a name: no other type has such an attribute, or those
 * that have it got their names from modules. */
static const struct {
	const char *attribute, *tp_name;
	enum lh_field field; /* instances have room for it */
} signatures[] = {
	{"cell_contents", "cell", LH_F_CELL_REF},
	{"gi_frame", "generator", LH_F_OBJECT_TYPE},
	{"cr_frame", "coroutine", LH_F_OBJECT_TYPE},
	{"ag_frame", "async_generator", LH_F_OBJECT_TYPE},
	{"tb_frame", "traceback", LH_F_TRACEBACK_FRAME},
	{"f_lasti", "frame", LH_F_FRAME_BACK},
	{"co_flags", "code", LH_F_CODE_NAME},
	{"__globals__", "function", LH_F_FUNCTION_CODE},
	{"func_globals", "function", LH_F_FUNCTION_CODE},
	{"im_func", "instancemethod", LH_F_METHOD_SELF},
	{"__func__", "method", LH_F_METHOD_SELF},
};

/* What the descriptor of the attribute is itself. */
static const struct {
	const char *owner, *attribute, *tp_name;
} descriptors[] = {
	{"type", "__basicsize__", "member_descriptor"}, {"type", "__name__", "getset_descriptor"},
	{"list", "append", "method_descriptor"},        {"object", "__init__", "wrapper_descriptor"},
	{"dict", "fromkeys", "classmethod_descriptor"},
};

/* Objects of the type @holder refer to one of the type @referent by @field. */
static const struct {
	const char *holder;
	enum lh_field field;
	const char *referent;
	bool backwards; /* no others do: it names the holder's type too */
} neighbours[] = {
	{"function", LH_F_FUNCTION_CODE, "code"},
	{"traceback", LH_F_TRACEBACK_FRAME, "frame"},
	{"memoryview", LH_F_MEMORYVIEW_MBUF, "managedbuffer"},
	{"method-wrapper", LH_F_WRAPPER_DESCR, "wrapper_descriptor", true}, /* 2.7's has no attributes */
	{"_ctypes.PyCSimpleType", LH_F_TYPE_DICT, "StgDict"}, /* -3.12: the __dict__ of such a class */
};

/*
 * Somewhere in their body objects of the type @holder refer to one of the type @referent, the only static
 * type there without a name that has this shape. The root of a HAMT is never a collision (Python/hamt.c).
 */
static const struct inside {
	const char *holder, *referent;
	bool shaped, var_sized;
	enum lh_field items; /* shaped: where they are, and how many the type's own size has */
	uint32_t count;
} inside[] = {
	{"module", "moduledef", true, false, LH_F_MODULEDEF_STATE_SIZE, 6}, /* 3.15+: no field of its own */
	{"Context", "hamt"},                                                /* up to 3.9 */
	{"_contextvars.Context", "hamt"},
	{"hamt", "hamt_array_node", true, false, LH_F_HAMT_ARRAY_ARRAY, 33}, /* a_count */
	{"hamt", "hamt_bitmap_node", true, true, LH_F_HAMT_BITMAP_ARRAY, 0},
	{"hamt_array_node", "hamt_bitmap_node", true, true, LH_F_HAMT_BITMAP_ARRAY, 0},
	{"functools._lru_cache_wrapper", "functools._lru_list_elem", true, false, LH_F_LRU_LINK_RESULT, 1},
	{"hamt_bitmap_node", "hamt_collision_node", true, true, LH_F_HAMT_COLLISION_ARRAY, 0},
};

/* What classes hold under this name is of that type (Lib/abc.py). */
#define CLASS_ATTRIBUTE "_abc_impl"
#define CLASS_ATTRIBUTE_TYPE "_abc_data"

/* The one static type that is based on another. */
static const struct {
	const char *base, *tp_name;
} derived[] = {
	{"builtin_function_or_method", "builtin_method"},
};

/* Instances of the type at @addr are large enough for @field. */
static bool has_room(struct lh_heap *heap, uint64_t addr, enum lh_field field)
{
	const struct lh_layout *l = &heap->layout;

	return lh_layout_has(l, field) &&
	       lh_heap_word(heap, &heap->view, addr, LH_F_TYPE_BASICSIZE) >= lh_layout_at(l, field) + 8;
}

/* An attribute @name of the type @owner, described by an object of type @descriptor. */
static void take_attribute(struct lh_heap *heap, struct lh_static_names *names, uint64_t owner, uint64_t name,
			   uint64_t descriptor)
{
	const char *owned = lh_static_names_text(names, owner);

	for (size_t i = 0; !owned && i < LH_ARRAY_SIZE(signatures); i++)
		if (lh_str_equals(heap, name, signatures[i].attribute) &&
		    has_room(heap, owner, signatures[i].field) &&
		    !lh_static_names_has(names, signatures[i].tp_name))
			lh_static_names_add(names, owner, "", signatures[i].tp_name);
	if (!owned || lh_static_names_text(names, descriptor))
		return;
	for (size_t i = 0; i < LH_ARRAY_SIZE(descriptors); i++)
		if (strcmp(owned, descriptors[i].owner) == 0 &&
		    lh_str_equals(heap, name, descriptors[i].attribute) &&
		    !lh_static_names_has(names, descriptors[i].tp_name))
			lh_static_names_add(names, descriptor, "", descriptors[i].tp_name);
}

static void take_descriptor(struct lh_heap *heap, struct lh_static_names *names, uint64_t addr)
{
	uint64_t descriptor = lh_names_type_of(heap, addr),
		 owner = lh_heap_word(heap, &heap->view, addr, LH_F_DESCR_TYPE),
		 name = lh_heap_word(heap, &heap->view, addr, LH_F_DESCR_NAME);

	if (lh_names_is_static_type(heap, owner) && lh_names_is_static_type(heap, descriptor) &&
	    lh_names_flags_of(heap, lh_names_type_of(heap, name)) &
		    (LH_TPFLAG_UNICODE_SUBCLASS | LH_TPFLAG_BYTES_SUBCLASS))
		take_attribute(heap, names, owner, name, descriptor);
}

/* Name the type at @type by its base, if that has a name and no other type is based on it. */
static void take_derived(struct lh_heap *heap, struct lh_static_names *names, uint64_t type)
{
	uint64_t base;
	const char *name;

	if (!type || lh_static_names_text(names, type) || !lh_names_is_static_type(heap, type))
		return;
	base = lh_heap_word(heap, &heap->view, type, LH_F_TYPE_BASE);
	name = base ? lh_static_names_text(names, base) : NULL;
	for (size_t i = 0; name && i < LH_ARRAY_SIZE(derived); i++)
		if (strcmp(name, derived[i].base) == 0 && !lh_static_names_has(names, derived[i].tp_name))
			lh_static_names_add(names, type, "", derived[i].tp_name);
}

/* An object of one type refers to one of the other by this field: naming one type names the other. */
static void take_neighbour(struct lh_heap *heap, struct lh_static_names *names, uint64_t addr)
{
	uint64_t type = lh_names_type_of(heap, addr), other;
	const char *name = lh_static_names_text(names, type), *theirs;

	take_derived(heap, names, type);
	for (size_t i = 0; i < LH_ARRAY_SIZE(neighbours); i++) {
		if ((name && strcmp(name, neighbours[i].holder) != 0) ||
		    !has_room(heap, type, neighbours[i].field))
			continue;
		other = lh_names_type_of(heap, lh_heap_word(heap, &heap->view, addr, neighbours[i].field));
		theirs = other ? lh_static_names_text(names, other) : NULL;
		if (name && other && !theirs && !lh_static_names_has(names, neighbours[i].referent) &&
		    lh_names_is_static_type(heap, other))
			lh_static_names_add(names, other, "", neighbours[i].referent);
		else if (!name && theirs && neighbours[i].backwards &&
			 strcmp(theirs, neighbours[i].referent) == 0 &&
			 !lh_static_names_has(names, neighbours[i].holder) &&
			 lh_names_is_static_type(heap, type))
			lh_static_names_add(names, type, "", neighbours[i].holder);
	}
}

static bool has_shape(struct lh_heap *heap, uint64_t type, const struct inside *row)
{
	const struct lh_layout *l = &heap->layout;

	if (!row->shaped)
		return true;
	return lh_layout_has(l, row->items) &&
	       lh_heap_word(heap, &heap->view, type, LH_F_TYPE_BASICSIZE) ==
		       lh_layout_at(l, row->items) + 8ull * row->count &&
	       (lh_heap_word(heap, &heap->view, type, LH_F_TYPE_ITEMSIZE) != 0) == row->var_sized;
}

static void take_word(struct lh_heap *heap, struct lh_static_names *names, const char *holder, uint64_t word)
{
	uint64_t type = word ? lh_names_type_of(heap, word) : 0;

	if (!type || lh_static_names_text(names, type) || !lh_names_is_static_type(heap, type))
		return;
	for (size_t i = 0; i < LH_ARRAY_SIZE(inside); i++)
		if (strcmp(holder, inside[i].holder) == 0 && has_shape(heap, type, &inside[i]) &&
		    !lh_static_names_has(names, inside[i].referent)) {
			lh_static_names_add(names, type, "", inside[i].referent);
			return;
		}
}

#define BODY_MAX 512 /* bytes; a HAMT's array of 32 nodes has 280 */

static void take_inside(struct lh_heap *heap, struct lh_static_names *names, uint64_t addr)
{
	uint64_t type = lh_names_type_of(heap, addr), size;
	const char *name = lh_static_names_text(names, type);
	const uint8_t *p = NULL;

	for (size_t i = 0; name && !p && i < LH_ARRAY_SIZE(inside); i++) {
		if (strcmp(name, inside[i].holder) != 0)
			continue;
		size = lh_heap_word(heap, &heap->view, type, LH_F_TYPE_BASICSIZE);
		if (lh_heap_word(heap, &heap->view, type, LH_F_TYPE_ITEMSIZE) == 8)
			size += 8 * (lh_heap_word(heap, &heap->view, addr, LH_F_VAR_SIZE) & 63);
		p = size < BODY_MAX ? lh_view_at(&heap->view, addr, size) : NULL;
		for (uint64_t o = lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE); p && o + 8 <= size; o += 8)
			take_word(heap, names, name, lh_u64(p + o));
	}
}

static void take_class_attribute(struct lh_heap *heap, struct lh_static_names *names, uint64_t addr)
{
	uint64_t value, type = lh_names_type_of(heap, addr);

	if (!(lh_names_flags_of(heap, type) & LH_TPFLAG_TYPE_SUBCLASS) ||
	    lh_dict_get(heap, lh_heap_word(heap, &heap->view, addr, LH_F_TYPE_DICT), CLASS_ATTRIBUTE,
			&value) != 0)
		return;
	type = lh_names_type_of(heap, value);
	if (type && !lh_static_names_text(names, type) && lh_names_is_static_type(heap, type) &&
	    !lh_static_names_has(names, CLASS_ATTRIBUTE_TYPE))
		lh_static_names_add(names, type, "", CLASS_ATTRIBUTE_TYPE);
}

/* The oldest objects first: types that a library made to look like CPython's own are younger. */
static void take_objects(struct lh_heap *heap, struct lh_static_names *names,
			 void (*take)(struct lh_heap *, struct lh_static_names *, uint64_t))
{
	struct lh_gc_iter iter;
	uint64_t object;

	if (lh_gc_iter_begin(heap, &heap->interps[0], OBJECTS_MAX, &iter) != 0)
		return;
	iter.oldest_first = true;
	while (lh_gc_iter_next(&iter, &object) == 0)
		take(heap, names, object);
}

void lh_names_take_objects(struct lh_heap *heap, struct lh_static_names *names)
{
	if (lh_layout_has(&heap->layout, LH_F_DESCR_TYPE) && lh_layout_has(&heap->layout, LH_F_DESCR_NAME))
		take_objects(heap, names, take_descriptor);
	take_objects(heap, names, take_neighbour);
	for (unsigned i = 0; i < LEVELS; i++)
		take_objects(heap, names, take_inside);
	take_objects(heap, names, take_class_attribute);
}
