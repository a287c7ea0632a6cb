/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-objects: types, objects, references among them and what they contain.
 *
 * Part of libheap.h, which says how return values, ownership, threads, structs and iterators are.
 */
#ifndef LIBHEAP_OBJECTS_H
#define LIBHEAP_OBJECTS_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------- types */

struct lh_type; /* a type of the target; belongs to the heap */

/**
 * lh_type_at() - the type object at @addr
 * Return: 0; LH_ABSENT: no type is there; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_type_at(struct lh_heap *heap, uint64_t addr, struct lh_type **ret);
/**
 * lh_type_name() - "module.qualname", without the module for builtins; "<type at 0x...>" if it cannot be read
 * Return: never NULL; lives as long as the heap. Since: 0.1
 */
LH_API const char *lh_type_name(struct lh_heap *heap, struct lh_type *type);
/**
 * lh_type_module() - length in bytes of the module's name, with which lh_type_name() begins
 * Return: 0: a builtin type, or its name cannot be read. Since: 0.1
 */
LH_API size_t lh_type_module(struct lh_heap *heap, struct lh_type *type);

/** struct lh_type_info - a type */
struct lh_type_info {
	size_t size;
	uint64_t addr, metatype, base; /* base: tp_base; 0 for object */
	uint64_t flags;                /* tp_flags */
	int64_t basicsize,
		itemsize; /* bytes; itemsize is negative for some types that lay out items themselves */
	size_t index;     /* its number, below lh_type_count() */
};

/** lh_type_info() - describe a type. Return: 0. Since: 0.1 */
LH_API int lh_type_info(struct lh_heap *heap, struct lh_type *type, struct lh_type_info *ret);
/** lh_type_count() - how many types were found so far; it grows as objects are read. Since: 0.1 */
LH_API size_t lh_type_count(struct lh_heap *heap);
/** lh_type_nth() - the type with number @index, below lh_type_count(). Since: 0.1 */
LH_API struct lh_type *lh_type_nth(struct lh_heap *heap, size_t index);

/**
 * lh_type_is_named() - whether a type is one that @names names: "app.Session", "Session", a pattern of the shell for the whole
 * name ("app.*"), its address ("0x7f..."); several are separated by newlines. Since: 0.1
 */
LH_API bool lh_type_is_named(struct lh_heap *heap, struct lh_type *type, const char *names);

/* ----------------------------------------------------------------- objects */

enum lh_object_flags {
	LH_OBJECT_TRACKED = 1,  /* the garbage collector tracks it */
	LH_OBJECT_IMMORTAL = 2, /* its reference count is not maintained */
};

/** struct lh_object_info - a live object */
struct lh_object_info {
	size_t size;
	uint64_t addr;
	struct lh_type *type;
	uint64_t bytes;   /* as sys.getsizeof() would say, with the collector's header before the object */
	int64_t refcount; /* of an immortal object: the value in the field */
	uint32_t flags;   /* enum lh_object_flags */
};

/**
 * lh_object_info() - the object whose address is @addr
 * Reads that object alone. LH_OBJECT_TRACKED is what its gc header says, as freed memory may, too; an object
 * iterator asks the collector's lists. Return: 0; LH_ABSENT: there is no object. Since: 0.1
 */
LH_API int lh_object_info(struct lh_heap *heap, uint64_t addr, struct lh_object_info *ret);

/** lh_object_type() - the type of the object at @addr; for when nothing else of it is wanted. Return: 0; LH_ABSENT: there
 * is no object; -LH_ENOMEM. Since: 0.1 */
LH_API int lh_object_type(struct lh_heap *heap, uint64_t addr, struct lh_type **ret);
/**
 * lh_object_generation() - the number of the generation whose list has the object at @addr: lh_generation_info.number
 * Walks the lists of the collectors up to it. Return: 0; LH_ABSENT: no list has it, or there is no object. Since: 0.1
 */
