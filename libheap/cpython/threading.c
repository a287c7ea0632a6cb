/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/threading.h"
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/text.h"
#include "util/array.h"

#include <stdlib.h>

#define NAME_CHARS 200

/* The dict threading._active: from a thread's id to its Thread. */
static bool read_active(struct lh_heap *heap, const struct lh_interp *interp, struct lh_dict *ret)
{
	uint64_t module, active, names;
	struct lh_object o;

	if (!interp->modules || lh_dict_get(heap, interp->modules, "threading", &module) != 0)
		return false;
	names = lh_heap_word(heap, &heap->view, module, LH_F_MODULE_DICT);
	return names && lh_dict_get(heap, names, "_active", &active) == 0 &&
	       lh_object_at(heap, &heap->view, active, &o) == 0 && o.type->kind->id == LH_KIND_DICT &&
	       lh_dict_read(heap, &heap->view, o.bytes, ret) == 0;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = ((const struct lh_known_thread *)a)->id, y = ((const struct lh_known_thread *)b)->id;

	return (x > y) - (x < y);
}

int lh_threading_read(struct lh_heap *heap, const struct lh_interp *interp, struct lh_threading *ret)
{
	struct lh_dict active;
	uint64_t key, thread;
	int64_t id;
	int r = 0;

	*ret = (struct lh_threading){0};
	if (!read_active(heap, interp, &active))
		return 0;
	for (uint64_t i = 0; active.keys.entries && i < active.keys.entry_count && r == 0; i++)
		if (lh_dict_entry(&active, i, &key, &thread) && key &&
		    lh_int_read(heap, &heap->view, key, &id) == 0)
			r = lh_append(heap->ctx, ret->items, ret->count, ret->capacity,
				      ((struct lh_known_thread){.id = (uint64_t)id, .thread = thread}));
	if (r == 0 && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), compare);
	return r;
}

void lh_threading_fini(struct lh_threading *t)
{
	free(t->items);
}

static uint64_t find_thread(const struct lh_threading *t, uint64_t id)
{
	struct lh_known_thread key = {.id = id}, *found;

	found = t->count ? bsearch(&key, t->items, t->count, sizeof(key), compare) : NULL;
	return found ? found->thread : 0;
}

bool lh_threading_has(const struct lh_threading *t, uint64_t id)
{
	return find_thread(t, id) != 0;
}

bool lh_threading_name(struct lh_heap *heap, const struct lh_threading *t, uint64_t id, struct lh_string *out)
{
	uint64_t thread = find_thread(t, id), name;
	struct lh_object o;

	if (heap->hide_values || !thread || lh_object_at(heap, &heap->view, thread, &o) != 0)
		return false;
	if (lh_attribute_get(heap, &o, "_name", &name) != 0 &&
	    lh_attribute_get(heap, &o, "_Thread__name", &name) != 0) /* 2.7 */
		return false;
	return lh_str_append(heap, name, NAME_CHARS, out) != LH_ABSENT;
}

int lh_thread_has_gil(struct lh_heap *heap, const struct lh_thread *thread)
{
	if (!heap->runtime || !lh_layout_has(&heap->layout, LH_F_RUNTIME_TSTATE_CURRENT))
		return -1;
	return lh_heap_word(heap, &heap->view, heap->runtime, LH_F_RUNTIME_TSTATE_CURRENT) == thread->addr;
}
