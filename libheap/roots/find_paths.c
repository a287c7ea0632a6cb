/* SPDX-License-Identifier: Apache-2.0 */
#include "roots/find_paths.h"
#include "roots/native_walk.h"
#include "roots/process_roots.h"
#include "roots/walk.h"
#include "util/array.h"

#include <string.h>

/*
 * Modules first, because people know their names; the interpreter next; frames for what those do not keep: a
 * frame leads to every global of its module.
 */
static int walk(struct lh_paths *p)
{
	struct lh_walk w;
	int r;

	lh_walk_start(&w, p);
	r = lh_walk_spread_from(&w, LH_ROOT_MODULES, LH_ROOT_BUILTINS);
	if (r == 0)
		r = lh_walk_spread_from(&w, LH_ROOT_INTERP, LH_ROOT_INTERP);
	if (r == 0)
		r = lh_walk_spread_from(&w, LH_ROOT_THREAD, LH_ROOT_FRAME);
	if (r == 0 && lh_paths_misses(p))
		r = lh_walk_spread_by_body(&w);
	return r == 0 && (p->request.wanted || p->request.misses) && lh_paths_misses(p) ? lh_walk_native(&w)
											: r;
}

static int make_room(struct lh_paths *p)
{
	size_t n = ((size_t)p->set.count + 1) * (p->request.through ? 2 : 1);

	if (n >= LH_ROOT_BIT)
		return lh_fail(p->heap->ctx, LH_ECORRUPT, "more objects than paths can number (2^31)");
	p->queue = lh_new0(uint64_t, n);
	p->parent = lh_new0(uint32_t, n);
	p->label = lh_new0(uint8_t, n);
	p->key = lh_new0(uint64_t, n);
	p->place = lh_new0(uint32_t, n);
	if (!p->queue || !p->parent || !p->label || !p->key || !p->place)
		return lh_nomem(p->heap->ctx);
	memset(p->place, 0xff, n * sizeof(*p->place));
	return 0;
}

static int collect(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_paths *p = arg;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++)
		r = lh_addrset_add(&p->set, items[i].object.addr);
	if (r >= 0)
		r = p->request.see(p->request.arg, items, count);
	return r < 0 ? r : 0;
}

/* All objects; those of an open heap's inventory are read again only if they are to be seen. */
static int find_objects(struct lh_paths *p)
{
	int r;

	if (!p->request.see)
		return lh_objects_collect(p->heap, &p->set, &p->findings);
	lh_addrset_init(&p->set, p->heap->ctx);
	r = lh_objects_walk(p->heap, false, collect, p, &p->findings);
	if (r == 0)
		lh_addrset_finish(&p->set);
	return r;
}

int lh_paths_find(struct lh_heap *heap, const struct lh_paths_request *request, struct lh_paths *ret)
{
	_cleanup_(lh_paths_fini) struct lh_paths p = {.heap = heap, .request = *request};
	int r = find_objects(&p);

	if (r < 0)
		return r;
	r = lh_roots_find(heap, &p.roots);
	if (r == 0)
		r = make_room(&p);
	if (r == 0)
		r = walk(&p);
	if (r < 0)
		return r;
	*ret = p;
	p = (struct lh_paths){0};
	return 0;
}
