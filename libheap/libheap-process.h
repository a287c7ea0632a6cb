/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-process: interpreters, threads and their calls, garbage collectors, the allocator.
 *
 * Part of libheap.h, which says how return values, ownership, threads, structs and iterators are.
 */
#ifndef LIBHEAP_PROCESS_H
#define LIBHEAP_PROCESS_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------ interpreters */

/** struct lh_interpreter_info - one interpreter of the process */
struct lh_interpreter_info {
	size_t size;
	uint64_t addr; /* of its PyInterpreterState */
	int64_t id;
	uint64_t modules, sysdict, builtins; /* dicts; 0 if not readable */
	uint64_t thread_count;
};

/**
 * lh_interpreter_at() - describe interpreter number @index, the main one first
 * Return: 0; LH_DONE after the last. Since: 0.1
 */
LH_API int lh_interpreter_at(struct lh_heap *heap, size_t index, struct lh_interpreter_info *ret);

/* ----------------------------------------------------------------- threads */

/** struct lh_thread_info - a thread that runs Python */
struct lh_thread_info {
	size_t size;
	uint64_t addr;       /* of its PyThreadState */
	int64_t interpreter; /* id of its interpreter */
	uint64_t id;         /* as threading.get_ident(); 0: not known */
	uint64_t native_id;  /* the system's; 0: not known, as before 3.11 */
	int holds_gil;       /* 1, 0; -1: not known, as since 3.12 */
};

struct lh_thread_iter;

/**
 * lh_thread_iter_new() - iterate over the threads of all interpreters; of each, its oldest thread first, then
 * the newest
 * Reads the thread states alone. Free with lh_thread_iter_free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_thread_iter_new(struct lh_heap *heap, struct lh_thread_iter **ret);
/**
 * lh_thread_iter_next() - describe the next thread
 * Return: 0; LH_DONE after the last; -LH_ECORRUPT, once for an interpreter whose list of threads is broken, after
 * those before the break: the next call goes on with the next interpreter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_thread_iter_next(struct lh_thread_iter *iter, struct lh_thread_info *ret);
/**
 * lh_thread_iter_name() - the name of the last thread: that of its threading.Thread
 * Return: 0, *ret is valid until the next call on @iter; LH_ABSENT: threading does not know it; -LH_ENOMEM.
 * Since: 0.1
 */
LH_API int lh_thread_iter_name(struct lh_thread_iter *iter, const char **ret);
/** lh_thread_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_thread_iter *lh_thread_iter_free(struct lh_thread_iter *iter);

/** struct lh_frame_info - a call of a Python function */
struct lh_frame_info {
	size_t size;
	uint64_t
		addr; /* of its frame object (-3.10) or interpreter frame: names the call, and is no object */
	uint64_t code;    /* its code object */
	uint64_t globals; /* its f_globals, a dict; 0: not known */
	uint32_t line;    /* in its file, from 1; 0: not known */
};

struct lh_frame_iter;

/**
 * lh_frame_iter_new() - iterate over the calls that a thread is in, newest first
 * @thread: lh_thread_info.addr
 * The first question walks all threads, and keeps 8 bytes for each. Free with lh_frame_iter_free(). Return: 0; LH_ABSENT: there is no such thread; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_frame_iter_new(struct lh_heap *heap, uint64_t thread, struct lh_frame_iter **ret);
/**
 * lh_frame_iter_next() - describe the next call
 * Return: 0; LH_DONE after the last; -LH_ECORRUPT, once: the chain of calls is broken or its memory is missing, so
 * there may be more. Since: 0.1
 */
LH_API int lh_frame_iter_next(struct lh_frame_iter *iter, struct lh_frame_info *ret);
/**
 * lh_frame_iter_function() - the function of the last call: its qualified name, before 3.11 its name
 * Return: 0, *ret is valid until the next lh_frame_iter_next(); LH_ABSENT: not readable; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_frame_iter_function(struct lh_frame_iter *iter, const char **ret);
/**
 * lh_frame_iter_file() - the file that the last call's function is in, as the program names it
 * Return: 0, *ret is valid until the next lh_frame_iter_next(); LH_ABSENT: not readable; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_frame_iter_file(struct lh_frame_iter *iter, const char **ret);
/** lh_frame_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_frame_iter *lh_frame_iter_free(struct lh_frame_iter *iter);

/** struct lh_local_info - a local of a call; cells are opened, as in f_locals */
struct lh_local_info {
	size_t size;
	uint64_t name; /* a str object */
	uint64_t addr; /* the object */
};

struct lh_local_iter;

