/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap: heap forensics for CPython, from a core file or a running process.
 *
 * The library never runs code in the target and never writes to it. It never prints, exits or aborts;
 * every failure is a return value, with its detail in the context.
 *
 * Return values of int functions: 0 done; positive: a condition that the function's comment lists;
 * negative: -LH_E*, detail in lh_ctx_error(). Out-parameters are last, are named ret..., and are written
 * only on success. Every _free takes NULL. Ownership: context > target > heap > result; free in reverse.
 *
 * Threads: a context and everything made with it belong to one thread at a time; only lh_ctx_interrupt()
 * may be called from another thread, or from a signal handler. Functions without a context (lh_command_at(),
 * lh_version() and the like) read constants and may be called from anywhere.
 *
 * Strings are UTF-8 and end in NUL. A const char * that is returned belongs to the object it was asked of; a
 * char ** is allocated with malloc() and freed by the caller with free(). Addresses and sizes are in bytes.
 */
#ifndef LIBHEAP_H
#define LIBHEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LH_API __attribute__((visibility("default")))

/* ------------------------------------------------------------------ errors */

enum lh_error_code {
	LH_ENOMEM = 1, /* no memory */
	LH_EIO,        /* the operating system refused: a file, a process, an output */
	LH_EFAULT,     /* an address at which the target has no memory */
	LH_EFORMAT,    /* a file that is not of the expected format */
	LH_ECORRUPT,   /* target memory that contradicts itself */
	LH_ENOPYTHON,  /* no CPython in the target, or none that could be proved */
	LH_ELAYOUT,    /* a struct layout is missing, or its proof failed */
	LH_EUSAGE,     /* wrong usage; text says which argument */
	LH_EINTR,      /* lh_ctx_interrupt() or the progress callback asked to stop */
	LH_EPERM,      /* not permitted to read the process */
	LH_ESRCH,      /* no such process */
};

/* Positive return values shared by many functions; each function's comment lists those it gives. */
#define LH_ABSENT 1 /* what was asked for does not exist here; not an error */
#define LH_DONE 2   /* an iteration has ended */

struct lh_error {
	int code;      /* enum lh_error_code, 0 when nothing has failed */
	uint64_t addr; /* address in the target, when has_addr */
	bool has_addr;
	const char *where; /* function that decided, for bug reports */
	int line;
	const char *text; /* one line: what was being done, on what, what was tried, what to do */
};

/* ----------------------------------------------------------------- context */

struct lh_ctx;

/**
 * struct lh_progress - how far a long operation has come
 * @phase: what is being done, in words ("reading gc generations"); static storage
 * @done, @total: units of work, which differ between phases; total is 0 if not known
 */
struct lh_progress {
	const char *phase;
	uint64_t done, total;
};

/* Called now and then during long operations, in the thread that called the library. Return non-zero to stop:
 * the operation then fails with -LH_EINTR. */
typedef int (*lh_progress_fn)(const struct lh_progress *progress, void *arg);

/* Receives one line of log text (no newline), level as in syslog: 4 warning, 6 info, 7 debug. */
typedef void (*lh_log_fn)(int level, const char *text, void *arg);

/** lh_ctx_new() - make a context; free it with lh_ctx_free(). Return: 0, -LH_ENOMEM. Since: 0.1 */
LH_API int lh_ctx_new(struct lh_ctx **ret);
/** lh_ctx_free() - free a context; its targets must have been freed. Return: NULL. Since: 0.1 */
LH_API struct lh_ctx *lh_ctx_free(struct lh_ctx *ctx);
/**
 * lh_ctx_set_progress() - have @fn called during long operations, with @arg; NULL for no more calls
 * @arg must live as long as @fn is set. Since: 0.1
 */
LH_API void lh_ctx_set_progress(struct lh_ctx *ctx, lh_progress_fn fn, void *arg);
/**
 * lh_ctx_set_log() - have @fn called with each line of log text, and @arg; NULL for no log (the default)
 * The text is valid during the call only. Since: 0.1
 */
LH_API void lh_ctx_set_log(struct lh_ctx *ctx, lh_log_fn fn, void *arg);
/**
 * lh_ctx_set_threads() - set how many threads an operation may use; 0, the default: one per processor
 * Answers do not depend on it. Since: 0.1
 */
LH_API void lh_ctx_set_threads(struct lh_ctx *ctx, unsigned threads);

/**
 * enum lh_hint - what a user can do about a message, in the words of the front end
 * Texts name it in the middle of a sentence: "find the file of X: ...: give the right one with <exe> or <sysroot>",
 * "<exe> /bin/ls: another build". New ones are appended, and each front end spells them.
 */
