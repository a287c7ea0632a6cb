/* SPDX-License-Identifier: Apache-2.0 */
/* What tracemalloc knows: which block was allocated where (Modules/_tracemalloc.c, Python/tracemalloc.c since 3.13). */
#ifndef LH_ANALYZE_TRACES_H
#define LH_ANALYZE_TRACES_H

#include "cpython/object.h"
#include "util/string.h"

/** struct lh_trace - one block */
struct lh_trace {
	uint64_t addr, bytes; /* as it was asked for */
	uint64_t traceback;   /* address of a traceback of tracemalloc */
};

struct lh_traces {
	bool known;       /* where its tables are */
	uint64_t entries; /* blocks that were seen */
	uint64_t counted; /* blocks that the tables say they have */
};

/* Receives each block. Return: 0; else the end of the walk, and its result. */
typedef int (*lh_trace_fn)(void *arg, const struct lh_trace *trace);

/**
 * lh_traces_walk() - every traced block, of all domains
 * @ret: filled in any case; known and without entries: it was off.
 * Return: 0, what @fn returned.
 */
int lh_traces_walk(struct lh_heap *heap, lh_trace_fn fn, void *arg, struct lh_traces *ret);

/* Receives memory of the tables with numbers that a walk through them reads. */
typedef void (*lh_trace_memory_fn)(void *arg, uint64_t addr, uint64_t len);

/** lh_traces_memory() - the same walk, for whoever copies the tables: @memory gets what is not an address in them. Both get @arg. Return: as
 * lh_traces_walk(). */
int lh_traces_memory(struct lh_heap *heap, lh_trace_memory_fn memory, lh_trace_fn fn, void *arg);

/** lh_trace_bytes() - of a traceback */
uint64_t lh_trace_bytes(struct lh_heap *heap, struct lh_view *view, uint64_t traceback);

/** struct lh_trace_frame - a call. file: address of its name, see lh_trace_file() */
struct lh_trace_frame {
	uint64_t file;
	uint32_t line;
};

/** lh_trace_frame() - call @i of a traceback, 0 is the one that allocated. Return: 0; LH_ABSENT: there is none. */
int lh_trace_frame(struct lh_heap *heap, struct lh_view *view, uint64_t traceback, uint32_t i,
		   struct lh_trace_frame *ret);

/** lh_trace_file() - append the name of a frame's file; nothing where it cannot be read */
void lh_trace_file(struct lh_heap *heap, uint64_t file, struct lh_string *out);

/** lh_trace_of() - the trace of the block that @object begins in. Walks all. Return: 0; LH_ABSENT. */
int lh_trace_of(struct lh_heap *heap, const struct lh_object *object, struct lh_trace *ret);

#endif
