/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables are _Py_hashtable_t: buckets of chains. Up to 3.8 key and value lie in the entry, since 3.9 it has
 * pointers. Each table is bounded by what it says it has, and all of them by what the target has room for: of chains
 * that lead in a circle, or that tables share, no more is read.
 */
#include "analyze/traces.h"
#include "cpython/text.h"

#define BUCKET_BYTES 8
#define ENTRY_BYTES 16 /* at least: the next one, and a hash */
#define FILE_MAX 4096  /* bytes of a name */

struct walk {
	struct lh_heap *heap;
	struct lh_view view, buckets; /* of entries; of buckets */
	lh_trace_fn fn;
	void *arg;
	struct lh_traces *out;
	uint64_t room;             /* bytes of the target that buckets and entries may still take */
	lh_trace_memory_fn memory; /* NULL: nobody asks */
	void *memory_arg;
};

/** struct entry - of a table; addresses */
struct entry {
	uint64_t key, value;
};

typedef int (*entry_fn)(struct walk *w, const struct entry *entry);

static uint64_t word(struct walk *w, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&w->view, addr, 8);

	return p ? lh_u64(p) : 0;
}

static uint64_t field(struct walk *w, uint64_t addr, enum lh_field which)
{
	return lh_heap_word(w->heap, &w->view, addr, which);
}

static void tell(struct walk *w, uint64_t addr, uint64_t len)
{
	if (w->memory && addr)
		w->memory(w->memory_arg, addr, len);
}

static void tell_field(struct walk *w, uint64_t addr, enum lh_field which)
{
	if (addr && lh_layout_has(&w->heap->layout, which))
		tell(w, addr + lh_layout_at(&w->heap->layout, which), sizeof(uint64_t));
}

/* ---- a table ---- */

static struct entry read_entry(struct walk *w, uint64_t table, uint64_t at)
{
	const struct lh_layout *l = &w->heap->layout;
	uint64_t inside;

	if (lh_layout_has(l, LH_F_HASHENTRY_VALUE))
		return (struct entry){field(w, at, LH_F_HASHENTRY_KEY), field(w, at, LH_F_HASHENTRY_VALUE)};
	inside = at + lh_layout_at(l, LH_F_HASHENTRY_SIZE);
	return (struct entry){word(w, inside), inside + field(w, table, LH_F_HASHTABLE_KEY_SIZE)};
}

/* Whether @bytes more of tables can be in the target. */
static bool takes(struct walk *w, uint64_t bytes)
{
	if (w->room < bytes)
		return false;
	w->room -= bytes;
	return true;
}

static int walk_chain(struct walk *w, uint64_t table, uint64_t at, entry_fn fn, uint64_t *left)
{
	int r = 0;

	for (; at && r == 0 && *left && takes(w, ENTRY_BYTES); at = word(w, at)) {
		struct entry entry = read_entry(w, table, at);

		--*left;
		r = fn(w, &entry);
	}
	return r;
}

static int walk_table(struct walk *w, uint64_t table, entry_fn fn, uint64_t *ret_entries)
{
	uint64_t buckets = field(w, table, LH_F_HASHTABLE_BUCKETS),
		 n = field(w, table, LH_F_HASHTABLE_BUCKET_COUNT),
		 left = field(w, table, LH_F_HASHTABLE_ENTRIES);
	int r = 0;

	*ret_entries = left;
	tell_field(w, table, LH_F_HASHTABLE_BUCKET_COUNT);
	tell_field(w, table, LH_F_HASHTABLE_ENTRIES);
	tell_field(w, table, LH_F_HASHTABLE_KEY_SIZE);
	for (uint64_t i = 0; r == 0 && left && i < n && takes(w, BUCKET_BYTES); i++) {
		const uint8_t *p = lh_view_at(&w->buckets, buckets + 8 * i, 8);

		if (!p)
			break;
		r = walk_chain(w, table, lh_u64(p), fn, &left);
	}
	return r;
}

/* ---- blocks ---- */

static int take_block(struct walk *w, const struct entry *entry)
{
	struct lh_trace trace = {entry->key, field(w, entry->value, LH_F_TRACE_BYTES),
				 field(w, entry->value, LH_F_TRACE_TRACEBACK)};

	if (!trace.addr || !trace.traceback)
		return 0;
	tell_field(w, entry->value, LH_F_TRACE_BYTES);
	w->out->entries++;
	return w->fn(w->arg, &trace);
}

static int take_table(struct walk *w, uint64_t table)
{
	uint64_t entries = 0;
	int r = table ? walk_table(w, table, take_block, &entries) : 0;

	w->out->counted += entries;
	return r;
}

/* A domain's table of blocks (3.8+). 3.8 keeps a pointer to it in the entry. */
static int take_domain(struct walk *w, const struct entry *entry)
{
	return take_table(w, lh_layout_has(&w->heap->layout, LH_F_HASHENTRY_VALUE) ? entry->value
										   : word(w, entry->value));
}

