/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/inventory.h"
#include "util/array.h"
#include "util/parallel.h"

#define TRACKED (1u << 31) /* in addition to the type of a noted object */

/** struct run - objects in ascending order of addresses: lh_type.index, and TRACKED */
struct run {
	uint32_t *items;
	size_t count, capacity;
};

/* A walk gives objects in pools in ascending order, then the others in ascending order. */
struct notes {
	struct lh_heap *heap;
	struct lh_inventory *inventory;
	struct run runs[2]; /* 1: in pools */
	const struct lh_walk_filter *filter;
	lh_items_fn fn; /* gets them too, as the filter wants; NULL: nobody */
	void *arg;
};

static int note(void *arg, const struct lh_item *items, size_t count)
{
	struct notes *n = arg;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < count; i++) {
		struct run *run = &n->runs[lh_pymalloc_has(&n->heap->pymalloc, items[i].object.addr)];

		r = lh_addrset_add(&n->inventory->set, items[i].object.addr);
		if (r == 0)
			r = lh_append(n->heap->ctx, run->items, run->count, run->capacity,
				      items[i].object.type->index | (items[i].tracked ? TRACKED : 0));
	}
	if (r == 0 && n->fn)
		r = n->filter->see ? lh_items_give_wanted(n->fn, n->arg, items, count)
				   : n->fn(n->arg, items, count);
	return r < 0 ? r : 0;
}

/* The two runs in the order of numbers. */
static void merge(const struct notes *n)
{
	struct lh_inventory *inv = n->inventory;
	struct lh_addrset_iter iter = {.set = &inv->set};
	size_t at[2] = {0};
	uint64_t addr;

	for (uint32_t i = 0; lh_addrset_next(&iter, &addr) == 0; i++) {
		bool in_pool = lh_pymalloc_has(&n->heap->pymalloc, addr);
		uint32_t item = n->runs[in_pool].items[at[in_pool]++];

		inv->types[i] = item & ~TRACKED;
		if (item & TRACKED)
			lh_bit_set(inv->tracked, i);
	}
}

static void notes_fini(struct notes *n)
{
	free(n->runs[0].items);
	free(n->runs[1].items);
}

static const struct lh_walk_filter all_objects;

/* @fn: gets objects meanwhile, as of lh_objects_find(), or NULL */
static int make_for(struct lh_heap *heap, struct lh_inventory *inv, const struct lh_walk_filter *filter,
		    lh_items_fn fn, void *arg)
{
	_cleanup_(notes_fini) struct notes n = {
		.heap = heap, .inventory = inv, .filter = filter, .fn = fn, .arg = arg};
	int r;

	lh_addrset_init(&inv->set, heap->ctx);
	r = lh_objects_find(heap, filter, true, note, &n, &inv->findings);
	if (r < 0)
		return r;
	lh_addrset_finish(&inv->set);
	r = lh_addrset_seal(&inv->set);
	if (r < 0)
		return r;
	inv->types = lh_new0(uint32_t, (size_t)inv->set.count + 1);
	inv->tracked = lh_new0(uint64_t, inv->set.count / 64 + 1);
	if (!inv->types || !inv->tracked)
		return lh_nomem(heap->ctx);
	merge(&n);
	return 0;
}

static int make(struct lh_heap *heap, void *ret)
{
	return make_for(heap, ret, &all_objects, NULL, NULL);
}

static void fini(void *kept)
{
	struct lh_inventory *inv = kept;

	lh_addrset_fini(&inv->set);
	free(inv->types);
	free(inv->tracked);
}

static uint64_t bytes(const void *kept)
{
	const struct lh_inventory *inv = kept;

	return lh_addrset_bytes(&inv->set) + inv->set.count * sizeof(*inv->types) + inv->set.count / 8;
}

static const struct lh_keeper keeper = {sizeof(struct lh_inventory), make, fini, bytes};

int lh_inventory_get(struct lh_heap *heap, const struct lh_inventory **ret)
{
	return lh_heap_keep(heap, &keeper, ret);
}

const uint32_t *lh_inventory_types(const struct lh_heap *heap)
{
	const struct lh_inventory *kept = lh_heap_kept(heap, &keeper);

	return kept ? kept->types : NULL;
}

/* Whether a walk reads the inventory: it is made if it may stay for the next question. It takes less than an eighth of the
 * arenas' memory. */
static bool is_kept(const struct lh_heap *heap)
{
	return heap->ctx->memory > heap->pymalloc.count * heap->pymalloc.arena_size / 8 ||
	       lh_heap_kept(heap, &keeper);
}

/* ---- from the inventory ---- */

/** struct batch - objects that the filter has to see */
struct LH_APART batch {
	struct lh_item items[LH_ITEMS_MAX];
	uint32_t numbers[LH_ITEMS_MAX];
	size_t count;
};

