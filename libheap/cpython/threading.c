/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/threading.h"
#include "cpython/attribute.h"
#include "cpython/dict.h"
#include "cpython/text.h"

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

static bool is_id(struct lh_heap *heap, uint64_t key, uint64_t id)
{
	int64_t value;

	return key && lh_int_read(heap, &heap->view, key, &value) == 0 && (uint64_t)value == id;
}

static uint64_t find_thread(struct lh_heap *heap, const struct lh_interp *interp, uint64_t id)
{
	struct lh_dict active;
	uint64_t key, value;

	if (!read_active(heap, interp, &active))
		return 0;
	for (uint64_t i = 0; active.keys.entries && i < active.keys.entry_count; i++)
		if (lh_dict_entry(&active, i, &key, &value) && is_id(heap, key, id))
			return value;
	return 0;
}

bool lh_thread_is_known(struct lh_heap *heap, const struct lh_interp *interp, uint64_t id)
{
	return id && find_thread(heap, interp, id) != 0;
}

bool lh_thread_name(struct lh_heap *heap, const struct lh_interp *interp, uint64_t id, struct lh_string *out)
{
	uint64_t thread = id ? find_thread(heap, interp, id) : 0, name;
	struct lh_object o;

	if (!thread || lh_object_at(heap, &heap->view, thread, &o) != 0)
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
