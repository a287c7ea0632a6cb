/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a process: an ELF core, a copy of a live process, or memory that a caller reads for us.
 *
 * Whatever it is made of, a target is a sorted list of segments, and a segment is bytes in our own
 * address space: a core is mapped, a process is copied while it is stopped, a caller's memory is loaded
 * block by block into a reserved mapping. The layers above work on pointers into segments.
 *
 * Rule of threads: a target does not change once it is open, and may be read on several threads, each by views of its own.
 * Blocks that are loaded on demand are loaded under a lock (lazy.c).
 */
#ifndef LH_TARGET_TARGET_H
#define LH_TARGET_TARGET_H

#include "util/array.h"
#include "util/cleanup.h"
#include "util/error.h"
#include "util/range.h"

#include <sys/stat.h>

enum lh_target_kind { LH_TARGET_CORE, LH_TARGET_PROCESS, LH_TARGET_READER };

/**
 * struct lh_segment - a run of target memory that we have
 * Sorted by start, never overlapping; neighbours that are contiguous in our memory too are one segment.
 */
struct lh_segment {
	uint64_t start, end;
	const uint8_t *data; /* byte at start */
	struct lh_lazy *
		lazy; /* NULL: all bytes are here. Else they come on demand: touch them through a view only */
	bool writable;
};

#define LH_BUILD_ID_MAX 32

/**
 * struct lh_module - an ELF file mapped in the target
 * @start, @end: first and last+1 address mapped from it, with its .bss
 * @bias: what to add to an address of the file (p_vaddr, st_value) to get one in the target
 * @build_id: from the note in target memory when it is there, else build_id_len is 0
 * @path: as the target names it, without sysroot
 */
struct lh_module {
	char *path;
	uint64_t start, end, bias;
	uint8_t build_id[LH_BUILD_ID_MAX];
	size_t build_id_len;
	bool main; /* the program itself */
};

/** struct lh_hole - bytes of ours that the target never touched: all zeros, not in the core's file, or not copied */
struct lh_hole {
	const uint8_t *start, *end;
};

/** struct lh_mapping - one mapping as the target had it, whether or not we have its bytes */
struct lh_mapping {
	uint64_t start, end, offset;
	uint64_t dumped; /* cores: bytes from start on that the core was meant to hold */
	char *path;      /* NULL: anonymous. "[heap]", "[stack]" keep their brackets */
	bool readable, writable, executable;
};

/** struct lh_stack - where a thread's stack is */
struct lh_stack {
	uint64_t pointer; /* the stack pointer: what lies below is of calls that returned */
	uint64_t tls;     /* the thread's own data, at the top of its stack but for the first thread's */
};

/** struct lh_register - what a register of a thread has */
struct lh_register {
	uint64_t value;
	uint64_t tls; /* of the thread, as in struct lh_stack; 0: not known */
};

/** struct lh_lwp - a thread as the system has it; of a core that the kernel wrote the first one is the one that a signal ended */
struct lh_lwp {
	pid_t tid;
	int signal;          /* that it was given when the core was made; 0: none */
	size_t first, count; /* its registers: in lh_target.registers, as the system numbers them */
};

/** struct lh_running - a process that was not stopped while it was read, and what it did meanwhile; see running.h */
struct lh_running {
	bool is;
	double used_ms; /* of processor time, on all processors; 0: none, or not known */
	size_t changed; /* mappings that came, went, or are of another size */
};

/** struct lh_signal - why the first thread got its signal: siginfo_t, as far as it is used here */
struct lh_signal {
	int number; /* 0: not known */
	int code;
	uint64_t addr; /* si_addr, of SIGILL, SIGFPE, SIGSEGV, SIGBUS and SIGTRAP that the processor raised */
	pid_t sender;  /* si_pid, of signals that were sent */
	uint32_t user; /* si_uid, likewise */
};

/* What the system says of a page */
#define LH_PAGE_RESIDENT 1u /* in memory; of a core: in its file */
#define LH_PAGE_PRIVATE 2u  /* resident, and no other process has it */
#define LH_PAGE_DIRTY 4u    /* private, and no file has its bytes: Private_Dirty of smaps */
#define LH_PAGE_SWAPPED 8u

/** struct lh_page_run - pages of one state */
struct lh_page_run {
	uint64_t start, end;
	unsigned state; /* LH_PAGE_* */
};

struct lh_target {
	struct lh_ctx *ctx;
	enum lh_target_kind kind;
	uint16_t machine;   /* e_machine of its ELF files: EM_X86_64 */
	char *path;         /* of the core, NULL otherwise */
	struct stat opened; /* the file that is mapped for it; st_size 0: none that others know */
	pid_t pid;          /* 0: not known */
	char *exe, *sysroot, *debug_dir; /* the caller's options, NULL: not given */
	bool stopped;                    /* likewise: the caller has stopped the process */
	bool snapshot;                   /* a core that py-heap wrote: see snapshot_note.h */
	bool blanked; /* likewise: contents of objects are zeros in it, but for names of code */
	uint8_t exe_id[LH_BUILD_ID_MAX]; /* of exe; length 0: it has none */
	size_t exe_id_len;
	char *executable; /* path of the main program as the target names it, NULL: not known */

