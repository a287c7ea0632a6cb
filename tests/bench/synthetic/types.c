/* SPDX-License-Identifier: Apache-2.0 */
#include "objects.h"

#include "cpython/type.h"

#include <stdio.h>
#include <string.h>

#define MEMBER_SIZE 40      /* PyMemberDef (Include/descrobject.h) */
#define MEMBER_OBJECT_EX 16 /* its type: Py_T_OBJECT_EX */

struct id none;

struct row {
	const char *name;
	uint64_t flags;
	enum lh_field basic; /* a size, or the last field */
	uint32_t more;       /* bytes behind it */
	uint32_t itemsize;
	bool gc;
};

static const struct row rows[STATIC_TYPES] = {
	[TYPE] = {"type", LH_TPFLAG_TYPE_SUBCLASS, LH_F_HEAPTYPE_SIZE, 0, MEMBER_SIZE, true},
	[OBJECT] = {"object", 0, LH_F_OBJECT_SIZE, 0, 0, false},
	[NONE] = {"NoneType", 0, LH_F_OBJECT_SIZE, 0, 0, false},
	[INT] = {"int", LH_TPFLAG_LONG_SUBCLASS, LH_F_LONG_DIGITS, 0, 4, false},
	[FLOAT] = {"float", 0, LH_F_FLOAT_VALUE, 8, 0, false},
	[STR] = {"str", LH_TPFLAG_UNICODE_SUBCLASS, LH_F_STR_SIZE, 0, 0, false},
	[BYTES] = {"bytes", LH_TPFLAG_BYTES_SUBCLASS, LH_F_BYTES_DATA, 1, 1, false},
	[TUPLE] = {"tuple", LH_TPFLAG_TUPLE_SUBCLASS, LH_F_TUPLE_ITEMS, 0, 8, true},
	[LIST] = {"list", LH_TPFLAG_LIST_SUBCLASS, LH_F_LIST_ALLOCATED, 8, 0, true},
	[DICT] = {"dict", LH_TPFLAG_DICT_SUBCLASS, LH_F_DICT_SIZE, 0, 0, true},
	[CELL] = {"cell", 0, LH_F_CELL_REF, 8, 0, true},
	[FUNCTION] = {"function", 0, LH_F_FUNCTION_TYPEPARAMS, 8, 0, true},
	[CODE] = {"code", 0, LH_F_CODE_SIZE, 0, 0, false},
	[MODULE] = {"module", 0, LH_F_MODULE_NAME, 8, 0, true},
};

/* Fields that are the last in some versions, by the row whose struct they are in */
static const struct {
	int row;
	enum lh_field field;
} last_fields[] = {
	{FUNCTION, LH_F_FUNCTION_QUALNAME},    {FUNCTION, LH_F_FUNCTION_MODULE},
	{FUNCTION, LH_F_FUNCTION_ANNOTATIONS}, {FUNCTION, LH_F_FUNCTION_DICT},
	{FUNCTION, LH_F_FUNCTION_ANNOTATE},    {MODULE, LH_F_MODULE_STATE_SIZE},
};

static uint32_t basic_size(const struct heap *h, const struct row *row)
{
	uint32_t size = has(h, row->basic) ? off(h, row->basic) + row->more : 0;

	for (size_t i = 0; i < sizeof(last_fields) / sizeof(last_fields[0]); i++)
		if (row == &rows[last_fields[i].row] && has(h, last_fields[i].field) &&
		    off(h, last_fields[i].field) + 8 > size)
			size = off(h, last_fields[i].field) + 8;
	return size;
}

/* Words that all types have; names of static types are text that nobody counts. */
static void put_type(struct heap *h, struct id id, const struct type_info *t)
{
	put_u64(h, id, off(h, LH_F_TYPE_BASICSIZE), t->basicsize);
	put_u64(h, id, off(h, LH_F_TYPE_ITEMSIZE), t->itemsize);
	put_u64(h, id, off(h, LH_F_TYPE_FLAGS), t->flags | LH_TPFLAG_READY);
}

