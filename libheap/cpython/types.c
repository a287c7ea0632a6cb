/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/types.h"
#include "cpython/member.h"
#include "cpython/object.h"
#include "cpython/static_names.h"
#include "cpython/type_kind.h"
#include "cpython/type_struct.h"
#include "util/array.h"

#define TYPES_MAX (1u << 24) /* more classes are not believed */

static bool grow_hash(struct lh_types *types)
{
	size_t size = types->hash_size ? types->hash_size * 2 : 1024;
	struct lh_type **hash = lh_new0(struct lh_type *, size);

	if (!hash)
		return false;
	for (size_t i = 0; i < types->count; i++) {
		size_t at = lh_hash_address(types->items[i]->addr, size);

		while (hash[at])
			at = (at + 1) & (size - 1);
		hash[at] = types->items[i];
	}
	free(types->hash);
	types->hash = hash;
	types->hash_size = size;
	return true;
}

int lh_types_init(struct lh_heap *heap)
{
	heap->types.not_types = lh_new0(uint64_t, LH_NOT_TYPES);
	if (!heap->types.not_types || !grow_hash(&heap->types))
		return lh_nomem(heap->ctx);
	return 0;
}

void lh_types_fini(struct lh_types *types)
{
	for (size_t i = 0; i < types->count; i++) {
		free(types->items[i]->name);
		free(types->items[i]->slots);
		free(types->items[i]);
	}
	free(types->items);
	free(types->hash);
	free(types->not_types);
	lh_static_names_free(types->names);
}

int lh_types_reset(struct lh_heap *heap)
{
	struct lh_types empty = {.name_from_heap = heap->types.name_from_heap,
				 .collect_names = heap->types.collect_names};

	lh_types_fini(&heap->types);
	heap->types = empty;
	return lh_types_init(heap);
}

static int insert(struct lh_heap *heap, struct lh_type *type)
{
	struct lh_types *types = &heap->types;
	size_t at;
	int r;

	if (types->count >= TYPES_MAX)
		return lh_fail_at(heap->ctx, LH_ECORRUPT, type->addr, "more than %u types", TYPES_MAX);
	if (types->count * 2 >= types->hash_size && !grow_hash(types))
		return lh_nomem(heap->ctx);
	type->index = (uint32_t)types->count;
	r = lh_append(heap->ctx, types->items, types->count, types->capacity, type);
	if (r < 0)
		return r;
	at = lh_hash_address(type->addr, types->hash_size);
	while (types->hash[at])
		at = (at + 1) & (types->hash_size - 1);
	types->hash[at] = type;
	return 0;
}

/* Follow metatypes up to the type that is its own type. */
static bool chain_ends_in_type(struct lh_heap *heap, uint64_t meta)
{
	for (unsigned i = 0; i < LH_BASES_MAX; i++) {
		const uint8_t *p;
		uint64_t above;

		if (heap->types.type_type ? meta == heap->types.type_type : false)
			return true;
		p = lh_type_plausible(heap, meta);
		if (!p || !(lh_field_u64(&heap->layout, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_TYPE_SUBCLASS))
			return false;
		above = lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE));
		if (above == meta) {
			heap->types.type_type = meta;
			return true;
		}
		meta = above;
	}
	return false;
}

static uint32_t presize_of(const struct lh_heap *heap, uint64_t flags)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t pre = lh_layout_constant(l, LH_C_TPFLAG_MANAGED_DICT) |
		       lh_layout_constant(l, LH_C_TPFLAG_MANAGED_WEAKREF);

	if (!(flags & LH_TPFLAG_HAVE_GC))
		return 0;
	/* Include/internal/pycore_object.h _PyType_PreHeaderSize(): two words more for the managed dict and
	 * weaklist. */
	return lh_layout_at(l, LH_F_GC_HEAD_SIZE) + (flags & pre ? 16 : 0);
}

static void fill_flags(const struct lh_heap *heap, struct lh_type *t)
{
	const struct lh_layout *l = &heap->layout;

	t->presize = presize_of(heap, t->flags);
	t->managed_dict = t->flags & lh_layout_constant(l, LH_C_TPFLAG_MANAGED_DICT);
	t->inline_values = t->flags & lh_layout_constant(l, LH_C_TPFLAG_INLINE_VALUES);
}