/**
 * lh_local_iter_new() - iterate over the locals of a call that have a value
 * @frame: lh_frame_info.addr
 * Free with lh_local_iter_free(). Return: 0; LH_ABSENT: no call is there; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_local_iter_new(struct lh_heap *heap, uint64_t frame, struct lh_local_iter **ret);
/** lh_local_iter_next() - describe the next local. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_local_iter_next(struct lh_local_iter *iter, struct lh_local_info *ret);
/**
 * lh_local_iter_name() - the name of the last local; "?" if it is not readable
 * Return: 0, *ret is valid until the next call on @iter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_local_iter_name(struct lh_local_iter *iter, const char **ret);
/** lh_local_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_local_iter *lh_local_iter_free(struct lh_local_iter *iter);

/* -------------------------------------------------------------- collectors */

/** struct lh_collector_info - a garbage collector: of an interpreter; before 3.9 one for all of them */
struct lh_collector_info {
	size_t size;
	int64_t interpreter;     /* id of its interpreter, before 3.9 of the main one */
	int enabled;             /* gc.isenabled(): 1, 0; -1: not known */
	bool collecting;         /* a collection was running: what it was looking at is in no generation */
	uint64_t garbage;        /* gc.garbage, a list; 0: not known, or not made yet */
	int64_t garbage_count;   /* len(gc.garbage); -1: not known */
	size_t generation_count; /* see lh_generation_at() */
	uint32_t debug;          /* gc.get_debug(); 0 if not known, too */
	/* A full collection waits until a quarter as many objects have joined the oldest generation since the
	   last one (pending) as that left there (total); -1: this Python has no such rule. */
	int64_t long_lived_total, long_lived_pending;
};

/**
 * lh_collector_at() - the @index-th collector, the main interpreter's first
 * The first question walks all generations, and what it found is kept.
 * Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_collector_at(struct lh_heap *heap, size_t index, struct lh_collector_info *ret);

/** struct lh_generation_info - a list of tracked objects */
struct lh_generation_info {
	size_t size;
	int number;               /* 0 to 2; -1: the permanent one, for gc.freeze() */
	int64_t threshold, count; /* as gc.get_threshold() and gc.get_count() say; -1: permanent */
	uint64_t objects, bytes;  /* bytes as lh_object_info.bytes */
	uint64_t untyped;         /* objects whose type is not readable; they have no bytes here */
	uint64_t broken; /* where the list is broken: what comes after it is not counted; 0: it is whole */
	uint64_t last;   /* broken: the last object before that; 0: there is none */
};

/** lh_generation_at() - the @index-th generation of the @collector-th collector. Cost and return values are those of
 * lh_collector_at(). Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_generation_at(struct lh_heap *heap, size_t collector, size_t index,
			    struct lh_generation_info *ret);

/** struct lh_garbage_summary - what gc.collect() would find now */
struct lh_garbage_summary {
	size_t size;
	uint64_t objects, components;
	uint64_t uncollectable; /* of the objects */
	uint64_t
		doubtful; /* objects taken for alive because they have more references than their count says */
	uint64_t missing; /* objects whose references are not all in the target: they could not be followed */
	uint64_t broken;  /* where a list of the collector is broken; 0: all are whole */
	bool collecting;  /* a collection was running */
};

/**
 * lh_garbage_summary() - find garbage, and sum it up
 * The first question reads all tracked objects and their references. About 14 bytes per object and 4 per reference
 * are kept for further questions. Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_garbage_summary(struct lh_heap *heap, struct lh_garbage_summary *ret);

/** struct lh_garbage_info - a tracked object that only cycles keep alive */
struct lh_garbage_info {
	size_t size;
	uint64_t addr;
	uint32_t component; /* from 0: objects that references join, in any direction */
	bool uncollectable; /* it, or one that leads to it, has a finalizer that the collector does not run */
};

struct lh_garbage_iter;

/**
 * lh_garbage_iter_new() - iterate over the objects that gc.collect() would find now, in ascending order of
 * addresses
 * Costs what lh_garbage_summary() costs. Free with lh_garbage_iter_free(). Return: 0; -LH_EINTR, -LH_ENOMEM.
 * Since: 0.1
 */
LH_API int lh_garbage_iter_new(struct lh_heap *heap, struct lh_garbage_iter **ret);
/** lh_garbage_iter_next() - describe the next object. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_garbage_iter_next(struct lh_garbage_iter *iter, struct lh_garbage_info *ret);
/** lh_garbage_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_garbage_iter *lh_garbage_iter_free(struct lh_garbage_iter *iter);

/* --------------------------------------------------------------- allocator */

/** struct lh_allocator_info - pymalloc, and what its arenas hold together, counted as sys._debugmallocstats() does */
struct lh_allocator_info {
	size_t size;
	bool found; /* its state was found, or is not in use; if not, there may be arenas that are not known */
	uint32_t pool_size, alignment; /* bytes; blocks are multiples of alignment */
	uint64_t arena_size;           /* bytes */
	uint64_t arenas, pools, pools_free;
	uint64_t blocks_used, blocks_free, bytes_used, bytes_free; /* free: of pools that have a block size */
	int64_t raw_blocks;     /* requests that malloc serves; -1: not known */
	uint64_t pools_missing; /* not in the target: their blocks are not counted */
	uint64_t pools_damaged,
		first_damaged; /* header and list of free blocks contradict each other; an address */
	uint64_t arenas_odd,
		first_odd; /* their own count of free pools is another than that of their pools; an address */
};

