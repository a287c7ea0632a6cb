/* SPDX-License-Identifier: Apache-2.0 */
#include "core_writer.h"

#include <stdlib.h>
#include <string.h>

struct buffer {
	uint8_t *data;
	size_t len;
};

static void add(struct buffer *b, const void *data, size_t len)
{
	if (len == 0)
		return;
	b->data = realloc(b->data, b->len + len);
	if (data)
		memcpy(b->data + b->len, data, len);
	else
		memset(b->data + b->len, 0, len);
	b->len += len;
}

static void add_u64(struct buffer *b, uint64_t value)
{
	add(b, &value, sizeof(value));
}

static void add_note(struct buffer *b, uint32_t type, const struct buffer *desc, uint32_t lie)
{
	Elf64_Nhdr nh = {.n_namesz = 5, .n_descsz = (uint32_t)desc->len + lie, .n_type = type};

	add(b, &nh, sizeof(nh));
	add(b, "CORE\0\0\0", 8);
	add(b, desc->data, desc->len);
	add(b, NULL, -desc->len & 3);
}

static void add_files(struct buffer *notes, const struct core_writer *w)
{
	struct buffer desc = {0};

	add_u64(&desc, w->file_count + w->file_count_lie);
	add_u64(&desc, 4096);
	for (size_t i = 0; i < w->file_count; i++) {
		add_u64(&desc, w->files[i].start);
		add_u64(&desc, w->files[i].end);
		add_u64(&desc, w->files[i].page);
	}
	for (size_t i = 0; i < w->file_count; i++)
		add(&desc, w->files[i].path, strlen(w->files[i].path) + 1);
	add_note(notes, NT_FILE, &desc, w->note_size_lie);
	free(desc.data);
}

/* struct elf_prstatus: pr_cursig at 12, pr_pid at 32, pr_reg at 112, one more word at its end */
static void add_thread(struct buffer *notes, const struct writer_thread *t)
{
	uint8_t prstatus[336] = {0};

	memcpy(prstatus + 12, &t->signal, 2);
	memcpy(prstatus + 32, &t->tid, 4);
	memcpy(prstatus + 112, t->registers, sizeof(t->registers));
	add_note(notes, NT_PRSTATUS, &(struct buffer){prstatus, sizeof(prstatus)}, 0);
}

static void add_siginfo(struct buffer *notes, const struct core_writer *w)
{
	uint8_t info[128] = {0};

	memcpy(info, &w->siginfo.number, 4);
	memcpy(info + 8, &w->siginfo.code, 4);
	memcpy(info + 16, &w->siginfo.addr, 8);
	add_note(notes, NT_SIGINFO, &(struct buffer){info, w->siginfo.len}, 0);
}

static void add_notes(struct buffer *notes, const struct core_writer *w)
{
	if (w->pid) {
		uint8_t prpsinfo[136] = {0};

		memcpy(prpsinfo + 24, &w->pid, 4);
		add_note(notes, NT_PRPSINFO, &(struct buffer){prpsinfo, sizeof(prpsinfo)}, 0);
	}
	for (size_t i = 0; i < w->thread_count; i++) {
		add_thread(notes, &w->threads[i]);
		if (i == 0 && w->siginfo.len)
			add_siginfo(notes, w);
	}
	if (w->at_phdr) {
		uint64_t auxv[] = {AT_PHDR, w->at_phdr, AT_NULL, 0};

		add_note(notes, NT_AUXV, &(struct buffer){(uint8_t *)auxv, sizeof(auxv)}, 0);
	}
	if (w->file_count || w->file_count_lie)
		add_files(notes, w);
}

