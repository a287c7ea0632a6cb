/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proving fields of objects on the objects themselves: the __code__ of each of the first thousand functions
 * is a code object, or the offset is wrong. One row per field; a field that is NULL everywhere stays
 * unproved.
 */
#include "cpython/gc.h"
#include "discover/prove.h"
#include "util/array.h"

#include <string.h>

#define SAMPLE 4000 /* objects looked at, of each generation */
#define ODD_PART 16 /* a field may be odd in one of this many objects */

const struct lh_field_row lh_field_rows[] = {
	{"function", LH_F_FUNCTION_CODE, "code", "__code__ of functions is code", true},
	{"function", LH_F_FUNCTION_GLOBALS, "dict", "__globals__ of functions is a dict", true},
	{"function", LH_F_FUNCTION_BUILTINS, "dict", "__builtins__ of functions is a dict", true},
	{"function", LH_F_FUNCTION_NAME, "str", "__name__ of functions is a str", true},
	{"function", LH_F_FUNCTION_QUALNAME, "str", "__qualname__ of functions is a str", true},
	{"function", LH_F_FUNCTION_DEFAULTS, "tuple", "__defaults__ of functions is a tuple"},
	{"function", LH_F_FUNCTION_KWDEFAULTS, "dict", "__kwdefaults__ of functions is a dict"},
	{"function", LH_F_FUNCTION_CLOSURE, "tuple", "__closure__ of functions is a tuple"},
	{"function", LH_F_FUNCTION_DICT, "dict", "__dict__ of functions is a dict"},
	{"function", LH_F_FUNCTION_ANNOTATIONS, "dict|tuple",
	 "__annotations__ of functions is a dict or tuple"},
	{"function", LH_F_FUNCTION_TYPEPARAMS, "tuple", "__type_params__ of functions is a tuple"},
	{"code", LH_F_CODE_NAME, "str", "co_name is a str", true},
	{"code", LH_F_CODE_QUALNAME, "str", "co_qualname is a str", true},
	{"code", LH_F_CODE_FILENAME, "str", "co_filename is a str", true},
	{"code", LH_F_CODE_CONSTS, "tuple", "co_consts is a tuple", true},
	{"code", LH_F_CODE_NAMES, "tuple", "co_names is a tuple", true},
	{"code", LH_F_CODE_LINETABLE, "bytes|str", "co_linetable or co_lnotab is bytes", true},
	{"code", LH_F_CODE_EXCEPTIONTABLE, "bytes|str", "co_exceptiontable is bytes", true},
	{"code", LH_F_CODE_CODE, "bytes|str", "co_code is bytes", true},
	{"code", LH_F_CODE_VARNAMES, "tuple", "co_varnames is a tuple", true},
	{"code", LH_F_CODE_FREEVARS, "tuple", "co_freevars is a tuple", true},
	{"code", LH_F_CODE_CELLVARS, "tuple", "co_cellvars is a tuple", true},
	{"code", LH_F_CODE_LOCALSPLUSNAMES, "tuple", "co_localsplusnames is a tuple", true},
	{"code", LH_F_CODE_LOCALSPLUSKINDS, "bytes|str", "co_localspluskinds is bytes", true},
	{"module", LH_F_MODULE_DICT, "dict", "__dict__ of modules is a dict", true},
	{"module", LH_F_MODULE_NAME, "str", "the name of modules is a str", true},
	{"type", LH_F_TYPE_BASE, "type", "__base__ of types is a type"},
	{"type", LH_F_TYPE_BASES, "tuple", "__bases__ of types is a tuple", true},
	{"type", LH_F_TYPE_MRO, "tuple", "__mro__ of types is a tuple", true},
	{"type", LH_F_TYPE_DICT, "dict", "__dict__ of types is a dict"},
	{"type", LH_F_HEAPTYPE_NAME, "str", "__name__ of classes is a str", true},
	{"type", LH_F_HEAPTYPE_QUALNAME, "str", "__qualname__ of classes is a str", true},
	{"type", LH_F_HEAPTYPE_MODULE, "module", "the module of C classes is a module"},
	{"getset_descriptor", LH_F_DESCR_TYPE, "type", "__objclass__ of descriptors is a type", true},
	{"getset_descriptor", LH_F_DESCR_NAME, "str", "__name__ of descriptors is a str", true},
	{"member_descriptor", LH_F_DESCR_QUALNAME, "str", "__qualname__ of descriptors is a str"},
	{"generator", LH_F_GEN_NAME, "str", "__name__ of generators is a str", true},
	{"generator", LH_F_GEN_QUALNAME, "str", "__qualname__ of generators is a str", true},
	{"generator", LH_F_GEN_CODE, "code", "gi_code is code", true},
	{"generator", LH_F_GEN_FRAME, "frame", "gi_frame is a frame"},
	{"frame", LH_F_FRAME_CODE, "code", "f_code is code", true},
	{"frame", LH_F_FRAME_GLOBALS, "dict", "f_globals is a dict", true},
	{"frame", LH_F_FRAME_BUILTINS, "dict", "f_builtins is a dict", true},
	{"frame", LH_F_FRAME_BACK, "frame", "f_back is a frame"},
	{"traceback", LH_F_TRACEBACK_FRAME, "frame", "tb_frame is a frame", true},
	{"traceback", LH_F_TRACEBACK_NEXT, "traceback", "tb_next is a traceback"},
	{"BaseException", LH_F_EXC_ARGS, "tuple", "args of exceptions is a tuple", true},
	{"BaseException", LH_F_EXC_TRACEBACK, "traceback", "__traceback__ of exceptions is a traceback"},
	{"functools.partial", LH_F_PARTIAL_ARGS, "tuple", "args of partial objects is a tuple", true},
	{"functools.partial", LH_F_PARTIAL_KW, "dict", "keywords of partial objects is a dict", true},
	{NULL},
};
#define ROWS (LH_ARRAY_SIZE(lh_field_rows) - 1)

