/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on reference cycles. */
#include "analyze/components.h"
#include "analyze/short_cycle.h"
#include "api/reference_iter.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

/* Return: 0; LH_DONE: there are not so many; -LH_E*. */
static int component_at(struct lh_heap *heap, size_t index, const struct lh_components **ret_all,
			struct lh_component *ret)
{
	int r = lh_components_get(heap, ret_all);

	if (r < 0)
		return r;
	if (index >= (*ret_all)->count)
		return LH_DONE;
	*ret = lh_components_nth(*ret_all, (uint32_t)index);
	return 0;
}

int lh_component_at(struct lh_heap *heap, size_t index, struct lh_component_info *ret)
{
	const struct lh_components *all;
	struct lh_component c;
	uint64_t bytes;
	int r = component_at(heap, index, &all, &c);

	if (r == 0)
		r = lh_component_bytes(all, &heap->view, &c, &bytes);
	if (r == 0)
		lh_info_give(
			ret,
			&(struct lh_component_info){
				.objects = c.count, .bytes = bytes, .garbage = c.garbage, .frozen = c.frozen},
			sizeof(*ret));
	return r;
}

int lh_component_object_at(struct lh_heap *heap, size_t component, size_t index, uint64_t *ret)
{
	const struct lh_components *all;
	int r = lh_components_get(heap, &all);

	if (r < 0)
		return r;
	if (component >= all->count || index >= all->first[component + 1] - all->first[component])
		return LH_DONE;
	*ret = lh_components_addr(all, all->members[all->first[component] + index]);
	return 0;
}

int lh_component_cycle(struct lh_heap *heap, size_t component, struct lh_reference_iter **ret)
{
	_cleanup_free_ uint64_t *cycle = NULL;
	const struct lh_components *all;
	struct lh_short_cycles *search;
	struct lh_component c;
	uint64_t *way;
	size_t length;
	int r = component_at(heap, component, &all, &c);

	if (r == 0)
		r = lh_short_cycles_get(heap, &search);
	if (r == 0)
		r = lh_short_cycle(search, c.members, c.count, &cycle, &length);
	if (r != 0)
		return r;
	way = lh_new0(uint64_t, length + 1);
	if (!way)
		return lh_nomem(heap->ctx);
	memcpy(way, cycle, length * sizeof(*way));
	way[length] = cycle[0];
	return lh_reference_iter_along(heap, way, length + 1, true, ret);
}