/** lh_allocator_info() - describe pymalloc. The first question reads the headers of all pools, and what it found is
 * kept. Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_allocator_info(struct lh_heap *heap, struct lh_allocator_info *ret);

/** struct lh_size_class_info - pools with blocks of one size */
struct lh_size_class_info {
	size_t size;
	uint32_t block_size; /* bytes */
	uint64_t pools, blocks_used, blocks_free;
};

/** lh_size_class_at() - the @index-th size class, the smallest first; those without a pool are not left out. Costs what
 * lh_allocator_info() costs. Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_size_class_at(struct lh_heap *heap, size_t index, struct lh_size_class_info *ret);

/** struct lh_slack_info - blocks of one size that have an object: how much others were asked for is not known */
struct lh_slack_info {
	size_t size;
	uint64_t objects;
	uint64_t bytes; /* of their blocks, beyond what was asked for: sizes are rounded up */
};

/** lh_size_class_slack() - slack of blocks of the @index-th size of lh_size_class_at(). The first question looks at all objects, and
 * what it found is kept. Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_size_class_slack(struct lh_heap *heap, size_t index, struct lh_slack_info *ret);

/** struct lh_arena_info - an arena of pymalloc */
struct lh_arena_info {
	size_t size;
	uint64_t addr, end;            /* half open */
	uint64_t first_pool, pool_end; /* pools were carved out of [first_pool, pool_end) */
	uint32_t pools, pools_free;    /* free: empty ones, and those that were never carved */
	uint64_t blocks_used, bytes_used;
};

/**
 * lh_arena_at() - the @index-th arena, in ascending order of addresses
 * The first question reads the headers of all pools, and what it found is kept. There are none in free-threaded
 * builds and with PYTHONMALLOC=malloc.
 * Return: 0; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_arena_at(struct lh_heap *heap, size_t index, struct lh_arena_info *ret);

/** struct lh_pool_info - a pool, and which of its blocks are free */
struct lh_pool_info {
	size_t size;
	uint64_t addr, first_block;
	uint32_t block_size; /* bytes; 0: the pool is empty, and of no size */
	uint32_t blocks, used;
	bool damaged;           /* header and list of free blocks contradict each other */
	uint64_t free_bits[16]; /* bit i: the block at first_block + i * block_size is free */
};

/**
 * lh_pool_at() - the @index-th pool of the @arena-th arena
 * Return: 0; LH_ABSENT: its memory is not in the target; LH_DONE past the last; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_pool_at(struct lh_heap *heap, size_t arena, size_t index, struct lh_pool_info *ret);

/** enum lh_pin_kind - what a used block of a nearly empty arena is */
enum lh_pin_kind {
	LH_PIN_UNKNOWN, /* nothing that is known points to it */
	LH_PIN_OBJECT,
	LH_PIN_STORAGE, /* of an object: a list's items, a dict's table */
	LH_PIN_FREED,   /* a freed object that its type keeps for reuse */
	LH_PIN_KINDS,
};

/** struct lh_pin_info - a used block of an arena that would otherwise go back to the system */
struct lh_pin_info {
	size_t size;
	uint64_t arena, block;
	uint64_t object;     /* in the block, or the one that it is storage of; 0: none, or not known */
	uint32_t block_size; /* bytes */
	enum lh_pin_kind kind;
};

struct lh_pin_iter;

/**
 * lh_pin_iter_new() - iterate over the used blocks of arenas that have less than @below percent of their bytes in
 * use, in ascending order of addresses
 * Reads all objects, and finds the paths to those that hold the arenas. 64 bytes per block, and 27 per object of the heap, until
 * it is freed with lh_pin_iter_free(). Return: 0; -LH_EUSAGE: @below is not 1 to 100; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_pin_iter_new(struct lh_heap *heap, unsigned below, struct lh_pin_iter **ret);
/** lh_pin_iter_next() - describe the next block. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_pin_iter_next(struct lh_pin_iter *iter, struct lh_pin_info *ret);
/**
 * lh_pin_iter_owner() - who holds the last block, in Python's words: sys.modules['app'].CACHE; "" if nothing leads to it
 * Return: 0, *ret is valid until the next call on @iter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_pin_iter_owner(struct lh_pin_iter *iter, const char **ret);
/** lh_pin_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_pin_iter *lh_pin_iter_free(struct lh_pin_iter *iter);

#ifdef __cplusplus
}
#endif
#endif
