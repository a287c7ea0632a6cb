/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an ELF file says about its build of CPython: build-id, version, debug build or not.
 *
 * Py_Version (3.11+, Python/getversion.c) is the version as a number. Older ones have it only as the string
 * PY_VERSION among other libraries' versions in .rodata: it is the one whose "pythonX.Y" is in the file.
 */
#include "gen-layout.h"

#include "util/bytes.h"
#include "util/cleanup.h"

#include <ctype.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>

struct symbol {
	uint64_t value;
	bool found;
};

static Elf_Scn *section_by_name(Elf *elf, const char *name, GElf_Shdr *ret)
{
	size_t strings;

	if (elf_getshdrstrndx(elf, &strings) != 0)
		return NULL;
	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn; scn = elf_nextscn(elf, scn)) {
		const char *its;

		if (!gelf_getshdr(scn, ret) || ret->sh_type == SHT_NOBITS)
			continue;
		its = elf_strptr(elf, strings, ret->sh_name);
		if (its && strcmp(its, name) == 0)
			return scn;
	}
	return NULL;
}

static void read_build_id(Elf *elf, char *ret, size_t n)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = section_by_name(elf, ".note.gnu.build-id", &shdr);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	size_t name, desc;
	GElf_Nhdr note;

	if (!data || gelf_getnote(data, 0, &note, &name, &desc) == 0 || 2 * (size_t)note.n_descsz >= n)
		return;
	for (size_t i = 0; i < note.n_descsz; i++)
		snprintf(ret + 2 * i, 3, "%02x", ((const uint8_t *)data->d_buf)[desc + i]);
}

static struct symbol find_in_table(Elf *elf, Elf_Scn *scn, const GElf_Shdr *shdr, const char *name)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym sym;

	for (int i = 0; data && gelf_getsym(data, i, &sym); i++) {
		const char *its = elf_strptr(elf, shdr->sh_link, sym.st_name);

		if (its && sym.st_shndx != SHN_UNDEF && strcmp(its, name) == 0)
			return (struct symbol){sym.st_value, true};
	}
	return (struct symbol){0, false};
}

static struct symbol find_symbol(Elf *elf, const char *name)
{
	struct symbol ret = {0, false};
	GElf_Shdr shdr;

	for (Elf_Scn *scn = elf_nextscn(elf, NULL); scn && !ret.found; scn = elf_nextscn(elf, scn))
		if (gelf_getshdr(scn, &shdr) && (shdr.sh_type == SHT_DYNSYM || shdr.sh_type == SHT_SYMTAB))
			ret = find_in_table(elf, scn, &shdr, name);
	return ret;
}

/* "3.8.18" + NUL at @text, not longer than @end: its version, else 0. */
static uint32_t parse_version(const char *text, const char *end)
{
	unsigned major, minor, micro;
	int used = 0;

	if (!memchr(text, 0, (size_t)(end - text)))
		return 0;
	if (sscanf(text, "%1u.%2u.%2u%n", &major, &minor, &micro, &used) != 3)
		return 0;
	if ((text[used] != 0 && text[used] != '+') || (major != 2 && major != 3))
		return 0;
	return LH_PYVER(major, minor, micro);
}

/* Linkers share the tails of strings: the version may be the end of a path. */
static bool version_starts(const char *before)
{
	return !isdigit((unsigned char)before[0]) && before[0] != '.' && isdigit((unsigned char)before[1]);
}

/* "python3.8" is anywhere in the file: as its soname or as a part of sys.path. */
static bool names_python(Elf *elf, unsigned major, unsigned minor)
{
	size_t size, len;
	const char *file = elf_rawfile(elf, &size);
	const char *end = file + size;
	char python[32];

	len = (size_t)snprintf(python, sizeof(python), "python%u.%u", major, minor);
	while (file && (file = memmem(file, (size_t)(end - file), python, len))) {
		file += len;
		if (file < end && !isdigit((unsigned char)*file))
			return true;
	}
	return false;
}

static uint32_t version_in_strings(Elf *elf)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = section_by_name(elf, ".rodata", &shdr);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;

	if (!data || !data->d_buf)
		return 0;
	for (const char *at = data->d_buf, *end = at + data->d_size; at < end - 1; at++) {
		uint32_t version = version_starts(at) ? parse_version(at + 1, end) : 0;

		if (version && names_python(elf, version >> 24, version >> 16 & 0xff))
			return version;
	}
	return 0;
}

static uint32_t read_version(Elf *elf)
{
	struct symbol symbol = find_symbol(elf, "Py_Version");
	GElf_Shdr shdr;
	Elf_Scn *scn = section_by_name(elf, ".rodata", &shdr);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	uint64_t at = symbol.value - shdr.sh_addr;

	if (symbol.found && data && at <= data->d_size && data->d_size - at >= 8)
		return (uint32_t)lh_u64((const char *)data->d_buf + at);
	return version_in_strings(elf);
}

static void elf_endp(Elf **elf)
{
	elf_end(*elf);
}

int gen_elf_read(const char *path, struct gen_elf *ret, const char **ret_error)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(elf_endp) Elf *elf = NULL;

	*ret_error = "cannot open it";
	if (fd < 0)
		return -1;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	*ret_error = "not an ELF file";
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return -1;
	memset(ret, 0, sizeof(*ret));
	read_build_id(elf, ret->build_id, sizeof(ret->build_id));
	ret->version = read_version(elf);
	/* Include/object.h: only with Py_REF_DEBUG, which Py_DEBUG implies (2.7-3.15) */
	ret->debug = find_symbol(elf, "_Py_NegativeRefcount").found;
	return 0;
}
