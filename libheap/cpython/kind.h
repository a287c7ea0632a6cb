/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kinds: what libheap knows of the C types of CPython and its standard library.
 *
 * A kind is a row: which fields of an instance are references, under which names people know them, and which
 * of them CPython's own traversal visits; functions read the storage that it owns. The rows are in kinds.c.
 */
#ifndef LH_CPYTHON_KIND_H
#define LH_CPYTHON_KIND_H

#include "layout/layout.h"

enum lh_kind_id {
	LH_KIND_OTHER,  /* no row: body scanned conservatively */
	LH_KIND_ROW,    /* its row says all: no code asks for it by its id */
	LH_KIND_OBJECT, /* 'object' itself: what all types are made of has no fields */
	LH_KIND_NONE,
	LH_KIND_FUNCTION,
	LH_KIND_CELL,
	LH_KIND_DICT,
	LH_KIND_LIST,
	LH_KIND_TUPLE,
	LH_KIND_SET,
	LH_KIND_STR,
	LH_KIND_BYTES,
	LH_KIND_BYTEARRAY,
	LH_KIND_INT,
	LH_KIND_INT27,      /* 2.7: a C long */
	LH_KIND_INSTANCE27, /* 2.7: of an old-style class */
	LH_KIND_UNICODE27,  /* 2.7: UCS2 or UCS4; its str is LH_KIND_BYTES */
	LH_KIND_FLOAT,
	LH_KIND_TYPE,
	LH_KIND_CODE,
	LH_KIND_MODULE,
	LH_KIND_GENERATOR,
	LH_KIND_FRAME,
	LH_KIND_DEQUE,
	LH_KIND_EXCEPTION,
	LH_KIND_ODICT,
	LH_KIND_BYTESIO,
	LH_KIND_LRU_CACHE,
	LH_KIND_HAMT_BITMAP,
	LH_KIND_HAMT_ARRAY,
	LH_KIND_HAMT_COLLISION,
};

/** struct lh_ref_row - one reference of a kind */
struct lh_ref_row {
	enum lh_field field;
	const char *edge;       /* ".__globals__": what a user would type after the object */
	uint32_t visited_since; /* first version whose tp_traverse visits it; LH_NEVER: held, but not visited
				 */
};

#define LH_ALWAYS 0
#define LH_NEVER UINT32_MAX

/**
 * struct lh_need - a field that is read in instances
 * @field: LH_F_COUNT ends an array
 * @width: bytes; 0: the field is a size, or the start of storage whose presence is checked separately
 * @inner: within the struct that begins at @field; LH_F_COUNT: none
 */
struct lh_need {
	enum lh_field field;
	uint32_t width;
	enum lh_field inner;
};

struct lh_heap;
struct lh_view;
struct lh_object;
struct lh_visitor;
struct lh_excluder;

/** struct lh_kind - a C type; what is NULL or false an instance does not have */
struct lh_kind {
	const char *tp_name; /* of the C type */
	enum lh_kind_id id;
	const struct lh_ref_row *refs; /* ended by edge NULL; may be NULL */
	bool scan;                     /* the rest of the body is scanned for pointers: rows do not say all */
	bool leaf;                     /* holds no references */
	const struct lh_need *needs;   /* besides refs */
	/* References in storage, and those that rows cannot say. */
	void (*visit)(struct lh_visitor *visitor, const struct lh_object *object);
	/* __sizeof__(), bytes; NULL: object.__sizeof__() */
	uint64_t (*size)(struct lh_heap *heap, struct lh_view *view, const struct lh_object *object);
	/* Fields that point to storage with references; ended by LH_F_COUNT */
	const enum lh_field *storage;
	/* Words of it and of its storage that are not references, whatever is in them (exclusions.h) */
	void (*exclude)(struct lh_excluder *excluder, const struct lh_object *object);
};

/**
 * struct lh_kind_table - rows by tp_name
 * @with: of versions that have this field; LH_F_COUNT: of all, and no other table follows
 */
struct lh_kind_table {
	enum lh_field with;
	const struct lh_kind *rows;
	size_t count;
};

/* Of a type that has a row of bodies.h instead. */
extern const struct lh_kind lh_kind_body;

/** lh_kind_find() - the row of a C type's tp_name in this version, from the first table that has one; never
 * NULL: that of LH_KIND_OTHER when it is not known */
const struct lh_kind *lh_kind_find(const struct lh_kind_table *kinds, const struct lh_layout *layout,
				   const char *tp_name);

/**
 * lh_kind_beyond() - a field that is read in instances of @kind and ends beyond their @size bytes
 * Return: 0; LH_ABSENT when there is none (kind_extent.c).
 */
int lh_kind_beyond(const struct lh_layout *layout, const struct lh_kind *kind, uint64_t size,
		   enum lh_field *ret);

#endif
