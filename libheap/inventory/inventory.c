/* SPDX-License-Identifier: Apache-2.0 */
#include "inventory/inventory.h"
#include "util/array.h"

#define TRACKED (1u << 31) /* beside the type of a noted object */

/** struct run - objects in ascending order of addresses: lh_type.index, and TRACKED */
struct run {
	uint32_t *items;
	size_t count, capacity;
};

/* A walk gives the objects in pools ascending, then the others ascending. */
struct notes {
	struct lh_heap *heap;
	struct lh_inventory *inventory;
	struct run runs[2]; /* 1: in pools */
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
			inv->tracked[i >> 6] |= 1ull << (i & 63);
	}
}

static void inventory_free(struct lh_kept *kept)
{
	struct lh_inventory *inv = (struct lh_inventory *)kept;

	lh_addrset_fini(&inv->set);
	free(inv->types);
	free(inv->tracked);
	free(inv);
}

static void notes_fini(struct notes *n)
{
	if (n->inventory)
		inventory_free(&n->inventory->kept);
	free(n->runs[0].items);
	free(n->runs[1].items);
}

static int make(struct lh_heap *heap, struct lh_kept **ret)
{
	_cleanup_(notes_fini) struct notes n = {.heap = heap, .inventory = lh_new0(struct lh_inventory, 1)};
	struct lh_inventory *inv = n.inventory;
	int r;

	if (!inv)
		return lh_nomem(heap->ctx);
	inv->kept.free = inventory_free;
	lh_addrset_init(&inv->set, heap->ctx);
	r = lh_objects_walk(heap, false, note, &n, &inv->findings);
	if (r < 0)
		return r;
	lh_addrset_finish(&inv->set);
	inv->types = lh_new0(uint32_t, (size_t)inv->set.count + 1);
	inv->tracked = lh_new0(uint64_t, inv->set.count / 64 + 1);
	if (!inv->types || !inv->tracked)
		return lh_nomem(heap->ctx);
	merge(&n);
	n.inventory = NULL;
	*ret = &inv->kept;
	return 0;
}

int lh_inventory_get(struct lh_heap *heap, const struct lh_inventory **ret)
{
	struct lh_kept *kept;
	int r = lh_heap_keep(heap, make, &kept);

	if (r == 0)
		*ret = (const struct lh_inventory *)kept;
	return r;
}
