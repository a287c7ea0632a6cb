/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The collector's state: three generations side by side, each the head of a ring that closes and has objects'
 * gc heads as its nodes. Fields around them keep their distance.
 */
#include "discover/derive_tools.h"
#include "discover/pre37.h"
#include "util/array.h"

#define REGION_MAX 16384      /* bytes of the interpreter, or of the runtime, in which the state is */
#define STATE_MAX 512         /* bytes of the state */
#define NODES 8               /* nodes of each ring that are looked at */
#define THRESHOLD_MAX 1000000 /* gc.set_threshold() accepts more, but no program sets more */

/* sizeof(PyGC_Head) and the bytes of a generation: a head, two ints, and padding. */
static const struct {
	uint32_t head, generation;
} shapes[] = {{16, 24}, {32, 48}, {24, 32}, {32, 40}};

/* Objects among the first nodes of the ring at @head; -1: it is not a ring. */
static int count_nodes(struct lh_derive *d, uint64_t head)
{
	uint32_t size = lh_layout_at(&d->heap->layout, LH_F_GC_HEAD_SIZE);
	uint64_t last = head, node = lh_derive_word(d, head) & ~3ull;
	struct lh_object o;
	int n = 0;

	if (!node || (lh_derive_word(d, (lh_derive_word(d, head + 8) & ~3ull)) & ~3ull) != head)
		return -1;
	for (; node != head && n < NODES; n++) {
		if ((lh_derive_word(d, node + 8) & ~3ull) != last ||
		    lh_object_at(d->heap, &d->view, node + size, &o) != 0)
			return -1;
		last = node;
		node = lh_derive_word(d, node) & ~3ull;
	}
	if (node == head && (lh_derive_word(d, head + 8) & ~3ull) != last)
		return -1;
	return n;
}

static bool has_threshold(struct lh_derive *d, uint64_t generation)
{
	return (uint32_t)lh_derive_word(
		       d, generation + lh_layout_at(&d->heap->layout, LH_F_GENERATION_THRESHOLD)) <
	       THRESHOLD_MAX;
}

static bool is_generations(struct lh_derive *d, uint64_t addr)
{
	uint32_t size = lh_layout_at(&d->heap->layout, LH_F_GENERATION_SIZE);
	int sum = 0;

	for (unsigned i = 0; i < 3; i++) {
		int n = has_threshold(d, addr + i * size) ? count_nodes(d, addr + i * size) : -1;

		if (n < 0)
			return false;
		sum += n;
	}
	return sum > 0;
}

static void take_shape(struct lh_derive *d, size_t i)
{
	lh_derive_set(d, LH_F_GC_HEAD_SIZE, shapes[i].head, NULL);
	lh_derive_set(d, LH_F_GENERATION_SIZE, shapes[i].generation, NULL);
	lh_derive_set(d, LH_F_GENERATION_THRESHOLD, shapes[i].head, NULL);
	lh_derive_set(d, LH_F_GENERATION_COUNT, shapes[i].head + 4, NULL);
}

/* The first generation: the guess, else anywhere. Debian's 3.13 has it at a multiple of 4. */
static int find_generations(struct lh_derive *d, uint64_t base, uint32_t guess, uint32_t *ret)
{
	uint32_t head = (uint32_t)lh_layout_or(&d->guess, LH_F_GC_HEAD_SIZE, 0), size;

	for (int other = 0; other < 2; other++)
		for (size_t i = 0; i < LH_ARRAY_SIZE(shapes); i++) {
			if ((shapes[i].head != head) != other)
				continue;
			take_shape(d, i);
			if (lh_derive_search(d, base, guess, REGION_MAX, 4, is_generations, ret) != 0)
				continue;
			/* the permanent generation may follow, and the guess may be the second generation */
			size = shapes[i].generation;
			while (*ret >= size && is_generations(d, base + *ret - size))
				*ret -= size;
			return 0;
		}
	return LH_ABSENT;
}

/* Where the state begins if its first generation is at @at: by the pointer to it, or by the guess. */
static uint32_t state_of(struct lh_derive *d, uint64_t base, uint32_t at, enum lh_field holder,
			 enum lh_field generations)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t align = lh_layout_at(l, LH_F_GC_HEAD_SIZE) == 32 ? 16 : 4;
	uint32_t guess = at - ((lh_layout_at(l, generations) + align - 1) & ~(align - 1));

	if (lh_derive_is_told(d, holder) && lh_layout_at(l, holder) <= at)
		return lh_layout_at(l, holder);
	if (!lh_layout_has(l, LH_F_GC_GENERATION0))
		return guess;
	for (uint32_t state = (at & ~7u) - 64; state <= at; state += 8)
		if (lh_derive_word(d, base + state + lh_layout_at(l, LH_F_GC_GENERATION0)) == base + at)
			return state;
	return guess & ~7u;
}

static bool is_list(struct lh_derive *d, uint64_t addr)
{
	struct lh_object o;

	return lh_object_at(d->heap, &d->view, lh_derive_word(d, addr), &o) == 0 &&
	       o.type->kind->id == LH_KIND_LIST;
}

