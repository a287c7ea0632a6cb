/* SPDX-License-Identifier: Apache-2.0 */
#include "seeds.h"

#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/stat.h>
#include <unistd.h>

#define SEEDS_MAX 256
#define PAGE 4096

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;

struct seed *seed_at(size_t index)
{
	return &seeds[index % seed_count];
}

struct seed *seed_beside(const struct seed *seed, const char *from, const char *to)
{
	size_t stem = strlen(seed->name) - strlen(from);

	if (strlen(seed->name) < strlen(from) || strcmp(seed->name + stem, from) != 0)
		return NULL;
	for (size_t i = 0; i < seed_count; i++)
		if (strncmp(seeds[i].name, seed->name, stem) == 0 && strcmp(seeds[i].name + stem, to) == 0)
			return &seeds[i];
	return NULL;
}

void place_add(struct seed *seed, enum place_kind kind, uint64_t addr)
{
	struct places *places = &seed->places[kind];
	size_t offset;

	if (!seed_offset(seed, addr, &offset))
		return;
	if (places->count == places->capacity) {
		size_t capacity = places->capacity ? 2 * places->capacity : 64;
		uint64_t *more = realloc(places->addrs, capacity * sizeof(*more));

		if (!more)
			return;
		places->addrs = more;
		places->capacity = capacity;
	}
	places->addrs[places->count++] = addr;
}

bool seed_offset(const struct seed *seed, uint64_t addr, size_t *ret)
{
	for (size_t i = 0; i < seed->segment_count; i++) {
		const struct segment *s = &seed->segments[i];

		if (addr < s->addr || addr - s->addr >= s->size || s->size - (addr - s->addr) < 8)
			continue;
		*ret = s->offset + (addr - s->addr);
		return true;
	}
	return false;
}

uint64_t seed_register(const struct seed *seed, unsigned number)
{
	uint64_t word;

	memcpy(&word, seed->pristine + seed->registers + 8 * number, 8);
	return word;
}

static void read_notes(struct seed *seed, size_t at, size_t end)
{
	while (at + sizeof(Elf64_Nhdr) <= end) {
		const Elf64_Nhdr *nh = (const void *)(seed->pristine + at);
		size_t desc = at + sizeof(*nh) + ((nh->n_namesz + 3) & ~3u);

		if (nh->n_type == NT_PRSTATUS && !seed->registers)
			seed->registers = desc + offsetof(struct elf_prstatus, pr_reg);
		if (nh->n_type == NT_SIGINFO)
			seed->siginfo = desc;
		at = desc + ((nh->n_descsz + 3) & ~3u);
	}
}

/* The seed is a core that a writer of cores made: no header of it lies. */
static void read_segments(struct seed *seed)
{
	const Elf64_Ehdr *eh = (const void *)seed->pristine;
	const Elf64_Phdr *ph = (const void *)(seed->pristine + sizeof(*eh));

	seed->head = seed->len;
	if (seed->len < sizeof(*eh) || memcmp(eh->e_ident, ELFMAG, SELFMAG) != 0 || eh->e_type != ET_CORE)
		return;
	seed->core = true;
	seed->segments = calloc(eh->e_phnum, sizeof(*seed->segments));
	for (size_t i = 0; seed->segments && i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_NOTE)
			read_notes(seed, ph[i].p_offset, ph[i].p_offset + ph[i].p_filesz);
		if (ph[i].p_type != PT_LOAD || !ph[i].p_filesz)
			continue;
		seed->segments[seed->segment_count++] =
			(struct segment){ph[i].p_vaddr, ph[i].p_offset, ph[i].p_filesz};
		if (ph[i].p_offset < seed->head)
			seed->head = ph[i].p_offset;
	}
}

/* A copy that ends where the file ends, before a page that cannot be read; aligned for words, as a file is. */
static uint8_t *map_copy(const uint8_t *bytes, size_t len)
{
	size_t room = (len + PAGE - 1) / PAGE * PAGE;
	uint8_t *map = mmap(NULL, room + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return NULL;
	mprotect(map + room, PAGE, PROT_NONE);
	return memcpy(map + ((room - len) & ~(size_t)7), bytes, len);
}

static bool map_seed(struct seed *seed, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return false;
	}
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED)
		return false;
	seed->pristine = map;
	seed->len = (size_t)st.st_size;
	seed->image = map_copy(seed->pristine, seed->len);
	return seed->image != NULL;
}

static int is_no_dot(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

size_t seeds_open(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_no_dot, alphasort);

	for (int i = 0; i < n; i++) {
		struct seed *seed = &seeds[seed_count];
		char *path;

		if (seed_count < SEEDS_MAX && asprintf(&path, "%s/%s", folder, entries[i]->d_name) > 0) {
			if (map_seed(seed, path)) {
				seed->name = strdup(entries[i]->d_name);
				read_segments(seed);
				seed_count++;
			}
			free(path);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (!seed_count)
		fprintf(stderr, "%s: no seeds: tools/fuzz makes some\n", folder);
	return seed_count;
}