enum lh_hint {
	LH_HINT_EXE,         /* gives lh_target_options.exe: "--exe" in a shell; "exe" by default */
	LH_HINT_SYSROOT,     /* gives lh_target_options.sysroot; "sysroot" */
	LH_HINT_DEBUG_DIR,   /* gives lh_target_options.debug_dir; "debug_dir" */
	LH_HINT_OBJECT,      /* shows what is at an address; "'object'" */
	LH_HINT_VALUE,       /* gives the contents that are searched for; "value" */
	LH_HINT_ALL_ROWS,    /* shows rows that a limit leaves out; "limit 0" */
	LH_HINT_ALL_LINES,   /* shows rows that are folded; "no-fold" */
	LH_HINT_ALL_COLUMNS, /* shows columns that the terminal has no room for; "format json" */
};

/**
 * lh_ctx_set_hints() - set the words in which messages and texts name what a user can do
 * @texts: @count of them, by enum lh_hint; a text that is NULL, or not there, is the default. They and the array
 * must live as long as @ctx. Those that this library does not know are ignored. Since: 0.1
 */
LH_API void lh_ctx_set_hints(struct lh_ctx *ctx, const char *const *texts, size_t count);
/**
 * lh_ctx_interrupt() - make the operation that is running stop soon with -LH_EINTR
 * Async-signal-safe; may be called from any thread. Since: 0.1
 */
LH_API void lh_ctx_interrupt(struct lh_ctx *ctx);
/**
 * lh_ctx_error() - the last failure on @ctx
 * Return: owned by @ctx, valid until the next call on it; its code is 0 if nothing has failed. Since: 0.1
 */
LH_API const struct lh_error *lh_ctx_error(const struct lh_ctx *ctx);

/* ----------------------------------------------------------------- targets */

struct lh_target;

/**
 * struct lh_target_options - where a target's files are
 * @size: sizeof(struct lh_target_options) as the caller was compiled
 * @exe: the main program's file, NULL for the path in the target
 * @sysroot: folder put before every path in the target, NULL for none
 * @debug_dir: folder of separate debug files searched before the standard ones, NULL for none
 * @stopped: the caller (a debugger) has stopped the process: do not stop or resume it
 */
struct lh_target_options {
	size_t size;
	const char *exe, *sysroot, *debug_dir;
	bool stopped;
};

/** struct lh_region - one mapping of the target, as in /proc/PID/maps */
struct lh_region {
	uint64_t start, end; /* addresses, half open */
	uint64_t offset;     /* of start in the file, when path is not NULL */
	const char *path;    /* mapped file, NULL for anonymous memory */
	bool readable, writable, executable;
};

/**
 * struct lh_reader - memory that the caller reads for us (a debugger, a test)
 * @size: sizeof(struct lh_reader) as the caller was compiled
 * @read: store up to @len bytes from @addr in @buf; return how many are readable without a gap, negative if
 *        reading failed
 * @regions, @region_count: the mappings; copied
 * @pid: process id, 0 if not known
 */
struct lh_reader {
	size_t size;
	int64_t (*read)(void *arg, uint64_t addr, void *buf, uint64_t len);
	void *arg;
	const struct lh_region *regions;
	size_t region_count;
	pid_t pid;
};

/**
 * lh_target_open_core() - open an ELF core file
 * The file is mapped, and so are the programs that it names: if one of them is truncated while the target
 * lives, reading what is gone raises SIGBUS. The library installs no signal handlers; a program that reads
 * files which others may write to copies them first, or has a handler, as py-heap itself does. A compressed
 * core (gzip, xz, lz4, zstd) is first decompressed into an unlinked temporary file in $TMPDIR or /var/tmp,
 * which lives as long as the target. @options: NULL for the defaults; copied. Free with lh_target_free().
 * Return: 0, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_core(struct lh_ctx *ctx, const char *path, const struct lh_target_options *options,
			       struct lh_target **ret);
/**
 * lh_target_open_core_image() - open an ELF core of @len bytes in memory
 * The caller owns @image, which must outlive the target.
 * Return: 0, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_core_image(struct lh_ctx *ctx, const void *image, size_t len,
				     const struct lh_target_options *options, struct lh_target **ret);
/**
 * lh_target_open_process() - copy the writable memory of a running process
 * The process is stopped while its memory is copied, and resumed whatever happens; with options->stopped
 * neither is done. Needs the permission to trace it (ptrace).
 * Return: 0, -LH_ESRCH, -LH_EPERM, -LH_EIO, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_process(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
				  struct lh_target **ret);
/**
 * lh_target_open_reader() - open memory that the caller reads
 * reader->read and reader->arg must be usable as long as the target lives; the rest of @reader is copied.
 * Return: 0, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_reader(struct lh_ctx *ctx, const struct lh_reader *reader,
				 const struct lh_target_options *options, struct lh_target **ret);

/**
 * struct lh_thread_registers - the registers of a stopped thread
 * @size: sizeof(struct lh_thread_registers) as the caller was compiled
 * @words, @word_count: general registers, in any order; copied
 * @stack_pointer: the stack below belongs to calls that have returned; 0 if not known
 * @thread_pointer: address of thread-local storage (fs_base on x86-64); 0 if not known
 */