/* gc.garbage is the first list after the generations; flags and counts keep their distance from it. */
static void follow_garbage(struct lh_derive *d, uint64_t state, uint32_t generations)
{
	static const enum lh_field fields[] = {LH_F_GC_COLLECTING, LH_F_GC_CALLBACKS,
					       LH_F_GC_LONG_LIVED_TOTAL, LH_F_GC_LONG_LIVED_PENDING,
					       LH_F_GC_HEAP_SIZE};
	const struct lh_layout *l = &d->heap->layout;
	uint32_t behind = (generations + 3 * lh_layout_at(l, LH_F_GENERATION_SIZE) + 7) & ~7u, guess, at;

	if (!lh_layout_has(l, LH_F_GC_GARBAGE) ||
	    lh_derive_search(d, state + behind, UINT32_MAX, STATE_MAX, 8, is_list, &at) != 0)
		return;
	guess = lh_layout_at(l, LH_F_GC_GARBAGE);
	at += behind;
	lh_derive_set(d, LH_F_GC_GARBAGE, at, "the first list behind the generations");
	for (size_t i = 0; i < LH_ARRAY_SIZE(fields); i++)
		if (lh_layout_has(l, fields[i]))
			lh_derive_set(d, fields[i], lh_layout_at(l, fields[i]) + at - guess, NULL);
}

static bool is_ring(struct lh_derive *d, uint64_t addr)
{
	return count_nodes(d, addr) >= 0;
}

/* The permanent generation is the next ring after the three. */
static void find_permanent(struct lh_derive *d, uint64_t state, uint32_t generations)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t behind = generations + 3 * lh_layout_at(l, LH_F_GENERATION_SIZE), at;

	if (!lh_layout_has(l, LH_F_GC_PERMANENT))
		return;
	if (lh_layout_at(l, LH_F_GC_PERMANENT) < behind ||
	    !is_ring(d, state + lh_layout_at(l, LH_F_GC_PERMANENT))) {
		if (lh_derive_search(d, state + behind, UINT32_MAX, 64, 4, is_ring, &at) != 0) {
			lh_derive_drop(d, LH_F_GC_PERMANENT);
			return;
		}
		lh_derive_set(d, LH_F_GC_PERMANENT, behind + at, NULL);
	}
	d->heap->layout.proof[LH_F_GC_PERMANENT] = "the ring behind the three generations";
}

/* 'enabled' and 'debug' come before the generations; words elsewhere are not such numbers. */
static void check_flags(struct lh_derive *d, uint64_t state)
{
	static const struct {
		enum lh_field field;
		uint32_t most;
	} rows[] = {{LH_F_GC_ENABLED, 1}, {LH_F_GC_DEBUG, 63}};
	const struct lh_layout *l = &d->heap->layout;

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++)
		if (lh_layout_has(l, rows[i].field) &&
		    (uint32_t)lh_derive_word(d, state + lh_layout_at(l, rows[i].field)) > rows[i].most)
			lh_derive_drop(d, rows[i].field);
}

/* The state is in @holder, at @base. Return: 0; LH_ABSENT. */
static int find_state(struct lh_derive *d, enum lh_field holder, uint64_t base)
{
	const struct lh_layout *l = &d->heap->layout;
	enum lh_field generations =
		lh_layout_has(l, LH_F_GC_GENERATIONS) ? LH_F_GC_GENERATIONS : LH_F_GC_YOUNG;
	uint32_t guess = (uint32_t)lh_layout_or(l, holder, 0), at, state;

	if (!base || !lh_layout_has(l, generations) ||
	    find_generations(d, base, guess + lh_layout_at(l, generations), &at) != 0)
		return LH_ABSENT;
	state = state_of(d, base, at, holder, generations);
	lh_derive_set(d, holder, state, "three rings of tracked objects side by side");
	lh_derive_set(d, generations, at - state, "three rings of tracked objects side by side");
	find_permanent(d, base + state, at - state);
	follow_garbage(d, base + state, at - state);
	check_flags(d, base + state);
	return 0;
}

/* Up to 3.6 an exported variable points to the generations. */
static int find_static(struct lh_derive *d)
{
	uint64_t generations = lh_pre37_generations(d->heap);
	uint32_t at;

	return generations && find_generations(d, generations, 0, &at) == 0 && at == 0 ? 0 : LH_ABSENT;
}

int lh_derive_gc(struct lh_derive *d)
{
	struct lh_heap *heap = d->heap;
	int r;

	if (!heap->runtime)
		r = find_static(d);
	else if (lh_layout_has(&heap->layout, LH_F_INTERP_GC))
		r = find_state(d, LH_F_INTERP_GC, d->interp);
	else
		r = find_state(d, LH_F_RUNTIME_GC, heap->runtime);
	if (r != 0)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, d->interp,
				  "three gc generations side by side were found nowhere");
	return 0;
}