/** struct replay - objects of the inventory on their way to @fn */
struct replay {
	struct lh_heap *heap;
	const struct lh_inventory *inventory;
	const struct lh_walk_filter *filter;
	struct lh_view_apart *views; /* by worker */
	struct batch *batches;       /* by worker; NULL: the filter sees none */
	bool *types;                 /* by lh_type.index: wanted */
	size_t type_count;           /* of the inventory; the filter may meet others */
	uint64_t *chosen;            /* by number */
	bool *pools, *others;        /* by region: some that are chosen are in pools, are not */
	lh_items_fn fn;
	void *arg;
	struct lh_item items[LH_ITEMS_MAX];
	size_t count;
};

static void replay_free(struct replay *p)
{
	if (p) {
		free(p->views);
		free(p->batches);
		free(p->types);
		free(p->chosen);
		free(p->pools);
		free(p->others);
	}
	free(p);
}

LH_DEFINE_CLEANUP(struct replay, replay_free);

static struct replay *replay_new(struct lh_heap *heap, const struct lh_inventory *inventory,
				 const struct lh_walk_filter *filter, unsigned workers)
{
	_cleanup_(replay_freep) struct replay *p = lh_new0(struct replay, 1);

	if (!p)
		return NULL;
	p->heap = heap;
	p->inventory = inventory;
	p->filter = filter;
	p->views = lh_new0_apart(struct lh_view_apart, workers);
	p->batches = filter->see ? lh_new0_apart(struct batch, workers) : NULL;
	p->type_count = heap->types.count;
	p->types = lh_new0(bool, p->type_count + 1);
	p->chosen = lh_new0(uint64_t, inventory->set.count / 64 + 1);
	p->pools = lh_new0(bool, inventory->set.region_count + 1);
	p->others = lh_new0(bool, inventory->set.region_count + 1);
	if (!p->views || (filter->see && !p->batches) || !p->types || !p->chosen || !p->pools || !p->others)
		return NULL;
	for (unsigned i = 0; i < workers; i++)
		p->views[i].view = lh_view_of(heap->target);
	return lh_take(p);
}

static bool is_chosen(const struct replay *p, struct lh_view *view, uint32_t number, uint64_t addr)
{
	const struct lh_walk_filter *f = p->filter;
	uint32_t type = p->inventory->types[number];
	struct lh_object o;

	if (!p->types[type] || (f->tracked_only && !lh_inventory_is_tracked(p->inventory, number)))
		return false;
	return !f->takes || (lh_object_known(p->heap, view, addr, p->heap->types.items[type], &o) == 0 &&
			     f->takes(f->arg, view, &o));
}

static void mark(struct replay *p, size_t region, uint32_t number, uint64_t addr)
{
	bool *where = lh_pymalloc_has(&p->heap->pymalloc, addr) ? p->pools : p->others;

	lh_bit_set_shared(p->chosen, number);
	if (!where[region])
		where[region] = true;
}

static int see_batch(struct replay *p, struct lh_ctx *ctx, unsigned worker, size_t region)
{
	struct batch *b = &p->batches[worker];
	int r = b->count ? p->filter->see(p->filter->arg, ctx, worker, b->items, b->count) : 0;

	for (size_t i = 0; i < b->count; i++)
		if (b->items[i].wanted)
			mark(p, region, b->numbers[i], b->items[i].object.addr);
	b->count = 0;
	return r;
}

/* Return: whether the batch is full. */
static bool add_to_batch(struct replay *p, unsigned worker, uint32_t number, uint64_t addr)
{
	const struct lh_inventory *inv = p->inventory;
	struct batch *b = &p->batches[worker];
	struct lh_item *item = &b->items[b->count];

	*item = (struct lh_item){.tracked = lh_inventory_is_tracked(inv, number)};
	if (lh_object_known(p->heap, &p->views[worker].view, addr, p->heap->types.items[inv->types[number]],
			    &item->object) == 0)
		b->numbers[b->count++] = number;
	return b->count == LH_ITEMS_MAX;
}

static int choose(void *arg, struct lh_ctx *ctx, unsigned worker, size_t region)
{
	struct replay *p = arg;
	const struct lh_addrset *set = &p->inventory->set;
	struct lh_addrset_iter iter = {.set = set, .region = region};
	uint32_t number = set->regions[region]->pages[0].first;
	uint64_t addr;
	int r = 0;

	for (; r == 0 && lh_addrset_next_before(&iter, region + 1, &addr) == 0; number++) {
		if (!is_chosen(p, &p->views[worker].view, number, addr))
			continue;
		if (!p->batches)
			mark(p, region, number, addr);
		else if (add_to_batch(p, worker, number, addr))
			r = see_batch(p, ctx, worker, region);
	}
	return r == 0 && p->batches ? see_batch(p, ctx, worker, region) : r;
}