static void fill_words(const struct lh_heap *heap, const uint8_t *p, struct lh_type *t)
{
	t->metatype = lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE));
	t->flags = lh_field_u64(&heap->layout, p, LH_F_TYPE_FLAGS);
	t->basicsize = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_BASICSIZE);
	t->itemsize = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_ITEMSIZE);
	t->dictoffset = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_DICTOFFSET);
	t->weaklistoffset = (int64_t)lh_field_u64(&heap->layout, p, LH_F_TYPE_WEAKLISTOFFSET);
	t->base = lh_field_u64(&heap->layout, p, LH_F_TYPE_BASE);
	t->has_del = lh_field_u64(&heap->layout, p, LH_F_TYPE_DEL) != 0;
	t->has_finalizer = lh_field_u64(&heap->layout, p, LH_F_TYPE_FINALIZE) != 0;
}

/* Members of the classes in the chain that hold objects: T_OBJECT_EX, traversed by traverse_slots(). */
static int fill_slots_of(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t,
			 size_t *capacity)
{
	uint64_t count = lh_u64(p + lh_layout_at(&heap->layout, LH_F_VAR_SIZE));
	uint64_t meta = lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE));
	const uint8_t *m = lh_type_plausible(heap, meta), *members;
	size_t slots = t->slot_count;

	if (!m || !count || count > LH_MEMBERS_MAX)
		return 0;
	members = lh_view_at(&heap->view, addr + lh_field_u64(&heap->layout, m, LH_F_TYPE_BASICSIZE),
			     count * LH_MEMBER_SIZE);
	for (uint64_t i = 0; members && i < count; i++, members += LH_MEMBER_SIZE) {
		struct lh_member member;
		struct lh_slot slot;
		int r;

		lh_member_read(members, &member);
		if (member.kind != LH_MEMBER_OBJECT_EX || member.offset >= LH_BASICSIZE_MAX ||
		    member.offset & 7)
			continue;
		slot = (struct lh_slot){.offset = (uint32_t)member.offset, .name = member.name};
		r = lh_append(heap->ctx, t->slots, slots, *capacity, slot);
		if (r < 0)
			return r;
		t->slot_count = (uint32_t)slots;
	}
	return 0;
}

static int fill_slots(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t)
{
	size_t capacity = 0;

	for (unsigned i = 0; i < LH_BASES_MAX && p && lh_type_is_python(heap, p); i++) {
		int r = fill_slots_of(heap, addr, p, t, &capacity);

		if (r < 0)
			return r;
		addr = lh_field_u64(&heap->layout, p, LH_F_TYPE_BASE);
		p = addr ? lh_type_plausible(heap, addr) : NULL;
	}
	return 0;
}

static int read_type(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t)
{
	t->addr = addr;
	fill_words(heap, p, t);
	fill_flags(heap, t);
	t->python = lh_type_is_python(heap, p);
	if (t->flags & LH_TPFLAG_HEAPTYPE)
		t->cached_keys = lh_heap_word(heap, &heap->view, addr, LH_F_HEAPTYPE_CACHED_KEYS);
	lh_type_fill_kind(heap, addr, p, t);
	return fill_slots(heap, addr, p, t);
}

static struct lh_type *type_free(struct lh_type *t)
{
	if (t)
		free(t->slots);
	free(t);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_type, type_free);

int lh_types_get(struct lh_heap *heap, uint64_t addr, struct lh_type **ret)
{
	struct lh_types *types = &heap->types;
	_cleanup_(type_freep) struct lh_type *t = NULL;
	uint64_t *denied = &types->not_types[lh_hash_address(addr, LH_NOT_TYPES)];
	const uint8_t *p;
	int r;

	*ret = lh_types_find(types, addr);
	if (*ret)
		return 0;
	if (*denied == addr)
		return LH_ABSENT;
	p = lh_type_plausible(heap, addr);
	if (!p || !chain_ends_in_type(heap, lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE)))) {
		*denied = addr;
		return LH_ABSENT;
	}
	t = lh_new0(struct lh_type, 1);
	if (!t)
		return lh_nomem(heap->ctx);
	r = read_type(heap, addr, p, t);
	if (r == 0 && types->no_memory)
		r = lh_nomem(heap->ctx);
	if (r == 0)
		r = insert(heap, t);
	if (r < 0)
		return r;
	*ret = lh_take(t);
	return 0;
}
