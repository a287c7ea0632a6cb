/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symbols of ELF files, found by name and by address. Files are read once; a lookup is a hash or a binary
 * search.
 */
#ifndef LH_DEBUGINFO_SYMBOLS_H
#define LH_DEBUGINFO_SYMBOLS_H

#include "util/error.h"

#include <libelf.h>

struct lh_symbol {
	const char *name; /* in the string table of its Elf, which must outlive the symbols */
	size_t name_len;  /* shorter than the name where a compiler's suffix is left out */
	const char *file; /* the C file that a static is of; NULL: none is named */
	uint64_t value, size;
	bool global;
};

struct lh_symbols {
	struct lh_symbol *all;
	size_t count, capacity;
	uint32_t *table; /* open addressing, index + 1 */
	size_t table_size;
	uint32_t *by_address; /* made on first use: symbols with a size, by value */
	size_t by_address_count;
};

/** lh_symbols_add() - add the symbols of the first section of @type (SHT_SYMTAB, SHT_DYNSYM); earlier files
 * win. */
int lh_symbols_add(struct lh_ctx *ctx, struct lh_symbols *symbols, Elf *elf, unsigned type);
/** lh_symbols_index() - after the last add. */
int lh_symbols_index(struct lh_ctx *ctx, struct lh_symbols *symbols);
/** lh_symbols_find() - by name, NULL if there is none. Globals win over statics. */
const struct lh_symbol *lh_symbols_find(const struct lh_symbols *symbols, const char *name);
/** lh_symbols_find_static() - the static @name of the C file @file ("floatobject.c"), NULL if there is none: many
 * files have one of that name. Looks at every symbol. */
const struct lh_symbol *lh_symbols_find_static(const struct lh_symbols *symbols, const char *file,
					       const char *name);
/** lh_symbols_at() - the symbol that has @value within its size. Return: 0; LH_ABSENT; -LH_ENOMEM. */
int lh_symbols_at(struct lh_ctx *ctx, struct lh_symbols *symbols, uint64_t value,
		  const struct lh_symbol **ret);
void lh_symbols_fini(struct lh_symbols *symbols);

#endif
