/* SPDX-License-Identifier: Apache-2.0 */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096u
#define CHUNK (1u << 20) /* bytes of an array written at once */
#define WORKERS 2
#define PRSTATUS_SIZE 336 /* struct elf_prstatus (include/linux/elfcore.h) */
#define PRSTATUS_PID 32

enum { STATICS, LARGE, ARRAYS, ARENAS, SEGMENTS };

struct writer {
	const struct heap *h;
	const struct state *s;
	int fd;
	Elf64_Phdr segments[SEGMENTS];
	uint32_t next_arena; /* taken by a worker */
};

static void die(const char *what)
{
	fprintf(stderr, "synthetic-core: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void write_at(const struct writer *w, uint64_t offset, const void *bytes, size_t size)
{
	const uint8_t *p = bytes;

	while (size) {
		ssize_t n = pwrite(w->fd, p, size, (off_t)offset);

		if (n <= 0)
			die("write");
		p += n;
		offset += (uint64_t)n;
		size -= (size_t)n;
	}
}

static void write_memory(const struct writer *w, int segment, uint64_t addr, const void *bytes, size_t size)
{
	const Elf64_Phdr *ph = &w->segments[segment];

	write_at(w, ph->p_offset + (addr - ph->p_vaddr), bytes, size);
}

/* ---- headers ---- */

static void plan(struct writer *w)
{
	const struct heap *h = w->h;
	const uint64_t ends[SEGMENTS] = {h->static_end, h->large_end, w->s->arenas_at + w->s->arenas_size,
					 ARENAS_BASE + h->arena_count * h->arena_size};
	const uint64_t starts[SEGMENTS] = {STATIC_BASE, LARGE_BASE, ARRAYS_BASE, ARENAS_BASE};
	uint64_t offset = PAGE;

	for (int i = 0; i < SEGMENTS; i++) {
		uint64_t size = (ends[i] - starts[i] + PAGE - 1) / PAGE * PAGE;

		w->segments[i] = (Elf64_Phdr){.p_type = PT_LOAD,
					      .p_flags = PF_R | PF_W,
					      .p_offset = offset,
					      .p_vaddr = starts[i],
					      .p_filesz = size,
					      .p_memsz = size,
					      .p_align = PAGE};
		offset += size;
	}
	if (ftruncate(w->fd, (off_t)offset) < 0)
		die("truncate");
}

static Elf64_Ehdr elf_header(Elf64_Half type, Elf64_Half phnum)
{
	return (Elf64_Ehdr){.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			    .e_type = type,
			    .e_machine = EM_X86_64,
			    .e_version = EV_CURRENT,
			    .e_phoff = sizeof(Elf64_Ehdr),
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_phentsize = sizeof(Elf64_Phdr),
			    .e_phnum = phnum};
}

/* One file, which is nowhere. */
struct mapped_file {
	uint64_t count, page, start, end, offset;
	char path[24];
};

static struct mapped_file program_file(const struct writer *w)
{
	const Elf64_Phdr *statics = &w->segments[STATICS];
	uint32_t minor = w->h->layout.build.version >> 16 & 0xff;
	struct mapped_file file = {.count = 1,
				   .page = PAGE,
				   .start = statics->p_vaddr,
				   .end = statics->p_vaddr + statics->p_memsz};

	snprintf(file.path, sizeof(file.path), "/synthetic/python3.%u", minor);
	return file;
}

static void write_headers(const struct writer *w)
{
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr note, loads[SEGMENTS];
		Elf64_Nhdr prstatus_head;
		char prstatus_name[8];
		uint8_t prstatus[PRSTATUS_SIZE];
		Elf64_Nhdr file_head;
		char file_name[8];
		struct mapped_file file;
	} out = {.eh = elf_header(ET_CORE, SEGMENTS + 1),
		 .prstatus_head = {.n_namesz = 5, .n_descsz = PRSTATUS_SIZE, .n_type = NT_PRSTATUS},
		 .prstatus_name = "CORE",
		 .file_head = {.n_namesz = 5, .n_descsz = sizeof(out.file), .n_type = NT_FILE},
		 .file_name = "CORE",
		 .file = program_file(w)};
	size_t notes = (size_t)((uint8_t *)&out.prstatus_head - (uint8_t *)&out);
	uint32_t pid = STATE_PID;

	out.note = (Elf64_Phdr){.p_type = PT_NOTE, .p_offset = notes, .p_filesz = sizeof(out) - notes};
	memcpy(out.loads, w->segments, sizeof(out.loads));
	memcpy(out.prstatus + PRSTATUS_PID, &pid, sizeof(pid));
	write_at(w, 0, &out, sizeof(out));
}

/* ---- statics and large objects ---- */

/* The program begins with its header; of its one segment the file is said to have nothing. */
static void write_program(const struct writer *w)
{
	const Elf64_Phdr *statics = &w->segments[STATICS];
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr load;
	} out = {.eh = elf_header(ET_DYN, 1),
		 .load = {.p_type = PT_LOAD,
			  .p_flags = PF_R | PF_W,
			  .p_memsz = statics->p_memsz,
			  .p_align = PAGE}};

	write_memory(w, STATICS, STATIC_BASE, w->s->bytes, w->h->state_size);
	write_memory(w, STATICS, STATIC_BASE, &out, sizeof(out));
}

