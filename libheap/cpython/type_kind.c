/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which C type lays the instances of a type out, and what is known of it.
 *
 * Classes made in Python add slots and a dict to what the first C type above them lays out. That type may add
 * fields of its own to those of its base: the kind is that of the nearest type that has a row, and the rest
 * of the body is scanned.
 */
#include "cpython/type_kind.h"
#include "cpython/member.h"
#include "cpython/object.h"
#include "cpython/type_struct.h"
#include "util/array.h"

/* A type up the chain of bases; p NULL: there is none, or it cannot be read. */
struct base {
	uint64_t addr;
	const uint8_t *p;
};

static struct base type_at(struct lh_heap *heap, uint64_t addr)
{
	return (struct base){addr, addr ? lh_type_plausible(heap, addr) : NULL};
}

static struct base base_of(struct lh_heap *heap, struct base type)
{
	return type_at(heap, lh_field_u64(&heap->layout, type.p, LH_F_TYPE_BASE));
}

/* The first type up the chain of bases that no class statement made: it has the C layout and traversal. */
static struct base c_base(struct lh_heap *heap, struct base type)
{
	unsigned i = 0;

	while (type.p && lh_type_is_python(heap, type.p) &&
	       lh_field_u64(&heap->layout, type.p, LH_F_TYPE_BASE))
		type = i++ < LH_BASES_MAX ? base_of(heap, type) : (struct base){0};
	return type;
}

static const struct lh_kind *kind_by_name(struct lh_heap *heap, struct base type)
{
	char name[128] = "";

	lh_type_tp_name(heap, type.addr, type.p, name, sizeof(name));
	return lh_kind_find(heap->kinds, &heap->layout, name);
}

/*
 * The nearest C type up the chain, @type included, that has a row. Of 'object' all C types are made, and it
 * has no fields. A class made in Python may be called like a C type.
 */
static const struct lh_kind *nearest(struct lh_heap *heap, struct base type, struct base *ret)
{
	struct base at = type;

	for (unsigned i = 0; at.p && i < LH_BASES_MAX; i++, at = base_of(heap, at)) {
		const struct lh_kind *kind = lh_type_is_python(heap, at.p)
						     ? lh_kind_find(heap->kinds, &heap->layout, "")
						     : kind_by_name(heap, at);

		if (kind->id == LH_KIND_OTHER || (at.addr != type.addr && kind->id == LH_KIND_OBJECT))
			continue;
		*ret = at;
		return kind;
	}
	return lh_kind_find(heap->kinds, &heap->layout, "");
}

/*
 * The nearest C type up the chain whose body is known, @type included, but not one that the kind tells all
 * of. What it does not reach to is scanned.
 */
static const struct lh_body *nearest_body(struct lh_heap *heap, struct base type, struct base row,
					  const struct lh_kind *kind)
{
	const struct lh_body *found = NULL;
	char name[128];

	for (unsigned i = 0; type.p && !found && i < LH_BASES_MAX; i++, type = base_of(heap, type)) {
		if (type.addr == row.addr && !kind->scan)
			break;
		if (!lh_type_is_python(heap, type.p) &&
		    lh_type_tp_name(heap, type.addr, type.p, name, sizeof(name)) == 0)
			found = lh_body_find(&heap->layout.build, name,
					     lh_field_u64(&heap->layout, type.p, LH_F_TYPE_BASICSIZE));
	}
	return found;
}

/* tp_flags tell built-in bases of which no name can be read: the last type up the chain with the flag. */
static const struct lh_kind *nearest_by_flag(struct lh_heap *heap, struct base type, struct base *ret)
{
	bool is27 = lh_layout_is_python2(&heap->layout);
	const struct {
		uint64_t flag;
		const char *name;
	} rows[] = {
		{LH_TPFLAG_TUPLE_SUBCLASS, "tuple"},
		{LH_TPFLAG_LIST_SUBCLASS, "list"},
		{LH_TPFLAG_DICT_SUBCLASS, "dict"},
		{LH_TPFLAG_LONG_SUBCLASS, is27 ? "long" : "int"},
		{is27 ? LH_TPFLAG_INT27_SUBCLASS : 0, "int"},
		{LH_TPFLAG_BYTES_SUBCLASS, is27 ? "str" : "bytes"},
		{LH_TPFLAG_UNICODE_SUBCLASS, is27 ? "unicode" : "str"},
		{LH_TPFLAG_BASE_EXC_SUBCLASS, "BaseException"},
	};
	uint64_t flags = lh_field_u64(&heap->layout, type.p, LH_F_TYPE_FLAGS);

	for (size_t k = 0; k < LH_ARRAY_SIZE(rows); k++) {
		if (!(flags & rows[k].flag))
			continue;
		for (unsigned i = 0; type.p && i < LH_BASES_MAX &&
				     lh_field_u64(&heap->layout, type.p, LH_F_TYPE_FLAGS) & rows[k].flag;
		     i++, type = base_of(heap, type))
			*ret = type;
		return lh_kind_find(heap->kinds, &heap->layout, rows[k].name);
	}
	return lh_kind_find(heap->kinds, &heap->layout, "");
}

