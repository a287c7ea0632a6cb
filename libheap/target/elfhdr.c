/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF headers and build-ids of mapped images and of files.
 */
#include "target/elfhdr.h"

#include "util/bytes.h"

#include <string.h>

/* A build-id is among the first notes; what says that it has gigabytes of them is made to keep us busy. */
#define NOTES_MAX (1u << 20)
/* libelf keeps 250 bytes for each; the largest programs have some hundred. */
#define SECTIONS_MAX (1u << 20)

#define NOTE_ALIGN(n) (((uint64_t)(n) + 3) & ~(uint64_t)3)

static bool is_image(const Elf64_Ehdr *eh)
{
	return memcmp(eh->e_ident, ELFMAG, SELFMAG) == 0 && eh->e_ident[EI_CLASS] == ELFCLASS64 &&
	       eh->e_ident[EI_DATA] == ELFDATA2LSB && (eh->e_type == ET_EXEC || eh->e_type == ET_DYN) &&
	       eh->e_phentsize == sizeof(Elf64_Phdr) && eh->e_phnum && eh->e_phnum <= LH_PHDR_MAX;
}

int lh_elfhdr_from_bytes(const uint8_t *data, size_t len, struct lh_elfhdr *ret)
{
	struct lh_elfhdr h;

	if (len < sizeof(h.eh))
		return LH_ABSENT;
	memcpy(&h.eh, data, sizeof(h.eh));
	if (!is_image(&h.eh) || h.eh.e_phoff > len || h.eh.e_phnum * sizeof(h.ph[0]) > len - h.eh.e_phoff)
		return LH_ABSENT;
	h.phnum = h.eh.e_phnum;
	memcpy(h.ph, data + h.eh.e_phoff, h.phnum * sizeof(h.ph[0]));
	*ret = h;
	return 0;
}

static int read_or_absent(struct lh_target *target, uint64_t addr, void *buf, uint64_t len)
{
	int r = lh_target_read(target, addr, buf, len);

	return r == -LH_EFAULT ? LH_ABSENT : r;
}

int lh_elfhdr_from_target(struct lh_target *target, uint64_t addr, struct lh_elfhdr *ret)
{
	struct lh_elfhdr h;
	int r;

	r = read_or_absent(target, addr, &h.eh, sizeof(h.eh));
	if (r != 0)
		return r;
	if (!is_image(&h.eh))
		return LH_ABSENT;
	h.phnum = h.eh.e_phnum;
	r = read_or_absent(target, addr + h.eh.e_phoff, h.ph, h.phnum * sizeof(h.ph[0]));
	if (r == 0)
		*ret = h;
	return r;
}

bool lh_elfhdr_same(const struct lh_elfhdr *a, const struct lh_elfhdr *b)
{
	return memcmp(&a->eh, &b->eh, sizeof(a->eh)) == 0 &&
	       memcmp(a->ph, b->ph, a->phnum * sizeof(a->ph[0])) == 0;
}

size_t lh_build_id_find(const uint8_t *data, size_t len, uint8_t *id)
{
	uint64_t at = 0;

	len = len < NOTES_MAX ? len : NOTES_MAX;
	while (len - at >= sizeof(Elf64_Nhdr)) {
		uint32_t namesz = lh_u32(data + at), descsz = lh_u32(data + at + 4),
			 type = lh_u32(data + at + 8);
		uint64_t name = at + sizeof(Elf64_Nhdr), desc = name + NOTE_ALIGN(namesz);

		if (desc > len || descsz > len - desc)
			return 0;
		if (type == NT_GNU_BUILD_ID && namesz == 4 && memcmp(data + name, "GNU", 4) == 0 && descsz &&
		    descsz <= LH_BUILD_ID_MAX) {
			memcpy(id, data + desc, descsz);
			return descsz;
		}
		at = desc + NOTE_ALIGN(descsz);
		if (at > len)
			return 0;
	}
	return 0;
}

size_t lh_build_id_of_file(const uint8_t *data, size_t len, uint8_t *id)
{
	struct lh_elfhdr h;
	size_t n = 0;

	if (lh_elfhdr_from_bytes(data, len, &h) != 0)
		return 0;
	for (size_t i = 0; i < h.phnum && !n; i++) {
		const Elf64_Phdr *ph = &h.ph[i];

		if (ph->p_type == PT_NOTE && ph->p_offset <= len && ph->p_filesz <= len - ph->p_offset)
			n = lh_build_id_find(data + ph->p_offset, ph->p_filesz, id);
	}
	return n;
}

/* With 0xff00 and more the first section header has it (elf(5)). */
static uint64_t section_count(const uint8_t *data, size_t len, const Elf64_Ehdr *eh)
{
	Elf64_Shdr first;

	if (eh->e_shnum || !eh->e_shoff || eh->e_shoff > len || len - eh->e_shoff < sizeof(first))
		return eh->e_shnum;
	memcpy(&first, data + eh->e_shoff, sizeof(first));
	return first.sh_size;
}

Elf *lh_elf_open(const uint8_t *data, size_t len)
{
	Elf64_Ehdr eh;

	if (len < sizeof(eh))
		return NULL;
	memcpy(&eh, data, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 || eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_ident[EI_DATA] != ELFDATA2LSB || section_count(data, len, &eh) > SECTIONS_MAX)
		return NULL;
	/* libelf does not write to an image that it only reads; its parameter is not const. */
	return elf_memory((char *)data, len);
}
