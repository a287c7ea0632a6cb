/* SPDX-License-Identifier: Apache-2.0 */
/* Paths on graphs of lists made by chance, against their plain definition: through a type, without one. */
#include "fake_heap.h"
#include "malloc/glibc_chunk.h"
#include "roots/find_paths.h"
#include "roots/root_paths.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NODES 60
#define EDGES_MAX 5
#define ROOTS 3 /* nodes 0, 1, 2: sys.modules, sys.__dict__, builtins.__dict__ */
#define FAR UINT32_MAX

enum mode { ANY, THROUGH, AVOID };

static unsigned borrowed, anew; /* paths from what is kept of the heap, and others */

struct graph {
	struct fake *fake;
	uint64_t marked_type;
	unsigned count, edge_count[NODES], edges[NODES][EDGES_MAX];
	bool marked[NODES];
	uint32_t far[NODES][2]; /* steps from the nearest root, by whether a marked one was before */
};

static void build(struct graph *g)
{
	struct fake *f = g->fake = fake_new();
	uint64_t flags = LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC,
		 list = fake_type(f, 1, "list", 40, flags);
	unsigned refcnt[NODES] = {1, 1, 1};

	g->marked_type = fake_type(f, 2, "Marked", 40, flags);
	fake_put(f, g->marked_type + lh_layout_at(&f->heap.layout, LH_F_TYPE_BASE), list);
	for (unsigned i = 0; i < g->count; i++)
		for (unsigned k = 0; k < g->edge_count[i]; k++)
			refcnt[g->edges[i][k]]++;
	for (unsigned i = 0; i < g->count; i++) {
		uint64_t items[EDGES_MAX];

		for (unsigned k = 0; k < g->edge_count[i]; k++)
			items[k] = fake_object(g->edges[i][k]);
		fake_list(f, i, g->marked[i] ? g->marked_type : list, refcnt[i], items, g->edge_count[i]);
	}
	f->interp.modules = fake_object(0);
	f->interp.sysdict = fake_object(1);
	f->interp.builtins = fake_object(2);
	fake_ring(f, fake_ring_head(f, 0), 0, g->count);
	fake_open(f);
}

/* Each node has a reference: a count of 0 is no live object. Itself where nobody else has one. */
static void make(struct graph *g)
{
	bool held[NODES] = {true, true, true};
	unsigned edges;

	*g = (struct graph){.count = ROOTS + 2 + (unsigned)rand() % (NODES - ROOTS - 2)};
	edges = (unsigned)rand() % (3 * g->count);
	for (unsigned i = 0; i < g->count; i++)
		g->marked[i] = rand() % 6 == 0;
	for (unsigned k = 0; k < edges; k++) {
		unsigned from = (unsigned)rand() % g->count, to = (unsigned)rand() % g->count;

		if (g->edge_count[from] == EDGES_MAX - 1)
			continue;
		g->edges[from][g->edge_count[from]++] = to;
		held[to] = true;
	}
	for (unsigned i = 0; i < g->count; i++)
		if (!held[i])
			g->edges[i][g->edge_count[i]++] = i;
	build(g);
}

static bool has_edge(const struct graph *g, unsigned from, unsigned to)
{
	for (unsigned k = 0; k < g->edge_count[from]; k++)
		if (g->edges[from][k] == to)
			return true;
	return false;
}

/* Relaxed until nothing changes. What is avoided and what is wanted lead nowhere. */
static void measure(struct graph *g, unsigned first, unsigned last, unsigned wanted, enum mode mode)
{
	bool changed = true;

	memset(g->far, 0xff, sizeof(g->far));
	for (unsigned i = first; i <= last; i++)
		g->far[i][0] = 1;
	while (changed) {
		changed = false;
		for (unsigned n = 0; n < 2 * g->count; n++) {
			unsigned i = n / 2, after = mode == THROUGH && (n % 2 || g->marked[i]);

			if (g->far[i][n % 2] == FAR || i == wanted || (mode == AVOID && g->marked[i]))
				continue;
			for (unsigned k = 0; k < g->edge_count[i]; k++) {
				uint32_t *to = &g->far[g->edges[i][k]][after];

				if (*to > g->far[i][n % 2] + 1) {
					*to = g->far[i][n % 2] + 1;
					changed = true;
				}
			}
		}
	}
}

