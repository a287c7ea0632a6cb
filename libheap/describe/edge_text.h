/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a path as Python code: .name, .__dict__['name'], ['key']; <name> if no code gives it. */
#ifndef LH_DESCRIBE_EDGE_TEXT_H
#define LH_DESCRIBE_EDGE_TEXT_H

#include "cpython/visit.h"
#include "util/string.h"

/** struct lh_edge_text - the step after a text */
struct lh_edge_text {
	struct lh_heap *heap;
	const struct lh_object *from;
	const struct lh_span *span; /* of the reference; NULL: in memory that a word of the body points to */
	struct lh_type
		*owner;   /* of the object with the last step's __dict__; NULL: it was a class's, or none */
	const char *name; /* from lh_span_edge(), or a better one */
};

/** lh_edge_text_add() - append it to @out, the text so far */
void lh_edge_text_add(const struct lh_edge_text *edge, struct lh_string *out);
/** lh_edge_text_add_local() - a local of a frame, or of the frame in a generator */
void lh_edge_text_add_local(struct lh_string *out, const char *name, const char *holder);
/** lh_edge_text_owner() - the type to be 'owner' of the step after one from an object of @type */
struct lh_type *lh_edge_text_owner(struct lh_heap *heap, struct lh_type *type);

bool lh_text_ends_with(const struct lh_string *text, const char *end);

#endif