/* The word of a field of the runtime's state (3.12+) or of a static of that name. */
static int find_table(struct walk *w, enum lh_field which, const char *name, uint64_t *ret)
{
	const struct lh_layout *l = &w->heap->layout;
	uint64_t at;

	if (lh_layout_has(l, which) && lh_layout_has(l, LH_F_RUNTIME_TRACEMALLOC))
		at = w->heap->runtime + lh_layout_at(l, LH_F_RUNTIME_TRACEMALLOC) + lh_layout_at(l, which);
	else if (!w->heap->python || lh_modfile_symbol(w->heap->python, name, &at, NULL) != 0)
		return LH_ABSENT;
	*ret = word(w, at);
	return 0;
}

static struct walk walk_of(struct lh_heap *heap, lh_trace_fn fn, void *arg, struct lh_traces *out)
{
	*out = (struct lh_traces){0};
	return (struct walk){.heap = heap,
			     .view = lh_view_of(heap->target),
			     .buckets = lh_view_of(heap->target),
			     .fn = fn,
			     .arg = arg,
			     .out = out,
			     .room = lh_target_bytes(heap->target)};
}

static int walk_all(struct walk *w)
{
	struct lh_heap *heap = w->heap;
	uint64_t table, domains, ignored;
	int r;

	if (!lh_layout_has(&heap->layout, LH_F_TRACE_TRACEBACK) ||
	    !lh_layout_has(&heap->layout, LH_F_HASHTABLE_BUCKETS) ||
	    find_table(w, LH_F_TRACEMALLOC_TRACES, "tracemalloc_traces", &table) != 0)
		return 0;
	w->out->known = true;
	r = take_table(w, table);
	if (r == 0 && find_table(w, LH_F_TRACEMALLOC_DOMAINS, "tracemalloc_domains", &domains) == 0 &&
	    domains)
		r = walk_table(w, domains, take_domain, &ignored);
	return r;
}

int lh_traces_walk(struct lh_heap *heap, lh_trace_fn fn, void *arg, struct lh_traces *ret)
{
	struct walk w = walk_of(heap, fn, arg, ret);

	return walk_all(&w);
}

int lh_traces_memory(struct lh_heap *heap, lh_trace_memory_fn memory, lh_trace_fn fn, void *arg)
{
	struct lh_traces ignored;
	struct walk w = walk_of(heap, fn, arg, &ignored);

	w.memory = memory;
	w.memory_arg = arg;
	return walk_all(&w);
}

uint64_t lh_trace_bytes(struct lh_heap *heap, struct lh_view *view, uint64_t traceback)
{
	const struct lh_layout *l = &heap->layout;
	struct lh_trace_frame frame;
	uint32_t n = 0;

	while (lh_trace_frame(heap, view, traceback, n, &frame) == 0)
		n++;
	return lh_layout_at(l, LH_F_TRACE_FRAMES) +
	       n * ((uint64_t)lh_layout_at(l, LH_F_TRACE_FRAME_LINE) + 4);
}

/* ---- tracebacks ---- */

int lh_trace_frame(struct lh_heap *heap, struct lh_view *view, uint64_t traceback, uint32_t i,
		   struct lh_trace_frame *ret)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t count_at = lh_layout_at(l, LH_F_TRACE_FRAME_COUNT),
		 frame = lh_layout_at(l, LH_F_TRACE_FRAME_LINE) + 4; /* packed */
	const uint8_t *p = lh_view_at(view, traceback + count_at, 4);

	/* 3.9+: 16 bits, and behind them how many there would be. */
	if (!p || i >= (lh_layout_has(l, LH_F_TRACE_FRAME_TOTAL) ? lh_u32(p) & 0xffff : lh_u32(p)))
		return LH_ABSENT;
	p = lh_view_at(view, traceback + lh_layout_at(l, LH_F_TRACE_FRAMES) + (uint64_t)i * frame, frame);
	if (!p)
		return LH_ABSENT;
	*ret = (struct lh_trace_frame){lh_u64(p + lh_layout_at(l, LH_F_TRACE_FRAME_FILE)),
				       lh_u32(p + lh_layout_at(l, LH_F_TRACE_FRAME_LINE))};
	return 0;
}

void lh_trace_file(struct lh_heap *heap, uint64_t file, struct lh_string *out)
{
	char name[FILE_MAX];

	if (!lh_layout_constant(&heap->layout, LH_C_TRACE_FILE_CHARS))
		lh_str_append(heap, file, FILE_MAX, out);
	else if (lh_heap_string(heap, file, name, sizeof(name)) == 0)
		lh_string_add(out, name);
}

struct search {
	uint64_t addr;
	struct lh_trace *found;
};

#define FOUND 1

static int compare(void *arg, const struct lh_trace *trace)
{
	struct search *search = arg;

	if (trace->addr != search->addr)
		return 0;
	*search->found = *trace;
	return FOUND;
}

int lh_trace_of(struct lh_heap *heap, const struct lh_object *object, struct lh_trace *ret)
{
	struct search search = {object->addr - object->type->presize, ret};
	struct lh_traces traces;

	return lh_traces_walk(heap, compare, &search, &traces) == FOUND ? 0 : LH_ABSENT;
}