/* Steps to @i as a holder of the wanted node; FAR: it is none on such a path. */
static uint32_t expected(const struct graph *g, unsigned i, enum mode mode)
{
	uint32_t best = mode == THROUGH ? g->far[i][1] : g->far[i][0];

	if (mode == AVOID && g->marked[i])
		return FAR;
	if (mode == THROUGH && g->marked[i] && g->far[i][0] < best)
		best = g->far[i][0];
	return best;
}

static int classify(void *arg, struct lh_type *type)
{
	const struct graph *g = ((void **)arg)[0];
	enum mode mode = *(enum mode *)((void **)arg)[1];

	if (type->addr != g->marked_type)
		return 0;
	return mode == THROUGH ? LH_PATHS_THROUGH : mode == AVOID ? LH_PATHS_AVOID : 0;
}

static unsigned number_of(uint64_t addr)
{
	return (unsigned)((addr - fake_object(0)) / FAKE_NODE);
}

/* The way to a holder: each refers to the next, the type is passed or avoided. Returns its steps. */
static uint32_t check_way(const struct graph *g, const struct lh_paths *p, uint32_t place, enum mode mode)
{
	uint32_t steps = 1, at = place;
	bool passed = g->marked[number_of(lh_paths_addr(p, at))];

	for (; !(p->parent[at] & LH_ROOT_BIT); at = p->parent[at], steps++) {
		unsigned from = number_of(lh_paths_addr(p, p->parent[at]));

		assert_true(has_edge(g, from, number_of(lh_paths_addr(p, at))));
		passed |= g->marked[from];
	}
	assert_int_equal(lh_paths_root(p, at)->to, lh_paths_addr(p, at));
	assert_true(mode == ANY || passed == (mode == THROUGH));
	return steps;
}

static void check_holders(struct graph *g, const struct lh_paths *p, unsigned wanted, enum mode mode)
{
	uint32_t found[NODES];

	memset(found, 0xff, sizeof(found));
	for (size_t i = 0; i < p->holder_count; i++) {
		unsigned n = number_of(lh_paths_addr(p, p->holders[i].from));
		uint32_t steps = check_way(g, p, p->holders[i].from, mode);

		assert_true(has_edge(g, n, wanted) && n != wanted);
		found[n] = steps < found[n] ? steps : found[n];
	}
	measure(g, 0, ROOTS - 1, wanted, mode);
	for (unsigned i = 0; i < g->count; i++)
		if (i != wanted && has_edge(g, i, wanted))
			assert_int_equal(found[i], expected(g, i, mode));
}

static void check_way_of(const struct graph *g, const struct lh_root *root, const uint64_t *way,
			 size_t length, unsigned wanted, enum mode mode)
{
	assert_int_equal(way[0], root->to);
	assert_int_equal(number_of(way[length - 1]), wanted);
	for (size_t i = 0; i + 1 < length; i++) {
		assert_true(has_edge(g, number_of(way[i]), number_of(way[i + 1])));
		assert_false(mode == AVOID && g->marked[number_of(way[i])]);
	}
}

/* Each root leads to it by the way that it has alone, or was told already. */
static void check_roots(struct graph *g, const struct lh_paths *p, unsigned wanted, enum mode mode)
{
	uint32_t found[ROOTS] = {FAR, FAR, FAR};
	struct lh_root_paths iter;
	const struct lh_root *root;
	bool told[ROOTS] = {0};
	uint64_t *way;
	size_t length;
	int r;

	assert_int_equal(lh_root_paths_init(p, &iter), 0);
	while ((r = lh_root_paths_next(&iter, &root, &way, &length)) == 0) {
		check_way_of(g, root, way, length, wanted, mode);
		found[root->kind] = (uint32_t)length;
		free(way);
	}
	assert_int_equal(r, LH_DONE);
	lh_root_paths_fini(&iter);
	for (size_t i = 0; i < p->holder_count; i++)
		told[lh_paths_root(p, p->holders[i].from)->kind] = true;
	for (unsigned i = 0; i < ROOTS; i++) {
		measure(g, i, i, wanted, mode);
		if (i == wanted || told[i])
			assert_int_equal(found[i], FAR);
		else
			assert_int_equal(found[i], g->far[wanted][0]);
	}
}

