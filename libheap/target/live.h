/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A live process: its maps, and stopping it. For the files of this room only.
 */
#ifndef LH_TARGET_LIVE_H
#define LH_TARGET_LIVE_H

#include "target/build.h"
#include "target/pages.h"

/** struct lh_vma - one line of /proc/PID/maps */
struct lh_vma {
	struct lh_mapping map; /* path allocated */
	bool shared;
	uint64_t dirty; /* bytes of Private_Dirty, of mappings that lh_vmas_read_dirty() asked about */
	uint64_t
		alone; /* of them, bytes that are found: of no file, in pages that are this process's alone */
	uint8_t *data; /* where its copy is */
};

struct lh_vmas {
	struct lh_vma *all;
	size_t count, capacity;
};

/** lh_vmas_read() - read /proc/PID/maps. Return: 0, -LH_ESRCH, -LH_EPERM, -LH_EIO, -LH_ENOMEM. */
int lh_vmas_read(struct lh_target *target, struct lh_vmas *vmas);
/** lh_vmas_read_dirty() - what /proc/PID/smaps says of shared writable mappings, which pagemap does not say all of, or @all writable
 * ones; 0 if it cannot be read */
void lh_vmas_read_dirty(const struct lh_target *target, struct lh_vmas *vmas, bool all);
void lh_vmas_fini(struct lh_vmas *vmas);

/** enum lh_when - when a mapping is read; LH_STOPPED: while the process is stopped, LH_AFTERWARDS: as soon as it is not */
enum lh_when { LH_NEVER, LH_STOPPED, LH_AFTERWARDS, LH_ON_DEMAND };

/** lh_vma_when() - @scans: as of struct lh_pages */
enum lh_when lh_vma_when(const struct lh_vma *v, bool scans);
bool lh_vma_is_file(const struct lh_vma *v);

/** struct lh_live - the medium of a live process */
struct lh_live {
	int mem;
	struct lh_hold *hold;  /* NULL: it is not held while it is read. See held.h */
	struct lh_pages pages; /* if it is */
};

/** lh_live_open() - the memory of @target->pid, of the program that it runs now. Return: 0, -LH_ESRCH, -LH_EPERM, -LH_EIO, -LH_ENOMEM. */
int lh_live_open(struct lh_target *target);
void lh_live_close(struct lh_target *target);
/** lh_live_finish() - mappings and modules, once segments are added. Return: 0, -LH_EFORMAT, -LH_EIO, -LH_ENOMEM. */
int lh_live_finish(struct lh_target *target, const struct lh_vmas *vmas);
/** lh_live_read() - at most @len bytes, without changing pages that a fork shares. Return: how many came without a gap. */
int64_t lh_live_read(struct lh_target *target, uint64_t addr, void *buf, uint64_t len);

/** struct lh_huge_page - pages that may be one huge page; @alone: bytes that are this process's alone; @first_alone: pagemap says so of
 * the first */
struct lh_huge_page {
	uint64_t addr;
	struct lh_vma *vma;
	uint64_t alone;
	bool first_alone;
};

/** struct lh_pagemap - what is found of pages; @doubts: only their content tells whether they are resident */
struct lh_pagemap {
	struct lh_target *target;
	struct lh_range *doubts;
	size_t doubt_count, doubt_capacity;
	struct lh_huge_page *huge;
	size_t huge_count, huge_capacity;
	bool forked; /* another process has some page of its private memory, too */
};

/** lh_pagemap_read() - which pages of writable memory are resident, while the process is stopped. Return: 0,
 * -LH_ENOMEM. */
int lh_pagemap_read(struct lh_pagemap *map, const struct lh_pages *pages, struct lh_vmas *vmas);
/** lh_pagemap_settle() - decide on doubts, once memory is copied. Return: 0, -LH_ENOMEM. */
int lh_pagemap_settle(struct lh_pagemap *map);
void lh_pagemap_fini(struct lh_pagemap *map);

/** struct lh_stop - threads that are stopped by ptrace */
struct lh_stop {
	struct lh_ctx *ctx;
	pid_t pid;
	struct lh_stopped {
		pid_t tid;
		int signal; /* that was on its way to the thread when it stopped: delivered when it goes on */
	} * threads;
	size_t count, capacity;
	double begin_ms;
};

/**
 * lh_stop_all() - stop every thread of a process; always lh_stop_release() afterwards
 * Return: 0, -LH_ESRCH, -LH_EPERM, -LH_EIO when a thread does not stop, -LH_EINTR, -LH_ENOMEM.
 */
int lh_stop_all(struct lh_stop *stop);
/** lh_stop_registers() - add the registers of all threads to @target. Return: 0, -LH_ENOMEM. */
int lh_stop_registers(const struct lh_stop *stop, struct lh_target *target);
void lh_stop_release(struct lh_stop *stop);
/** lh_stop_ms() - since lh_stop_all() */
double lh_stop_ms(const struct lh_stop *stop);

/** lh_fail_process() - the sentence for an errno about a process. */
int lh_fail_process(struct lh_ctx *ctx, pid_t pid, const char *what, int error);

#endif
