/* SPDX-License-Identifier: Apache-2.0 */
/* A path from a root in Python's words: sys.modules['app'].CACHE['x'][3]. */
#ifndef LH_ANALYZE_PATH_TEXT_H
#define LH_ANALYZE_PATH_TEXT_H

#include "graph/paths.h"
#include "util/string.h"

/** lh_root_text() - what the root is: "sys.modules", "frame handler (app.py:42)" */
void lh_root_text(const struct lh_paths *paths, const struct lh_root *root, struct lh_string *out);
/**
 * lh_path_text() - the way from its root to the object at @place, and on to @to, which that object refers to
 * @addresses: of the objects on the way, separated by '\n', the root's first
 * Return: how many references long it is.
 */
uint64_t lh_path_text(const struct lh_paths *paths, uint32_t place, uint64_t to, struct lh_string *out,
		      struct lh_string *addresses);
/** lh_root_path() - as lh_path_text(), to the object that the root itself refers to */
void lh_root_path(const struct lh_paths *paths, const struct lh_root *root, struct lh_string *out,
		  struct lh_string *addresses);
/** lh_paths_root() - the root at the beginning of the way to @place */
const struct lh_root *lh_paths_root(const struct lh_paths *paths, uint32_t place);

#endif