LH_API int lh_object_generation(struct lh_heap *heap, uint64_t addr, int *ret);

/** struct lh_object_query - which objects are wanted: those that meet all conditions; all if everything but size is zero */
struct lh_object_query {
	size_t size;
	struct lh_type *type;  /* only those of exactly this type; NULL: of all types */
	bool tracked_only;     /* only those that the garbage collector tracks */
	uint64_t interpreter;  /* only those that the collector of the interpreter at this address tracks; 0:
				 of all. Up to 3.8 all interpreters share one collector */
	const char *types;     /* only those of types with such names, see lh_type_is_named() */
	const char *attribute; /* only those with this attribute of their own, in a slot or in __dict__ */
	const char *key;       /* only dicts with this str as a key */
	const char *value;     /* only str and bytes that contain this text, and int equal to this number */
	uint64_t min_bytes;    /* only those of at least so many bytes */
	bool native; /* lh_type_count_iter_new(): find the native memory of each type, too, see lh_native_summary() */
};

/** lh_object_query_check() - whether a query is one that this library knows, before there is a heap. Return: 0;
 * -LH_EUSAGE: it has members that this library does not know, or a text that is not UTF-8; -LH_ENOMEM. Since: 0.1 */
LH_API int lh_object_query_check(struct lh_ctx *ctx, const struct lh_object_query *query);

/** struct lh_objects_summary - what was seen on a way through objects, and what could not be seen */
struct lh_objects_summary {
	size_t size;
	uint64_t objects, tracked; /* those that the query asked for; tracked: of them */
	uint64_t bytes;            /* of them; memory that is an object's and counts for another, too, once */
	uint64_t pools;            /* of pymalloc, in all its arenas */
	uint64_t pools_missing;    /* not in the target: objects in them are not seen */
	uint64_t pools_damaged, first_damaged; /* pools that contradict themselves; address of the first */
	uint64_t listed; /* objects in the lists of the collectors, whatever the query asked for */
	uint64_t
		broken; /* where a list is broken: tracked objects after that are seen in pools alone; 0: none is */
	bool collecting; /* a collection was running: the lists are in flux */
	uint64_t native; /* bytes of native memory of all types, if the query asked for it */
};

/* Receives an object, in the struct that was given to lh_object_walk(). Return: 0; -LH_E* ends the walk and is its result. */
typedef int (*lh_object_fn)(void *arg, const struct lh_object_info *object);

/**
 * lh_object_walk() - have @fn called with @arg for each live object of the query: those in pymalloc's pools first, then the
 * others, both in ascending order of addresses
 * @query: NULL for all; its texts must live until the walk ends
 * @object: filled for each call; its size is set
 * @ret: NULL if it is not wanted
 * Where nothing may be kept (lh_ctx_set_memory()) the objects are shown to @fn as they are found, and not stored. @fn may ask
 * about objects, but not walk.
 * Return: 0; what @fn returned; as lh_object_iter_new(). Since: 0.1
 */
LH_API int lh_object_walk(struct lh_heap *heap, const struct lh_object_query *query, lh_object_fn fn,
			  void *arg, struct lh_object_info *object, struct lh_objects_summary *ret);

struct lh_object_iter;

