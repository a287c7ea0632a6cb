/* SPDX-License-Identifier: Apache-2.0 */
/*
 * As rows of {first version, last version, what, name, where in CPython}; each row that fits is one
 * reference. Leaks of modules that not every process loads are not rows: they are findings.
 */
#include "analyze/known_refs.h"
#include "cpython/dict.h"
#include "cpython/text.h"
#include "cpython/type_name.h"
#include "util/array.h"

enum what {
	STATIC,   /* any object in a module's data, and types that are not heap types */
	SEQUENCE, /* a static type of struct sequences */
	TYPE,     /* the static type with the name @name */
	MODULE,   /* the module with the name @name */
	TEXT,     /* the interned str @name */
	IMMORTAL, /* a str that is interned forever */
};

struct row {
	struct lh_versions versions;
	enum what what;
	const char *name, *citation;
};

static const struct row rows[] = {
	{ALL_VERSIONS, STATIC, NULL,
	 "Include/object.h: PyObject_HEAD_INIT: a count of 1 that stands for itself"},
	{UNTIL(3, 7), SEQUENCE, NULL,
	 "Objects/structseq.c: PyStructSequence_InitType2() takes one, beside the template's (-3.7)"},
	{UNTIL(2, 7), TYPE, "thread.lock", "Modules/threadmodule.c: initthread() takes one (2.7)"},
	{BETWEEN(3, 0, 3, 9), TYPE, "_thread.lock",
	 "Modules/_threadmodule.c: PyInit__thread() takes one, PyDict_SetItemString() its own (-3.9)"},
	{BETWEEN(3, 0, 3, 8), MODULE, "_warnings",
	 "Python/pylifecycle.c: what _PyWarnings_Init() returns is dropped (-3.8)"},
	{BETWEEN(3, 0, 3, 8), MODULE, "sys",
	 "Python/pylifecycle.c: what _PySys_Init(), _PySys_Create() return is dropped (-3.8)"},
	{BETWEEN(3, 0, 3, 8), MODULE, "builtins",
	 "Python/pylifecycle.c: what _PyBuiltin_Init() returns is dropped (-3.8)"},
	{BETWEEN(3, 7, 3, 8), TEXT, "__main__",
	 "Python/_warnings.c: create_filter() does not give its module's name back (3.7, 3.8)"},
	{BETWEEN(3, 0, 3, 11), IMMORTAL, NULL, "Objects/unicodeobject.c: PyUnicode_InternImmortal() (-3.11)"},
};

/* Types from a template may be in malloc's memory: numpy's for dtypes (1.20+, dtypemeta.c). */
static bool is_static(struct lh_heap *heap, const struct lh_object *o)
{
	return lh_is_in_module(heap, o->addr) || lh_is_static_type(&heap->layout, o->bytes, o->type);
}

/* The type that the object is; NULL if it is not a type. */
static struct lh_type *as_type(struct lh_heap *heap, const struct lh_object *o)
{
	struct lh_type *type = NULL;

	if (o->type->kind->id != LH_KIND_TYPE || lh_types_get(heap, o->addr, &type) != 0)
		return NULL;
	return type;
}

static bool is_type_called(struct lh_heap *heap, const struct lh_object *o, const char *name)
{
	struct lh_type *type = lh_is_in_module(heap, o->addr) ? as_type(heap, o) : NULL;

	return type && strcmp(lh_type_name(heap, type), name) == 0;
}

/* By its dict; 2.7 does not base them on tuple. */
static bool is_sequence(struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t number, dict = lh_heap_word(heap, &heap->view, o->addr, LH_F_TYPE_DICT);

	return o->type->kind->id == LH_KIND_TYPE && lh_is_in_module(heap, o->addr) && dict &&
	       lh_dict_get(heap, dict, "n_sequence_fields", &number) == 0;
}

static bool is_module(struct lh_heap *heap, const struct lh_object *o, const char *name)
{
	const struct lh_layout *l = &heap->layout;

	return o->type->kind->id == LH_KIND_MODULE && lh_layout_has(l, LH_F_MODULE_NAME) &&
	       lh_str_equals(heap, lh_u64(o->bytes + lh_layout_at(l, LH_F_MODULE_NAME)), name);
}

/* SSTATE_INTERNED_MORTAL and SSTATE_INTERNED_IMMORTAL, in the low bits of the state (-3.11) */
enum { INTERNED_MORTAL = 1, INTERNED_IMMORTAL };

static uint32_t interned(const struct lh_heap *heap, const struct lh_object *o)
{
	const struct lh_layout *l = &heap->layout;

	if (o->type->kind->id != LH_KIND_STR || !lh_layout_has(l, LH_F_STR_STATE))
		return 0;
	return lh_u32(o->bytes + lh_layout_at(l, LH_F_STR_STATE)) & 3;
}

static bool fits(struct lh_heap *heap, const struct row *row, const struct lh_object *o)
{
	if (!lh_versions_have(&row->versions, heap->build.version))
		return false;
	switch (row->what) {
	case STATIC:
		return is_static(heap, o);
	case SEQUENCE:
		return is_sequence(heap, o);
	case TYPE:
		return is_type_called(heap, o, row->name);
	case MODULE:
		return is_module(heap, o, row->name);
	case TEXT:
		return interned(heap, o) == INTERNED_MORTAL && lh_str_equals(heap, o->addr, row->name);
	case IMMORTAL:
		return interned(heap, o) == INTERNED_IMMORTAL;
	}
	return false;
}

uint64_t lh_known_refs(struct lh_heap *heap, const struct lh_object *o)
{
	uint64_t count = 0;

	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++)
		count += fits(heap, &rows[i], o);
	return count;
}
