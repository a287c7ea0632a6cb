/* SPDX-License-Identifier: Apache-2.0 */
/* Walking mimalloc's segments, pages and lists of free blocks; see mimalloc.h. */
#include "malloc/mimalloc.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/bytes.h"

#define SEGMENT LH_MI_SEGMENT
#define SLICE (64ull << 10) /* MI_SEGMENT_SLICE_SIZE */
#define SLICES (SEGMENT / SLICE)

/* Offsets in mi_page_t that all have: slice_count, slice_offset, capacity, reserved, free. */
enum { COUNT = 0, OFFSET = 4, CAPACITY = 10, RESERVED = 12, FREE = 16 };

/** struct lh_mi_form - offsets in mi_segment_t and mi_page_t; 0 if there is no such member */
struct lh_mi_form {
	uint32_t info_slices, entries, slices;                                     /* of a segment */
	uint32_t page_size, block_size, local_free, keys, thread_free, page_start; /* of a page */
	const char *citation;
};

/* Include/internal/mimalloc/mimalloc/types.h: mi_segment_s, mi_page_s. Lists have keys with MI_DEBUG. */
static const struct lh_mi_form forms[] = {
	{232, 248, 264, 80, 28, 32, 0, 40, 0, "mimalloc 2.1 (3.13.0-3.13.18)"},
	{232, 248, 264, 96, 28, 32, 40, 56, 0, "mimalloc 2.1, Py_DEBUG (3.13.5, 3.13.18)"},
	{256, 272, 288, 96, 40, 24, 0, 56, 48, "mimalloc 2.2 (3.14.10, 3.15.2)"},
	{256, 272, 288, 112, 40, 24, 56, 72, 48, "mimalloc 2.2, Py_DEBUG (3.14.10, 3.15.2)"},
};

/** struct page - a page, or what is between pages */
struct page {
	const uint8_t *entry;
	uint64_t addr;             /* of the entry */
	uint64_t base, start, end; /* of its slices; of the blocks */
	uint64_t block_size, capacity;
};

static const uint8_t *entry_at(const struct lh_mi_segment *s, uint64_t slice)
{
	return s->head + s->form->slices + slice * s->form->page_size;
}

/* Whether spans lie side by side from the first slice to the last. */
static bool is_segment(const struct lh_mi_segment *s)
{
	uint64_t slice = 0, info = lh_u64(s->head + s->form->info_slices), spans = 0;

	if (lh_u64(s->head + s->form->entries) != SLICES || !info || info >= SLICES ||
	    lh_u32(entry_at(s, 0) + COUNT) != info)
		return false;
	for (; slice < SLICES; spans++) {
		uint64_t count = lh_u32(entry_at(s, slice) + COUNT);

		if (!count || lh_u32(entry_at(s, slice) + OFFSET))
			return false;
		slice += count;
	}
	return slice == SLICES && spans > 1;
}

static bool read_segment(struct lh_view *view, uint64_t addr, struct lh_mi_segment *ret)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(forms); i++) {
		const struct lh_mi_form *form = &forms[i];

		*ret = (struct lh_mi_segment){addr, NULL, form};
		ret->head = lh_view_at(view, addr, form->slices + SLICES * form->page_size);
		if (ret->head && is_segment(ret))
			return true;
	}
	return false;
}

/* Blocks do not begin with the slice: _mi_segment_page_start_from_slice() (2.1). */
static uint64_t first_block(const struct lh_mi_segment *s, const uint8_t *entry, uint64_t start,
			    uint64_t block_size)
{
	if (s->form->page_start)
		return lh_u64(entry + s->form->page_start);
	return start + (block_size <= 64 ? 3 * block_size : block_size <= 512 ? block_size : 0);
}

/* Return: false: what is between pages, all free. */
static bool read_page(const struct lh_mi_segment *s, uint64_t slice, struct page *page)
{
	const uint8_t *entry = entry_at(s, slice);
	uint64_t start = s->addr + slice * SLICE;

	*page = (struct page){.entry = entry,
			      .addr = s->addr + (uint64_t)(entry - s->head),
			      .base = start,
			      .start = start,
			      .end = start + lh_u32(entry + COUNT) * SLICE,
			      .block_size = lh_u32(entry + s->form->block_size)};
	if (!page->block_size)
		return false;
	page->start = first_block(s, entry, start, page->block_size);
	page->capacity = lh_u16(entry + CAPACITY);
	return true;
}

static bool is_sound(const struct page *page)
{
	uint64_t reserved = lh_u16(page->entry + RESERVED);

	return page->block_size >= 8 && page->base <= page->start && page->start < page->end &&
	       page->end - page->base <= SEGMENT && page->capacity <= reserved &&
	       reserved * page->block_size <= page->end - page->start;
}

/* mi_ptr_decode(): the end of a list is the page's own address. */
static uint64_t decode(const struct lh_mi_segment *s, const struct page *page, uint64_t word)
{
	uint64_t first, shift;

	if (!s->form->keys)
		return word;
	first = lh_u64(page->entry + s->form->keys);
	shift = first % 64;
	word -= first;
	word = (shift ? word >> shift | word << (64 - shift) : word) ^
	       lh_u64(page->entry + s->form->keys + 8);
	return word == page->addr ? 0 : word;
}

