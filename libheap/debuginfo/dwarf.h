/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct layouts from DWARF.
 */
#ifndef LH_DEBUGINFO_DWARF_H
#define LH_DEBUGINFO_DWARF_H

#include "util/error.h"

/**
 * struct lh_dwarf_field - one question to DWARF, and its answer
 * @type: names of the struct, union or typedef, alternatives separated by '|', tried in order
 * @path: member path ("gc.generations[0].head", members of anonymous structs directly), alternatives
 * separated by '|'; "" asks for the size of the type itself
 * @found: the answer is there
 * @offset: bytes from the start of the type; the size of the type when path is ""
 * @size: bytes of the member
 */
struct lh_dwarf_field {
	const char *type, *path;
	bool found;
	uint32_t offset, size;
};

/**
 * lh_dwarf_fields() - answer @count questions in one pass over the compilation units of the file @path
 * A question without an answer keeps found == false: absent is not an error. Declarations are skipped; where
 * several units define a type, the first complete definition serves.
 * Return: 0; LH_ABSENT when the file has no DWARF; -LH_EFORMAT, -LH_EIO, -LH_EINTR, -LH_ENOMEM.
 */
int lh_dwarf_fields(struct lh_ctx *ctx, const char *path, struct lh_dwarf_field *fields, size_t count);

#endif
