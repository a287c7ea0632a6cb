/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that the collector tracks, as a set: its rings walked once. */
#ifndef LH_INVENTORY_RINGS_H
#define LH_INVENTORY_RINGS_H

#include "cpython/gc.h"
#include "inventory/addrset.h"

struct lh_rings {
	struct lh_addrset tracked;   /* all generations */
	struct lh_addrset permanent; /* the part that no collection looks at: gc.freeze(), immortal */
	uint64_t broken;             /* where the first torn ring is torn; 0: none is */
	bool collecting;             /* a collection was running: objects are in lists of its own */
};

/** lh_rings_get() - the heap's, numbered; read on the first call. Return: 0, -LH_E*. They belong to the
 * heap. */
int lh_rings_get(struct lh_heap *heap, const struct lh_rings **ret);
/** lh_rings_read() - walk all rings of an interpreter's collector, or of all (@interp NULL); the sets are not
 * numbered yet. Return: 0, -LH_E*. */
int lh_rings_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_rings *ret);
void lh_rings_fini(struct lh_rings *rings);

#endif
