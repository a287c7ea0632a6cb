/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/filter.h"
#include "util/array.h"
#include "util/bytes.h"
#include "util/string.h"

#include <string.h>

#define WORD 8u
#define PAGE 4096u

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int lh_filter_init(struct lh_snapshot_filter *f, struct lh_snapshot_marks *marks)
{
	const struct lh_target *t = marks->target;
	const char **names = lh_new0(const char *, t->module_count + 1);

	*f = (struct lh_snapshot_filter){.marks = marks, .view = lh_view_of(marks->target), .names = names};
	if (!names)
		return lh_nomem(t->ctx);
	for (size_t i = 0; i < t->module_count; i++)
		names[f->name_count++] = lh_base_name(t->modules[i].path);
	if (f->name_count)
		qsort(names, f->name_count, sizeof(*names), compare);
	return 0;
}

void lh_filter_fini(struct lh_snapshot_filter *f)
{
	free((void *)f->names);
}

/* The end of a mapping is an address, too: of what lies before it. */
static bool is_address(struct lh_snapshot_filter *f, uint64_t word)
{
	const struct lh_mapping *m = f->mapping;

	if (m && word - m->start <= m->end - m->start)
		return true;
	m = word < PAGE ? NULL : lh_target_mapping(f->marks->target, word);
	if (!m && word >= PAGE)
		m = lh_target_mapping(f->marks->target, word - 1);
	if (m)
		f->mapping = m;
	return m;
}

static bool is_text(uint64_t word)
{
	for (unsigned i = 0; i < WORD; i++, word >>= 8)
		if ((uint8_t)word < ' ' || (uint8_t)word > '~')
			return false;
	return true;
}

/*
 * The loader's list has the paths of what it loaded, each in memory of its own: a debugger finds symbols by them. They lead through
 * links that the kernel's paths of mappings do not have, but end alike.
 */
static uint64_t path_bytes(struct lh_snapshot_filter *f, uint64_t addr, uint64_t word)
{
	char text[4096];
	const char *name;

	if ((uint8_t)word != '/' || !is_text(word) ||
	    lh_target_string(f->marks->target, addr, text, sizeof(text)) != 0)
		return 0;
	name = lh_base_name(text);
	return *name && bsearch(&name, f->names, f->name_count, sizeof(name), compare) ? strlen(text) + 1 : 0;
}

/* What debug allocators put around blocks, and what they fill them with (Objects/obmalloc.c: FORBIDDENBYTE and others). */
static bool is_filler(uint8_t byte)
{
	return byte == 0xfd || byte == 0xdd || byte == 0xcd || byte == 0xfb || byte == 0xdb || byte == 0xcb;
}

/* The bytes of such a kind at both ends of a word, of which the rest is something else. */
static uint64_t filler_of(uint64_t word)
{
	uint64_t left = 0;

	for (int shift = 0; shift < 64 && is_filler((uint8_t)(word >> shift)); shift += 8)
		left |= (uint64_t)0xff << shift;
	for (int shift = 56; shift >= 0 && is_filler((uint8_t)(word >> shift)); shift -= 8)
		left |= (uint64_t)0xff << shift;
	return word & left;
}

static uint64_t filter_word(struct lh_snapshot_filter *f, const struct lh_marked *run, uint64_t addr,
			    uint64_t word)
{
	uint64_t i = (addr - run->start) / WORD;

	if (lh_bit_has(run->kept, i)) {
		f->kept++;
		return !lh_bit_has(run->blank, i) ? word
						  : (uint32_t)word | (f->fillers ? filler_of(word) : 0);
	}
	if (lh_bit_has(run->blank, i)) {
		f->blanked++;
		return f->fillers ? filler_of(word) : 0;
	}
	if (is_address(f, word)) {
		f->kept++;
		return word;
	}
	f->dropped++;
	return f->fillers ? filler_of(word) : 0;
}

/* Of eight characters nothing can be said but that they are contents; other values may be what a crash is about. */
uint64_t lh_filter_register(struct lh_snapshot_filter *f, uint64_t value)
{
	return is_text(value) && !is_address(f, value) ? 0 : value;
}

/* @from: @len bytes that are here. Return: whether anything is left of them. */
static bool filter_bytes(struct lh_snapshot_filter *f, uint64_t addr, const uint8_t *from, uint64_t len,
			 uint8_t *to)
{
	const struct lh_marked *run = lh_kept_run(f->marks, addr);
	uint64_t any = 0;

	for (uint64_t at = 0; run && at + WORD <= len; at += WORD) {
		uint64_t word = lh_u64(from + at);

		if (!word)
			continue;
		if (!lh_range_has(&f->path, addr + at, 1) && !lh_kept_is_contents(run, addr + at))
			f->path = (struct lh_range){addr + at, addr + at + path_bytes(f, addr + at, word)};
		if (!lh_range_has(&f->path, addr + at, 1))
			word = filter_word(f, run, addr + at, word);
		memcpy(to + at, &word, WORD);
		any |= word;
	}
	return any;
}

int lh_filter_read(struct lh_snapshot_filter *f, uint64_t addr, uint64_t len, uint8_t *to)
{
	bool any = false, cleared = false;

	for (uint64_t at = 0, n; at < len; at += n) {
		const uint8_t *p = lh_view_run(&f->view, addr + at, &n);

		n = n && n < len - at ? n : len - at;
		if (!p)
			continue;
		if (!cleared)
			memset(to, 0, len);
		cleared = true;
		any |= filter_bytes(f, addr + at, p, n & ~(uint64_t)(WORD - 1), to + at);
	}
	return any ? 0 : LH_ABSENT;
}