/* Whether @name is one of the words in @list. */
static bool is_among(const char *name, const char *list)
{
	size_t len = strlen(name);

	for (const char *p = len ? strstr(list, name) : NULL; p; p = strstr(p + 1, name))
		if ((p == list || p[-1] == '|') && (p[len] == 0 || p[len] == '|'))
			return true;
	return false;
}

/* Bytes of the object that may hold the field: static classes have more than the basic size of 'type'. */
static const uint8_t *field_bytes(struct lh_heap *heap, const struct lh_object *o, enum lh_field field)
{
	uint64_t at = lh_layout_at(&heap->layout, field);
	bool of_heap_type = field == LH_F_HEAPTYPE_NAME || field == LH_F_HEAPTYPE_QUALNAME ||
			    field == LH_F_HEAPTYPE_MODULE;

	if (of_heap_type && lh_is_static_type(&heap->layout, o->bytes, o->type))
		return NULL;
	return lh_view_at(&heap->view, o->addr + at, 8);
}

enum lh_field_verdict lh_field_judge(struct lh_heap *heap, const struct lh_field_row *row, uint64_t word)
{
	struct lh_object referent = {0};

	if (!word)
		return LH_FIELD_SILENT;
	if (lh_object_at(heap, &heap->view, word, &referent) != 0)
		return lh_view_at(&heap->view, word, 16) ? LH_FIELD_LOST : LH_FIELD_SILENT;
	if (is_among(referent.type->kind->tp_name, row->referent))
		return LH_FIELD_HOLDS;
	/* None stands for "no value" in some fields. */
	return referent.type->kind->id == LH_KIND_NONE ? LH_FIELD_SILENT : LH_FIELD_WRONG;
}

/* what the objects say about a row */
struct tally {
	uint64_t holds, odd;
	uint64_t first_odd; /* an object, 0: none */
	enum lh_field_verdict how;
};

static void judge_row(struct lh_heap *heap, const struct lh_object *o, const struct lh_field_row *row,
		      struct tally *t)
{
	const uint8_t *p = field_bytes(heap, o, row->field);
	enum lh_field_verdict verdict = p ? lh_field_judge(heap, row, lh_u64(p)) : LH_FIELD_SILENT;

	if (verdict == LH_FIELD_HOLDS)
		t->holds++;
	if (verdict != LH_FIELD_LOST && verdict != LH_FIELD_WRONG)
		return;
	if (t->odd++ == 0) {
		t->first_odd = o->addr;
		t->how = verdict;
	}
}

static int judge_object(struct lh_heap *heap, uint64_t addr, struct tally *tallies)
{
	struct lh_object o;
	int r = lh_object_at(heap, &heap->view, addr, &o);

	if (r != 0)
		return r < 0 ? r : 0;
	for (size_t i = 0; i < ROWS; i++)
		if (lh_layout_has(&heap->layout, lh_field_rows[i].field) &&
		    strcmp(o.type->kind->tp_name, lh_field_rows[i].holder) == 0)
			judge_row(heap, &o, &lh_field_rows[i], &tallies[i]);
	/* Code objects are not in a ring: functions lead to them. */
	if (o.type->kind->id == LH_KIND_FUNCTION && lh_layout_has(&heap->layout, LH_F_FUNCTION_CODE)) {
		uint64_t code = lh_u64(o.bytes + lh_layout_at(&heap->layout, LH_F_FUNCTION_CODE));

		return code ? judge_object(heap, code, tallies) : 0;
	}
	return 0;
}

/* An object or two may be damaged, which may be why the core is looked at; a wrong offset is wrong in most. */
static int settle_row(struct lh_heap *heap, const struct lh_field_row *row, const struct tally *t)
{
	if (t->odd * ODD_PART > t->holds)
		return lh_fail_at(heap->ctx, LH_ELAYOUT, t->first_odd, "%s of the %s at 0x%" PRIx64 " %s%s",
				  lh_field_infos[row->field].name, row->holder, t->first_odd,
				  t->how == LH_FIELD_LOST ? "leads to no object" : "is no ",
				  t->how == LH_FIELD_LOST ? "" : row->referent);
	if (t->holds)
		heap->layout.proof[row->field] = row->proof;
	if (t->odd && !heap->anomaly.count)
		heap->anomaly = (struct lh_anomaly){row->holder, row->proof, t->first_odd, 0};
	heap->anomaly.count += t->odd;
	return 0;
}

int lh_prove_fields(struct lh_heap *heap, const struct lh_interp *interp)
{
	struct tally tallies[ROWS] = {{0}};
	struct lh_gc_iter iter;
	uint64_t object;
	int r = lh_gc_iter_begin(heap, interp, SAMPLE, &iter);

	while (r == 0 && lh_gc_iter_next(&iter, &object) == 0)
		r = judge_object(heap, object, tallies);
	heap->anomaly = (struct lh_anomaly){0};
	for (size_t i = 0; r == 0 && i < ROWS; i++)
		r = settle_row(heap, &lh_field_rows[i], &tallies[i]);
	return r;
}