/**
 * lh_object_iter_new() - iterate over live objects, in ascending order of addresses; reads the heap
 * @query: NULL for all; its texts must live as long as the iterator
 * A query for one interpreter walks the lists of its collector too, and keeps 2 to 5 bytes per object on them.
 * Free with lh_object_iter_free().
 * Return: 0; -LH_EUSAGE: the query has members that this library does not know, or names no interpreter;
 * -LH_ELAYOUT, -LH_EFAULT, -LH_ECORRUPT: the lists of its collector cannot be read whole; -LH_EINTR,
 * -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_iter_new(struct lh_heap *heap, const struct lh_object_query *query,
			      struct lh_object_iter **ret);
/** lh_object_iter_next() - describe the next object. Return: 0; LH_DONE after the last; -LH_ENOMEM. Since: 0.1 */
LH_API int lh_object_iter_next(struct lh_object_iter *iter, struct lh_object_info *ret);
/**
 * lh_object_iter_next_many() - describe the next objects, for callers for which a call is expensive
 * @items: room for @count of them, items[0].size bytes each
 * Return: 0, with 1 to @count items; LH_DONE after the last; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_iter_next_many(struct lh_object_iter *iter, struct lh_object_info *items, size_t count,
				    size_t *ret_count);
/** lh_object_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_object_iter *lh_object_iter_free(struct lh_object_iter *iter);

/** struct lh_type_count_info - the live objects of a type, counted */
struct lh_type_count_info {
	size_t size;
	struct lh_type *type;
	uint64_t objects, tracked;
	uint64_t bytes; /* memory that is an object's and counts for another, too, is in it once */
	bool own_sizeof; /* code that is not known here has a say in their size: what its __sizeof__() adds is not in bytes */
	uint64_t
		native; /* bytes of native memory that all objects of the type own, if the query asked for it: what two of them
			    share is in it once. None of it is in bytes */
};

struct lh_type_count_iter;

/**
 * lh_type_count_iter_new() - count the objects of a query by their types: one walk, and 24 bytes per type
 * @query: as lh_object_walk() takes it. Free with lh_type_count_iter_free(). Return: as lh_object_walk(). Since: 0.1
 */
LH_API int lh_type_count_iter_new(struct lh_heap *heap, const struct lh_object_query *query,
				  struct lh_type_count_iter **ret);
/** lh_type_count_iter_next() - describe the next type that has objects, in no order that means something. Return: 0; LH_DONE
 * after the last. Since: 0.1 */
LH_API int lh_type_count_iter_next(struct lh_type_count_iter *iter, struct lh_type_count_info *ret);
/** lh_type_count_iter_summary() - sums over all types, and what could not be seen. Return: 0. Since: 0.1 */
LH_API int lh_type_count_iter_summary(const struct lh_type_count_iter *iter, struct lh_objects_summary *ret);
/** lh_type_count_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_type_count_iter *lh_type_count_iter_free(struct lh_type_count_iter *iter);

/* -------------------------------------------------------------- references */

enum lh_reference_flags {
	LH_REFERENCE_VISITED = 1,      /* the garbage collector's traversal visits it */
	LH_REFERENCE_CONSERVATIVE = 2, /* a word of a body that no layout describes: likely a reference */
};

/** struct lh_reference_info - one reference of one object to another */
struct lh_reference_info {
	size_t size;
	uint64_t from, to;
	uint32_t flags; /* enum lh_reference_flags */
	uint64_t depth; /* levels from the objects that were asked about: 1 for their own references */
};

struct lh_reference_iter;