/* A kind whose fields lie behind the end of the body is another type of the same name. */
static const struct lh_kind *fitting(struct lh_heap *heap, const struct lh_kind *kind, uint64_t size)
{
	enum lh_field beyond;

	if (!heap->types.guessing && lh_kind_beyond(&heap->layout, kind, size, &beyond) == 0)
		return lh_kind_find(heap->kinds, &heap->layout, "");
	return kind;
}

/*
 * A struct sequence names its fields by members (Objects/structseq.c): the first is where a tuple's items
 * begin, the highest offset tells how many there are. 0: it is another type derived from tuple.
 */
static int64_t sequence_fields(struct lh_heap *heap, const uint8_t *base)
{
	uint64_t members = lh_field_u64(&heap->layout, base, LH_F_TYPE_MEMBERS),
		 items = lh_layout_at(&heap->layout, LH_F_TUPLE_ITEMS), last = 0;
	bool named = false;

	for (unsigned i = 0; members && i < LH_MEMBERS_MAX; i++) {
		const uint8_t *p = lh_view_at(&heap->view, members + i * LH_MEMBER_SIZE, LH_MEMBER_SIZE);
		struct lh_member member;

		if (!p || !lh_member_read(p, &member))
			break;
		named |= member.offset == items;
		if (member.offset > last && member.offset < items + 8 * LH_MEMBERS_MAX)
			last = member.offset;
	}
	return named ? (int64_t)(last - items) / 8 + 1 : 0;
}

/* Where the part of the body begins that no row describes. */
static uint64_t first_scanned(struct lh_heap *heap, const struct lh_kind *kind, struct base row)
{
	if (kind->scan)
		return lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE);
	if (kind->id == LH_KIND_TYPE) /* metatypes written in C (ctypes') add fields of their own */
		return lh_layout_at(&heap->layout, LH_F_HEAPTYPE_SIZE);
	return lh_field_u64(&heap->layout, row.p, LH_F_TYPE_BASICSIZE);
}

/* Whether no row has the word of the __dict__, and it is not among the scanned ones. */
static bool has_dict_apart(const struct lh_layout *l, const struct lh_type *t)
{
	const struct lh_ref_row *row = t->kind->refs;

	if (t->managed_dict || !t->dictoffset || t->dictoffset != t->base_dictoffset)
		return !t->managed_dict && t->dictoffset; /* a class statement added it */
	if (t->dictoffset < 0 || (uint64_t)t->dictoffset >= t->scan_from || t->kind->id == LH_KIND_TYPE)
		return false;
	for (uint32_t i = 0; t->body && i < t->body->count; i++)
		if (t->body->refs[i].offset == t->dictoffset)
			return false;
	while (row && row->edge && lh_layout_or(l, row->field, -1) != t->dictoffset)
		row++;
	return !row || !row->edge;
}

/*
 * Whether the traversal of instances can visit what their type adds to those of @row: a tp_traverse that is
 * inherited from there knows nothing of it (ctypes' StgDict has dict's).
 */
static bool traverses_more(struct lh_heap *heap, struct base base, struct base row)
{
	uint64_t traverse = lh_field_u64(&heap->layout, base.p, LH_F_TYPE_TRAVERSE);

	return traverse && (row.addr == base.addr || !row.p ||
			    lh_field_u64(&heap->layout, row.p, LH_F_TYPE_TRAVERSE) != traverse);
}

/*
 * Types whose instances have a z_stream, bz_stream or lzma_stream, by its bytes from the header on: Modules/zlibmodule.c,
 * _bz2module.c and _lzmamodule.c, which has an lzma_allocator before it, all of 2.7 to 3.15.
 */
static const struct stream {
	const char *tp_name;
	uint16_t offset;
} streams[] = {
	{"zlib.Compress", 0},       {"zlib.Decompress", 0},       {"zlib._ZlibDecompressor", 0},
	{"_bz2.BZ2Compressor", 0},  {"_bz2.BZ2Decompressor", 0},  {"bz2.BZ2Compressor", 0},
	{"bz2.BZ2Decompressor", 0}, {"_lzma.LZMACompressor", 24}, {"_lzma.LZMADecompressor", 24},
};

static uint16_t stream_of(struct lh_heap *heap, struct base base)
{
	char name[128] = "";

	lh_type_tp_name(heap, base.addr, base.p, name, sizeof(name));
	for (size_t i = 0; i < LH_ARRAY_SIZE(streams); i++)
		if (strcmp(name, streams[i].tp_name) == 0)
			return (uint16_t)(lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE) + streams[i].offset);
	return 0;
}

