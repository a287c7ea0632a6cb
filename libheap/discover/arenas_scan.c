/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tracked object lies in a pool; the pool's header names its arena by index. The variable 'arenas' is the
 * one word of the interpreter's writable data that points to an array whose entries at those indices hold
 * those pools.
 */
#include "discover/arenas_scan.h"
#include "cpython/gc.h"
#include "target/word_search.h"
#include "util/bytes.h"

#define WITNESSES 32    /* pools, each known by a tracked object in it */
#define WITNESSES_MIN 4 /* fewer prove nothing */
#define LOOKED 4096     /* objects of each generation that may lie in such pools */
#define INDEX_MAX (1u << 20)
#define INTERP_MAX (512u << 10) /* bytes of an interpreter */
#define SEARCH_MAX (64u << 20)  /* bytes searched for the array */

struct witness {
	uint64_t pool;
	uint32_t index;
};

struct scan {
	struct lh_heap *heap;
	struct lh_view view;
	struct witness witnesses[WITNESSES];
	unsigned count;
};

/* What would be the pool of @object, if its header can be one. */
static void add_witness(struct scan *scan, uint64_t object)
{
	const struct lh_layout *l = &scan->heap->layout;
	const struct lh_pymalloc *pm = &scan->heap->pymalloc;
	uint64_t pool = object & ~(pm->pool_size - 1);
	const uint8_t *p = lh_view_at(&scan->view, pool, pm->header);
	uint32_t index;

	if (!p || lh_u32(p + lh_layout_at(l, LH_F_POOL_SZIDX)) >= lh_pymalloc_size_classes(pm) ||
	    !lh_u32(p + lh_layout_at(l, LH_F_POOL_COUNT)) ||
	    lh_u32(p + lh_layout_at(l, LH_F_POOL_COUNT)) > LH_POOL_BLOCKS_MAX)
		return;
	index = lh_u32(p + lh_layout_at(l, LH_F_POOL_ARENAINDEX));
	if (index >= INDEX_MAX)
		return;
	for (unsigned i = 0; i < scan->count; i++)
		if (scan->witnesses[i].pool == pool)
			return;
	scan->witnesses[scan->count++] = (struct witness){pool, index};
}

/* Pools of objects of the interpreter @only; 0: of all. */
static int gather(struct scan *scan, uint64_t only)
{
	for (size_t i = 0; i < scan->heap->interp_count; i++) {
		const struct lh_interp *interp = &scan->heap->interps[i];
		struct lh_gc_iter iter;
		uint64_t object;

		if ((only && interp->addr != only) ||
		    lh_gc_iter_begin(scan->heap, interp, LOOKED, &iter) != 0)
			continue;
		while (scan->count < WITNESSES && lh_gc_iter_next(&iter, &object) == 0)
			add_witness(scan, object);
	}
	return scan->count >= WITNESSES_MIN ? 0 : LH_ABSENT;
}

/* Whether the bytes at @p can be an arena object. An unused one is recognized by its address, 0, alone. */
static bool is_entry(const struct scan *scan, const uint8_t *p)
{
	const struct lh_layout *l = &scan->heap->layout;
	const struct lh_pymalloc *pm = &scan->heap->pymalloc;
	uint64_t address = lh_u64(p + lh_layout_at(l, LH_F_ARENA_ADDRESS));
	uint64_t next = lh_u64(p + lh_layout_at(l, LH_F_ARENA_POOL_ADDRESS));
	uint32_t nfree = lh_u32(p + lh_layout_at(l, LH_F_ARENA_NFREEPOOLS));
	uint32_t ntotal = lh_u32(p + lh_layout_at(l, LH_F_ARENA_NTOTALPOOLS));

	return next >= address && next - address <= pm->arena_size &&
	       ntotal <= pm->arena_size / pm->pool_size && nfree <= ntotal && !(address & 4095);
}

static bool entry_holds(struct scan *scan, uint64_t array, const struct witness *w)
{
	const struct lh_layout *l = &scan->heap->layout;
	uint32_t size = lh_layout_at(l, LH_F_ARENA_SIZE);
	const uint8_t *p = lh_view_at(&scan->view, array + (uint64_t)w->index * size, size);
	uint64_t address;

	if (!p || !is_entry(scan, p))
		return false;
	address = lh_u64(p + lh_layout_at(l, LH_F_ARENA_ADDRESS));
	return address <= w->pool && w->pool - address < scan->heap->pymalloc.arena_size;
}