/* Static: without a head, not tracked, immortal where there is such a thing. */
static struct id static_new(struct heap *h, int type, uint32_t size, bool head_counts)
{
	uint32_t head = h->types[type].head;
	struct id id;

	h->types[type].head = 0;
	id = object_new(h, 0, type, size, size + (head_counts ? head : 0));
	h->types[type].head = head;
	block_of(h, id)->tracked = false;
	block_of(h, id)->immortal = true;
	return id;
}

static void static_type_new(struct heap *h, int number)
{
	bool counts = lh_layout_constant(&h->layout, LH_C_SIZEOF_TYPE_HEAD);
	struct id id = static_new(h, TYPE, off(h, LH_F_TYPE_SIZE), counts), text;
	struct type_info *t = &h->types[number];

	text = block_new(h, 0, (uint32_t)strlen(t->name) + 1);
	put(h, text, 0, t->name, strlen(t->name));
	point(h, id, off(h, LH_F_TYPE_NAME), text, 0);
	put_type(h, id, t);
	/* 'type' was named by those before it was there. */
	t->id = id;
}

/* Its base, bases, method resolution order and dict, once all types are there. */
static void link_static(struct heap *h, int number)
{
	struct id own = h->types[number].id, object = h->types[OBJECT].id, line[] = {own, object};
	bool is_object = number == OBJECT;

	if (!is_object)
		refer(h, own, off(h, LH_F_TYPE_BASE), object, TO_BLOCK);
	refer(h, own, off(h, LH_F_TYPE_BASES), tuple_new(h, 0, &object, !is_object, true), TO_BLOCK);
	refer(h, own, off(h, LH_F_TYPE_MRO), tuple_new(h, 0, line, is_object ? 1 : 2, true), TO_BLOCK);
	refer(h, own, off(h, LH_F_TYPE_DICT),
	      dict_new(h, 0, &(struct entry){name_new(h, 0, "__doc__"), none}, 1), TO_BLOCK);
}

void types_new(struct heap *h)
{
	for (int i = 0; i < STATIC_TYPES; i++) {
		const struct row *row = &rows[i];
		/* 'type' is the first block. */
		struct type_info t = {.name = row->name, .id = {0, 0}, .itemsize = row->itemsize};

		t.basicsize = basic_size(h, row);
		t.flags = row->flags | (row->gc ? LH_TPFLAG_HAVE_GC : 0);
		t.head = row->gc ? off(h, LH_F_GC_HEAD_SIZE) : 0;
		PUSH(h->types, h->type_count, h->type_capacity, t);
	}
	for (int i = 0; i < STATIC_TYPES; i++)
		static_type_new(h, i);
	none = static_new(h, NONE, off(h, LH_F_OBJECT_SIZE), false);
	for (int i = 0; i < STATIC_TYPES; i++)
		link_static(h, i);
}

/* ---- classes ---- */

static void put_slots(struct heap *h, struct id id, const char *const *names, unsigned count)
{
	put_u64(h, id, off(h, LH_F_VAR_SIZE), count);
	for (unsigned i = 0; i < count; i++) {
		uint32_t at = off(h, LH_F_HEAPTYPE_SIZE) + i * MEMBER_SIZE;
		struct id text = block_new(h, 0, (uint32_t)strlen(names[i]) + 1);

		put(h, text, 0, names[i], strlen(names[i]));
		point(h, id, at, text, 0);
		put_u64(h, id, at + 8, MEMBER_OBJECT_EX);
		put_u64(h, id, at + 16, off(h, LH_F_OBJECT_SIZE) + i * 8ull);
	}
}

/* Keys that all instances share. */
static struct id put_keys(struct heap *h, struct id id, const char *const *names, unsigned count)
{
	uint32_t at;
	struct id keys = keys_new(h, 0, count, true, &at);