static void fill_from(struct lh_heap *heap, struct base base, struct lh_type *t)
{
	struct base row = base;

	t->base_dictoffset = (int64_t)lh_field_u64(&heap->layout, base.p, LH_F_TYPE_DICTOFFSET);
	t->c_basicsize = lh_field_u64(&heap->layout, base.p, LH_F_TYPE_BASICSIZE);
	if (t->c_basicsize > (uint64_t)t->basicsize)
		t->c_basicsize = (uint64_t)t->basicsize;
	/* A metaclass's instances are types, whatever its name. */
	if (t->flags & LH_TPFLAG_TYPE_SUBCLASS) {
		t->kind = lh_kind_find(heap->kinds, &heap->layout, "type");
		row = type_at(heap, heap->types.type_type);
	} else {
		t->kind = nearest(heap, base, &row);
	}
	if (t->kind->id == LH_KIND_OTHER)
		t->kind = nearest_by_flag(heap, base, &row);
	t->kind = fitting(heap, t->kind, t->c_basicsize);
	t->body = t->flags & LH_TPFLAG_TYPE_SUBCLASS ? NULL : nearest_body(heap, base, row, t->kind);
	if (t->kind->id == LH_KIND_OTHER && t->body)
		t->kind = &lh_kind_body;
	t->exact = t->kind->id == LH_KIND_TYPE ? kind_by_name(heap, base) == t->kind
					       : t->kind->id != LH_KIND_OTHER && t->kind != &lh_kind_body &&
							 row.addr == base.addr;
	t->scan_from = t->body ? t->body->size : first_scanned(heap, t->kind, row);
	t->stream = stream_of(heap, base);
	t->c_traversed = traverses_more(heap, base, row);
	t->conservative = t->scan_from < t->c_basicsize || (t->kind->scan && !t->body && t->itemsize);
	if (t->kind->id == LH_KIND_TUPLE && row.addr != base.addr) {
		t->sequence_fields = sequence_fields(heap, base.p);
		/* Since 3.13 tp_basicsize has room for the fields past the tuple's length. */
		t->conservative &= !t->sequence_fields;
	}
}

static bool is_heap_type(const struct lh_heap *heap, struct base type)
{
	return lh_field_u64(&heap->layout, type.p, LH_F_TYPE_FLAGS) & LH_TPFLAG_HEAPTYPE;
}

/*
 * subtype_traverse() visits the type, but since 3.9 leaves that to the first base made in C when that is a
 * heap type (Objects/typeobject.c). Such a base visits it in a tp_traverse of its own; one that is inherited
 * from a static type does not (pybind11's metaclass has that of 'type').
 */
static bool visits_type(struct lh_heap *heap, struct base base, const struct lh_type *t)
{
	uint64_t traverse = base.p ? lh_field_u64(&heap->layout, base.p, LH_F_TYPE_TRAVERSE) : 0;

	if (!traverse || !is_heap_type(heap, base) || !lh_layout_constant(&heap->layout, LH_C_VISITS_TYPE))
		return t->python;
	for (unsigned i = 0; i < LH_BASES_MAX && base.p && is_heap_type(heap, base); i++)
		base = base_of(heap, base);
	return !base.p || lh_field_u64(&heap->layout, base.p, LH_F_TYPE_TRAVERSE) != traverse;
}

/*
 * Of C types without a gc head two leave out their last field, a reference (Modules/_datetimemodule.c:
 * datetime and time without tzinfo); numbers and constants have no such field.
 */
static uint64_t fixed_extent(const struct lh_heap *heap, const struct lh_type *type)
{
	uint64_t header = lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE), size = (uint64_t)type->basicsize;

	if (type->presize || type->python || (type->exact && lh_type_is_leaf(type)))
		return size;
	return size < header + 8 ? header : size - 8;
}

static uint32_t type_extent(const struct lh_heap *heap, const struct lh_type *type)
{
	switch (type->kind->id) {
	case LH_KIND_TUPLE:
	case LH_KIND_BYTES:
	case LH_KIND_INT:
	case LH_KIND_STR:
	case LH_KIND_TYPE:
		return 0;
	case LH_KIND_BYTEARRAY: /* its last field is there, whether a reference or not */
		return (uint32_t)type->basicsize;
	case LH_KIND_CODE:
		return type->itemsize ? 0 : (uint32_t)type->basicsize;
	default:
		return (uint32_t)fixed_extent(heap, type);
	}
}

void lh_type_fill_kind(struct lh_heap *heap, uint64_t addr, const uint8_t *p, struct lh_type *t)
{
	struct base base = c_base(heap, (struct base){addr, p});

	t->kind = lh_kind_find(heap->kinds, &heap->layout, "");
	t->base_dictoffset = t->dictoffset;
	t->c_basicsize = (uint64_t)t->basicsize;
	t->scan_from = lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE);
	t->conservative = true;
	t->visits_type = t->flags & LH_TPFLAG_HAVE_GC && visits_type(heap, base, t);
	if (base.p)
		fill_from(heap, base, t);
	t->dict_apart = has_dict_apart(&heap->layout, t);
	t->extent = type_extent(heap, t);
}
