/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies: which words of an instance of a C type are references, as a generated table (tables/bodies.c).
 *
 * A row serves the versions from its own on, until the next row of the type with that size. Its proof is that the size of
 * its struct is the target's tp_basicsize; a type without such a row is scanned.
 */
#ifndef LH_LAYOUT_BODIES_H
#define LH_LAYOUT_BODIES_H

#include "layout/layout.h"

/* Where references are; words of an instance that lead to them, or count them, by their offset. */
enum lh_body_shape {
	LH_BODY_WORD,  /* the word at 'offset' */
	LH_BODY_ITEMS, /* an array at 'offset': as many as the int at 'a' says, at most 'b' */
	LH_BODY_RING, /* an array that 'offset' leads to: from number 'a' on, of 'b' that it has room for, 'c'
		       */
	LH_BODY_CHAIN,  /* 'offset' leads to the first of objects, the word at 'a' in each to the next */
	LH_BODY_BEHIND, /* the word at 'a' in what 'offset' leads to */
};

/** struct lh_body_ref - one reference, or all that the instance keeps in one place */
struct lh_body_ref {
	uint16_t offset; /* in the instance */
	uint16_t when;   /* a byte, or a word, of the instance that is 0 where the reference is none; 0: it
			    always is */
	bool visited;    /* by the type's tp_traverse; else it is held all the same */
	const char
		*edge;  /* ".func": what a user would type after the object; "<name>" where Python has none */
	bool when_word; /* 'when' is where a word is, not a byte */
	enum lh_body_shape shape;
	uint16_t a, b, c;
};

/** struct lh_body - the references of a C type's instances in some versions */
struct lh_body {
	const char *tp_name; /* rows are in its order, then in that of versions */
	uint32_t since;      /* PY_VERSION_HEX of the first build that was seen with it */
	uint32_t size;       /* of the struct: tp_basicsize */
	const struct lh_body_ref *refs;
	uint32_t count;
};

extern const struct lh_body lh_bodies[]; /* generated */
extern const size_t lh_body_count;

/** lh_body_find() - the row of a C type in a build of CPython; NULL when none is of that size */
const struct lh_body *lh_body_find(const struct lh_build *build, const char *tp_name, uint64_t basicsize);

#endif