	point(h, id, off(h, LH_F_HEAPTYPE_CACHED_KEYS), keys, 0);
	for (unsigned i = 0; i < count; i++)
		refer(h, keys, at + i * 16, name_new(h, 0, names[i]), TO_BLOCK);
	return keys;
}

static struct type_info class_info(const struct heap *h, const char *name, unsigned count, bool slots)
{
	const struct lh_layout *l = &h->layout;
	struct type_info t = {
		.name = name, .flags = LH_TPFLAG_HEAPTYPE | LH_TPFLAG_HAVE_GC, .heap_type = true};

	t.basicsize = off(h, LH_F_OBJECT_SIZE) + (slots ? count * 8 : 0);
	t.head = off(h, LH_F_GC_HEAD_SIZE);
	if (slots)
		return t;
	t.attributes = count;
	t.head += 16; /* words of the managed dict and weaklist, or of the values */
	t.flags |= lh_layout_constant(l, LH_C_TPFLAG_MANAGED_DICT) |
		   lh_layout_constant(l, LH_C_TPFLAG_MANAGED_WEAKREF) |
		   lh_layout_constant(l, LH_C_TPFLAG_INLINE_VALUES);
	return t;
}

/* type_new(): tp_name is the text of ht_name */
static void link_class(struct heap *h, struct type_info *t, const char *module, const char *name)
{
	struct id id = t->id, object = h->types[OBJECT].id, line[] = {id, object},
		  text = name_new(h, 0, name);
	struct entry entries[] = {{name_new(h, 0, "__module__"), name_new(h, 0, module)},
				  {name_new(h, 0, "__doc__"), none}};

	point(h, id, off(h, LH_F_TYPE_NAME), text, off(h, LH_F_STR_ASCII_SIZE));
	refer(h, id, off(h, LH_F_HEAPTYPE_NAME), text, TO_BLOCK);
	refer(h, id, off(h, LH_F_HEAPTYPE_QUALNAME), text, TO_BLOCK);
	refer(h, id, off(h, LH_F_TYPE_BASE), object, TO_BLOCK);
	refer(h, id, off(h, LH_F_TYPE_BASES), tuple_new(h, 0, &object, 1, true), TO_BLOCK);
	t->mro = tuple_new(h, 0, line, 2, true);
	refer(h, id, off(h, LH_F_TYPE_MRO), t->mro, TO_BLOCK);
	refer(h, id, off(h, LH_F_TYPE_DICT), dict_new(h, 0, entries, 2), TO_BLOCK);
}

static const char *full_name(const char *module, const char *name)
{
	size_t size = strlen(module) + strlen(name) + 2;
	char *text = zeros(size);

	snprintf(text, size, "%s.%s", module, name);
	return text;
}

int class_new(struct heap *h, const char *module, const char *name, const char *const *attributes,
	      unsigned count, bool slots)
{
	struct type_info t = class_info(h, full_name(module, name), count, slots);
	uint32_t own = off(h, LH_F_HEAPTYPE_SIZE);

	t.id = object_new(h, 0, TYPE, own + (slots ? count * MEMBER_SIZE : 0), own);
	put_type(h, t.id, &t);
	link_class(h, &t, module, name);
	if (slots) {
		put_slots(h, t.id, attributes, count);
	} else {
		t.keys = put_keys(h, t.id, attributes, count);
		block_of(h, t.id)->sizeof_ += block_of(h, t.keys)->size;
	}
	PUSH(h->types, h->type_count, h->type_capacity, t);
	return (int)h->type_count - 1;
}

struct id slots_new(struct heap *h, uint32_t population, int type, const struct id *values, unsigned count)
{
	uint32_t size = h->types[type].basicsize;
	struct id id = object_new(h, population, type, size, size);

	for (unsigned i = 0; i < count; i++)
		refer(h, id, off(h, LH_F_OBJECT_SIZE) + i * 8, values[i], TO_BLOCK);
	return id;
}