static void check_same_way(const struct lh_paths *a, uint32_t x, const struct lh_paths *b, uint32_t y)
{
	for (; !(a->parent[x] & LH_ROOT_BIT); x = a->parent[x], y = b->parent[y]) {
		const struct lh_step s = lh_paths_step(a, x), t = lh_paths_step(b, y);

		assert_int_equal(lh_paths_addr(a, x), lh_paths_addr(b, y));
		assert_true(s.label == t.label && s.key == t.key);
	}
	assert_int_equal(a->parent[x], b->parent[y]);
}

/* By what is kept of the heap for all objects: the same holders in the same order, by the same ways. */
static void check_kept(struct graph *g, const struct lh_paths *p, unsigned wanted)
{
	const struct lh_paths_request request = {.wanted = fake_object(wanted)};
	struct lh_paths kept;

	assert_int_equal(lh_paths_find(&g->fake->heap, &request, &kept), 0);
	assert_int_equal(kept.holder_count, p->holder_count);
	for (size_t i = 0; i < p->holder_count; i++) {
		const struct lh_step *a = &p->holders[i], *b = &kept.holders[i];

		assert_true(a->label == b->label && a->key == b->key && a->count == b->count);
		check_same_way(p, a->from, &kept, b->from);
	}
	borrowed += kept.borrowed;
	anew += !kept.borrowed;
	lh_paths_fini(&kept);
}

static void check(struct graph *g, unsigned wanted, enum mode mode)
{
	void *arg[] = {g, &mode};
	struct lh_paths_request request = {
		.wanted = fake_object(wanted), .classify = classify, .arg = arg, .through = mode == THROUGH};
	struct lh_paths paths;

	assert_int_equal(lh_paths_find(&g->fake->heap, &request, &paths), 0);
	check_holders(g, &paths, wanted, mode);
	if (mode != THROUGH)
		check_roots(g, &paths, wanted, mode);
	if (mode == ANY)
		check_kept(g, &paths, wanted);
	lh_paths_fini(&paths);
}

static void test_graphs_by_chance(void **state)
{
	srand(20261121);
	for (unsigned round = 0; round < 150; round++) {
		struct graph g;

		make(&g);
		for (unsigned k = 0; k < 4; k++)
			for (enum mode mode = ANY; mode <= AVOID; mode++)
				check(&g, (unsigned)rand() % g.count, mode);
		fake_free(g.fake);
	}
	assert_true(borrowed > 100 && anew > 100);
}

/* The one root that refers to @addr; NULL: there is none. */
static const struct lh_root *root_to(const struct lh_paths *paths, uint64_t addr)
{
	const struct lh_root *found = NULL;

	for (size_t i = 0; i < paths->roots.count; i++) {
		assert_false(found && paths->roots.all[i].to == addr);
		if (paths->roots.all[i].to == addr)
			found = &paths->roots.all[i];
	}
	return found;
}

/* What a word of memory points to is held only where its count says so. */
static void test_stale_words(void **state)
{
	for (uint64_t excess = 0; excess <= 1; excess++) {
		struct fake *f = fake_new();
		uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC),
			 self = fake_object(0);
		struct lh_paths_request request = {.wanted = self};
		struct lh_paths paths;

		fake_list(f, 0, list, 1 + excess, &self, 1);
		fake_put(f, fake_storage(f, 16), self);
		fake_ring(f, fake_ring_head(f, 0), 0, 1);
		fake_open(f);
		assert_int_equal(lh_paths_find(&f->heap, &request, &paths), 0);
		assert_int_equal(root_to(&paths, self) != NULL, excess);
		if (excess)
			assert_int_equal(root_to(&paths, self)->kind, LH_ROOT_NATIVE);
		lh_paths_fini(&paths);
		fake_free(f);
	}
}

/* Two words and room for one reference: both are told, whichever kind of memory they are in. */
static void test_stale_words_are_told_all(void **state)
{
	struct fake *f = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC),
		 self = fake_object(0), storage = fake_storage(f, 32);
	struct lh_paths_request request = {.wanted = self};
	struct lh_paths paths;
	unsigned kinds[LH_ROOT_COUNT + 1] = {0};

	fake_list(f, 0, list, 2, &self, 1);
	fake_put(f, storage, self);
	fake_put(f, storage + 24, self);
	fake_ring(f, fake_ring_head(f, 0), 0, 1);
	fake_open(f);
	f->target->registers = malloc(sizeof(*f->target->registers));
	f->target->registers[0] = (struct lh_register){.value = self};
	f->target->register_count = 1;
	assert_int_equal(lh_paths_find(&f->heap, &request, &paths), 0);
	for (size_t i = 0; i < paths.roots.count; i++)
		kinds[paths.roots.all[i].kind] += paths.roots.all[i].to == self;
	assert_int_equal(kinds[LH_ROOT_NATIVE], 2);
	assert_int_equal(kinds[LH_ROOT_REGISTER], 1);
	assert_int_equal(kinds[LH_ROOT_COUNT], 0);
	assert_int_equal(paths.unexplained, 1);
	lh_paths_fini(&paths);
	fake_free(f);
}

