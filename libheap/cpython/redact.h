/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stays of contents where they are hidden (heap->hide_values): in an answer that others will see, and in what is made to be
 * handed over.
 *
 * Contents are what the program computes with: strings, bytes, numbers, keys. Names of modules, classes, attributes, functions,
 * locals and files are code, and stay. A key of a dict that is a name in the source stays, too: it has the form of an
 * identifier and is interned. The compiler interns the names in a source (Objects/codeobject.c, all_name_chars()); text that a
 * program makes or reads is not interned, whatever its form.
 */
#ifndef LH_CPYTHON_REDACT_H
#define LH_CPYTHON_REDACT_H

#include "cpython/object.h"
#include "util/string.h"

/** lh_redact() - if @object is contents: its type, and its length if it has one, "<str of 12>". Return: whether it is. */
bool lh_redact(struct lh_heap *heap, const struct lh_object *object, struct lh_string *out);
/** lh_redact_name() - append the name at @addr, of an attribute or a variable, if it has the form of one. Return: whether it has. */
bool lh_redact_name(struct lh_heap *heap, uint64_t addr, struct lh_string *out);
/** lh_redact_key() - append the key at @addr, without quotes, if it is a name in the source. Return: whether it is. */
bool lh_redact_key(struct lh_heap *heap, uint64_t addr, struct lh_string *out);

#endif
