/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list of symbols from several symbol tables, a hash table over the names, a sorted index over the
 * addresses.
 *
 * Link-time optimization renames statics ("arenas.lto_priv.0"); the name without the suffix is an alias, used
 * when nothing else has that name. A function's part that hardly ever runs ("lookdict.lto_priv.0.cold") is
 * another place.
 */
#include "debuginfo/symbols.h"

#include "util/array.h"
#include "util/bsearch.h"

#include <gelf.h>
#include <stdlib.h>
#include <string.h>

/* A table may be made of a terabyte of zeros, and a million names of it may be the same megabyte. */
#define SYMBOLS_MAX (1u << 26)
#define NAME_LONGEST 4096
#define SYMBOLS_BITE 4096 /* between two of these the user may stop it */

static bool is_wanted(const GElf_Sym *sym)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS && sym->st_value &&
	       (type == STT_OBJECT || type == STT_FUNC || type == STT_NOTYPE || type == STT_GNU_IFUNC);
}

/* @file: the last that a symbol named; statics of a file follow it. */
static int add_symbol(struct lh_ctx *ctx, struct lh_symbols *symbols, Elf *elf, size_t strings,
		      const GElf_Sym *sym, const char *file)
{
	struct lh_symbol s = {.file = GELF_ST_BIND(sym->st_info) == STB_LOCAL ? file : NULL,
			      .value = sym->st_value,
			      .size = sym->st_size,
			      .global = GELF_ST_BIND(sym->st_info) != STB_LOCAL};

	s.name = elf_strptr(elf, strings, sym->st_name);
	if (!s.name || !*s.name)
		return 0;
	s.name_len = strnlen(s.name, NAME_LONGEST);
	if (s.name_len == NAME_LONGEST)
		return 0;
	return lh_append(ctx, symbols->all, symbols->count, symbols->capacity, s);
}

int lh_symbols_add(struct lh_ctx *ctx, struct lh_symbols *symbols, Elf *elf, unsigned type)
{
	Elf_Scn *section = NULL;
	const char *file = NULL;
	Elf_Data *data;
	GElf_Shdr sh;
	int r = 0;

	while ((section = elf_nextscn(elf, section)))
		if (gelf_getshdr(section, &sh) && sh.sh_type == type)
			break;
	if (!section || !(data = elf_getdata(section, NULL)))
		return 0;
	for (size_t i = 1; i < data->d_size / sizeof(Elf64_Sym) && i < SYMBOLS_MAX && r == 0; i++) {
		GElf_Sym sym;

		if (i % SYMBOLS_BITE == 0)
			r = lh_progress(ctx, "reading symbols", i, data->d_size / sizeof(Elf64_Sym));
		if (!gelf_getsym(data, (int)i, &sym))
			continue;
		if (GELF_ST_TYPE(sym.st_info) == STT_FILE)
			file = elf_strptr(elf, sh.sh_link, sym.st_name);
		else if (is_wanted(&sym))
			r = add_symbol(ctx, symbols, elf, sh.sh_link, &sym, file);
	}
	return r;
}

