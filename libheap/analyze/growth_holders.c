/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/growth_holders.h"
#include "cpython/span.h"
#include "util/array.h"

#include <stdlib.h>

/* Whether a step leads to one of many in its holder. */
static bool is_one_of_many(const struct lh_path_shape *s)
{
	return s->label == LH_LABEL_INDEX || s->label == LH_LABEL_KEY || s->label == LH_LABEL_MEMBER ||
	       s->label == LH_LABEL_BUFFER || (s->label == LH_LABEL_VALUE && !s->key);
}

/* By shape: that of the outermost container on the way; its own if there is none. Shapes come after those that they continue. */
static uint32_t *find_containers(const struct lh_path_shapes *shapes)
{
	uint32_t *found = lh_new0(uint32_t, shapes->count + 1);

	for (uint32_t i = 0; found && i < shapes->count; i++) {
		uint32_t above = shapes->all[i].parent;
		bool inside = above != LH_NO_PATH_SHAPE &&
			      (found[above] != above || is_one_of_many(&shapes->all[i]));

		found[i] = inside ? found[above] : i;
	}
	return found;
}

static int holder_of(struct lh_growth_holders *h, uint32_t shape, struct lh_growth_holder **ret)
{
	int r = 0;

	if (!h->of_shape[shape]) {
		r = lh_append(h->paths.heaps[LH_AFTER]->ctx, h->items, h->count, h->capacity,
			      ((struct lh_growth_holder){.shape = shape}));
		h->of_shape[shape] = (uint32_t)h->count;
	}
	if (r == 0)
		*ret = &h->items[h->of_shape[shape] - 1];
	return r;
}

static int64_t grown(const struct lh_path_growth *row)
{
	return (int64_t)(row->bytes[LH_AFTER] - row->bytes[LH_BEFORE]);
}

static int add_row(struct lh_growth_holders *h, const uint32_t *containers, const struct lh_path_growth *row)
{
	struct lh_growth_holder *holder = NULL;
	int r;

	if (row->shape[LH_AFTER] == LH_NO_PATH_SHAPE)
		return 0;
	r = holder_of(h, containers[row->shape[LH_AFTER]], &holder);
	if (r < 0)
		return r;
	holder->bytes += grown(row);
	holder->objects += (int64_t)(row->count[LH_AFTER] - row->count[LH_BEFORE]);
	if (!holder->most || grown(row) > grown(holder->most))
		holder->most = row;
	return 0;
}

static int by_bytes(const void *a, const void *b)
{
	const struct lh_growth_holder *x = a, *y = b;

	if (x->bytes != y->bytes)
		return x->bytes > y->bytes ? -1 : 1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

int lh_growth_holders_find(struct lh_heap *before, struct lh_heap *after, struct lh_growth_holders *ret)
{
	_cleanup_free_ uint32_t *containers = NULL;
	int r = lh_growth_paths_find(before, after, &ret->paths);

	if (r == 0 && !(containers = find_containers(&ret->paths.shapes[LH_AFTER])))
		r = lh_nomem(after->ctx);
	if (r == 0 && !(ret->of_shape = lh_new0(uint32_t, ret->paths.shapes[LH_AFTER].count + 1)))
		r = lh_nomem(after->ctx);
	for (size_t i = 0; r == 0 && i < ret->paths.count; i++)
		r = add_row(ret, containers, &ret->paths.rows[i]);
	if (r == 0 && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), by_bytes);
	return r;
}

void lh_growth_holders_fini(struct lh_growth_holders *h)
{
	lh_growth_paths_fini(&h->paths);
	free(h->items);
	free(h->of_shape);
}
