/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of static types from tracked objects: descriptors of attributes that one type alone has, and objects
 * whose fields lead to objects of a known type.
 */
#include "cpython/gc.h"
#include "cpython/names_private.h"

#include <string.h>

#define OBJECTS_MAX (1u << 18) /* tracked objects looked at; descriptors of static types are the oldest */

/* A descriptor of this name belongs to the type that has none yet: no other has such an attribute, or
 * those that have it got their names from modules. */
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

/* What the descriptor of an attribute of a type is itself. */
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
	bool backwards; /* no others do: names the holder's type too */
} neighbours[] = {
	{"function", LH_F_FUNCTION_CODE, "code"},
	{"traceback", LH_F_TRACEBACK_FRAME, "frame"},
	{"memoryview", LH_F_MEMORYVIEW_MBUF, "managedbuffer"},
	{"method-wrapper", LH_F_WRAPPER_DESCR, "wrapper_descriptor", true}, /* 2.7's has no attributes */
};

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
static void take_attribute(struct lh_heap *heap, struct lh_names *names, uint64_t owner, uint64_t name,
			   uint64_t descriptor)
{
	const char *owned = lh_names_text(names, owner);

	for (size_t i = 0; !owned && i < sizeof(signatures) / sizeof(*signatures); i++)
		if (lh_str_equals(heap, name, signatures[i].attribute) &&
		    has_room(heap, owner, signatures[i].field) &&
		    !lh_names_is_taken(names, signatures[i].tp_name))
			lh_names_add(names, owner, "", signatures[i].tp_name);
	if (!owned || lh_names_text(names, descriptor))
		return;
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		if (strcmp(owned, descriptors[i].owner) == 0 &&
		    lh_str_equals(heap, name, descriptors[i].attribute) &&
		    !lh_names_is_taken(names, descriptors[i].tp_name))
			lh_names_add(names, descriptor, "", descriptors[i].tp_name);
}

static void take_descriptor(struct lh_heap *heap, struct lh_names *names, uint64_t addr)
{
	uint64_t descriptor = lh_names_type_of(heap, addr),
		 owner = lh_heap_word(heap, &heap->view, addr, LH_F_DESCR_TYPE),
		 name = lh_heap_word(heap, &heap->view, addr, LH_F_DESCR_NAME);

	if (lh_names_is_static_type(heap, owner) && lh_names_is_static_type(heap, descriptor) &&
	    lh_names_flags_of(heap, lh_names_type_of(heap, name)) &
		    (LH_TPFLAG_UNICODE_SUBCLASS | LH_TPFLAG_BYTES_SUBCLASS))
		take_attribute(heap, names, owner, name, descriptor);
}

/* Of the type at @type: its base is known by name, and leads to no other. */
static void take_derived(struct lh_heap *heap, struct lh_names *names, uint64_t type)
{
	uint64_t base;
	const char *name;

	if (!type || lh_names_text(names, type) || !lh_names_is_static_type(heap, type))
		return;
	base = lh_heap_word(heap, &heap->view, type, LH_F_TYPE_BASE);
	name = base ? lh_names_text(names, base) : NULL;
	for (size_t i = 0; name && i < sizeof(derived) / sizeof(*derived); i++)
		if (strcmp(name, derived[i].base) == 0 && !lh_names_is_taken(names, derived[i].tp_name))
			lh_names_add(names, type, "", derived[i].tp_name);
}

/* An object of one type that refers to one of the other by this field: the name of one is the other's. */
static void take_neighbour(struct lh_heap *heap, struct lh_names *names, uint64_t addr)
{
	uint64_t type = lh_names_type_of(heap, addr), other;
	const char *name = lh_names_text(names, type), *theirs;

	take_derived(heap, names, type);
	for (size_t i = 0; i < sizeof(neighbours) / sizeof(*neighbours); i++) {
		if ((name && strcmp(name, neighbours[i].holder) != 0) ||
		    !has_room(heap, type, neighbours[i].field))
			continue;
		other = lh_names_type_of(heap, lh_heap_word(heap, &heap->view, addr, neighbours[i].field));
		theirs = other ? lh_names_text(names, other) : NULL;
		if (name && other && !theirs && !lh_names_is_taken(names, neighbours[i].referent) &&
		    lh_names_is_static_type(heap, other))
			lh_names_add(names, other, "", neighbours[i].referent);
		else if (!name && theirs && neighbours[i].backwards &&
			 strcmp(theirs, neighbours[i].referent) == 0 &&
			 !lh_names_is_taken(names, neighbours[i].holder) &&
			 lh_names_is_static_type(heap, type))
			lh_names_add(names, type, "", neighbours[i].holder);
	}
}

/* The oldest objects first: what a library made to look like CPython's own types is younger than they. */
static void take_objects(struct lh_heap *heap, struct lh_names *names,
			 void (*take)(struct lh_heap *, struct lh_names *, uint64_t))
{
	struct lh_gc gc;

	if (lh_gc_read(heap, &heap->interps[0], &gc) != 0)
		return;
	for (unsigned g = gc.generation_count; g-- > 0;) {
		struct lh_ring ring;
		uint64_t object;
		unsigned n = 0;

		lh_ring_begin(heap, &gc.generations[g], &ring);
		while (n++ < OBJECTS_MAX && lh_ring_next(&ring, &object) == 0)
			take(heap, names, object);
	}
}

void lh_names_take_objects(struct lh_heap *heap, struct lh_names *names)
{
	if (lh_layout_has(&heap->layout, LH_F_DESCR_TYPE) && lh_layout_has(&heap->layout, LH_F_DESCR_NAME))
		take_objects(heap, names, take_descriptor);
	take_objects(heap, names, take_neighbour);
}