/**
 * lh_reference_iter_new() - iterate over the references of the object at @addr, each of them once
 * Reads that object alone. Free with lh_reference_iter_free().
 * Return: 0; LH_ABSENT: there is no object; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_reference_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_reference_iter **ret);
/**
 * lh_referrer_iter_new() - iterate over the references to the object at @addr
 * Reads the heap and the references of each of its objects. Free with lh_reference_iter_free().
 * Return: 0; LH_ABSENT: there is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_referrer_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_reference_iter **ret);
/**
 * lh_reference_levels_new() - iterate over what the objects at @addrs refer to, what that refers to, and so on, @depth
 * levels: each object once, at its lowest level, by a reference of the level before that leads to it (lh_reference_info.to)
 * @addrs: @count of them; copied. They are not met themselves.
 * Each call of lh_reference_iter_next() reads one object at most; memory: what was met, 2 to 5 bytes per object, and 8 for
 * each of one level. Free with lh_reference_iter_free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_reference_levels_new(struct lh_heap *heap, const uint64_t *addrs, size_t count, uint64_t depth,
				   struct lh_reference_iter **ret);
/**
 * lh_referrer_levels_new() - the same for what refers to the object at @addr: lh_reference_info.from is the object met, its
 * reference is the one that tells most
 * Each level looks at the references of all objects; memory: as above, and 16 bytes for each object of one level. Free with
 * lh_reference_iter_free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_referrer_levels_new(struct lh_heap *heap, uint64_t addr, uint64_t depth,
				  struct lh_reference_iter **ret);
/**
 * lh_referrer_first_new() - iterate over the references to the object at @addr from the first @most objects, by address, that
 * have any
 * @ret_objects: how many have any
 * The first question reads all objects and their references, which are kept: 14 to 17 bytes per object, 4 per reference. After that
 * it looks at 4 bytes per reference of the heap. Free with lh_reference_iter_free().
 * Return: 0; LH_ABSENT: there is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_referrer_first_new(struct lh_heap *heap, uint64_t addr, size_t most,
				 struct lh_reference_iter **ret, uint64_t *ret_objects);
/** lh_reference_iter_next() - describe the next reference. Return: 0; LH_DONE after the last; by levels also
 * -LH_EINTR, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_reference_iter_next(struct lh_reference_iter *iter, struct lh_reference_info *ret);
/**
 * lh_reference_iter_name() - the last reference as Python writes it after its holder: ".name", "['key']", "[3]";
 * "<cell>" if there is no Python code for it
 * Return: 0, *ret is valid until the next call on @iter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_reference_iter_name(struct lh_reference_iter *iter, const char **ret);
/** lh_reference_iter_complete() - whether the storage of all objects that were looked at was in the target, and made
 * sense: if not, references may be missing. Since: 0.1 */
LH_API bool lh_reference_iter_complete(const struct lh_reference_iter *iter);
/** lh_reference_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_reference_iter *lh_reference_iter_free(struct lh_reference_iter *iter);

/* ---------------------------------------------------------------- contents */

/**
 * lh_object_text() - the contents of a str, bytes or bytearray
 * Like all functions on contents it asks for one object by its address: it gives them whatever PYHEAP_VALUES says, which is
 * about what commands show. An instance of a subclass counts as one of the type that it is derived from.
 * A str as UTF-8 (a lone surrogate, which UTF-8 does not have, as U+FFFD), bytes as they are; a NUL is added after *ret_size bytes. The
 * caller frees *ret with free(). Return: 0; LH_ABSENT: none of these, or not readable; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_text(struct lh_heap *heap, uint64_t addr, char **ret, size_t *ret_size);
/** lh_object_interned() - whether a str is interned; of 2.7: a str of its own kind, bytes. Return: 0; LH_ABSENT: not a str.
 * Since: 0.1 */
LH_API int lh_object_interned(struct lh_heap *heap, uint64_t addr, bool *ret);
/**
 * lh_object_site() - the line that allocated an object, where tracemalloc was on
 * Looks at all traces. The caller frees *ret_file with free(); it is NULL if the name of the file cannot be read.
 * Return: 0; LH_ABSENT: no object, or tracemalloc has no trace of its block; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_site(struct lh_heap *heap, uint64_t addr, char **ret_file, uint32_t *ret_line);
/** lh_object_int() - the value of an int. Return: 0; LH_ABSENT: not an int, or too large for int64_t. Since: 0.1 */
LH_API int lh_object_int(struct lh_heap *heap, uint64_t addr, int64_t *ret);
/**
 * lh_object_int_bytes() - the magnitude of an int of any size, and whether it is negative
 * Little-endian, at least one byte. The caller frees *ret with free(). 2.7: of a long; its int is lh_object_int()'s.
 * Return: 0; LH_ABSENT: not an int, or not readable; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_int_bytes(struct lh_heap *heap, uint64_t addr, uint8_t **ret, size_t *ret_size,
			       bool *ret_negative);
/** lh_object_complex() - the value of a complex. Return: 0; LH_ABSENT: not a complex. Since: 0.1 */
LH_API int lh_object_complex(struct lh_heap *heap, uint64_t addr, double *ret_real, double *ret_imag);
/** lh_object_float() - the value of a float. Return: 0; LH_ABSENT: not a float. Since: 0.1 */
LH_API int lh_object_float(struct lh_heap *heap, uint64_t addr, double *ret);
/**
 * lh_object_attribute() - the object that an instance has as its attribute @name: in its __dict__, or in a slot
 * What its class has is not looked at. Costs a look at the instance and its dict.
 * Return: 0; LH_ABSENT: there is no object, or it has no such attribute. Since: 0.1
 */
