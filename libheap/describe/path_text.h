/* SPDX-License-Identifier: Apache-2.0 */
/* A path from a root in Python's words: sys.modules['app'].CACHE['x'][3]. */
#ifndef LH_DESCRIBE_PATH_TEXT_H
#define LH_DESCRIBE_PATH_TEXT_H

#include "roots/path_shapes.h"
#include "roots/paths.h"
#include "util/string.h"

/** lh_root_text() - what the root is: "sys.modules", "frame handler (app.py:42)" */
void lh_root_text(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *out);
/**
 * lh_path_text() - the path from its root to the object at @place, and on to @to, which that object refers to
 * @addresses: of the objects on the path, separated by '\n', the root's first
 * Return: its length in references.
 */
uint64_t lh_path_text(const struct lh_paths *paths, uint32_t place, uint64_t to, struct lh_string *out,
		      struct lh_string *addresses);
/** lh_root_path() - as lh_path_text(), to the object that the root itself refers to */
void lh_root_path(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *out,
		  struct lh_string *addresses);
/** lh_way_text() - from the root along @way, addresses of objects of which each refers to the next */
void lh_way_text(const struct lh_roots *roots, const struct lh_root *root, const uint64_t *way, size_t length,
		 struct lh_string *out, struct lh_string *addresses);
/** lh_place_text() - as lh_path_text(), to the object at @place itself; @addresses may be NULL */
void lh_place_text(const struct lh_paths *paths, uint32_t place, struct lh_string *out,
		   struct lh_string *addresses);
/** lh_path_shape_text() - a shape in words: sys.modules['app'].CACHE[…], with what all its paths share as it
 * is. */
void lh_path_shape_text(const struct lh_path_shapes *shapes, uint32_t number, struct lh_string *out);
/** lh_path_shape_root_text() - the root of a shape's paths: "sys.modules", "static objects of libfoo.so" */
void lh_path_shape_root_text(const struct lh_path_shapes *shapes, uint32_t number, struct lh_string *out);

#endif
