/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of CPython as blocks of a heap: each function makes one, of one more record of its population. */
#ifndef SYNTHETIC_OBJECTS_H
#define SYNTHETIC_OBJECTS_H

#include "heap.h"

enum type { /* static ones, in the order of their rows in types.c; classes follow */
	    TYPE,
	    OBJECT,
	    NONE,
	    INT,
	    FLOAT,
	    STR,
	    BYTES,
	    TUPLE,
	    LIST,
	    DICT,
	    CELL,
	    FUNCTION,
	    CODE,
	    MODULE,
	    STATIC_TYPES,
};

struct entry {
	struct id key, value;
	bool first; /* the first record's value; the others have it from each other, by TO_NEXT */
};

/* An object of @size bytes behind its head. @sizeof_: without that head. */
struct id object_new(struct heap *h, uint32_t population, int type, uint32_t size, uint64_t sizeof_);
struct id int_new(struct heap *h, uint32_t population, uint32_t value, bool serial);
struct id float_new(struct heap *h, uint32_t population, uint32_t add);
/* "########" in @text becomes the number of the record. */
struct id str_new(struct heap *h, uint32_t population, const char *text);
struct id name_new(struct heap *h, uint32_t population, const char *text); /* interned */
struct id bytes_new(struct heap *h, uint32_t population, uint32_t size);
struct id tuple_new(struct heap *h, uint32_t population, const struct id *items, uint32_t count,
		    bool tracked);
struct id list_open(struct heap *h, uint32_t population, uint32_t count);
void list_set(struct heap *h, struct id list, uint32_t i, struct id value);
struct id list_new(struct heap *h, uint32_t population, const struct id *items, uint32_t count);
struct id dict_open(struct heap *h, uint32_t population, uint32_t room);
void dict_add(struct heap *h, struct id dict, struct entry entry);
struct id dict_new(struct heap *h, uint32_t population, const struct entry *entries, uint32_t count);
struct id cell_new(struct heap *h, uint32_t population, struct id content);
struct id function_new(struct heap *h, uint32_t population, struct id code, struct id globals,
		       struct id builtins, struct id name, struct id closure);

/* A list of @item of each record, and a dict of @key and @value of each. They are of population 0. */
struct id big_list_new(struct heap *h, struct id item);
struct id big_dict_new(struct heap *h, struct id key, struct id value);

/* An instance of class @type whose attributes are set by instance_set(). */
struct id instance_new(struct heap *h, uint32_t population, int type);
void instance_set(struct heap *h, struct id instance, unsigned attribute, struct id value,
		  enum patch_kind kind);
/* The dict that somebody who asked for its __dict__ got: it shares the values. */
struct id instance_dict_new(struct heap *h, struct id instance);

/* A table of keys for str keys as storage in @population; *ret_entries_at: where entries begin. */
struct id keys_new(struct heap *h, uint32_t population, uint32_t count, bool split, uint32_t *ret_entries_at);

/* ---- types.c ---- */

/* All static types and None, in population 0. */
void types_new(struct heap *h);
/* A class with attributes in values, or with __slots__. Return: its number. */
int class_new(struct heap *h, const char *module, const char *name, const char *const *attributes,
	      unsigned count, bool slots);
struct id slots_new(struct heap *h, uint32_t population, int type, const struct id *values, unsigned count);
extern struct id none;

#endif