static void write_large(const struct writer *w)
{
	const struct population *p = &w->h->populations[0];

	for (uint32_t i = 0; i < p->block_count; i++) {
		const struct block *b = &p->blocks[i];
		uint8_t *bytes;

		if (b->class >= 0)
			continue;
		bytes = zeros(b->size);
		block_fill(w->h, (struct id){0, i}, 0, bytes);
		write_memory(w, b->immortal ? STATICS : LARGE, b->address - b->head, bytes, b->size);
		free(bytes);
	}
}

/* ---- arrays ---- */

static void write_array(const struct writer *w, const struct array *a)
{
	const struct heap *h = w->h;
	const struct population *p = &h->populations[a->columns[0].population];
	uint64_t at = a->address + a->head_size;
	uint32_t rows = CHUNK / a->stride;
	uint8_t *chunk = zeros(CHUNK);

	if (a->head_size)
		write_memory(w, ARRAYS, a->address, a->head, a->head_size < PAGE ? a->head_size : PAGE);
	for (uint32_t done = 0; done < p->count;) {
		uint32_t n = p->count - done < rows ? p->count - done : rows;

		for (uint32_t i = 0; i < n; i++)
			for (unsigned c = 0; c < a->column_count; c++) {
				uint64_t word = address_of(h, a->columns[c], done + i);

				memcpy(chunk + i * a->stride + c * 8, &word, 8);
			}
		write_memory(w, ARRAYS, at, chunk, (size_t)n * a->stride);
		at += (uint64_t)n * a->stride;
		done += n;
	}
	free(chunk);
}

/* ---- arenas ---- */

static const struct class_range *class_of_arena(const struct heap *h, uint32_t arena)
{
	const struct class_range *c = h->classes;

	while (arena - c->first_arena >= c->arenas)
		c++;
	return c;
}

/* Block @number of a class: the population whose it is, then the record, then the block. */
static void fill_number(const struct heap *h, int class, uint64_t number, uint8_t *out)
{
	uint32_t i = 0, place;
	const struct population *p;
	uint64_t at, per_record;

	while (i + 1 < h->population_count && h->populations[i + 1].class_start[class] <= number)
		i++;
	p = &h->populations[i];
	per_record = p->class_count[class];
	at = number - p->class_start[class];
	place = (uint32_t)(at % per_record);
	block_fill(h, (struct id){i, p->of_class[class][place]}, record_at(p, (uint32_t)(at / per_record)),
		   out);
}

