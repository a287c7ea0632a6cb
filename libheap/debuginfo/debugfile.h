/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the separate debug file of an ELF file. */
#ifndef LH_DEBUGINFO_DEBUGFILE_H
#define LH_DEBUGINFO_DEBUGFILE_H

#include "target/file.h"

#include <libelf.h>

/**
 * lh_debugfile_open() - the debug file of @file (opened as @elf), by build-id and by .gnu_debuglink, below
 * target->debug_dir, below sysroot and in the standard places
 * Return: 0; LH_ABSENT; -LH_ENOMEM.
 */
int lh_debugfile_open(struct lh_target *target, const struct lh_file *file, Elf *elf, struct lh_file **ret);
/** lh_elf_section() - the section of that name, NULL if there is none. */
Elf_Scn *lh_elf_section(Elf *elf, const char *name);

#endif