LH_API int lh_object_attribute(struct lh_heap *heap, uint64_t addr, const char *name, uint64_t *ret);

/** struct lh_dict_info - how full a dict is */
struct lh_dict_info {
	size_t size;
	uint64_t used;  /* items, as len() says */
	uint64_t slots; /* items that its table has room for: those used, deleted and free. 2.7: slots of the
			   hash table, which grows when two thirds are used */
	bool shared;    /* it shares its keys with other instances of a class */
};

/**
 * lh_dict_info() - how full the dict at @addr is, or the instance of a subclass
 * Return: 0; LH_ABSENT: not a dict, or its table cannot be read or contradicts itself. Since: 0.1
 */
LH_API int lh_dict_info(struct lh_heap *heap, uint64_t addr, struct lh_dict_info *ret);
/**
 * lh_object_length() - what len() says of a list, tuple, set, frozenset, dict, deque, str, bytes or bytearray
 * What the object itself says: of a damaged one it may be any number.
 * Return: 0; LH_ABSENT: none of these. Since: 0.1
 */
LH_API int lh_object_length(struct lh_heap *heap, uint64_t addr, uint64_t *ret);

/** struct lh_item_info - an item of a container */
struct lh_item_info {
	size_t size;
	uint64_t index; /* how many came before it */
	uint64_t key,
		value; /* objects. key: of a dict; else 0. value: 0 in an empty place of a list or tuple */
};

struct lh_item_iter;

/**
 * lh_item_iter_new() - iterate over the items of the container at @addr, in the order in which Python does
 * Of a list, tuple, set, frozenset or deque, or a dict in any form (shared keys, values inside an instance, OrderedDict,
 * defaultdict, frozendict). What a subclass has its own code for (__iter__()) is not run. Costs a look at the object; for an OrderedDict at its table, and 16 to 32 bytes per item. Free with
 * lh_item_iter_free().
 * Return: 0; LH_ABSENT: there is no object, or not a container; -LH_EFAULT: its items are not in the target;
 * -LH_ECORRUPT: what it says of them makes no sense; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_item_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_item_iter **ret);
/**
 * lh_item_iter_next() - the next item
 * Return: 0; LH_DONE after the last; -LH_EFAULT: it is not in the target; -LH_ECORRUPT, also at the end, if there are not as
 * many items as lh_object_length() says. Since: 0.1
 */
LH_API int lh_item_iter_next(struct lh_item_iter *iter, struct lh_item_info *ret);
/**
 * lh_item_iter_next_many() - the next items, for callers for which a call is expensive
 * @items: room for @count of them, items[0].size bytes each
 * Return: 0, with 1 to @count items; LH_DONE; as lh_item_iter_next(). Since: 0.1
 */
LH_API int lh_item_iter_next_many(struct lh_item_iter *iter, struct lh_item_info *items, size_t count,
				  size_t *ret_count);
/** lh_item_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_item_iter *lh_item_iter_free(struct lh_item_iter *iter);

/**
 * lh_object_preview() - the object in one line of about @width characters, as repr() would begin
 * The caller frees *ret with free(). Return: 0; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_preview(struct lh_heap *heap, uint64_t addr, size_t width, char **ret);

#ifdef __cplusplus
}
#endif
#endif
