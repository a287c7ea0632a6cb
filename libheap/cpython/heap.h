/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A target whose CPython was found and whose layout was proved on it.
 *
 * open.h fills it in. Code that reads objects by it changes only the table of types, which fills as types are
 * met, and what is kept for further questions.
 */
#ifndef LH_CPYTHON_HEAP_H
#define LH_CPYTHON_HEAP_H

#include "cpython/pymalloc.h"
#include "cpython/types.h"
#include "debuginfo/modfile.h"
#include "layout/layout.h"
#include "target/target.h"

/** struct lh_interp - one interpreter of the process */
struct lh_interp {
	uint64_t addr;
	int64_t id;
	uint64_t gc; /* its collector's state: of its own since 3.9, the runtime's before; its generations
			-3.6 */
	uint64_t modules, sysdict, builtins; /* dicts; 0: not readable */
	uint64_t threads;                    /* count of thread states */
};

/*
 * Bytes that the debug allocators put around each block (Py_DEBUG builds, PYTHONMALLOC=debug). They are there twice in blocks that
 * are too large for pymalloc: it takes them from PyMem_RawMalloc(), which has hooks too (Objects/obmalloc.c).
 */
struct lh_debug_padding {
	uint32_t before, after; /* 0 without them */
};

/* Whether what a user of a block of malloc's got can begin @offset bytes in it. */
static inline bool lh_debug_padding_is(const struct lh_debug_padding *padding, uint64_t offset)
{
	return offset == 0 || offset == padding->before || offset == 2 * (uint64_t)padding->before;
}

/** struct lh_anomaly - fields that lead to no object where nearly all others do: damaged memory */
struct lh_anomaly {
	const char *holder, *proof; /* "function", "__name__ of functions is a str": what does not hold */
	uint64_t addr;              /* of the first object */
	uint64_t count;
};

#define LH_STR_LOOKUPS 3
#define LH_GC_VARIABLES 6

/** struct lh_gc_variable - a static of the collector, by the field that it became in 3.7 */
struct lh_gc_variable {
	enum lh_field field;
	uint64_t addr; /* 0: no symbol says it */
};

struct lh_heap;
struct lh_kept; /* heap.c */

/** struct lh_keeper - how something is worked out of a heap that stays for further questions */
struct lh_keeper {
	size_t size; /* bytes of what is kept */
	/* @ret: zeroed. Return: 0; -LH_E*: fini() frees what was made so far. */
	int (*make)(struct lh_heap *heap, void *ret);
	void (*fini)(void *kept);
	/* Bytes beyond 'size'. NULL: so few that it always stays. */
	uint64_t (*bytes)(const void *kept);
};

struct lh_heap {
	struct lh_ctx *ctx;
	struct lh_target *target;
	struct lh_view view; /* for slow paths; loops have their own */
	struct lh_layout layout;
	struct lh_modfile *python;      /* the file that has _PyRuntime; NULL when it is not here */
	const struct lh_module *module; /* its mapping; NULL when it was found without one */
	char *other_build;              /* if the file in its place is another build: which; else NULL */
	struct lh_build build;
	uint64_t runtime; /* _PyRuntime; 0: there is none (-3.6), see pre37.h */
	struct lh_interp *interps;
	size_t interp_count, interp_capacity;
	const struct lh_kind_table *kinds; /* see kinds.h */
	struct lh_types types;
	struct lh_pymalloc pymalloc;
	struct lh_debug_padding debug_padding;
	bool hide_values;          /* texts for people say types of contents, not contents: see redact.h */
	uint64_t redacted;         /* texts that were made so */
	struct lh_anomaly anomaly; /* seen while the layout was proved */
	uint32_t unicode_width;    /* 2.7: bytes of a character of unicode, 2 or 4 */
	uint64_t str_lookups[LH_STR_LOOKUPS];                /* addresses; 0: not known. See dict.c */
	struct lh_gc_variable gc_variables[LH_GC_VARIABLES]; /* 2.7-3.6 */
	struct lh_modfile **files; /* of modules, opened when bytes of .rodata are wanted; by module index */
	bool *file_tried;
	struct lh_kept *kept;   /* see lh_heap_keep(); the last one that was used first */
	struct lh_kept *making; /* what is being made, and so refers to what is asked for meanwhile */
	unsigned iterators;     /* that refer to what is kept */
};

/** struct lh_heap_description - what a result says of its target */
struct lh_heap_description {
	const char *kind, *path; /* "core"; NULL when there is no path */
	pid_t pid;               /* 0: not known */
	char python[32];         /* "3.11.7" */
	bool debug, free_threaded;
	const char *layout; /* "dwarf" */
};

int lh_heap_describe(const struct lh_heap *heap, struct lh_heap_description *ret);

/**
 * lh_heap_string() - a C string of the target, from memory or from the file of the module that maps it
 * Cores leave .rodata out. Return: 0; LH_ABSENT (@buf is "").
 */
int lh_heap_string(struct lh_heap *heap, uint64_t addr, char *buf, size_t size);

/** lh_heap_file() - the file of the module that has @addr, opened once; NULL when it is not here */
struct lh_modfile *lh_heap_file(struct lh_heap *heap, uint64_t addr);

/**
 * lh_heap_word() - the word that is @field of the struct at @addr
 * @view: the caller's, or &heap->view on slow paths.
 * Return: the word; 0 when @addr is 0, the layout has no such field, or its memory is not here.
 */
uint64_t lh_heap_word(const struct lh_heap *heap, struct lh_view *view, uint64_t addr, enum lh_field field);

/** lh_heap_interp_at() - the interpreter whose state has @addr, or NULL */
const struct lh_interp *lh_heap_interp_at(const struct lh_heap *heap, uint64_t addr);

#define LH_LOST_TEXT_MAX 256
/** lh_heap_lost() - " (the core is truncated: ...)" for messages of what was not found, "" where nothing is
 * lost. Return: @buf. */
const char *lh_heap_lost(const struct lh_heap *heap, char *buf, size_t size);

/** lh_reading_workers() - how many threads may read objects, their references and words at once */
unsigned lh_reading_workers(const struct lh_heap *heap);

/**
 * lh_heap_keep() - what @keeper makes of the heap, made on first use and kept until lh_heap_forget()
 * @ret: pointer to a pointer to it. On the caller's thread only; what is kept may be read on all. Return: 0, -LH_E*.
 */
int lh_heap_keep(struct lh_heap *heap, const struct lh_keeper *keeper, void *ret);
/**
 * lh_heap_put() - keep what was made without lh_heap_keep(), if nothing of @keeper's is kept: @data, of keeper->size
 * bytes, is moved
 * @rely: asks once more for what it refers to and is kept; NULL: there is nothing. Return: 0; -LH_ENOMEM, what @rely
 * returned: it was freed.
 */
int lh_heap_put(struct lh_heap *heap, const struct lh_keeper *keeper, int (*rely)(struct lh_heap *heap),
		void *data);
/**
 * lh_heap_ask() - a question begins: free what was not used for longest, if more is kept than lh_ctx_set_memory() says
 * Nothing is freed while an iterator refers to it, or something that is kept does.
 */
void lh_heap_ask(struct lh_heap *heap);
/** lh_heap_kept() - the same, if it is kept; else NULL */
const void *lh_heap_kept(const struct lh_heap *heap, const struct lh_keeper *keeper);

LH_DEFINE_CLEANUP(struct lh_heap, lh_heap_free);

#endif
