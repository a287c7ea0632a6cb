/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of lh_pins_find() share. */
#ifndef LH_ANALYZE_PINS_PARTS_H
#define LH_ANALYZE_PINS_PARTS_H

#include "analyze/pins.h"

/** lh_pins_note() - what @items have in pinned arenas: blocks of their own, and storage. An lh_items_fn: @arg is
 * the struct lh_pins (pins_blocks.c). */
int lh_pins_note(void *arg, const struct lh_item *items, size_t count);
/** lh_pins_settle() - what the blocks are that have no object, after all objects were noted (pins_blocks.c).
 * Return: 0, -LH_ENOMEM. */
int lh_pins_settle(struct lh_pins *pins);
/** lh_pins_add_owners() - owners of all pins and arenas, from paths (pins_owners.c). Return: 0, -LH_ENOMEM. */
int lh_pins_add_owners(struct lh_pins *pins);
/** lh_pins_sum_up() - sums of owners and arenas, then owners in order (pins_sums.c). Return: 0, -LH_ENOMEM. */
int lh_pins_sum_up(struct lh_pins *pins);

#endif