struct lh_thread_registers {
	size_t size;
	const uint64_t *words;
	size_t word_count;
	uint64_t stack_pointer, thread_pointer;
};

/**
 * lh_target_add_thread() - supply the registers of a thread that the library cannot read itself
 * Needed for a process that the caller has stopped (options->stopped) or reads; call it before
 * lh_heap_open(). Cores have registers, and so have processes that the library stopped.
 * Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_add_thread(struct lh_target *target, const struct lh_thread_registers *registers);
/** lh_target_free() - free a target; its heaps must have been freed. Return: NULL. Since: 0.1 */
LH_API struct lh_target *lh_target_free(struct lh_target *target);

/* -------------------------------------------------------------------- heap */

struct lh_heap;

/* Where struct layouts may come from; LH_LAYOUT_AUTO tries all of them, the best first. */
enum lh_layout_source {
	LH_LAYOUT_AUTO,
	LH_LAYOUT_DWARF,   /* debug information of the very build-id */
	LH_LAYOUT_OFFSETS, /* _Py_DebugOffsets of the target (3.13+), completed by tables */
	LH_LAYOUT_TABLE,   /* tables generated from known builds */
	LH_LAYOUT_DERIVED, /* structure of the target's own memory */
};

struct lh_heap_options {
	size_t size; /* sizeof(struct lh_heap_options) as the caller was compiled */
	enum lh_layout_source layout;
};

/**
 * lh_heap_open() - find CPython in @target, choose its struct layouts and prove them on it
 * @options: NULL for the defaults; copied
 * The target must outlive the heap; free the heap with lh_heap_free().
 * Return: 0, -LH_ENOPYTHON, -LH_ELAYOUT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_heap_open(struct lh_target *target, const struct lh_heap_options *options,
			struct lh_heap **ret);
/** lh_heap_free() - free a heap; its iterators must have been freed, results may live on. Return: NULL. Since: 0.1 */
LH_API struct lh_heap *lh_heap_free(struct lh_heap *heap);

/* ----------------------------------------------------------- typed answers */

/*
 * What follows hands out facts of the heap as C values. Objects of the target are named by their addresses.
 *
 * Structs named ..._info are filled by the library. The caller sets their size to its sizeof; members that
 * this version of the library does not know are set to zero. Texts in them belong to the heap and live as long
 * as it does, unless the comment says otherwise.
 *
 * Iterators: _new makes one; _next gives the next item and returns 0, or LH_DONE after the last, or -LH_E*;
 * _free frees it, at the end or before. An iterator belongs to its heap and must be freed before it.
 *
 * All live objects are found once, by the first function that needs them ("reads the heap" below). This takes
 * seconds per ten million objects, and 6 to 9 bytes of memory per object, kept until lh_heap_forget() or
 * lh_heap_free().
 */

/** struct lh_heap_info - which Python this is, and how its structs were found */
struct lh_heap_info {
	size_t size;
	char version[32]; /* "3.11.7" */
	bool debug, free_threaded;
	enum lh_layout_source layout; /* where the layouts come from; never LH_LAYOUT_AUTO */
	size_t interpreter_count;
	pid_t pid; /* 0 if not known */
};

/** lh_heap_info() - describe an open heap. Return: 0. Since: 0.1 */
LH_API int lh_heap_info(struct lh_heap *heap, struct lh_heap_info *ret);
/**
 * lh_heap_read() - find all live objects now, instead of in the first function that needs them
 * Return: 0; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_heap_read(struct lh_heap *heap);
/**
 * lh_heap_forget() - free what was kept for later calls; the next one that needs it reads the heap again
 * The heap's iterators must have been freed. Since: 0.1
 */
LH_API void lh_heap_forget(struct lh_heap *heap);

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

/** struct lh_object_query - which objects are wanted; all of them if everything but size is zero */
struct lh_object_query {
	size_t size;
	struct lh_type *type; /* only those of exactly this type; NULL: of all types */
	bool tracked_only;    /* only those that the garbage collector tracks */
	uint64_t interpreter; /* only those that the collector of the interpreter at this address tracks; 0:
				 of all. Up to 3.8 all interpreters share one collector */
};

