/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of types: every type object met, read once and proved.
 *
 * An address is a type when its own type is a metatype (tp_flags says TYPE_SUBCLASS) and the chain of
 * metatypes ends in 'type', which is its own type. Loops over objects look types up by address in an open
 * hash.
 */
#ifndef LH_CPYTHON_TYPE_H
#define LH_CPYTHON_TYPE_H

#include "cpython/kind.h"
#include "layout/bodies.h"
#include "target/target.h"

#include <string.h>

struct lh_heap;

/* tp_flags that did not move from 2.7 to 3.15 (Include/object.h) */
#define LH_TPFLAG_HEAPTYPE (1ull << 9)
#define LH_TPFLAG_READY (1ull << 12)
#define LH_TPFLAG_HAVE_GC (1ull << 14)
#define LH_TPFLAG_INT27_SUBCLASS (1ull << 23) /* 2.7 only */
#define LH_TPFLAG_LONG_SUBCLASS (1ull << 24)
#define LH_TPFLAG_LIST_SUBCLASS (1ull << 25)
#define LH_TPFLAG_TUPLE_SUBCLASS (1ull << 26)
#define LH_TPFLAG_BYTES_SUBCLASS (1ull << 27)
#define LH_TPFLAG_UNICODE_SUBCLASS (1ull << 28)
#define LH_TPFLAG_DICT_SUBCLASS (1ull << 29)
#define LH_TPFLAG_BASE_EXC_SUBCLASS (1ull << 30)
#define LH_TPFLAG_TYPE_SUBCLASS (1ull << 31)

/** struct lh_slot - a member of a class with __slots__ that holds an object */
struct lh_slot {
	uint32_t offset; /* in the instance */
	uint64_t name;   /* C string in the target */
};

struct lh_type {
	uint64_t addr, metatype;
	uint64_t flags;
	int64_t basicsize, itemsize, dictoffset, weaklistoffset;
	uint64_t base;        /* tp_base */
	uint64_t cached_keys; /* ht_cached_keys: names of managed attributes; 0 for none */
	uint32_t index;       /* in lh_types.items */
	uint32_t extent;      /* see lh_type_extent() */
	uint32_t presize;   /* bytes in front of an instance: gc head, managed dict and weaklist; 0: no gc */
	bool python;        /* made by a class statement: traversed by subtype_traverse */
	bool visits_type;   /* its instances' traversal visits their type (3.9+) */
	bool has_del;       /* tp_del; see legacy.h */
	bool has_finalizer; /* tp_finalize */
	bool managed_dict, inline_values;
	bool dict_apart;   /* it has a __dict__ that is not of its kind's references */
	bool exact;        /* its C type is the kind's own, not one that extends it */
	bool conservative; /* a part of its body is not known: scanned for pointers */
	bool c_traversed;  /* its C type has a tp_traverse: ctypes' have, and are not of the collector */
	int64_t base_dictoffset; /* tp_dictoffset and tp_basicsize of the C type below the Python classes */
	uint64_t c_basicsize;
	uint64_t scan_from;         /* where in the body the part that no row describes begins */
	int64_t sequence_fields;    /* struct sequences: fields, those past the tuple's length too; else 0 */
	const struct lh_kind *kind; /* of it or of the C type it is based on */
	const struct lh_body *body; /* likewise; NULL: no row has its size */
	struct lh_slot *slots;
	uint32_t slot_count;
	char *name; /* module.qualname; made by lh_type_name() */
};

/* Whether instances never refer to other objects. A class made in Python may have slots and a dict whatever
 * its base. */
static inline bool lh_type_is_leaf(const struct lh_type *type)
{
	enum lh_kind_id id = type->kind->id;

	return !type->python && !type->managed_dict && !type->conservative &&
	       (id == LH_KIND_PLAIN || id == LH_KIND_STR || id == LH_KIND_BYTES || id == LH_KIND_INT ||
		id == LH_KIND_FLOAT || id == LH_KIND_BYTEARRAY || id == LH_KIND_INT27 ||
		id == LH_KIND_UNICODE27);
}

struct lh_types {
	struct lh_type **items;
	size_t count, capacity;
	struct lh_type **hash; /* open addressing, by address; a power of two */
	size_t hash_size;
	uint64_t *not_types;    /* direct-mapped: addresses known to be no types */
	uint64_t type_type;     /* address of 'type' */
	struct lh_names *names; /* of static types; NULL while their tp_names can be read. See names.h */
	bool no_memory;         /* names are not all there for want of it; lh_types_get() tells */
	bool guessing;          /* the layout is a guess that is being repaired: names alone make kinds */
};

#define LH_NOT_TYPES (1u << 14)

static inline size_t lh_type_hash(uint64_t addr, size_t size)
{
	return (size_t)((addr >> 4) * 0x9e3779b97f4a7c15u >> 20) & (size - 1);
}

/* A type already in the table, or NULL. */
static inline struct lh_type *lh_types_find(const struct lh_types *types, uint64_t addr)
{
	for (size_t i = lh_type_hash(addr, types->hash_size);; i = (i + 1) & (types->hash_size - 1)) {
		struct lh_type *t = types->hash[i];

		if (!t || t->addr == addr)
			return t;
	}
}

int lh_types_init(struct lh_heap *heap);
/** lh_types_reset() - forget all types: the layout that they were read with has changed */
int lh_types_reset(struct lh_heap *heap);
void lh_types_fini(struct lh_types *types);
/** lh_types_get() - the type at @addr, read and proved at its first sight. Return: 0; LH_ABSENT: no type;
 * -LH_ENOMEM. */
int lh_types_get(struct lh_heap *heap, uint64_t addr, struct lh_type **ret);
/** lh_type_is_python() - whether a class statement made the type whose struct is at @type (bytes of the
 * target) */
bool lh_type_is_python(struct lh_heap *heap, const uint8_t *type);
/**
 * lh_type_tp_name() - tp_name of the type at @addr, whose struct is at @type: as it stands, or what it must
 * have been Return: 0; LH_ABSENT when nothing tells it (@buf is "").
 */
int lh_type_tp_name(struct lh_heap *heap, uint64_t addr, const uint8_t *type, char *buf, size_t size);
/** lh_type_name() - "module.qualname", without builtins. Never NULL: "<type at 0x...>" when it cannot be
 * read. Owned by @type. */
const char *lh_type_name(struct lh_heap *heap, struct lh_type *type);
/** lh_last_name() - "Session" of "app.Session" */
static inline const char *lh_last_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot ? dot + 1 : name;
}

#endif