	struct lh_segment *segments;
	size_t segment_count, segment_capacity;
	struct lh_hole *holes; /* large ones, sorted */
	size_t hole_count, hole_capacity;
	struct lh_mapping *mappings;
	size_t mapping_count, mapping_capacity;
	char **paths; /* of mappings, many of which may share one */
	size_t path_count, path_capacity;
	struct lh_page_run *pages; /* of writable memory, sorted; see resident.h */
	size_t page_run_count, page_run_capacity;
	bool resident_known, private_known; /* of a core only the first can be known */
	struct lh_range *uncopied;          /* of a live process, sorted: see uncopied.h */
	size_t uncopied_count, uncopied_capacity;
	struct lh_module *modules;
	size_t module_count, module_capacity;

	struct lh_register *registers; /* of all threads; none if the medium does not have them */
	size_t register_count, register_capacity;
	struct lh_lwp *lwps; /* threads with registers that the system numbers */
	size_t lwp_count, lwp_capacity;
	struct lh_signal signal; /* of the first of them */
	struct lh_stack *stacks; /* of threads with a known stack */
	size_t stack_count, stack_capacity;
	uint64_t first_stack; /* an address on the first thread's stack; 0: not known */
	uint8_t *auxv;        /* the auxiliary vector, as the kernel made it; NULL: not known */
	size_t auxv_len;

	/* what is missing, in bytes of the target and in words for a warning */
	uint64_t missing_bytes;                   /* promised by program headers or maps, not in the file */
	const char *first_missing, *last_missing; /* files that are not here; of mappings; NULL: none */
	size_t missing_file_count;
	uint64_t truncated_bytes; /* of them: past the end of a core that was cut short */
	char *damage;    /* what is wrong with the compressed file that bytes came from, NULL: nothing */
	double pause_ms; /* how long a live process was stopped */
	struct lh_running running; /* or that it was not: bytes are of several moments */

	struct lh_host_map *maps; /* our own mappings that hold the segments' bytes; see target/build.h */
	size_t map_count, map_capacity;
	const struct lh_target_ops *ops; /* of the medium */
	void *medium;
};

/** struct lh_target_ops - what differs between the media; all may be NULL */
struct lh_target_ops {
	/* For lazy segments: bytes readable from @addr without a gap, at most @len; -LH_E* if the medium
	 * failed. */
	int64_t (*fetch)(struct lh_target *target, uint64_t addr, void *buf, uint64_t len);
	void (*free)(struct lh_target *target);
};

/**
 * struct lh_view - a reader's place in the target: the segment of its last access
 * One per loop, so that loops on different threads share nothing.
 */
struct lh_view {
	struct lh_target *target;
	uint64_t start, size; /* what 'data' covers */
	const uint8_t *data;
};

/** struct lh_view_apart - in arrays by worker */
struct LH_APART lh_view_apart {
	struct lh_view view;
};

static inline struct lh_view lh_view_of(struct lh_target *target)
{
	return (struct lh_view){.target = target};
}

/**
 * lh_view_seek() - the slow half of lh_view_at(): move @view to the segment (or the loaded run of it) that
 * has @addr. Also NULL when a caller's reader failed; an interrupt is then seen by the next lh_progress().
 */
const void *lh_view_seek(struct lh_view *view, uint64_t addr, uint64_t len);

/*
 * lh_view_origin() - of a pointer into a view: the same for the same byte of the target, whichever view it is
 * from. To compare with another's, or to keep.
 */
#ifdef LH_VIEW_GUARD
const void *lh_view_guard(const void *bytes, uint64_t len); /* view_guard.c */
const void *lh_view_origin(const void *bytes);
#else
static inline const void *lh_view_guard(const void *bytes, uint64_t len)
{
	return bytes;
}

static inline const void *lh_view_origin(const void *bytes)
{
	return bytes;
}
#endif

/**
 * lh_view_at() - pointer to @len bytes at @addr, or NULL if the target does not have them all in one run
 * The pointer is valid as long as the target.
 */
static inline const void *lh_view_at(struct lh_view *view, uint64_t addr, uint64_t len)
{
	uint64_t at = addr - view->start;

	if (__builtin_expect(at < view->size && len <= view->size - at, 1))
		return lh_view_guard(view->data + at, len);
	return lh_view_guard(lh_view_seek(view, addr, len), len);
}