struct lh_object_iter;

/**
 * lh_object_iter_new() - iterate over live objects, in ascending order of addresses; reads the heap
 * @query: NULL for all
 * A query for one interpreter walks the lists of its collector too, and keeps 2 to 5 bytes per object on them.
 * Free with lh_object_iter_free().
 * Return: 0; -LH_EUSAGE: the query has members that this library does not know, or names no interpreter;
 * -LH_ELAYOUT, -LH_EFAULT, -LH_ECORRUPT: the lists of its collector cannot be read whole; -LH_EINTR,
 * -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_iter_new(struct lh_heap *heap, const struct lh_object_query *query,
			      struct lh_object_iter **ret);
/** lh_object_iter_next() - describe the next object. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_object_iter_next(struct lh_object_iter *iter, struct lh_object_info *ret);
/**
 * lh_object_iter_next_many() - describe the next objects, for callers for which a call is expensive
 * @items: room for @count of them, items[0].size bytes each
 * Return: 0, with 1 to @count items; LH_DONE after the last. Since: 0.1
 */
LH_API int lh_object_iter_next_many(struct lh_object_iter *iter, struct lh_object_info *items, size_t count,
				    size_t *ret_count);
/** lh_object_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_object_iter *lh_object_iter_free(struct lh_object_iter *iter);

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
/** lh_reference_iter_next() - describe the next reference. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_reference_iter_next(struct lh_reference_iter *iter, struct lh_reference_info *ret);
/**
 * lh_reference_iter_name() - the last reference as Python writes it after its holder: ".name", "['key']", "[3]";
 * "<cell>" if there is no Python code for it
 * Return: 0, *ret is valid until the next call on @iter; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_reference_iter_name(struct lh_reference_iter *iter, const char **ret);
/** lh_reference_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_reference_iter *lh_reference_iter_free(struct lh_reference_iter *iter);

/* ---------------------------------------------------------------- contents */

/**
 * lh_object_text() - the contents of a str or bytes object
 * A str as UTF-8 (a lone surrogate, which UTF-8 does not have, as U+FFFD), bytes as they are; a NUL is added after *ret_size bytes. The
 * caller frees *ret with free(). Return: 0; LH_ABSENT: neither str nor bytes, or not readable; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_text(struct lh_heap *heap, uint64_t addr, char **ret, size_t *ret_size);
/** lh_object_int() - the value of an int. Return: 0; LH_ABSENT: not an int, or too large for int64_t. Since: 0.1 */
LH_API int lh_object_int(struct lh_heap *heap, uint64_t addr, int64_t *ret);
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
 * lh_object_preview() - the object in one line of about @width characters, as repr() would begin
 * The caller frees *ret with free(). Return: 0; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_object_preview(struct lh_heap *heap, uint64_t addr, size_t width, char **ret);

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
 * Free with lh_frame_iter_free(). Return: 0; LH_ABSENT: there is no such thread; -LH_ENOMEM. Since: 0.1
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

/* ----------------------------------------------------------- retained sizes */

/** struct lh_retained_info - what would be freed with an object */
struct lh_retained_info {
	size_t size;
	uint64_t bytes, objects; /* of all that only it keeps alive, itself included */
	uint64_t dominator;      /* the nearest object that lies on every path to it; 0: there is none */
};

/**
 * lh_retained_info() - what the object at @addr alone keeps alive
 * The first question reads all objects and their references, and finds the dominator tree; both are kept: some 45
 * bytes per object and 4 per reference.
 * Return: 0; LH_ABSENT: no root leads to it, or it is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_retained_info(struct lh_heap *heap, uint64_t addr, struct lh_retained_info *ret);

struct lh_dominated_iter;

/**
 * lh_dominated_iter_new() - iterate over the objects right below the one at @addr in the dominator tree, those that
 * retain most first
 * Costs what lh_retained_info() costs, and a look at each object. Free with lh_dominated_iter_free(). Return: 0;
 * LH_ABSENT: no root leads to it, or it is no object; -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_dominated_iter_new(struct lh_heap *heap, uint64_t addr, struct lh_dominated_iter **ret);
/** lh_dominated_iter_next() - the address of the next object. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_dominated_iter_next(struct lh_dominated_iter *iter, uint64_t *ret);
/** lh_dominated_iter_free() - free an iterator, at its end or before. Return: NULL. Since: 0.1 */
LH_API struct lh_dominated_iter *lh_dominated_iter_free(struct lh_dominated_iter *iter);

/* ----------------------------------------------------------------- version */

/** lh_version() - the version of the library, such as "0.1.0". Since: 0.1 */
LH_API const char *lh_version(void);

#ifdef __cplusplus
}
#endif
#endif
