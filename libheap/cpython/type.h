/* SPDX-License-Identifier: Apache-2.0 */
/* A type, as all that reads its instances needs it. */
#ifndef LH_CPYTHON_TYPE_H
#define LH_CPYTHON_TYPE_H

#include "cpython/kind.h"
#include "layout/bodies.h"
#include "util/bytes.h"

#include <string.h>

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
	uint16_t stream;      /* where its instances have a stream of zlib's kind; 0: they have none */
	uint32_t extent;      /* what lh_object_extent() is of all instances; 0: they differ */
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
	char *name;             /* module.qualname; made by lh_type_name() */
	uint32_t module_length; /* bytes of name that are the module's; 0: none; made with it */
};

/* Whether instances never refer to other objects. A class made in Python may have slots and a dict whatever
 * its base. */
static inline bool lh_type_is_leaf(const struct lh_type *type)
{
	return type->kind->leaf && !type->python && !type->managed_dict && !type->conservative;
}

/* Whether words of instances, or of a C state that they have, are taken for references: LH_LABEL_BODY */
static inline bool lh_type_is_scanned(const struct lh_type *type)
{
	return type->conservative || type->kind->id == LH_KIND_MODULE;
}

/** lh_is_static_type() - whether an object is a static type: it has no gc head, and references to it in
 * static initializers are not counted */
static inline bool lh_is_static_type(const struct lh_layout *layout, const uint8_t *bytes,
				     const struct lh_type *type)
{
	return type->kind->id == LH_KIND_TYPE &&
	       !(lh_u64(bytes + lh_layout_at(layout, LH_F_TYPE_FLAGS)) & LH_TPFLAG_HEAPTYPE);
}

#endif
