/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Modules: the ELF files that are mapped in the target.
 *
 * Adjacent mappings of one path are one candidate; it is a module if it begins with an ELF header, in
 * target memory (cores hold that page by default) or else in its file. The bias follows from where the
 * segment with the header was put; the build-id is read through the program headers.
 */
#include "target/build.h"
#include "target/elfhdr.h"
#include "target/file.h"

#include "util/array.h"
#include "util/hash.h"

#include <string.h>

#define NOTE_MAX (16u << 10) /* build-id notes are about 40 bytes; .note segments a few hundred */

static uint64_t page_down(uint64_t n)
{
	return n & ~(uint64_t)(LH_PAGE - 1);
}

/* Fill in bias, build-id and the end of .bss. */
static int describe(struct lh_target *target, const struct lh_elfhdr *h, struct lh_module *m)
{
	int r = 0;

	for (size_t i = 0; i < h->phnum; i++)
		if (h->ph[i].p_type == PT_LOAD && page_down(h->ph[i].p_offset) == 0) {
			m->bias = m->start - page_down(h->ph[i].p_vaddr);
			break;
		}
	for (size_t i = 0; i < h->phnum && r >= 0; i++) {
		const Elf64_Phdr *ph = &h->ph[i];
		uint64_t at = m->bias + ph->p_vaddr, end = at + ph->p_memsz;
		uint8_t note[NOTE_MAX];

		if (ph->p_type == PT_LOAD && at >= m->start && end >= at && end > m->end)
			m->end = end;
		if (ph->p_type != PT_NOTE || ph->p_filesz > sizeof(note) || m->build_id_len)
			continue;
		r = lh_target_read(target, at, note, ph->p_filesz);
		if (r == 0)
			m->build_id_len = lh_build_id_find(note, ph->p_filesz, m->build_id);
		if (r == -LH_EFAULT)
			r = 0; /* the page is not in the core: no build-id to check files by */
	}
	return r < 0 ? r : 0;
}

/* Headers of files that were looked at: a core may name one file a million times. Hashed by path. */
#define KNOWN 256 /* a power of two; of two paths with one place the later one is kept */

struct known {
	const char *path;         /* of a mapping; NULL: none yet */
	struct lh_elfhdr *header; /* NULL: the file is not here, or is not an ELF file */
};

static int open_header(struct lh_target *target, const struct lh_module *m, struct lh_elfhdr *ret)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	int r = lh_file_open(target, m, &file);

	if (r != 0)
		return r == -LH_EFORMAT ? LH_ABSENT : r;
	return lh_elfhdr_from_bytes(file->data, file->len, ret);
}

/* From the file that the path names. */
static int file_header(struct lh_target *target, const struct lh_module *m, struct known *all,
		       struct lh_elfhdr *ret)
{
	struct known *k = &all[lh_hash(LH_HASH_START, m->path, strlen(m->path)) & (KNOWN - 1)];
	int r;

	if (k->path && strcmp(k->path, m->path) == 0) {
		if (k->header)
			*ret = *k->header;
		return k->header ? 0 : LH_ABSENT;
	}
	r = open_header(target, m, ret);
	if (r < 0)
		return r;
	free(k->header);
	*k = (struct known){.path = m->path};
	if (r != 0)
		return r;
	k->header = malloc(sizeof(*k->header));
	if (!k->header) {
		k->path = NULL;
		return lh_nomem(target->ctx);
	}
	*k->header = *ret;
	return 0;
}

/* The header from target memory, else from the file. */
static int read_header(struct lh_target *target, const struct lh_module *m, struct known *known,
		       struct lh_elfhdr *ret)
{
	const struct lh_mapping *first = lh_target_mapping(target, m->start);

	if (lh_target_segment(target, m->start) || !first || first->dumped)
		return lh_elfhdr_from_target(target, m->start, ret);
	return file_header(target, m, known, ret);
}

static int add_module(struct lh_target *target, const struct lh_mapping *first, const struct lh_mapping *last,
		      const struct lh_auxv *auxv, struct known *known)
{
	struct lh_module m = {.path = first->path, .start = first->start, .end = last->end};
	struct lh_elfhdr h;
	int r;

	if (first->offset != 0)
		return 0;
	r = read_header(target, &m, known, &h);
	if (r == 0)
		r = describe(target, &h, &m);
	if (r != 0)
		return r < 0 ? r : 0;
	m.main = (auxv->phdr >= m.start && auxv->phdr < m.end) ||
		 (auxv->entry >= m.start && auxv->entry < m.end);
	m.path = strdup(m.path);
	if (!m.path)
		return lh_nomem(target->ctx);
	r = lh_append(target->ctx, target->modules, target->module_count, target->module_capacity, m);
	if (r < 0)
		free(m.path);
	return r;
}

static bool is_file(const struct lh_mapping *m)
{
	return m->path && m->path[0] == '/';
}

/* Sorted by construction; ends reach over .bss and may lie in hostile headers, so they are clipped. */
static int finish(struct lh_target *target)
{
	bool main_seen = false;

	for (size_t i = 0; i < target->module_count; i++) {
		struct lh_module *m = &target->modules[i];

		if (i + 1 < target->module_count && m->end > m[1].start)
			m->end = m[1].start;
		m->main = m->main && !main_seen;
		main_seen |= m->main;
		if (!m->main || target->executable)
			continue;
		target->executable = strdup(m->path);
		if (!target->executable)
			return lh_nomem(target->ctx);
	}
	/* No auxiliary vector (a caller's reader): the lowest module that is not position independent, or the
	 * name. */
	for (size_t i = 0; !main_seen && target->executable && i < target->module_count; i++)
		main_seen = target->modules[i].main =
			strcmp(target->modules[i].path, target->executable) == 0;
	return 0;
}

int lh_modules_find(struct lh_target *target, const struct lh_auxv *auxv)
{
	const struct lh_mapping *all = target->mappings;
	_cleanup_free_ struct known *known = lh_new0(struct known, KNOWN);
	int r = known ? 0 : lh_nomem(target->ctx);

	for (size_t i = 0, next; i < target->mapping_count && r == 0; i = next) {
		size_t last = i;

		next = i + 1;
		if (!is_file(&all[i]))
			continue;
		/* An image mapped twice begins again at offset 0. Old linkers leave anonymous gaps inside
		 * one. */
		for (; next < target->mapping_count; next++) {
			if (!is_file(&all[next]))
				continue;
			if (strcmp(all[next].path, all[i].path) != 0 || all[next].offset == 0)
				break;
			last = next;
		}
		next = last + 1;
		r = add_module(target, &all[i], &all[last], auxv, known);
		if (r == 0)
			r = lh_progress(target->ctx, "finding modules", i, target->mapping_count);
	}
	for (size_t i = 0; known && i < KNOWN; i++)
		free(known[i].header);
	if (r == 0)
		r = finish(target);
	return r < 0 ? r : lh_named_check_files(target);
}
