/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of gen-layout: what an ELF file says about its build, and layouts given as text. */
#ifndef GEN_LAYOUT_H
#define GEN_LAYOUT_H

#include "layout/layout.h"

/** struct gen_elf - what one ELF file says about itself */
struct gen_elf {
	char build_id[129]; /* hexadecimal, "" without one */
	uint32_t version;   /* PY_VERSION_HEX, 0 when it could not be found */
	bool debug;         /* built with --with-pydebug */
};

/** gen_elf_read() - Return: 0, or -1 with *ret_error saying why, static text. */
int gen_elf_read(const char *path, struct gen_elf *ret, const char **ret_error);

/** gen_text_read() - answer all of fields.def from a text file;
 * "-" is stdin. Return and *ret_error as above. */
int gen_text_read(struct lh_ctx *ctx, const char *path, struct lh_layout *layout, const char **ret_error);

#endif
