/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a medium builds its target: add what there is in any order, settle, find the modules, fill from files.
 * For the files of this room only.
 */
#ifndef LH_TARGET_BUILD_H
#define LH_TARGET_BUILD_H

#include "target/target.h"

#define LH_PAGE 4096u

/** struct lh_host_map - a mapping of our own, unmapped with the target */
struct lh_host_map {
	void *data;
	size_t len;
};

/** lh_target_new() - an empty target with the caller's options copied (they may be NULL). Return: 0,
 * -LH_EIO (what an option names cannot be read), -LH_ENOMEM. */
int lh_target_new(struct lh_ctx *ctx, enum lh_target_kind kind, const struct lh_target_options *options,
		  struct lh_target **ret);
/** lh_target_own() - unmap @data with the target; on failure it is unmapped at once. */
int lh_target_own(struct lh_target *target, void *data, size_t len);
/** lh_holes_find() - the holes of the file @fd, whose @len bytes
 * are mapped at @data. Return: 0, -LH_ENOMEM. */
int lh_holes_find(struct lh_target *target, int fd, const uint8_t *data, uint64_t len);
/** lh_holes_add() - [@start, @end) of our own memory is one, unless it is small. Return: 0, -LH_ENOMEM. */
int lh_holes_add(struct lh_target *target, const uint8_t *start, const uint8_t *end);
/** lh_holes_settle() - sort those that did not come in the order of their addresses */
void lh_holes_settle(struct lh_target *target);
/** lh_target_first_segment() - index of the first segment that ends after @addr; segment_count if none does */
size_t lh_target_first_segment(const struct lh_target *target, uint64_t addr);
/** lh_target_first_mapping() - likewise of mappings */
size_t lh_target_first_mapping(const struct lh_target *target, uint64_t addr);
/** lh_target_reserve() - @len zero bytes that cost no memory until they are written; owned by the target. */
int lh_target_reserve(struct lh_target *target, uint64_t len, uint8_t **ret);

int lh_target_add_segment(struct lh_target *target, const struct lh_segment *segment);
/** lh_target_keep_path() - a copy of @path (NULL: none) that lives as long as the target. Return: 0, -LH_ENOMEM. */
int lh_target_keep_path(struct lh_target *target, const char *path, char **ret);
/** lh_target_add_mapping() - its path is one that lh_target_keep_path() gave: a core may name a long one for each of a
 * million mappings.
 * Empty and wrapping ranges are dropped. Return: 0, -LH_ENOMEM. */
int lh_target_add_mapping(struct lh_target *target, const struct lh_mapping *mapping);
/** lh_target_add_pages() - in ascending order, if @state is not 0. Return: 0, -LH_ENOMEM. */
int lh_target_add_pages(struct lh_target *target, uint64_t start, uint64_t end, unsigned state);
/** lh_resident_of_core() - those that the file of a core has. Return: 0, -LH_ENOMEM. */
int lh_resident_of_core(struct lh_target *target);
/** lh_target_add_registers() - of the thread @tid, as elf_gregset_t has them. Return: 0, -LH_ENOMEM. */
int lh_target_add_registers(struct lh_target *target, pid_t tid, int signal, const void *bytes, size_t len);
/**
 * lh_target_settle() - sort segments and mappings, clip those that overlap (the lower one keeps its bytes),
 * join segments that are neighbours in the target and here
 */
void lh_target_settle(struct lh_target *target);

/** struct lh_auxv - what module.c needs from the auxiliary vector; 0 if not there */
struct lh_auxv {
	uint64_t phdr, entry;
	uint64_t random; /* AT_RANDOM, which lies on the first thread's stack */
};

void lh_auxv_parse(const void *data, size_t len, struct lh_auxv *ret);
/** lh_target_keep_auxv() - copy it, for whoever writes a core. Return: 0, -LH_ENOMEM. */
int lh_target_keep_auxv(struct lh_target *target, const void *data, size_t len);

/** lh_named_check_paths() - check that what the options name can be read. Return: 0, -LH_EIO. */
int lh_named_check_paths(struct lh_target *target);
/** lh_named_check_files() - check that it belongs to this target, once the modules are known. Return: 0, -LH_EFORMAT,
 * -LH_ENOMEM. */
int lh_named_check_files(struct lh_target *target);
/** lh_target_is_exe() - whether @module is of the build that --exe names */
bool lh_target_is_exe(const struct lh_target *target, const struct lh_module *module);

/** lh_modules_find() - group the mappings of one file into modules and read their ELF headers from target
 * memory */
int lh_modules_find(struct lh_target *target, const struct lh_auxv *auxv);
/** lh_modules_fill() - bytes of modules that the target's medium does not have, from the files themselves */
int lh_modules_fill(struct lh_target *target);

/** lh_notes_read() - mappings' paths, pid, executable and auxv from the note segment @data of a core */
struct lh_notes {
	struct lh_mapping *files; /* NT_FILE, sorted by start; paths are the target's */
	size_t file_count, file_capacity;
	uint64_t bytes; /* of all segments of notes so far */
	struct lh_auxv auxv;
};
int lh_notes_read(struct lh_target *target, const uint8_t *data, size_t len, struct lh_notes *notes);
void lh_notes_fini(struct lh_notes *notes);

/** lh_lazy_new() - state of a lazy segment of @len bytes. Return: 0, -LH_ENOMEM. */
int lh_lazy_new(struct lh_target *target, uint64_t len, struct lh_lazy **ret);
struct lh_lazy *lh_lazy_free(struct lh_lazy *lazy);
/**
 * lh_lazy_load() - try to load [@addr, @addr + @len) of a lazy segment
 * @ret_start, @ret_end: the run of addresses around @addr that is here
 * Return: 0; LH_ABSENT if the byte at @addr cannot be read; -LH_EIO, -LH_EINTR.
 */
int lh_lazy_load(struct lh_target *target, const struct lh_segment *segment, uint64_t addr, uint64_t len,
		 uint64_t *ret_start, uint64_t *ret_end);
/** lh_target_add_lazy() - a segment that is fetched on demand */
int lh_target_add_lazy(struct lh_target *target, uint64_t start, uint64_t end, bool writable);

#endif