static void put_header(const struct heap *h, const struct class_range *c, uint32_t arena, uint32_t used,
		       uint64_t addr, uint8_t *pool)
{
	bool freed = used > FREED_AT;
	uint32_t class = c->size / 16 - 1, handed = used + (freed ? FREED : 0);
	uint32_t next = h->pool_header + handed * c->size, last = (uint32_t)h->pool_size - c->size;
	uint64_t chain = freed ? addr + h->pool_header + FREED_AT * (uint64_t)c->size : 0,
		 after = chain + c->size;

	memcpy(pool + off(h, LH_F_POOL_COUNT), &used, 4);
	memcpy(pool + off(h, LH_F_POOL_FREEBLOCK), &chain, 8);
	memcpy(pool + off(h, LH_F_POOL_ARENAINDEX), &arena, 4);
	memcpy(pool + off(h, LH_F_POOL_SZIDX), &class, 4);
	memcpy(pool + off(h, LH_F_POOL_NEXTOFFSET), &next, 4);
	memcpy(pool + off(h, LH_F_POOL_MAXNEXTOFFSET), &last, 4);
	if (!freed)
		return;
	/* What was freed looks like its neighbour did, but for the link. */
	pool += h->pool_header + FREED_AT * c->size;
	for (int i = 0; i < FREED; i++, after = 0, pool += c->size) {
		memcpy(pool, pool - c->size, c->size);
		memcpy(pool, &after, 8);
	}
}

static void fill_pool(const struct heap *h, const struct class_range *c, uint32_t arena, uint64_t number,
		      uint8_t *pool)
{
	uint64_t first = number * c->usable;
	uint32_t used = c->blocks - first < c->usable ? (uint32_t)(c->blocks - first) : c->usable;

	for (uint32_t i = 0; i < used; i++) {
		uint32_t at = i < FREED_AT ? i : i + FREED;

		fill_number(h, (int)(c - h->classes), first + i, pool + h->pool_header + at * c->size);
	}
	put_header(h, c, arena, used, c->first_pool + number * h->pool_size, pool);
}

static void write_arena(const struct writer *w, uint32_t arena, uint8_t *buffer)
{
	const struct heap *h = w->h;
	const struct class_range *c = class_of_arena(h, arena);
	uint64_t per_arena = h->arena_size / h->pool_size, first = (arena - c->first_arena) * per_arena,
		 n = 0;

	memset(buffer, 0, h->arena_size);
	for (; n < per_arena && first + n < c->pools; n++)
		fill_pool(h, c, arena, first + n, buffer + n * h->pool_size);
	write_memory(w, ARENAS, c->first_pool + first * h->pool_size, buffer, n * h->pool_size);
}

static void *work(void *arg)
{
	struct writer *w = arg;
	uint8_t *buffer = zeros(w->h->arena_size);
	uint32_t arena;

	while ((arena = __atomic_fetch_add(&w->next_arena, 1, __ATOMIC_RELAXED)) < w->h->arena_count)
		write_arena(w, arena, buffer);
	free(buffer);
	return NULL;
}

static void write_arenas(struct writer *w)
{
	pthread_t workers[WORKERS];

	for (int i = 0; i < WORKERS; i++)
		if (pthread_create(&workers[i], NULL, work, w))
			die("thread");
	for (int i = 0; i < WORKERS; i++)
		pthread_join(workers[i], NULL);
}

void core_write_heap(const struct heap *h, const struct state *s, const char *path)
{
	struct writer w = {.h = h, .s = s, .fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};

	if (w.fd < 0)
		die(path);
	plan(&w);
	write_headers(&w);
	write_program(&w);
	write_large(&w);
	for (size_t i = 0; i < h->array_count; i++)
		write_array(&w, &h->arrays[i]);
	write_memory(&w, ARRAYS, s->arenas_at, s->arenas, s->arenas_size);
	write_arenas(&w);
	if (close(w.fd) < 0)
		die(path);
}
