/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes small ELF cores and small ELF programs in memory, right by default; a test then breaks one thing.
 */
#ifndef TESTS_CORE_WRITER_H
#define TESTS_CORE_WRITER_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WRITER_MAX 32

struct core_writer {
	struct writer_load {
		uint64_t addr, memsz;
		uint32_t flags;
		const void *data;
		size_t len;
	} loads[WRITER_MAX];
	size_t load_count;
	struct writer_file {
		uint64_t start, end, page;
		const char *path;
	} files[WRITER_MAX];
	size_t file_count;
	uint64_t at_phdr; /* AT_PHDR, 0: no NT_AUXV */
	uint32_t pid;     /* of NT_PRPSINFO, 0: none */
	struct writer_thread {
		uint32_t tid;
		uint16_t signal;
		uint64_t registers[27]; /* struct user_regs_struct */
	} threads[WRITER_MAX];
	size_t thread_count;
	struct {
		int number, code;
		uint64_t addr;
		size_t len;      /* of the note; 0: none */
	} siginfo;               /* after the first thread, as the kernel writes it */
	bool extended_count;     /* PN_XNUM: the number of headers in section header 0 */
	uint64_t file_count_lie; /* added to the count in NT_FILE */
	uint32_t note_size_lie;  /* added to the size of the last note */
};

/* The core as a file; free() it. Contents of loads follow the notes, in order. */
uint8_t *core_write(const struct core_writer *w, size_t *ret_len);

/* Program headers of a written core, to be changed in place. */
Elf64_Phdr *core_phdr(uint8_t *image, size_t i);

/*
 * A program of three pages: headers with a build-id note of 20 bytes @id, read-only data ("constant" at
 * 0x1000), data
 * ("variable" at 0x2000, with a page of .bss behind). @image has 3 * 4096 bytes.
 */
void program_write(uint8_t *image, uint8_t id);

#endif
