/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/type.h"
#include "cpython/member.h"
#include "cpython/names.h"
#include "cpython/object.h"
#include "cpython/type_private.h"
#include "util/array.h"

#define BASICSIZE_MAX (1 << 20)
#define TYPES_MAX (1u << 24) /* more classes are not believed */

static bool grow_hash(struct lh_types *types)
{
	size_t size = types->hash_size ? types->hash_size * 2 : 1024;
	struct lh_type **hash = lh_new0(struct lh_type *, size);

	if (!hash)
		return false;
	for (size_t i = 0; i < types->count; i++) {
		size_t at = lh_type_hash(types->items[i]->addr, size);

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
	lh_names_free(types->names);
}

int lh_types_reset(struct lh_heap *heap)
{
	lh_types_fini(&heap->types);
	heap->types = (struct lh_types){0};
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
	at = lh_type_hash(type->addr, types->hash_size);
	while (types->hash[at])
		at = (at + 1) & (types->hash_size - 1);
	types->hash[at] = type;
	return 0;
}

uint64_t lh_type_word(const struct lh_heap *heap, const uint8_t *p, enum lh_field field)
{
	int32_t at = lh_layout_or(&heap->layout, field, -1);

	return at < 0 ? 0 : lh_u64(p + at);
}

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

	if (p && lh_type_word(heap, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_HEAPTYPE)
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
	basic = (int64_t)lh_type_word(heap, p, LH_F_TYPE_BASICSIZE);
	item = (int64_t)lh_type_word(heap, p, LH_F_TYPE_ITEMSIZE);
	if (basic < lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE) || basic > BASICSIZE_MAX || item < 0 ||
	    item > BASICSIZE_MAX)
		return NULL;
	if (lh_type_word(heap, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_READY)
		return p;
	/* Some static types are used without PyType_Ready() (functools._lru_list_elem up to 3.9): they have a
	 * name. */
	if (lh_heap_string(heap, lh_type_word(heap, p, LH_F_TYPE_NAME), name, sizeof(name)) == 0)
		return name[0] ? p : NULL;
	if (!heap->types.names)
		return NULL;
	return lh_names_find(heap, addr) || is_missing(heap, lh_type_word(heap, p, LH_F_TYPE_NAME)) ? p
												    : NULL;
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
		if (!p || !(lh_type_word(heap, p, LH_F_TYPE_FLAGS) & LH_TPFLAG_TYPE_SUBCLASS))
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

/*
 * type_new() points tp_name into the UTF-8 of ht_name; PyType_FromSpec() gives tp_name the spec's own text,
 * ht_name the part after its last dot (Objects/typeobject.c). A static type has no ht_name.
 */
bool lh_type_is_python(struct lh_heap *heap, const uint8_t *type)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t name = lh_type_word(heap, type, LH_F_TYPE_NAME), str;
	const uint8_t *p;

	if (!(lh_type_word(heap, type, LH_F_TYPE_FLAGS) & LH_TPFLAG_HEAPTYPE))
		return false;
	p = lh_view_at(&heap->view, lh_type_word(heap, type, LH_F_TYPE_NAME), 1);
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
	t->flags = lh_type_word(heap, p, LH_F_TYPE_FLAGS);
	t->basicsize = (int64_t)lh_type_word(heap, p, LH_F_TYPE_BASICSIZE);
	t->itemsize = (int64_t)lh_type_word(heap, p, LH_F_TYPE_ITEMSIZE);
	t->dictoffset = (int64_t)lh_type_word(heap, p, LH_F_TYPE_DICTOFFSET);
	t->weaklistoffset = (int64_t)lh_type_word(heap, p, LH_F_TYPE_WEAKLISTOFFSET);
	t->base = lh_type_word(heap, p, LH_F_TYPE_BASE);
	t->has_del = lh_type_word(heap, p, LH_F_TYPE_DEL) != 0;
	t->has_finalizer = lh_type_word(heap, p, LH_F_TYPE_FINALIZE) != 0;
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
	members = lh_view_at(&heap->view, addr + lh_type_word(heap, m, LH_F_TYPE_BASICSIZE),
			     count * LH_MEMBER_SIZE);
	for (uint64_t i = 0; members && i < count; i++, members += LH_MEMBER_SIZE) {
		struct lh_member member;
		struct lh_slot slot;
		int r;

		lh_member_read(members, &member);
		if (member.kind != LH_MEMBER_OBJECT_EX || member.offset >= BASICSIZE_MAX || member.offset & 7)
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
		addr = lh_type_word(heap, p, LH_F_TYPE_BASE);
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
	uint64_t *denied = &types->not_types[lh_type_hash(addr, LH_NOT_TYPES)];
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
