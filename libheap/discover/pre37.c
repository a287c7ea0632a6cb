/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/pre37.h"

#include "target/word_search.h"
#include "util/bytes.h"

#define SCAN_MAX (64u << 20) /* bytes of .data and .bss that are searched */

int lh_pre37_have(struct lh_modfile *file)
{
	uint64_t addr;

	return lh_modfile_symbol(file, "_PyGC_generation0", &addr, NULL);
}

/* The word of the variable @name; 0 when there is none. */
static uint64_t variable(struct lh_heap *heap, const char *name)
{
	uint64_t addr, value;

	if (!heap->python || lh_modfile_symbol(heap->python, name, &addr, NULL) != 0 ||
	    lh_target_u64(heap->target, addr, &value) != 0)
		return 0;
	return value;
}

static bool is_dict(struct lh_heap *heap, uint64_t addr)
{
	uint64_t type = addr && !(addr & 7) ? lh_heap_word(heap, &heap->view, addr, LH_F_OBJECT_TYPE) : 0;

	return type && !(type & 7) &&
	       lh_heap_word(heap, &heap->view, type, LH_F_TYPE_FLAGS) & LH_TPFLAG_DICT_SUBCLASS;
}

/* Its first thread state points back to it. */
static bool has_thread(struct lh_heap *heap, uint64_t addr)
{
	uint64_t thread =
		addr && !(addr & 7) ? lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_THREADS) : 0;

	return thread && thread != addr && !(thread & 7) &&
	       lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_INTERP) == addr;
}

bool lh_pre37_is_interp(struct lh_heap *heap, uint64_t addr)
{
	return has_thread(heap, addr) &&
	       is_dict(heap, lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_SYSDICT)) &&
	       is_dict(heap, lh_heap_word(heap, &heap->view, addr, LH_F_INTERP_MODULES));
}

struct scan {
	struct lh_word_search search;
	struct lh_heap *heap;
	uint64_t found;
};

/* Search the interpreter's .data and .bss. Return: the word that is it; 0: none. */
static uint64_t scan(struct lh_heap *heap, int (*is_it)(struct lh_word_search *, uint64_t, uint64_t))
{
	struct scan scan = {.search = {.target = heap->target, .budget = SCAN_MAX, .is_it = is_it},
			    .heap = heap};

	if (!heap->module || lh_word_search(&scan.search, heap->module->start, heap->module->end) != 0)
		return 0;
	return scan.found;
}

static int is_interp_head(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct scan *scan = (struct scan *)search;

	(void)at;
	if (!lh_pre37_is_interp(scan->heap, word))
		return LH_ABSENT;
	scan->found = word;
	return 0;
}

/* The head of a ring: its neighbours point back to it. An empty ring's head points to itself. */
static bool is_ring(struct lh_heap *heap, uint64_t head)
{
	uint64_t next = lh_heap_word(heap, &heap->view, head, LH_F_GC_HEAD_NEXT),
		 prev = lh_heap_word(heap, &heap->view, head, LH_F_GC_HEAD_PREV);

	return next && prev && lh_heap_word(heap, &heap->view, next, LH_F_GC_HEAD_PREV) == head &&
	       lh_heap_word(heap, &heap->view, prev, LH_F_GC_HEAD_NEXT) == head;
}

static int is_generation0(struct lh_word_search *search, uint64_t at, uint64_t word)
{
	struct scan *scan = (struct scan *)search;
	struct lh_heap *heap = scan->heap;
	const struct lh_layout *l = &heap->layout;

	(void)at;
	if (word & 7 || word < heap->module->start || word >= heap->module->end)
		return LH_ABSENT;
	for (unsigned i = 0; i < 3; i++)
		if (!is_ring(heap, word + i * lh_layout_at(l, LH_F_GENERATION_SIZE) +
					   lh_layout_at(l, LH_F_GENERATION_HEAD)))
			return LH_ABSENT;
	scan->found = word;
	return 0;
}

uint64_t lh_pre37_generations(struct lh_heap *heap)
{
	uint64_t exported = variable(heap, "_PyGC_generation0");

	return exported ? exported : scan(heap, is_generation0);
}

/*
 * Trust the symbol's address if its thread list is consistent: nothing else can be checked while a layout is
 * being derived. If the binary is stripped and no thread has the GIL, the static interp_head is one of the
 * words of .data and .bss.
 */
uint64_t lh_pre37_interp(struct lh_heap *heap)
{
	uint64_t interp = variable(heap, "interp_head"), thread;

	if (has_thread(heap, interp))
		return interp;
	thread = variable(heap, "_PyThreadState_Current");
	interp = thread ? lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_INTERP) : 0;
	return has_thread(heap, interp) ? interp : scan(heap, is_interp_head);
}
