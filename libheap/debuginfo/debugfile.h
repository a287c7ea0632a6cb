/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the separate debug file of an ELF file. */
#ifndef LH_DEBUGINFO_DEBUGFILE_H
#define LH_DEBUGINFO_DEBUGFILE_H

#include "target/file.h"

#include <libelf.h>

/** struct lh_debugfile - a debug file, and which way led to it: "build-id", "debuglink", "debuginfod" */
struct lh_debugfile {
	struct lh_file *file;
	const char *how; /* static */
};

/**
 * lh_debugfile_open() - the debug file of @file (opened as @elf), by build-id and by .gnu_debuglink, below
 * target->debug_dir, below sysroot, in the standard places, and among what debuginfod brought before
 * Return: 0; LH_ABSENT; -LH_ENOMEM.
 */
int lh_debugfile_open(struct lh_target *target, const struct lh_file *file, Elf *elf,
		      struct lh_debugfile *ret);
/**
 * lh_debugfile_fetch() - ask debuginfod for the debug file of @file
 * Return: 0; LH_ABSENT when DEBUGINFOD_URLS is unset or empty, or @file has no build-id; -LH_EIO when no
 * server gives it; -LH_EFORMAT when one gives that of another build; -LH_EINTR; -LH_ENOMEM.
 */
int lh_debugfile_fetch(struct lh_target *target, const struct lh_file *file, struct lh_debugfile *ret);
/** lh_elf_section() - the section of that name, NULL if there is none. */
Elf_Scn *lh_elf_section(Elf *elf, const char *name);

#endif