static int choose_all(struct replay *p, unsigned workers)
{
	const struct lh_walk_filter *f = p->filter;
	const struct lh_parallel work = {.ctx = p->heap->ctx,
					 .phase = "reading objects",
					 .count = p->inventory->set.region_count,
					 .run = choose,
					 .arg = p};

	for (size_t i = 0; i < p->type_count; i++)
		p->types[i] = !f->wants || f->wants(f->arg, p->heap->types.items[i]);
	return lh_parallel_run(&work, workers);
}

static int flush(struct replay *p)
{
	int r = p->count ? p->fn(p->arg, p->items, p->count) : 0;

	p->count = 0;
	return r;
}

static int give(struct replay *p, uint32_t number, uint64_t addr)
{
	const struct lh_inventory *inv = p->inventory;
	struct lh_item *item = &p->items[p->count];

	item->tracked = lh_inventory_is_tracked(inv, number);
	if (lh_object_known(p->heap, &p->views[0].view, addr, p->heap->types.items[inv->types[number]],
			    &item->object) != 0)
		return 0;
	return ++p->count == LH_ITEMS_MAX ? flush(p) : 0;
}

static int replay_region(struct replay *p, size_t region, bool in_pools)
{
	const struct lh_addrset *set = &p->inventory->set;
	struct lh_addrset_iter iter = {.set = set, .region = region};
	uint32_t number = set->regions[region]->pages[0].first;
	uint64_t addr;
	int r = lh_progress(p->heap->ctx, "reading objects", number, set->count);

	for (; r == 0 && lh_addrset_next_before(&iter, region + 1, &addr) == 0; number++)
		if (lh_bit_has(p->chosen, number) && lh_pymalloc_has(&p->heap->pymalloc, addr) == in_pools)
			r = give(p, number, addr);
	return r;
}

/* Those in pools, or the others. */
static int replay(struct replay *p, bool in_pools)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->inventory->set.region_count; i++)
		if (in_pools ? p->pools[i] : p->others[i])
			r = replay_region(p, i, in_pools);
	return r == 0 ? flush(p) : r;
}

/* The first walk over all objects makes the inventory by the way. */
static int find_and_keep(struct lh_heap *heap, const struct lh_walk_filter *filter, lh_items_fn fn, void *arg,
			 struct lh_findings *findings)
{
	struct lh_inventory inventory = {0};
	int r = make_for(heap, &inventory, filter, fn, arg);

	*findings = inventory.findings;
	if (r == 0)
		return lh_heap_put(heap, &keeper, NULL, &inventory);
	fini(&inventory);
	return r;
}

int lh_objects_walk_filtered(struct lh_heap *heap, const struct lh_walk_filter *filter, lh_items_fn fn,
			     void *arg, struct lh_findings *findings)
{
	_cleanup_(replay_freep) struct replay *p = NULL;
	const struct lh_inventory *inventory;
	unsigned workers = lh_reading_workers(heap);
	int r;

	if (!is_kept(heap))
		return lh_objects_find(heap, filter, false, fn, arg, findings);
	if (!filter->tracked_only && !lh_heap_kept(heap, &keeper))
		return find_and_keep(heap, filter, fn, arg, findings);
	*findings = (struct lh_findings){0};
	r = lh_inventory_get(heap, &inventory);
	if (r < 0)
		return r;
	*findings = inventory->findings;
	p = replay_new(heap, inventory, filter, workers);
	if (!p)
		return lh_nomem(heap->ctx);
	p->fn = fn;
	p->arg = arg;
	r = choose_all(p, workers);
	if (r == 0)
		r = replay(p, true);
	return r == 0 ? replay(p, false) : r;
}

int lh_objects_walk(struct lh_heap *heap, bool tracked_only, lh_items_fn fn, void *arg,
		    struct lh_findings *findings)
{
	return lh_objects_walk_filtered(heap, &(struct lh_walk_filter){.tracked_only = tracked_only}, fn, arg,
					findings);
}

static int collect(void *arg, const struct lh_item *items, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++)
		r = lh_addrset_add(arg, items[i].object.addr);
	return r < 0 ? r : 0;
}

int lh_objects_collect(struct lh_heap *heap, struct lh_addrset *ret, struct lh_findings *findings)
{
	const struct lh_inventory *inventory;
	int r;

	lh_addrset_init(ret, heap->ctx);
	if (is_kept(heap)) {
		r = lh_inventory_get(heap, &inventory);
		if (r < 0)
			return r;
		*findings = inventory->findings;
		lh_addrset_share(ret, &inventory->set);
		return 0;
	}
	r = lh_objects_find(heap, &all_objects, false, collect, ret, findings);
	if (r == 0)
		lh_addrset_finish(ret);
	return r;
}
