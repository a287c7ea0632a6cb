/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of names of static types, where the constants that tp_name points to are neither in the dump nor
 * in a file here. Who opened the heap knows how to fill it.
 */
#ifndef LH_CPYTHON_STATIC_NAMES_H
#define LH_CPYTHON_STATIC_NAMES_H

#include "cpython/heap.h"

#define LH_STATIC_NAMES_SLOTS (1u << 15) /* of the hash, half of them used at most */

struct lh_static_name {
	uint64_t addr;
	char *text;
};

struct lh_static_names {
	struct lh_static_name slots[LH_STATIC_NAMES_SLOTS];
	size_t count;
	uint64_t entries; /* of modules, looked at */
	uint64_t module;  /* type of modules; 0: not known */
	bool made;        /* until then nobody is told a name */
	bool no_memory;
};

/**
 * lh_static_names_find() - the tp_name of the static type at @addr, as the heap tells it
 * The first call has the names collected. Return: NULL when nothing names it, or memory ran out
 * (heap->types.no_memory); owned by heap->types.
 */
const char *lh_static_names_find(struct lh_heap *heap, uint64_t addr);
/** lh_static_names_add() - name the type at @addr "@module.@name", unless it has a name; @module may be "" */
void lh_static_names_add(struct lh_static_names *names, uint64_t addr, const char *module, const char *name);
/** lh_static_names_text() - the name that the type at @addr has by now; NULL: none */
const char *lh_static_names_text(const struct lh_static_names *names, uint64_t addr);
/** lh_static_names_has() - whether a type has that name */
bool lh_static_names_has(const struct lh_static_names *names, const char *text);
struct lh_static_names *lh_static_names_free(struct lh_static_names *names);

#endif