static void put_chunk(struct fake *f, uint64_t addr, uint64_t bytes)
{
	fake_put(f, addr + 8, bytes | LH_CHUNK_PREV_INUSE);
	fake_put(f, addr + bytes + 8, 0x20 | LH_CHUNK_PREV_INUSE);
}

/*
 * An array of a type that py-heap does not know, whose items are in a block of malloc's: they are its own,
 * whatever a register has left. Without the block's head the word of the array leads nowhere.
 */
static void test_buffers(void **state)
{
	for (int headless = 0; headless <= 1; headless++) {
		struct fake *f = fake_new();
		uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC),
			 array = fake_type(f, 2, "Array", 40, LH_TPFLAG_HAVE_GC), its = fake_object(1),
			 item = fake_object(2), chunk = fake_storage(f, 256);
		struct lh_paths_request request = {.wanted = item};
		struct lh_paths paths;
		const struct lh_root *root;

		fake_list(f, 0, list, 1, &its, 1);
		fake_list(f, 1, array, 1, NULL, 0);
		fake_list(f, 2, list, 1, NULL, 0);
		if (!headless)
			put_chunk(f, chunk, 128);
		fake_put(f, its + 24, chunk + LH_CHUNK_HEAD);
		fake_put(f, chunk + LH_CHUNK_HEAD + 5 * 8, item);
		f->interp.modules = fake_object(0);
		fake_ring(f, fake_ring_head(f, 0), 0, 3);
		fake_open(f);
		assert_int_equal(lh_paths_find(&f->heap, &request, &paths), 0);
		root = lh_paths_root(&paths, lh_paths_place(&paths, item));
		assert_int_equal(root->kind, headless ? LH_ROOT_NATIVE : LH_ROOT_MODULES);
		assert_int_equal(paths.holder_count, !headless);
		if (!headless) {
			assert_int_equal(lh_paths_addr(&paths, paths.holders[0].from), its);
			assert_int_equal(paths.holders[0].label, LH_LABEL_BUFFER);
			assert_int_equal(paths.holders[0].key, 5);
		}
		lh_paths_fini(&paths);
		fake_free(f);
	}
}

/* A frame's reference that is no word of memory */
static void test_no_word(void **state)
{
	struct fake *f = fake_new();
	struct lh_roots roots = {.heap = &f->heap};

	fake_open(f);
	assert_int_equal(lh_root_word(&roots, &(struct lh_root){.kind = LH_ROOT_FRAME, .slot = 1}), 0);
	assert_int_equal(lh_root_word(&roots, &(struct lh_root){.kind = LH_ROOT_THREAD, .at = 0x10}), 0x10);
	fake_free(f);
}

/* Nobody has the address of the other reference. */
static void test_leaked_reference(void **state)
{
	struct fake *f = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC),
		 child = fake_object(1);
	struct lh_paths_request request = {.wanted = child};
	struct lh_paths paths;

	fake_list(f, 0, list, 7, &child, 1);
	fake_list(f, 1, list, 1, NULL, 0);
	fake_ring(f, fake_ring_head(f, 0), 0, 2);
	fake_open(f);
	assert_int_equal(lh_paths_find(&f->heap, &request, &paths), 0);
	assert_null(root_to(&paths, child));
	assert_non_null(root_to(&paths, fake_object(0)));
	assert_int_equal(root_to(&paths, fake_object(0))->kind, LH_ROOT_COUNT);
	assert_int_equal(root_to(&paths, fake_object(0))->excess, 7);
	assert_int_equal(paths.holder_count, 1);
	lh_paths_fini(&paths);
	fake_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_graphs_by_chance),         cmocka_unit_test(test_stale_words),
		cmocka_unit_test(test_stale_words_are_told_all), cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_leaked_reference),         cmocka_unit_test(test_no_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