/** struct teller - the receiver of free ranges */
struct teller {
	struct lh_view view;
	const struct lh_mi_segment *segment;
	lh_free_range_fn fn;
	void *arg;
};

static void tell_list(struct teller *t, const struct page *page, uint64_t block)
{
	for (uint64_t n = 0; block && n < page->capacity; n++) {
		uint64_t at = block - page->start;
		const uint8_t *p;

		if (at >= page->capacity * page->block_size || at % page->block_size)
			return;
		t->fn(t->arg, block, page->block_size);
		p = lh_view_at(&t->view, block, 8);
		block = p ? decode(t->segment, page, lh_u64(p)) : 0;
	}
}

static void tell_page(struct teller *t, const struct page *page)
{
	const struct lh_mi_form *form = t->segment->form;
	uint64_t used = page->start + page->capacity * page->block_size;

	t->fn(t->arg, page->base, page->start - page->base);
	t->fn(t->arg, used, page->end - used); /* never handed out */
	tell_list(t, page, lh_u64(page->entry + FREE));
	tell_list(t, page, lh_u64(page->entry + form->local_free));
	tell_list(t, page, lh_u64(page->entry + form->thread_free) & ~3ull);
}

static void tell_segment(struct teller *t)
{
	const struct lh_mi_segment *s = t->segment;
	uint64_t slice = lh_u64(s->head + s->form->info_slices);
	struct page page;

	t->fn(t->arg, s->addr, slice * SLICE);
	for (; slice < SLICES; slice += lh_u32(entry_at(s, slice) + COUNT)) {
		if (!read_page(s, slice, &page))
			t->fn(t->arg, page.start, page.end - page.start);
		else if (is_sound(&page))
			tell_page(t, &page);
	}
}

int lh_mimalloc_report_free(struct lh_target *target, const struct lh_mimalloc *mi, lh_free_range_fn fn,
			    void *arg)
{
	struct teller t = {.view = lh_view_of(target), .fn = fn, .arg = arg};
	int r = 0;

	for (size_t i = 0; i < mi->count && r == 0; i++) {
		t.segment = &mi->segments[i];
		tell_segment(&t);
		r = lh_progress(target->ctx, "reading mimalloc's segments", i, mi->count);
	}
	return r;
}

static const struct lh_mi_segment *segment_of(const struct lh_mimalloc *mi, uint64_t addr)
{
	size_t after = lh_bsearch_first(mi->count, i, mi->segments[i].addr <= addr);

	return after && addr - mi->segments[after - 1].addr < SEGMENT ? &mi->segments[after - 1] : NULL;
}

/* The entry of a slice that is not its span's first says how far back that is, in bytes of entries. */
bool lh_mimalloc_block(const struct lh_mimalloc *mi, uint64_t addr, struct lh_range *ret)
{
	const struct lh_mi_segment *s = segment_of(mi, addr);
	uint64_t slice = s ? (addr - s->addr) / SLICE : 0, back;
	struct page page;

	if (!s)
		return false;
	back = lh_u32(entry_at(s, slice) + OFFSET) / s->form->page_size;
	if (back > slice || !read_page(s, slice - back, &page) || !is_sound(&page) || addr < page.start ||
	    addr >= page.start + page.capacity * page.block_size)
		return false;
	ret->start = page.start + (addr - page.start) / page.block_size * page.block_size;
	ret->end = ret->start + page.block_size;
	return true;
}

uint64_t lh_mimalloc_block_end(const struct lh_mimalloc *mi, uint64_t addr)
{
	struct lh_range block;

	return lh_mimalloc_block(mi, addr, &block) ? block.end : 0;
}

static int find_in(struct lh_target *target, struct lh_view *view, const struct lh_range *run,
		   struct lh_mimalloc *ret)
{
	uint64_t addr = (run->start + SEGMENT - 1) & ~(SEGMENT - 1);
	struct lh_mi_segment segment;
	uint64_t n;
	int r = 0;

	for (; addr >= run->start && addr < run->end && r == 0; addr += (n + SEGMENT - 1) & ~(SEGMENT - 1)) {
		if (!lh_view_run(view, addr, &n))
			continue;
		n = 1;
		if (read_segment(view, addr, &segment))
			r = lh_append(target->ctx, ret->segments, ret->count, ret->capacity, segment);
		if (r == 0)
			r = lh_progress(target->ctx, "looking for mimalloc's segments", ret->count, 0);
	}
	return r;
}

int lh_mimalloc_find(struct lh_target *target, struct lh_mimalloc *ret)
{
	struct lh_view view = lh_view_of(target);
	struct lh_range run = {0};
	int r = 0;

	*ret = (struct lh_mimalloc){0};
	while (r == 0 && lh_target_next_writable(target, run.end, UINT64_MAX, &run)) {
		const struct lh_mapping *m = lh_target_mapping(target, run.start);

		if (!(m && m->path && m->path[0] == '/'))
			r = find_in(target, &view, &run, ret);
	}
	return r;
}

void lh_mimalloc_fini(struct lh_mimalloc *mi)
{
	free(mi->segments);
	*mi = (struct lh_mimalloc){0};
}
