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
 *
 * Structs that may grow have their size as first member, and the caller sets it to sizeof, also before the library
 * fills them: a program that was compiled with an older header goes on working. A newer header's struct is taken
 * if the members that this library does not know are zero. If they are not, or if the size is not set, functions
 * that take such a struct fail with -LH_EUSAGE. Structs without a size, and the values of enums, stay as they are; new
 * enum values are appended.
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

/* Receives one line of log text (no newline), level as in syslog: 4 warning, 5 notice, 6 info, 7 debug. */
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
 * lh_ctx_set_memory() - set how many bytes a heap may keep between questions: the list of its objects (6 to 9 bytes per
 * object), what is garbage (18, and 4 per reference), retained sizes (50). The default is half of the machine's memory
 * When a question begins and more than that is kept, what was not used for longest is freed, and found again when it is
 * asked for; not while an iterator is in use. 0, or less than the list would take: a question keeps no list of objects
 * for the next one, and so costs less if it is the only one. Answers do not depend on it. Since: 0.1
 */
LH_API void lh_ctx_set_memory(struct lh_ctx *ctx, uint64_t bytes);

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
 * Return: 0, -LH_EUSAGE, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_core(struct lh_ctx *ctx, const char *path, const struct lh_target_options *options,
			       struct lh_target **ret);
/**
 * lh_target_open_core_image() - open an ELF core of @len bytes in memory
 * The caller owns @image, which must outlive the target.
 * Return: 0, -LH_EUSAGE, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_core_image(struct lh_ctx *ctx, const void *image, size_t len,
				     const struct lh_target_options *options, struct lh_target **ret);
/**
 * lh_target_open_process() - copy the writable memory of a running process
 * The process is stopped while its memory is copied (memory for the copy is had before), and resumed whatever happens; with
 * options->stopped neither is done. Needs the permission to trace it (ptrace). If the copy, and half as much again, is
 * more than the system or a cgroup has left, it goes to an unlinked temporary file in $TMPDIR or /var/tmp, if that is
 * on a disk; -LH_ENOMEM: it fits nowhere.
 * Return: 0, -LH_EUSAGE, -LH_ESRCH, -LH_EPERM, -LH_EIO, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_process(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
				  struct lh_target **ret);
/**
 * lh_target_open_reader() - open memory that the caller reads
 * reader->read and reader->arg must be usable as long as the target lives; the rest of @reader is copied.
 * Return: 0, -LH_EUSAGE, -LH_EIO, -LH_EFORMAT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_target_open_reader(struct lh_ctx *ctx, const struct lh_reader *reader,
				 const struct lh_target_options *options, struct lh_target **ret);

/**
 * struct lh_thread_registers - the registers of a stopped thread
 * @size: sizeof(struct lh_thread_registers) as the caller was compiled
 * @words, @word_count: general registers, in any order; copied
 * @stack_pointer: the stack below belongs to calls that have returned; 0 if not known
 * @thread_pointer: address of thread-local storage (fs_base on x86-64); 0 if not known
 * @tid: the thread's number; @words are then the kernel's struct user_regs_struct (x86-64: 27 words from r15 to gs; AArch64: 34), which
 *       has the two pointers: calls of native code, and snapshots with the thread, need this. 0: not known
 */
struct lh_thread_registers {
	size_t size;
	const uint64_t *words;
	size_t word_count;
	uint64_t stack_pointer, thread_pointer;
	int32_t tid;
};

/**
 * lh_target_add_thread() - supply the registers of a thread that the library cannot read itself
 * Needed for a process that the caller has stopped (options->stopped) or reads; call it before
 * lh_heap_open(). Cores have registers, and so have processes that the library stopped.
 * Return: 0, -LH_EUSAGE, -LH_ENOMEM. Since: 0.1
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
 * Return: 0, -LH_EUSAGE, -LH_ENOPYTHON, -LH_ELAYOUT, -LH_EINTR, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_heap_open(struct lh_target *target, const struct lh_heap_options *options,
			struct lh_heap **ret);
/** lh_heap_free() - free a heap; its iterators must have been freed, results may live on. Return: NULL. Since: 0.1 */
LH_API struct lh_heap *lh_heap_free(struct lh_heap *heap);

/* ----------------------------------------------------------- typed answers */

/*
 * What follows, and the headers included at the end, hand out facts of the heap as C values. Objects of the target are named by their addresses.
 *
 * Structs named ..._info are filled by the library; members that this version of the library does not know are
 * set to zero. Texts in them belong to the heap and live as long
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
	const char
		*module; /* path of the file with CPython's code, as the target has it; NULL if not known */
	const char *
		kind; /* of the target: "core", "snapshot" (one that py-heap wrote), "process", or "gdb" for memory
			     that the caller reads */
	const char *path; /* of the core, as it was given; NULL: it is none */
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

/* ----------------------------------------------------------------- version */

/** lh_version() - the version of the library, such as "0.1.0". Since: 0.1 */
LH_API const char *lh_version(void);

#ifdef __cplusplus
}
#endif

#include "libheap-memory.h"
#include "libheap-objects.h"
#include "libheap-paths.h"
#include "libheap-places.h"
#include "libheap-process.h"

#endif
