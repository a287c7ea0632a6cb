/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members: what a C type itself says of the words of its instances (PyMemberDef, Include/descrobject.h).
 *
 * Any extension type that shows fields to Python names them there, with their offsets, in its own memory.
 */
#ifndef LH_CPYTHON_MEMBER_H
#define LH_CPYTHON_MEMBER_H

#include "cpython/type.h"

/* PyMemberDef: name, type, offset, flags, doc (Include/structmember.h, descrobject.h) */
#define LH_MEMBER_SIZE 40
#define LH_MEMBERS_MAX 4096

enum lh_member_kind {
	LH_MEMBER_OBJECT = 6,     /* NULL reads as None */
	LH_MEMBER_OBJECT_EX = 16, /* NULL raises AttributeError: members of __slots__ */
};

/** struct lh_member - one PyMemberDef */
struct lh_member {
	uint64_t name; /* C string in the target */
	uint64_t offset;
	uint32_t kind;
};

/** lh_member_read() - the PyMemberDef at @bytes, LH_MEMBER_SIZE of them. Return: false at the last, whose
 * name is NULL */
bool lh_member_read(const uint8_t *bytes, struct lh_member *ret);

/**
 * lh_member_name() - C string (in the target) that names the object at @offset of an instance of @type
 * Asked of @type and all of its bases. Return: 0 when none of them names it.
 */
uint64_t lh_member_name(struct lh_heap *heap, const struct lh_type *type, uint64_t offset);

#endif
