/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /proc says of a process that decides about its core: nothing of it is stopped, written to, or read of its memory.
 *
 * Parsers take lines of text, so that they can be asked without a process.
 */
#ifndef LH_CAPTURE_PROCESS_H
#define LH_CAPTURE_PROCESS_H

#include "util/error.h"

#include <stddef.h>

#define LH_UNLIMITED UINT64_MAX

/* Bits of /proc/PID/coredump_filter (core(5)). */
enum lh_dump_filter {
	LH_DUMP_PRIVATE =
		1 << 0, /* anonymous, and pages of files that were written to: the heap, data of modules */
	LH_DUMP_SHARED = 1 << 1,
	LH_DUMP_PRIVATE_FILES = 1 << 2,
	LH_DUMP_SHARED_FILES = 1 << 3,
	LH_DUMP_HEADERS = 1 << 4, /* first pages of ELF files: build-ids */
	LH_DUMP_PRIVATE_HUGE = 1 << 5,
	LH_DUMP_SHARED_HUGE = 1 << 6,
};

/* The first is what fs/coredump.c calls SUID_DUMP_USER. */
enum lh_dumpable {
	LH_DUMPABLE,
	LH_NOT_DUMPABLE,     /* or for root alone, if fs.suid_dumpable is 2 */
	LH_DUMPABLE_UNKNOWN, /* root owns files of /proc either way */
};

/** struct lh_capture_mapping - one of /proc/PID/smaps */
struct lh_capture_mapping {
	bool shared, file, deleted; /* file: it has one; deleted: and that has no name */
	bool python;                /* its file is an interpreter, or its library */
	bool special;               /* [vdso], [vvar]: the kernel's */
	bool io, dontdump, huge;    /* VmFlags */
	uint64_t bytes, resident, anonymous, swap;
};

/** struct lh_capture_memory - mappings as a core has them */
struct lh_capture_memory {
	bool known;
	uint64_t length;   /* of the core */
	uint64_t written;  /* of it; the rest are holes: pages that were never touched */
	uint64_t no_heap;  /* written private memory that the filter leaves out */
	uint64_t no_huge;  /* likewise, of huge pages */
	uint64_t dontdump; /* resident bytes that the program itself leaves out (MADV_DONTDUMP), */
	size_t dontdumps;  /* and in how many mappings */
};

struct lh_capture_limit {
	uint64_t soft, hard;
};

struct lh_capture_process {
	pid_t pid, own_pid, tracer; /* own_pid: in its own namespace */
	char name[64];
	char state;
	bool has_memory, has_python;
	uint32_t uid, euid, fsuid, gid, egid, fsgid;
	uint32_t *groups;
	size_t group_count, group_capacity;
	uint64_t capabilities;              /* effective */
	struct lh_capture_limit core, file; /* RLIMIT_CORE, RLIMIT_FSIZE */
	unsigned filter;
	enum lh_dumpable dumpable;
	struct lh_capture_memory memory;
	bool other_mounts, other_users; /* namespaces, as far as we may know */
};

/** lh_status_take() - a line of /proc/PID/status. Return: 0, -LH_ENOMEM. */
int lh_status_take(struct lh_ctx *ctx, const char *line, struct lh_capture_process *p);
/** lh_limits_take() - a line of /proc/PID/limits */
void lh_limits_take(const char *line, struct lh_capture_process *p);
/** lh_smaps_take() - a line of /proc/PID/smaps. Return: whether it was the last one of its mapping. */
bool lh_smaps_take(const char *line, struct lh_capture_mapping *mapping);
/** lh_capture_add_mapping() - as fs/coredump.c (vma_dump_size()) decides */
void lh_capture_add_mapping(struct lh_capture_memory *memory, const struct lh_capture_mapping *mapping,
			    unsigned filter);

/** lh_capture_read_process() - all of it. Free with lh_capture_process_fini(). Return: 0; -LH_ESRCH, -LH_EIO, -LH_ENOMEM. */
int lh_capture_read_process(struct lh_ctx *ctx, pid_t pid, struct lh_capture_process *p);
void lh_capture_process_fini(struct lh_capture_process *p);

#endif
