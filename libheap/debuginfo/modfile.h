/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a module, and its separate debug file, both checked by build-id; their symbols.
 */
#ifndef LH_DEBUGINFO_MODFILE_H
#define LH_DEBUGINFO_MODFILE_H

#include "target/target.h"

struct lh_modfile;

/**
 * lh_modfile_open() - open the file of @module (--exe for the main program, --sysroot, the path itself,
 * /proc/PID/root for a process) and find its debug file (--debug-dir, /usr/lib/debug by build-id and by
 * debuglink, earlier fetches of debuginfod) Return: 0; LH_ABSENT when no file is there (the log says where
 * was looked); -LH_EFORMAT when a file is there but its build-id differs (the text names both); -LH_EIO,
 * -LH_ENOMEM.
 */
int lh_modfile_open(struct lh_target *target, const struct lh_module *module, struct lh_modfile **ret);
struct lh_modfile *lh_modfile_free(struct lh_modfile *file);
LH_DEFINE_CLEANUP(struct lh_modfile, lh_modfile_free);

/** lh_modfile_path() / lh_modfile_debug_path() - where it was found; NULL when there is no debug file. */
const char *lh_modfile_path(const struct lh_modfile *file);
const char *lh_modfile_debug_path(const struct lh_modfile *file);
/** lh_modfile_debug_how() - what led to the debug file:
 * "build-id", "debuglink", "debuginfod"; NULL without. */
const char *lh_modfile_debug_how(const struct lh_modfile *file);
/**
 * lh_modfile_fetch_debug() - ask debuginfod for the debug file; its symbols are added
 * Return: 0; LH_ABSENT if no server may be asked (DEBUGINFOD_URLS is unset or empty, the file has no
 * build-id); -LH_EIO, -LH_EFORMAT when none came; -LH_EINTR, -LH_ENOMEM.
 */
int lh_modfile_fetch_debug(struct lh_target *target, struct lh_modfile *file);
/** lh_modfile_build_id() - of the file; @id has LH_BUILD_ID_MAX bytes. Return: its length, 0: none. */
size_t lh_modfile_build_id(const struct lh_modfile *file, uint8_t *id);
/** lh_modfile_dwarf_path() - the file of the two that has .debug_info, NULL when neither has. */
const char *lh_modfile_dwarf_path(const struct lh_modfile *file);
const struct lh_module *lh_modfile_module(const struct lh_modfile *file);

/**
 * lh_modfile_symbol() - address in the target of a data or function symbol (.symtab of file and debug file,
 * then .dynsym)
 * @ret_size: st_size, may be NULL. Return: 0; LH_ABSENT.
 */
int lh_modfile_symbol(struct lh_modfile *file, const char *name, uint64_t *ret_addr, uint64_t *ret_size);
/** lh_modfile_static() - address in the target of the static @name of the C file @source. Return: 0; LH_ABSENT: there
 * is none, or its file is not known (stripped, link-time optimization). */
int lh_modfile_static(struct lh_modfile *file, const char *source, const char *name, uint64_t *ret_addr);
/** lh_modfile_symbol_at() - the symbol with @addr in [value, value+size). Return: 0; LH_ABSENT. Name owned
 * by file. */
int lh_modfile_symbol_at(struct lh_modfile *file, uint64_t addr, const char **ret_name, uint64_t *ret_offset);
/** lh_modfile_section() - address in the target and size (@ret_size may be NULL) of a section by name.
 * Return: 0; LH_ABSENT. */
int lh_modfile_section(struct lh_modfile *file, const char *name, uint64_t *ret_addr, uint64_t *ret_size);
/** lh_modfile_read() - bytes of the file at an address in the target (for .rodata). Return: 0; LH_ABSENT when
 * not in the file. */
int lh_modfile_read(struct lh_modfile *file, uint64_t addr, void *buf, size_t len);

#endif
