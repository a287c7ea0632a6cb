/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A module's file and its debug file, opened once; symbols, sections and bytes by their address in the
 * target.
 */
#include "debuginfo/modfile.h"

#include "debuginfo/debugfile.h"
#include "debuginfo/symbols.h"
#include "target/elfhdr.h"
#include "target/file.h"
#include "util/array.h"

#include <gelf.h>
#include <string.h>

struct lh_modfile {
	struct lh_ctx *ctx;
	const struct lh_module *module;
	struct lh_file *file;
	struct lh_debugfile debug; /* file: NULL if there is none */
	Elf *elf, *debug_elf;
	struct lh_symbols symbols;
	bool has_symbols;
	bool has_headers;
	struct lh_elfhdr headers;
};

struct lh_modfile *lh_modfile_free(struct lh_modfile *file)
{
	if (!file)
		return NULL;
	lh_symbols_fini(&file->symbols);
	elf_end(file->elf);
	elf_end(file->debug_elf);
	lh_file_free(file->file);
	lh_file_free(file->debug.file);
	free(file);
	return NULL;
}

static void take_debug(struct lh_modfile *m, const struct lh_debugfile *debug)
{
	m->debug = *debug;
	m->debug_elf = lh_elf_open(debug->file->data, debug->file->len);
	lh_log(m->ctx, 6, "%s: debug file %s (by %s)", m->module->path, debug->file->path, debug->how);
}

static int open_debug(struct lh_target *target, struct lh_modfile *m)
{
	struct lh_debugfile debug;
	int r = lh_debugfile_open(target, m->file, m->elf, &debug);

	if (r != 0)
		return r < 0 ? r : 0;
	take_debug(m, &debug);
	return 0;
}

int lh_modfile_open(struct lh_target *target, const struct lh_module *module, struct lh_modfile **ret)
{
	_cleanup_(lh_modfile_freep) struct lh_modfile *m = lh_new0(struct lh_modfile, 1);
	int r;

	if (!m)
		return lh_nomem(target->ctx);
	elf_version(EV_CURRENT);
	m->ctx = target->ctx;
	m->module = module;
	r = lh_file_open(target, module, &m->file);
	if (r == LH_ABSENT)
		lh_log(target->ctx, 4, "%s: no such file here: give %s or %s", module->path,
		       lh_hint(target->ctx, LH_HINT_EXE), lh_hint(target->ctx, LH_HINT_SYSROOT));
	if (r != 0)
		return r;
	m->elf = lh_elf_open(m->file->data, m->file->len);
	if (!m->elf)
		return lh_fail(target->ctx, LH_EFORMAT, "open %s: not an ELF file of 64 bits, or damaged",
			       m->file->path);
	m->has_headers = lh_elfhdr_from_bytes(m->file->data, m->file->len, &m->headers) == 0;
	r = open_debug(target, m);
	if (r < 0)
		return r;
	*ret = lh_take(m);
	return 0;
}

const char *lh_modfile_path(const struct lh_modfile *file)
{
	return file->file->path;
}

const char *lh_modfile_debug_path(const struct lh_modfile *file)
{
	return file->debug.file ? file->debug.file->path : NULL;
}

const char *lh_modfile_debug_how(const struct lh_modfile *file)
{
	return file->debug.how;
}

int lh_modfile_fetch_debug(struct lh_target *target, struct lh_modfile *file)
{
	struct lh_debugfile debug;
	int r = lh_debugfile_fetch(target, file->file, &debug);

	if (r != 0)
		return r;
	lh_symbols_fini(&file->symbols);
	file->has_symbols = false;
	elf_end(file->debug_elf);
	lh_file_free(file->debug.file);
	take_debug(file, &debug);
	return 0;
}

size_t lh_modfile_build_id(const struct lh_modfile *file, uint8_t *id)
{
	return lh_build_id_of_file(file->file->data, file->file->len, id);
}

