/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/snapshot.h"
#include "cpython/frames.h"
#include "snapshot/filter.h"
#include "snapshot/mark.h"
#include "snapshot/notes.h"
#include "snapshot/plan.h"
#include "snapshot/sink.h"
#include "util/array.h"
#include "util/sort.h"
#include "util/string.h"

#include <elf.h>
#include <string.h>

#define PAGE 4096u
#define BLOCK (64u << 10) /* bytes that are filtered at once: a hole has at least as many */

struct work {
	struct lh_heap *heap;
	struct lh_snapshot_marks marks;
	struct lh_snapshot_filter filter;
	struct lh_snapshot_plan plan;
	struct lh_string notes;
	struct lh_snapshot_sink sink;
	uint8_t block[BLOCK];
};

static void work_free(struct work **w)
{
	if (!*w)
		return;
	lh_sink_fini(&(*w)->sink);
	lh_string_fini(&(*w)->notes);
	lh_plan_fini(&(*w)->plan);
	lh_filter_fini(&(*w)->filter);
	lh_kept_fini(&(*w)->marks);
	free(*w);
}

/* ---- marks ---- */

static int find_threads(struct lh_mark_objects *m)
{
	struct lh_frames f;
	int r = 0;

	for (size_t i = 0; i < m->heap->interp_count; i++) {
		lh_frames_init(&f, m->heap, &m->heap->interps[i]);
		while (r == 0 && lh_frames_next_thread(&f))
			r = lh_append(m->heap->ctx, m->thread_ids, m->thread_id_count, m->thread_id_capacity,
				      f.thread.id);
	}
	lh_sort_words(m->thread_ids, m->thread_id_count);
	return r;
}

static int mark_batch(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_mark_objects *m = arg;

	for (size_t i = 0; i < count; i++) {
		lh_mark_object(m, &items[i].object);
		lh_mark_names(m, &items[i].object);
	}
	return 0;
}

static int mark_all(struct work *w, struct lh_snapshot *ret)
{
	struct lh_mark_objects m = {.heap = w->heap, .view = lh_view_of(w->heap->target), .marks = &w->marks};
	int r = find_threads(&m);

	if (r == 0)
		r = lh_mark_allocators(w->heap, &w->marks);
	if (r == 0)
		r = lh_mark_runtime(w->heap, &w->marks);
	if (r == 0)
		r = lh_objects_walk(w->heap, false, mark_batch, &m, &ret->findings);
	if (r == 0)
		lh_mark_modules(&m);
	if (r == 0)
		r = lh_mark_traces(&m);
	free(m.thread_ids);
	ret->objects = m.objects;
	return r;
}

/* ---- the file ---- */

