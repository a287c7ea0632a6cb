/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds pins: paths of one shape, cut off at the first index or key in which they differ. */
#include "analyze/pins_parts.h"
#include "util/array.h"

#include <stdlib.h>

/* Whether paths differ in this step: an item of many. Keys of a dict and members of a set have no names at all. */
static bool is_item(const struct lh_path_shape *step)
{
	return step->varied || step->label == LH_LABEL_KEY || step->label == LH_LABEL_MEMBER;
}

/* What the first such step is made from; if there is none, all of the path. */
static uint32_t container(const struct lh_path_shapes *s, uint32_t shape)
{
	uint32_t found = shape;

	for (uint32_t i = shape; s->all[i].parent != LH_NO_PATH_SHAPE; i = s->all[i].parent)
		if (is_item(&s->all[i]))
			found = s->all[i].parent;
	return found;
}

static int owner_of(struct lh_pins *p, uint32_t *by_shape, uint32_t shape, uint32_t *ret)
{
	int r = 0;

	if (!by_shape[shape]) {
		r = lh_append(p->heap->ctx, p->owners, p->owner_count, p->owner_capacity,
			      ((struct lh_pin_owner){.shape = shape}));
		by_shape[shape] = (uint32_t)p->owner_count;
	}
	*ret = by_shape[shape] - 1;
	return r;
}

/* Shapes of all paths first: only then is known what varies. */
static int find_shapes(struct lh_pins *p)
{
	int r = lh_path_shapes_init(&p->shapes, &p->paths);

	for (size_t i = 0; r == 0 && i < p->count; i++) {
		struct lh_pin *pin = &p->pins[i];
		uint32_t place = pin->object ? lh_paths_place(&p->paths, pin->object) : LH_NO_PLACE;

		if (place != LH_NO_PLACE)
			r = lh_path_shape_of(&p->shapes, place, &pin->owner);
	}
	return r;
}

static int find_owners(struct lh_pins *p)
{
	_cleanup_free_ uint32_t *by_shape = lh_new0(uint32_t, p->shapes.count + 1);
	int r = 0;

	if (!by_shape)
		return lh_nomem(p->heap->ctx);
	for (size_t i = 0; r == 0 && i < p->count; i++)
		if (p->pins[i].owner != LH_NO_OWNER)
			r = owner_of(p, by_shape, container(&p->shapes, p->pins[i].owner), &p->pins[i].owner);
	return r;
}

int lh_pins_add_owners(struct lh_pins *p)
{
	int r = find_shapes(p);

	if (r == 0)
		r = find_owners(p);
	return r == 0 ? lh_pins_sum_up(p) : r;
}

void lh_pins_owner_text(const struct lh_pins *p, uint32_t owner, struct lh_string *out)
{
	if (owner != LH_NO_OWNER)
		lh_path_shape_text(&p->shapes, p->owners[owner].shape, out);
}

uint32_t lh_pins_main_owner(const struct lh_pins *p)
{
	uint32_t best = LH_NO_OWNER;

	for (uint32_t i = 0; i < p->owner_count; i++)
		if (p->owners[i].alone && (best == LH_NO_OWNER || p->owners[i].alone > p->owners[best].alone))
			best = i;
	return best;
}