/* How many of the pools the array holds. A few may be chance finds outside of pymalloc: seven in eight must
 * fit, else 0. */
static unsigned fits_of(struct scan *scan, uint64_t array)
{
	unsigned fits = 0;

	if (!array || array & 7)
		return 0;
	for (unsigned i = 0; i < scan->count; i++) {
		fits += entry_holds(scan, array, &scan->witnesses[i]);
		if (i - fits > scan->count / 8 + 1 && i >= fits)
			return 0;
	}
	return fits * 8 >= scan->count * 7 ? fits : 0;
}

/* The highest index of a pool that the array holds. Chance finds name any index, and say nothing of its
 * length. */
static uint32_t highest_of(struct scan *scan, uint64_t array)
{
	uint32_t highest = 0;

	for (unsigned i = 0; i < scan->count; i++)
		if (scan->witnesses[i].index > highest && entry_holds(scan, array, &scan->witnesses[i]))
			highest = scan->witnesses[i].index;
	return highest;
}

/*
 * Whether the entry @p is an arena's: the first pool carved from it has its index. A pool keeps the index
 * when it is freed (Objects/obmalloc.c allocate_from_new_pool()), and an arena is made for a pool.
 */
static bool is_arena(struct scan *scan, const uint8_t *p, uint32_t index, uint32_t highest)
{
	const struct lh_layout *l = &scan->heap->layout;
	uint64_t size = scan->heap->pymalloc.pool_size;
	uint64_t address = lh_u64(p + lh_layout_at(l, LH_F_ARENA_ADDRESS));
	const uint8_t *pool =
		lh_view_at(&scan->view, (address + size - 1) & ~(size - 1), scan->heap->pymalloc.header);

	if (!is_entry(scan, p))
		return false;
	return pool ? lh_u32(pool + lh_layout_at(l, LH_F_POOL_ARENAINDEX)) == index : index <= highest;
}

/*
 * maxarenas is not at a fixed distance from arenas: count entries for as long as they are arenas' or unused.
 * What follows the array may look like one (a dict's key at the start of a page, its value near), and would
 * take the place of the arena that it overlaps.
 */
static uint32_t count_entries(struct scan *scan, uint64_t array)
{
	const struct lh_layout *l = &scan->heap->layout;
	uint32_t size = lh_layout_at(l, LH_F_ARENA_SIZE), n = 0, highest = highest_of(scan, array);

	for (; n < INDEX_MAX; n++) {
		const uint8_t *p = lh_view_at(&scan->view, array + (uint64_t)n * size, size);

		if (!p || (lh_u64(p + lh_layout_at(l, LH_F_ARENA_ADDRESS)) && !is_arena(scan, p, n, highest)))
			break;
	}
	return n > highest ? n : 0;
}

/* The state is at @state. */
static bool is_state(struct scan *scan, uint64_t state)
{
	const uint8_t *p =
		lh_view_at(&scan->view, state + lh_layout_at(&scan->heap->layout, LH_F_OBMALLOC_ARENAS), 8);

	return p && fits_of(scan, lh_u64(p)) != 0;
}

static bool is_pointer_to_state(struct scan *scan, uint64_t addr)
{
	const uint8_t *p = lh_view_at(&scan->view, addr, 8);
	uint64_t state = p ? lh_u64(p) : 0;

	return state && !(state & 7) && is_state(scan, state);
}

/* Whether the state is @offset bytes into the interpreter, or a pointer to it is. */
static bool is_obmalloc(struct scan *scan, uint64_t interp, uint32_t offset, bool *ret_embedded)
{
	*ret_embedded = is_state(scan, interp + offset);
	return *ret_embedded || is_pointer_to_state(scan, interp + offset);
}

int lh_arenas_scan_interp(struct lh_heap *heap, uint64_t interp, uint32_t *ret_offset, bool *ret_embedded)
{
	struct scan scan = {.heap = heap, .view = lh_view_of(heap->target)};
	uint32_t guess = (uint32_t)lh_layout_or(&heap->layout, LH_F_INTERP_OBMALLOC, 0);

	if (!lh_pymalloc_sizes(heap) || !lh_layout_has(&heap->layout, LH_F_OBMALLOC_ARENAS) ||
	    gather(&scan, interp) != 0)
		return LH_ABSENT;
	*ret_offset = guess;
	if (is_obmalloc(&scan, interp, guess, ret_embedded))
		return 0;
	for (uint32_t at = 0; at < INTERP_MAX; at += 8) {
		*ret_offset = at;
		if (is_obmalloc(&scan, interp, at, ret_embedded))
			return 0;
	}
	return LH_ABSENT;
}

