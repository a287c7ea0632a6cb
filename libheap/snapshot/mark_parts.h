/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that mark objects share. */
#ifndef LH_SNAPSHOT_MARK_PARTS_H
#define LH_SNAPSHOT_MARK_PARTS_H

#include "snapshot/mark.h"

#define WORD 8u

static inline bool has(const struct lh_mark_objects *w, enum lh_field field)
{
	return lh_layout_has(&w->heap->layout, field);
}

static inline uint32_t at(const struct lh_mark_objects *w, enum lh_field field)
{
	return lh_layout_at(&w->heap->layout, field);
}

/* Of the object that was read there are as many bytes as its kind's own readers need: others are asked for. 0: it is not here. */
static inline uint64_t word(struct lh_mark_objects *w, const struct lh_object *o, enum lh_field field)
{
	const uint8_t *p = lh_view_at(&w->view, o->addr + at(w, field), WORD);

	return p ? lh_u64(p) : 0;
}

static inline void keep(struct lh_mark_objects *w, uint64_t addr, uint64_t len)
{
	lh_kept_keep(w->marks, addr, len);
}

static inline void contents(struct lh_mark_objects *w, uint64_t addr, uint64_t len)
{
	lh_kept_contents(w->marks, addr, len);
}

/** lh_mark_dict() - a dict and its table */
void lh_mark_dict(struct lh_mark_objects *walk, const struct lh_object *object);
/** lh_mark_set() - a set and its table */
void lh_mark_set(struct lh_mark_objects *walk, const struct lh_object *object);
/** lh_mark_attributes() - attributes that no dict has: beside the instance (3.11, 3.12), or at its end (3.13+) */
void lh_mark_attributes(struct lh_mark_objects *walk, const struct lh_object *object);

#endif