const char *lh_modfile_dwarf_path(const struct lh_modfile *file)
{
	if (lh_elf_section(file->elf, ".debug_info"))
		return file->file->path;
	if (file->debug_elf && lh_elf_section(file->debug_elf, ".debug_info"))
		return file->debug.file->path;
	return NULL;
}

const struct lh_module *lh_modfile_module(const struct lh_modfile *file)
{
	return file->module;
}

static int load_symbols(struct lh_modfile *file)
{
	int r;

	if (file->has_symbols)
		return 0;
	r = lh_symbols_add(file->ctx, &file->symbols, file->elf, SHT_SYMTAB);
	if (r == 0 && file->debug_elf)
		r = lh_symbols_add(file->ctx, &file->symbols, file->debug_elf, SHT_SYMTAB);
	if (r == 0)
		r = lh_symbols_add(file->ctx, &file->symbols, file->elf, SHT_DYNSYM);
	if (r == 0)
		r = lh_symbols_index(file->ctx, &file->symbols);
	if (r < 0)
		lh_symbols_fini(&file->symbols);
	file->has_symbols = r == 0;
	return r;
}

int lh_modfile_symbol(struct lh_modfile *file, const char *name, uint64_t *ret_addr, uint64_t *ret_size)
{
	const struct lh_symbol *symbol;
	int r = load_symbols(file);

	if (r < 0)
		return r;
	symbol = lh_symbols_find(&file->symbols, name);
	if (!symbol)
		return LH_ABSENT;
	*ret_addr = symbol->value + file->module->bias;
	if (ret_size)
		*ret_size = symbol->size;
	return 0;
}

int lh_modfile_static(struct lh_modfile *file, const char *source, const char *name, uint64_t *ret_addr)
{
	const struct lh_symbol *symbol;
	int r = load_symbols(file);

	if (r < 0)
		return r;
	symbol = lh_symbols_find_static(&file->symbols, source, name);
	if (!symbol)
		return LH_ABSENT;
	*ret_addr = symbol->value + file->module->bias;
	return 0;
}

int lh_modfile_symbol_at(struct lh_modfile *file, uint64_t addr, const char **ret_name, uint64_t *ret_offset)
{
	const struct lh_symbol *symbol;
	int r = load_symbols(file);

	if (r == 0)
		r = lh_symbols_at(file->ctx, &file->symbols, addr - file->module->bias, &symbol);
	if (r != 0)
		return r;
	*ret_name = symbol->name;
	*ret_offset = addr - file->module->bias - symbol->value;
	return 0;
}

int lh_modfile_section(struct lh_modfile *file, const char *name, uint64_t *ret_addr, uint64_t *ret_size)
{
	Elf_Scn *section = lh_elf_section(file->elf, name);
	GElf_Shdr sh;

	if (!section && file->debug_elf)
		section = lh_elf_section(file->debug_elf, name);
	if (!section || !gelf_getshdr(section, &sh) || !(sh.sh_flags & SHF_ALLOC))
		return LH_ABSENT;
	*ret_addr = sh.sh_addr + file->module->bias;
	if (ret_size)
		*ret_size = sh.sh_size;
	return 0;
}

int lh_modfile_read(struct lh_modfile *file, uint64_t addr, void *buf, size_t len)
{
	uint64_t at = addr - file->module->bias;

	for (size_t i = 0; file->has_headers && i < file->headers.phnum; i++) {
		const Elf64_Phdr *ph = &file->headers.ph[i];
		uint64_t into = at - ph->p_vaddr;

		if (ph->p_type != PT_LOAD || into >= ph->p_filesz || len > ph->p_filesz - into)
			continue;
		if (ph->p_offset > file->file->len || into > file->file->len - ph->p_offset ||
		    len > file->file->len - ph->p_offset - into)
			return LH_ABSENT;
		memcpy(buf, file->file->data + ph->p_offset + into, len);
		return 0;
	}
	return LH_ABSENT;
}