/* Where the interpreter's variables are: in its module, or near the runtime if the module is not known. */
static void data_of(const struct lh_heap *heap, uint64_t *ret_start, uint64_t *ret_end)
{
	const struct lh_target *t = heap->target;
	uint64_t start = heap->runtime, end = heap->runtime;

	if (heap->module) {
		*ret_start = heap->module->start;
		*ret_end = heap->module->end;
		return;
	}
	for (size_t i = 0; i < t->segment_count; i++)
		if (t->segments[i].start <= end && t->segments[i].end > end)
			end = t->segments[i].end;
	for (size_t i = t->segment_count; i-- > 0;)
		if (t->segments[i].start < start && t->segments[i].end >= start)
			start = t->segments[i].start;
	*ret_start = start;
	*ret_end = end;
}

struct search {
	struct lh_word_search words;
	struct scan *scan;
	uint64_t found;
	unsigned fits; /* of what was found */
	bool tie;
};

/* Takes the word that fits best: another may still point to where the array was before it grew. */
static int weigh_word(struct lh_word_search *words, uint64_t at, uint64_t word)
{
	struct search *s = (struct search *)words;
	unsigned fits = word == s->found ? 0 : fits_of(s->scan, word);

	(void)at;
	s->tie = fits > s->fits ? false : s->tie || (fits && fits == s->fits);
	if (fits > s->fits) {
		s->found = word;
		s->fits = fits;
	}
	return LH_ABSENT;
}

/* Variables of obmalloc.c lie near those of pylifecycle.c, whatever a program or a damaged core has around
 * both. */
static uint64_t best_word(struct scan *scan)
{
	struct search s = {.words = {.target = scan->heap->target, .budget = SEARCH_MAX, .is_it = weigh_word},
			   .scan = scan};
	uint64_t runtime = scan->heap->runtime, start, end;

	data_of(scan->heap, &start, &end);
	if (runtime >= start && runtime - start > SEARCH_MAX / 2)
		start = runtime - SEARCH_MAX / 2;
	lh_word_search(&s.words, start, end);
	return s.tie ? 0 : s.found;
}

/* The arena array and its length. Return: 0; LH_ABSENT if nothing fits, or several do. */
static int scan_for_array(struct lh_heap *heap, uint64_t *ret_array, uint32_t *ret_count)
{
	struct scan scan = {.heap = heap, .view = lh_view_of(heap->target)};
	uint64_t found;

	if (gather(&scan, 0) != 0)
		return LH_ABSENT;
	found = best_word(&scan);
	if (!found)
		return LH_ABSENT;
	*ret_array = found;
	*ret_count = count_entries(&scan, found);
	return *ret_count ? 0 : LH_ABSENT;
}

/* The int64_t that is a static of obmalloc.c; -1: it has no symbol. */
static int64_t count_of(struct lh_heap *heap, const char *name)
{
	uint64_t at, value;

	if (!heap->python || lh_modfile_symbol(heap->python, name, &at, NULL) != 0 ||
	    lh_target_u64(heap->target, at, &value) != 0)
		return -1;
	return (int64_t)value;
}

static bool by_symbols(struct lh_heap *heap, struct lh_arena_array *ret)
{
	uint64_t at;

	return heap->python && lh_modfile_symbol(heap->python, "arenas", &at, NULL) == 0 &&
	       lh_target_u64(heap->target, at, &ret->addr) == 0 &&
	       lh_modfile_symbol(heap->python, "maxarenas", &at, NULL) == 0 &&
	       lh_target_read(heap->target, at, &ret->count, sizeof(ret->count)) == 0;
}

void lh_arenas_find(struct lh_heap *heap, struct lh_arena_array *ret)
{
	*ret = (struct lh_arena_array){.raw_blocks = -1, .all_blocks = -1};
	if (lh_pymalloc_is_of_interps(&heap->layout) || !lh_pymalloc_sizes(heap))
		return;
	if (by_symbols(heap, ret)) {
		ret->raw_blocks = count_of(heap, "raw_allocated_blocks");
		ret->all_blocks = count_of(heap, "_Py_AllocatedBlocks");
	} else if (scan_for_array(heap, &ret->addr, &ret->count) != 0) {
		ret->addr = 0;
	}
}
