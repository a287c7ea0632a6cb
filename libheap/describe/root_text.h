/* SPDX-License-Identifier: Apache-2.0 */
/* Roots that are native memory, and threads, in words. */
#ifndef LH_DESCRIBE_ROOT_TEXT_H
#define LH_DESCRIBE_ROOT_TEXT_H

#include "roots/paths.h"
#include "util/string.h"

/** lh_thread_text() - "thread 1234": the kernel's id if it is known, else that of pthread_self() */
void lh_thread_text(struct lh_heap *heap, uint64_t thread, struct lh_string *out);
/** lh_native_root_text() - a root from STATIC on: "static data of libfoo.so (cache+8)" */
void lh_native_root_text(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out);
/** lh_native_root_step() - the same as the start of a path: "<cache+8>" */
void lh_native_root_step(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out);
/** lh_native_group_text() - several roots of the same kind and module */
void lh_native_group_text(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out);

#endif
