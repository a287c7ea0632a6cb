/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/type_struct.h"
#include "cpython/static_names.h"
#include "util/bytes.h"

#include <stdio.h>

/* Whether @name points to constants of a mapped file that nobody has. */
static bool is_missing(struct lh_heap *heap, uint64_t name)
{
	const struct lh_mapping *m = lh_target_mapping(heap->target, name);

	return m && m->path && !m->writable && !lh_view_at(&heap->view, name, 1);
}

/* All bytes of the struct at @addr: a heap type's go on behind those of a static one. */
static const uint8_t *type_bytes(struct lh_heap *heap, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p = addr & 7 ? NULL : lh_view_at(&heap->view, addr, lh_layout_at(l, LH_F_TYPE_SIZE));

	if (p && lh_field_u64(&heap->layout, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_HEAPTYPE)
		p = lh_view_at(&heap->view, addr, lh_layout_at(l, LH_F_HEAPTYPE_SIZE));
	return p;
}

const uint8_t *lh_type_plausible(struct lh_heap *heap, uint64_t addr)
{
	const uint8_t *p = type_bytes(heap, addr);
	int64_t basic, item;
	char name[64];

	if (!p)
		return NULL;
	basic = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_BASICSIZE);
	item = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_ITEMSIZE);
	if (basic < lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE) || basic > LH_BASICSIZE_MAX || item < 0 ||
	    item > LH_BASICSIZE_MAX)
		return NULL;
	if (lh_field_u64(&heap->layout, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_READY)
		return p;
	/* Some static types are used without PyType_Ready() (functools._lru_list_elem up to 3.9): they have a
	 * name. */
	if (lh_heap_string(heap, lh_field_u64(&heap->layout, p, LH_F_TYPE_NAME), name, sizeof(name)) == 0)
		return name[0] ? p : NULL;
	if (!heap->types.names)
		return NULL;
	return lh_static_names_find(heap, addr) ||
			       is_missing(heap, lh_field_u64(&heap->layout, p, LH_F_TYPE_NAME))
		       ? p
		       : NULL;
}

/*
 * type_new() points tp_name into the UTF-8 of ht_name; PyType_FromSpec() gives tp_name the spec's own text,
 * ht_name the part after its last dot (Objects/typeobject.c). A static type has no ht_name.
 */
bool lh_type_is_python(struct lh_heap *heap, const uint8_t *type)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t name = lh_field_u64(&heap->layout, type, LH_F_TYPE_NAME), str;
	const uint8_t *p;

	if (!(lh_field_u64(&heap->layout, type, LH_F_TYPE_FLAGS) & LH_TPFLAG_HEAPTYPE))
		return false;
	p = lh_view_at(&heap->view, lh_field_u64(&heap->layout, type, LH_F_TYPE_NAME), 1);
	str = lh_u64(type + lh_layout_at(l, LH_F_HEAPTYPE_NAME));
	if (!p || !str)
		return false;
	if (!lh_layout_has(l, LH_F_STR_COMPACT_SIZE)) /* 2.7: the name's characters follow its header */
		return name == str + lh_layout_at(l, LH_F_BYTES_DATA);
	p = lh_view_at(&heap->view, str, lh_layout_at(l, LH_F_STR_COMPACT_SIZE));
	if (!p)
		return false;
	/* ASCII text follows its header; other text has a UTF-8 copy elsewhere. */
	return name == str + lh_layout_at(l, LH_F_STR_ASCII_SIZE) ||
	       name == lh_u64(p + lh_layout_at(l, LH_F_STR_UTF8));
}

int lh_type_tp_name(struct lh_heap *heap, uint64_t addr, const uint8_t *type, char *buf, size_t size)
{
	_cleanup_free_ char *name = NULL;

	if (lh_heap_string(heap, lh_u64(type + lh_layout_at(&heap->layout, LH_F_TYPE_NAME)), buf, size) == 0)
		return 0;
	if (heap->types.name_from_heap)
		name = heap->types.name_from_heap(heap, addr, type);
	snprintf(buf, size, "%s", name ? name : "");
	return name ? 0 : LH_ABSENT;
}
