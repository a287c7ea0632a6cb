/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Headers of an ELF image of which only some pages may be readable: a module in target memory or in its file.
 * (Whole files are libelf's; it has no way to read a mapped image.)
 */
#ifndef LH_TARGET_ELFHDR_H
#define LH_TARGET_ELFHDR_H

#include "target/target.h"

#include <libelf.h>

#define LH_PHDR_MAX 128 /* ld makes about a dozen */

struct lh_elfhdr {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[LH_PHDR_MAX];
	size_t phnum;
};

/** lh_elfhdr_from_bytes() - from the first bytes of a file. Return: 0; LH_ABSENT if they are not a 64-bit ELF
 * image. */
int lh_elfhdr_from_bytes(const uint8_t *data, size_t len, struct lh_elfhdr *ret);
/** lh_elfhdr_from_target() - from a mapped image at @addr. Return: 0; LH_ABSENT; -LH_EIO, -LH_EINTR. */
int lh_elfhdr_from_target(struct lh_target *target, uint64_t addr, struct lh_elfhdr *ret);
/** lh_elfhdr_same() - whether two images have the same headers. */
bool lh_elfhdr_same(const struct lh_elfhdr *a, const struct lh_elfhdr *b);

/** lh_build_id_find() - the build-id among the notes in @data; returns its length, 0 if there is none. */
size_t lh_build_id_find(const uint8_t *data, size_t len, uint8_t *id);
/** lh_build_id_of_file() - the build-id of a whole ELF file; returns its length, 0 if there is none. */
size_t lh_build_id_of_file(const uint8_t *data, size_t len, uint8_t *id);
/** lh_elf_open() - a whole 64-bit image for libelf, which borrows it; NULL if it is none, or says that it has more
 * sections than fit into memory. Close with elf_end(). */
Elf *lh_elf_open(const uint8_t *data, size_t len);

#endif