/**
 * lh_view_run() - all that is here from @addr on without a gap: for scans of memory
 * @ret_len: how many bytes that is; on NULL how many to pass over, for they are missing, or a hole of the
 * core's file: zeros. It may reach past what the caller asks about.
 * Return: as lh_view_at() of a word.
 */
const void *lh_view_run(struct lh_view *view, uint64_t addr, uint64_t *ret_len); /* holes.c */

/** lh_target_segment() - the segment that has @addr, or NULL. O(log segments). */
const struct lh_segment *lh_target_segment(const struct lh_target *target, uint64_t addr);
/**
 * lh_target_next_writable() - the next run of writable memory that is here, within [@from, @end)
 * Use: run.end = start; while (lh_target_next_writable(target, run.end, end, &run)) ...
 * Return: false when there is none any more.
 */
bool lh_target_next_writable(const struct lh_target *target, uint64_t from, uint64_t end,
			     struct lh_range *ret);
/** lh_target_bytes() - how many bytes are here, of all segments */
uint64_t lh_target_bytes(const struct lh_target *target);
/**
 * lh_target_read() - copy @len bytes at @addr, across segments if need be
 * Return: 0; -LH_EFAULT naming the first missing address; -LH_EIO if a caller's reader failed.
 */
int lh_target_read(struct lh_target *target, uint64_t addr, void *buf, uint64_t len);
int lh_target_u64(struct lh_target *target, uint64_t addr, uint64_t *ret);
/**
 * lh_target_string() - copy a NUL-terminated string of at most @size - 1 bytes
 * Return: 0; LH_ABSENT if there is no terminator within reach (@buf holds the start, terminated).
 */
int lh_target_string(struct lh_target *target, uint64_t addr, char *buf, size_t size);

/** lh_target_mapping() - the mapping that has @addr, or NULL. */
const struct lh_mapping *lh_target_mapping(const struct lh_target *target, uint64_t addr);
/**
 * lh_target_has_room() - whether the process had memory from @addr on for @len bytes, whether or not it is
 * here O(log mappings); what would span more than a thousand mappings is not believed.
 */
bool lh_target_has_room(const struct lh_target *target, uint64_t addr, uint64_t len);
/** lh_target_module() - the module that has @addr, or NULL. */
const struct lh_module *lh_target_module(const struct lh_target *target, uint64_t addr);

/* Registers of x86-64, as DWARF numbers them (System V ABI, AMD64 supplement, 3.6.2). */
enum lh_x86_64 {
	LH_RAX,
	LH_RDX,
	LH_RCX,
	LH_RBX,
	LH_RSI,
	LH_RDI,
	LH_RBP,
	LH_RSP,
	LH_R8,
	LH_R9,
	LH_R10,
	LH_R11,
	LH_R12,
	LH_R13,
	LH_R14,
	LH_R15,
	LH_RIP,
	LH_X86_64_REGISTERS,
};

/** lh_register_name() - "rax". Return: static storage. */
const char *lh_register_name(enum lh_x86_64 number);
/** lh_lwp_registers() - of the @i-th thread. Return: 0; LH_ABSENT: its machine is not x86-64, or they are not here. */
int lh_lwp_registers(const struct lh_target *target, size_t i, uint64_t ret[LH_X86_64_REGISTERS],
		     uint64_t *ret_tls);

/** struct lh_stack_block - memory that is a thread's stack; the first thread's has no data of the thread in it */
struct lh_stack_block {
	uint64_t start, end; /* without the guard */
	uint64_t pointer;    /* what lies below is not in use */
	uint64_t guard;      /* bytes before start; since glibc 2.42 no mapping of their own */
	bool first;
};

/** lh_target_stack_block() - of stack @i. Return: whether it is known to be that thread's stack. */
bool lh_target_stack_block(struct lh_target *target, size_t i, struct lh_stack_block *ret);
/** lh_target_stack_that_ends() - the block of a stack that ends at @end, of a thread that may have ended: glibc keeps
 * some for the next ones. Return: whether there is one. */
bool lh_target_stack_that_ends(struct lh_target *target, uint64_t end, struct lh_stack_block *ret);
/**
 * lh_target_dead_stack() - the memory below the stack pointer of stack @i
 * Return: whether it is known to be that thread's stack.
 */
bool lh_target_dead_stack(struct lh_target *target, size_t i, uint64_t *ret_start, uint64_t *ret_end);

/** lh_target_missing_memory() - bytes that the process could write and the target does not have; 0 for
 * guards and small private pages. */
uint64_t lh_target_missing_memory(const struct lh_target *target);
/** lh_core_changed() - whether the core's file was written to since it was opened: what was read mixes
 * several moments */
bool lh_core_changed(const struct lh_target *target);
/** lh_target_missing_files() - bytes of code and constants that neither the target nor a file has. */
uint64_t lh_target_missing_files(const struct lh_target *target);

LH_DEFINE_CLEANUP(struct lh_target, lh_target_free);

#endif