static uint64_t hash(const char *name, size_t len)
{
	uint64_t h = 14695981039346656037u; /* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 1099511628211u;
	return h ^ h >> 32;
}

/* The slot that has the name, or the empty one where it belongs. */
static uint32_t *find_slot(const struct lh_symbols *symbols, const char *name, size_t len)
{
	size_t mask = symbols->table_size - 1, i = hash(name, len) & mask;

	for (; symbols->table[i]; i = (i + 1) & mask) {
		const struct lh_symbol *s = &symbols->all[symbols->table[i] - 1];

		if (s->name_len == len && memcmp(s->name, name, len) == 0)
			break;
	}
	return &symbols->table[i];
}

static void insert(struct lh_symbols *symbols, size_t i)
{
	const struct lh_symbol *s = &symbols->all[i];
	uint32_t *slot = find_slot(symbols, s->name, s->name_len);

	if (!*slot || (s->global && !symbols->all[*slot - 1].global))
		*slot = (uint32_t)i + 1;
}

#define LTO_SUFFIX ".lto_priv."

/* Where the suffix of link-time optimization begins, if it ends the name; or NULL */
static const char *lto_suffix(const char *name)
{
	const char *suffix = strstr(name, LTO_SUFFIX);
	const char *number = suffix ? suffix + strlen(LTO_SUFFIX) : NULL;

	return suffix && number[strspn(number, "0123456789")] == 0 ? suffix : NULL;
}

/* Aliases without the suffix of link-time optimization, after all real names. */
static int add_aliases(struct lh_ctx *ctx, struct lh_symbols *symbols)
{
	size_t count = symbols->count;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		struct lh_symbol s = symbols->all[i];
		const char *suffix = s.global ? NULL : lto_suffix(s.name);

		if (!suffix)
			continue;
		s.name_len = (size_t)(suffix - s.name);
		r = lh_append(ctx, symbols->all, symbols->count, symbols->capacity, s);
	}
	return r;
}

int lh_symbols_index(struct lh_ctx *ctx, struct lh_symbols *symbols)
{
	int r = add_aliases(ctx, symbols);

	if (r < 0)
		return r;
	symbols->table_size = 64;
	while (symbols->table_size < symbols->count * 2)
		symbols->table_size *= 2;
	symbols->table = lh_new0(uint32_t, symbols->table_size);
	if (!symbols->table)
		return lh_nomem(ctx);
	for (size_t i = 0; i < symbols->count; i++)
		insert(symbols, i);
	return 0;
}

const struct lh_symbol *lh_symbols_find(const struct lh_symbols *symbols, const char *name)
{
	uint32_t slot = *find_slot(symbols, name, strlen(name));

	return slot ? &symbols->all[slot - 1] : NULL;
}

const struct lh_symbol *lh_symbols_find_static(const struct lh_symbols *symbols, const char *file,
					       const char *name)
{
	for (size_t i = 0; i < symbols->count; i++) {
		const struct lh_symbol *s = &symbols->all[i];

		if (s->file && strcmp(s->file, file) == 0 && strcmp(s->name, name) == 0)
			return s;
	}
	return NULL;
}

static int by_value(const void *a, const void *b, void *arg)
{
	const struct lh_symbols *symbols = arg;
	const struct lh_symbol *x = &symbols->all[*(const uint32_t *)a],
			       *y = &symbols->all[*(const uint32_t *)b];

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return *(const uint32_t *)a < *(const uint32_t *)b ? 1 : -1; /* the first added last: it is found */
}

static int sort_by_address(struct lh_ctx *ctx, struct lh_symbols *symbols)
{
	symbols->by_address = lh_new0(uint32_t, symbols->count + 1);
	if (!symbols->by_address)
		return lh_nomem(ctx);
	for (size_t i = 0; i < symbols->count; i++)
		if (symbols->all[i].size && symbols->all[i].name[symbols->all[i].name_len] == 0)
			symbols->by_address[symbols->by_address_count++] = (uint32_t)i;
	qsort_r(symbols->by_address, symbols->by_address_count, sizeof(uint32_t), by_value, symbols);
	return 0;
}

int lh_symbols_at(struct lh_ctx *ctx, struct lh_symbols *symbols, uint64_t value,
		  const struct lh_symbol **ret)
{
	size_t after;
	int r;

	if (!symbols->by_address) {
		r = sort_by_address(ctx, symbols);
		if (r < 0)
			return r;
	}
	after = lh_bsearch_first(symbols->by_address_count, i,
				 symbols->all[symbols->by_address[i]].value <= value);
	if (after == 0)
		return LH_ABSENT;
	*ret = &symbols->all[symbols->by_address[after - 1]];
	return value - (*ret)->value < (*ret)->size ? 0 : LH_ABSENT;
}

void lh_symbols_fini(struct lh_symbols *symbols)
{
	free(symbols->all);
	free(symbols->table);
	free(symbols->by_address);
	*symbols = (struct lh_symbols){0};
}