uint8_t *core_write(const struct core_writer *w, size_t *ret_len)
{
	size_t phnum = w->load_count + 1, at = sizeof(Elf64_Ehdr) + phnum * sizeof(Elf64_Phdr);
	struct buffer out = {0}, notes = {0};
	Elf64_Ehdr eh = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			 .e_type = ET_CORE,
			 .e_machine = EM_X86_64,
			 .e_version = EV_CURRENT,
			 .e_phoff = sizeof(eh),
			 .e_ehsize = sizeof(eh),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = (Elf64_Half)phnum};
	Elf64_Phdr note = {.p_type = PT_NOTE, .p_offset = at};

	add_notes(&notes, w);
	note.p_filesz = notes.len;
	at += notes.len;
	add(&out, &eh, sizeof(eh));
	add(&out, &note, sizeof(note));
	for (size_t i = 0; i < w->load_count; i++) {
		const struct writer_load *l = &w->loads[i];
		Elf64_Phdr ph = {.p_type = PT_LOAD,
				 .p_flags = l->flags,
				 .p_offset = at,
				 .p_vaddr = l->addr,
				 .p_filesz = l->len,
				 .p_memsz = l->memsz ? l->memsz : l->len};

		add(&out, &ph, sizeof(ph));
		at += l->len;
	}
	add(&out, notes.data, notes.len);
	for (size_t i = 0; i < w->load_count; i++)
		add(&out, w->loads[i].data, w->loads[i].len);
	if (w->extended_count) {
		Elf64_Shdr sh = {.sh_info = (Elf64_Word)phnum, .sh_size = 1};
		Elf64_Ehdr *header = (Elf64_Ehdr *)out.data;

		header->e_phnum = PN_XNUM;
		header->e_shoff = out.len;
		header->e_shentsize = sizeof(sh);
		header->e_shnum = 1;
		add(&out, &sh, sizeof(sh));
	}
	free(notes.data);
	*ret_len = out.len;
	return out.data;
}

Elf64_Phdr *core_phdr(uint8_t *image, size_t i)
{
	return (Elf64_Phdr *)(image + sizeof(Elf64_Ehdr)) + i;
}

void program_write(uint8_t *image, uint8_t id)
{
	Elf64_Ehdr *eh = (Elf64_Ehdr *)image;
	Elf64_Phdr *ph = (Elf64_Phdr *)(eh + 1);
	Elf64_Nhdr *note = (Elf64_Nhdr *)(image + 0x200);

	memset(image, 0, 3 * 4096);
	*eh = (Elf64_Ehdr){.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			   .e_type = ET_DYN,
			   .e_machine = EM_X86_64,
			   .e_version = EV_CURRENT,
			   .e_phoff = sizeof(*eh),
			   .e_ehsize = sizeof(*eh),
			   .e_phentsize = sizeof(*ph),
			   .e_phnum = 4};
	ph[0] = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R, .p_filesz = 0x1000, .p_memsz = 0x1000};
	ph[1] = (Elf64_Phdr){.p_type = PT_LOAD,
			     .p_flags = PF_R,
			     .p_offset = 0x1000,
			     .p_vaddr = 0x1000,
			     .p_filesz = 0x1000,
			     .p_memsz = 0x1000};
	ph[2] = (Elf64_Phdr){.p_type = PT_LOAD,
			     .p_flags = PF_R | PF_W,
			     .p_offset = 0x2000,
			     .p_vaddr = 0x2000,
			     .p_filesz = 0x1000,
			     .p_memsz = 0x2000};
	ph[3] = (Elf64_Phdr){.p_type = PT_NOTE,
			     .p_flags = PF_R,
			     .p_offset = 0x200,
			     .p_vaddr = 0x200,
			     .p_filesz = 36,
			     .p_memsz = 36};
	*note = (Elf64_Nhdr){.n_namesz = 4, .n_descsz = 20, .n_type = NT_GNU_BUILD_ID};
	memcpy(image + 0x20c, "GNU", 4);
	memset(image + 0x210, id, 20);
	strcpy((char *)image + 0x1000, "constant");
	strcpy((char *)image + 0x2000, "variable");
}
