/* SPDX-License-Identifier: Apache-2.0 */
/* A type's name as type.__module__ and type.__qualname__ give it (Objects/typeobject.c type_module(),
 * type_qualname()). */
#include "cpython/type_name.h"
#include "cpython/dict.h"
#include "cpython/static_names.h"
#include "cpython/text.h"
#include "cpython/type_struct.h"

#include <stdio.h>

#define NAME_MAX_CHARS 200

static bool is_builtins(const char *module)
{
	return strcmp(module, "builtins") == 0 || strcmp(module, "__builtin__") == 0;
}

static char *take_name(struct lh_heap *heap, struct lh_string *s)
{
	if (s->failed)
		(void)lh_nomem(heap->ctx);
	return lh_string_take(s);
}

static char *heap_name(struct lh_heap *heap, const uint8_t *p, uint32_t *ret_module_length)
{
	const struct lh_layout *l = &heap->layout;
	_cleanup_string_ struct lh_string module = {0}, name = {0};
	uint64_t dict = lh_u64(p + lh_layout_at(l, LH_F_TYPE_DICT)), value, qualname;

	qualname =
		lh_u64(p + lh_layout_at(l, lh_layout_has(l, LH_F_HEAPTYPE_QUALNAME) ? LH_F_HEAPTYPE_QUALNAME
										    : LH_F_HEAPTYPE_NAME));
	if (lh_str_append(heap, qualname, NAME_MAX_CHARS, &name) == LH_ABSENT || !name.text)
		return NULL;
	if (dict && lh_dict_get(heap, dict, "__module__", &value) == 0 &&
	    lh_str_append(heap, value, NAME_MAX_CHARS, &module) != LH_ABSENT && module.text &&
	    !is_builtins(module.text)) {
		*ret_module_length = (uint32_t)module.len;
		lh_string_add(&module, ".");
		lh_string_add(&module, name.text);
		return take_name(heap, &module);
	}
	return take_name(heap, &name);
}

char *lh_type_name_from_heap(struct lh_heap *heap, uint64_t addr, const uint8_t *type)
{
	const struct lh_layout *l = &heap->layout;
	uint32_t module_length;
	const char *name;
	char *copy;

	/* PyType_FromSpec() made __module__ and __qualname__ of it. */
	if (lh_u64(type + lh_layout_at(l, LH_F_TYPE_FLAGS)) & LH_TPFLAG_HEAPTYPE) {
		type = lh_view_at(&heap->view, addr, lh_layout_at(l, LH_F_HEAPTYPE_SIZE));
		if (type)
			return heap_name(heap, type, &module_length);
	}
	name = lh_static_names_find(heap, addr);
	copy = name ? strdup(name) : NULL;
	if (name && !copy)
		(void)lh_nomem(heap->ctx);
	return copy;
}

/* Static types: tp_name, "module.name". Python 3's own have no module in it. */
static char *static_name(struct lh_heap *heap, uint64_t addr, const uint8_t *p)
{
	char name[256], *copy;

	if (lh_type_tp_name(heap, addr, p, name, sizeof(name)) != 0)
		return NULL;
	copy = strdup(name);
	if (!copy)
		(void)lh_nomem(heap->ctx);
	return copy;
}

static uint32_t module_length_of(const char *tp_name)
{
	const char *dot = strrchr(tp_name, '.');

	return dot ? (uint32_t)(dot - tp_name) : 0;
}

const char *lh_type_name(struct lh_heap *heap, struct lh_type *type)
{
	bool is_heap = type->flags & LH_TPFLAG_HEAPTYPE;
	const uint8_t *p;
	char unknown[40];

	if (type->name)
		return type->name;
	p = lh_view_at(&heap->view, type->addr,
		       lh_layout_at(&heap->layout, is_heap ? LH_F_HEAPTYPE_SIZE : LH_F_TYPE_SIZE));
	if (p && is_heap)
		type->name = heap_name(heap, p, &type->module_length);
	if (p && !type->name) {
		type->name = static_name(heap, type->addr, p);
		type->module_length = type->name ? module_length_of(type->name) : 0;
	}
	/* A name that memory was wanting for is not lost for the next question. */
	if (!type->name && lh_ctx_finish(heap->ctx) == 0) {
		snprintf(unknown, sizeof(unknown), "<type at 0x%" PRIx64 ">", type->addr);
		type->name = strdup(unknown);
	}
	return type->name ? type->name : "<type>";
}

size_t lh_type_module(struct lh_heap *heap, struct lh_type *type)
{
	(void)lh_type_name(heap, type);
	return type->module_length;
}