static uint64_t round_up(uint64_t n)
{
	return (n + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

static void write_header(struct work *w)
{
	Elf64_Ehdr eh = {.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			 .e_type = ET_CORE,
			 .e_machine = w->heap->target->machine,
			 .e_version = EV_CURRENT,
			 .e_phoff = sizeof(eh),
			 .e_ehsize = sizeof(eh),
			 .e_phentsize = sizeof(Elf64_Phdr),
			 .e_phnum = (uint16_t)(w->plan.count + 1)};

	lh_sink_add(&w->sink, &eh, sizeof(eh));
}

static void write_program_headers(struct work *w)
{
	uint64_t at = sizeof(Elf64_Ehdr) + (w->plan.count + 1) * sizeof(Elf64_Phdr);
	Elf64_Phdr ph = {.p_type = PT_NOTE, .p_offset = at, .p_filesz = w->notes.len, .p_align = 4};

	lh_sink_add(&w->sink, &ph, sizeof(ph));
	at = round_up(at + w->notes.len);
	for (size_t i = 0; i < w->plan.count; i++) {
		const struct lh_snapshot_piece *p = &w->plan.pieces[i];

		ph = (Elf64_Phdr){.p_type = PT_LOAD,
				  .p_flags = (p->mapping->readable ? PF_R : 0u) |
					     (p->mapping->writable ? PF_W : 0u) |
					     (p->mapping->executable ? PF_X : 0u),
				  .p_offset = at,
				  .p_vaddr = p->start,
				  .p_filesz = p->bytes,
				  .p_memsz = p->end - p->start,
				  .p_align = PAGE};
		lh_sink_add(&w->sink, &ph, sizeof(ph));
		at += round_up(p->bytes);
	}
	lh_sink_add(&w->sink, w->notes.text, w->notes.len);
	lh_sink_zeros(&w->sink, round_up(w->sink.bytes) - w->sink.bytes);
}

/* What the process could not write is its files' or the system's, and is taken as it is. */
static void write_block(struct work *w, const struct lh_mapping *m, uint64_t addr, uint64_t len)
{
	struct lh_view view = w->filter.view;
	const uint8_t *p;

	if (m->writable && lh_filter_read(&w->filter, addr, len, w->block) != 0) {
		lh_sink_zeros(&w->sink, len);
		return;
	}
	p = m->writable ? w->block : lh_view_at(&view, addr, len);
	if (p)
		lh_sink_add(&w->sink, p, len);
	else
		lh_sink_zeros(&w->sink, len);
}

static int write_piece(struct work *w, const struct lh_snapshot_piece *p, uint64_t *done)
{
	int r = 0;

	for (uint64_t at = 0, n; at < p->bytes && r == 0; at += n) {
		n = p->bytes - at < BLOCK ? p->bytes - at : BLOCK;
		write_block(w, p->mapping, p->start + at, n);
		*done += n;
		r = lh_progress(w->heap->ctx, "writing memory", *done, w->plan.bytes);
	}
	lh_sink_zeros(&w->sink, round_up(p->bytes) - p->bytes);
	return r;
}

static int write_all(struct work *w, const char *path)
{
	uint64_t done = 0;
	int r = lh_sink_open(w->heap->ctx, path, &w->sink);

	if (r < 0)
		return r;
	write_header(w);
	write_program_headers(w);
	for (size_t i = 0; i < w->plan.count && r == 0 && w->sink.out.error == 0; i++)
		r = write_piece(w, &w->plan.pieces[i], &done);
	return r == 0 ? lh_sink_finish(&w->sink) : r;
}

static int plan(struct work *w)
{
	struct lh_target *t = w->heap->target;
	int r = lh_plan_make(t, &w->plan);

	if (r == 0 && w->plan.count + 1 >= PN_XNUM)
		return lh_fail(t->ctx, LH_EFORMAT,
			       "snapshot: the process has %zu mappings, and one core has room for %u",
			       w->plan.count, PN_XNUM - 2u);
	return r == 0 ? lh_snapshot_notes(&w->filter, &w->notes) : r;
}

/* @ret_fd: NULL, or gets the file of which nobody else knows. */
static int write_snapshot(struct lh_heap *heap, const char *path, bool values, int *ret_fd,
			  struct lh_snapshot *ret)
{
	_cleanup_(work_free) struct work *w = lh_new0(struct work, 1);
	int r;

	*ret = (struct lh_snapshot){0};
	if (!w)
		return lh_nomem(heap->ctx);
	w->heap = heap;
	w->sink.out.fd = -1;
	r = lh_kept_init(&w->marks, heap->target, values);
	if (r == 0)
		r = lh_filter_init(&w->filter, &w->marks);
	w->filter.fillers = heap->debug_padding.before;
	if (r == 0)
		r = mark_all(w, ret);
	if (r == 0)
		r = plan(w);
	if (r == 0)
		r = write_all(w, path);
	if (r == 0 && ret_fd)
		*ret_fd = lh_take_fd(w->sink.out.fd);
	ret->bytes = w->sink.bytes;
	ret->stored = w->sink.stored;
	ret->written = w->sink.out.bytes;
	ret->memory = w->plan.bytes;
	ret->threads = heap->target->lwp_count;
	ret->kept = w->filter.kept;
	ret->dropped = w->filter.dropped;
	ret->blanked = w->filter.blanked;
	return r;
}

int lh_snapshot_write(struct lh_heap *heap, const char *path, bool values, struct lh_snapshot *ret)
{
	return write_snapshot(heap, path, values, NULL, ret);
}

int lh_snapshot_keep(struct lh_heap *heap, int *ret_fd, struct lh_snapshot *ret)
{
	return write_snapshot(heap, NULL, true, ret_fd, ret);
}
