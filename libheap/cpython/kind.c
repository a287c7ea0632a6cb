/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds, as data. Rows follow tp_traverse of each type (in Objects and Modules); HIDDEN rows are
 * references that an instance holds but its traversal does not visit, because they cannot be part of a cycle;
 * SINCE rows came later.
 */
#include "cpython/kind.h"

#include <stdlib.h>
#include <string.h>

#define REF(f, edge)                      \
	{                                 \
		LH_F_##f, edge, LH_ALWAYS \
	}
#define SINCE(f, edge, minor)                            \
	{                                                \
		LH_F_##f, edge, LH_MINOR_FIRST(3, minor) \
	}
#define HIDDEN(f, edge)                  \
	{                                \
		LH_F_##f, edge, LH_NEVER \
	}
#define END                \
	{                  \
		0, NULL, 0 \
	}

static const struct lh_ref_row function_refs[] = {REF(FUNCTION_CODE, ".__code__"),
						  REF(FUNCTION_GLOBALS, ".__globals__"),
						  REF(FUNCTION_BUILTINS, ".__builtins__"),
						  REF(FUNCTION_MODULE, ".__module__"),
						  REF(FUNCTION_DEFAULTS, ".__defaults__"),
						  REF(FUNCTION_KWDEFAULTS, ".__kwdefaults__"),
						  REF(FUNCTION_DOC, ".__doc__"),
						  REF(FUNCTION_NAME, ".__name__"),
						  REF(FUNCTION_DICT, ".__dict__"),
						  REF(FUNCTION_CLOSURE, ".__closure__"),
						  REF(FUNCTION_ANNOTATIONS, ".__annotations__"),
						  REF(FUNCTION_ANNOTATE, ".__annotate__"),
						  REF(FUNCTION_TYPEPARAMS, ".__type_params__"),
						  REF(FUNCTION_QUALNAME, ".__qualname__"),
						  END};
static const struct lh_ref_row cell_refs[] = {REF(CELL_REF, ".cell_contents"), END};
static const struct lh_ref_row method_refs[] = {REF(METHOD_FUNC, ".__func__"), REF(METHOD_SELF, ".__self__"),
						REF(METHOD_CLASS, ".im_class"), END};
static const struct lh_ref_row cfunction_refs[] = {REF(CFUNCTION_SELF, ".__self__"),
						   REF(CFUNCTION_MODULE, ".__module__"), END};
static const struct lh_ref_row cmethod_refs[] = {REF(CFUNCTION_SELF, ".__self__"),
						 REF(CFUNCTION_MODULE, ".__module__"),
						 REF(CMETHOD_CLASS, ".<class>"), END};
static const struct lh_ref_row property_refs[] = {
	REF(PROPERTY_GET, ".fget"),    REF(PROPERTY_SET, ".fset"),    REF(PROPERTY_DEL, ".fdel"),
	REF(PROPERTY_DOC, ".__doc__"), REF(PROPERTY_NAME, ".<name>"), END};
static const struct lh_ref_row classmethod_refs[] = {REF(CLASSMETHOD_DICT, ".__dict__"),
						     REF(CLASSMETHOD_CALLABLE, ".__func__"), END};
static const struct lh_ref_row staticmethod_refs[] = {REF(STATICMETHOD_DICT, ".__dict__"),
						      REF(STATICMETHOD_CALLABLE, ".__func__"), END};
static const struct lh_ref_row descr_refs[] = {REF(DESCR_TYPE, ".__objclass__"),
					       HIDDEN(DESCR_NAME, ".__name__"),
					       HIDDEN(DESCR_QUALNAME, ".__qualname__"), END};
static const struct lh_ref_row wrapper_refs[] = {REF(WRAPPER_DESCR, ".<descriptor>"),
						 REF(WRAPPER_SELF, ".__self__"), END};
static const struct lh_ref_row mappingproxy_refs[] = {REF(MAPPINGPROXY_MAPPING, ".<mapping>"), END};
static const struct lh_ref_row partial_refs[] = {REF(PARTIAL_FN, ".func"), REF(PARTIAL_ARGS, ".args"),
						 REF(PARTIAL_KW, ".keywords"), REF(PARTIAL_DICT, ".__dict__"),
						 END};
static const struct lh_ref_row module_refs[] = {REF(MODULE_DICT, ".__dict__"), HIDDEN(MODULE_NAME, ".<name>"),
						END};
static const struct lh_ref_row weakref_refs[] = {REF(WEAKREF_CALLBACK, ".__callback__"), END};
static const struct lh_ref_row exception_refs[] = {
	REF(EXC_DICT, ".__dict__"),           REF(EXC_ARGS, ".args"),
	REF(EXC_MESSAGE, ".message"),         REF(EXC_NOTES, ".__notes__"),
	REF(EXC_TRACEBACK, ".__traceback__"), REF(EXC_CAUSE, ".__cause__"),
	REF(EXC_CONTEXT, ".__context__"),     END};
static const struct lh_ref_row traceback_refs[] = {REF(TRACEBACK_NEXT, ".tb_next"),
						   REF(TRACEBACK_FRAME, ".tb_frame"), END};
static const struct lh_ref_row code_refs[] = {REF(CODE_CODE, ".co_code"),
					      REF(CODE_CONSTS, ".co_consts"),
					      REF(CODE_NAMES, ".co_names"),
					      REF(CODE_EXCEPTIONTABLE, ".co_exceptiontable"),
					      REF(CODE_VARNAMES, ".co_varnames"),
					      REF(CODE_FREEVARS, ".co_freevars"),
					      REF(CODE_CELLVARS, ".co_cellvars"),
					      REF(CODE_LOCALSPLUSNAMES, ".<localsplusnames>"),
					      REF(CODE_LOCALSPLUSKINDS, ".<localspluskinds>"),
					      REF(CODE_FILENAME, ".co_filename"),
					      REF(CODE_NAME, ".co_name"),
					      REF(CODE_QUALNAME, ".co_qualname"),
					      REF(CODE_LINETABLE, ".<line table>"),
					      REF(CODE_CO_CODE, ".co_code"),
					      END};
static const struct lh_ref_row frame_refs[] = {REF(FRAME_BACK, ".f_back"),
					       REF(FRAME_CODE, ".f_code"),
					       REF(FRAME_BUILTINS, ".f_builtins"),
					       REF(FRAME_GLOBALS, ".f_globals"),
					       REF(FRAME_LOCALS, ".f_locals"),
					       REF(FRAME_TRACE, ".f_trace"),
					       REF(FRAME_EXC_TYPE, ".f_exc_type"),
					       REF(FRAME_EXC_VALUE, ".f_exc_value"),
					       REF(FRAME_EXC_TRACEBACK, ".f_exc_traceback"),
					       REF(FRAME_EXTRA_LOCALS, ".<extra locals>"),
					       REF(FRAME_LOCALS_CACHE, ".<locals cache>"),
					       REF(FRAME_OVERWRITTEN, ".<overwritten locals>"),
					       END};
static const struct lh_ref_row generator_refs[] = {REF(GEN_FRAME, ".gi_frame"), REF(GEN_CODE, ".gi_code"),
						   REF(GEN_NAME, ".__name__"),
						   REF(GEN_QUALNAME, ".__qualname__"), END};
static const struct lh_ref_row coroutine_refs[] = {
	REF(GEN_FRAME, ".cr_frame"),        REF(GEN_CODE, ".cr_code"),         REF(GEN_NAME, ".__name__"),
	REF(GEN_QUALNAME, ".__qualname__"), HIDDEN(CORO_ORIGIN, ".cr_origin"), END};
static const struct lh_ref_row asyncgen_refs[] = {REF(GEN_FRAME, ".ag_frame"),
						  REF(GEN_CODE, ".ag_code"),
						  REF(GEN_NAME, ".__name__"),
						  REF(GEN_QUALNAME, ".__qualname__"),
						  REF(ASYNCGEN_FINALIZER, ".<finalizer>"),
						  END};
/* var_cached is borrowed. */
static const struct lh_ref_row contextvar_refs[] = {REF(CONTEXTVAR_NAME, ".name"),
						    REF(CONTEXTVAR_DEFAULT, ".<default>"), END};
static const struct lh_ref_row lru_link_refs[] = {REF(LRU_LINK_KEY, ".<arguments>"),
						  REF(LRU_LINK_RESULT, ".<result>"), END};
static const struct lh_ref_row defaultdict_refs[] = {REF(DEFAULTDICT_FACTORY, ".default_factory"), END};
static const struct lh_ref_row odict_refs[] = {REF(ODICT_DICT, ".__dict__"), END};
static const struct lh_ref_row array_refs[] = {END};

const struct lh_kind lh_kind_body = {"", LH_KIND_FIELDS, NULL};
static const struct lh_kind other = {"", LH_KIND_OTHER, NULL, true};

static const struct lh_kind kinds[] = {
	{"BaseException", LH_KIND_EXCEPTION, exception_refs},
	{"ContextVar", LH_KIND_FIELDS, contextvar_refs},
	{"NoneType", LH_KIND_PLAIN, NULL},
	{"NotImplementedType", LH_KIND_PLAIN, NULL},
	{"PyCMethodObject", LH_KIND_FIELDS, cfunction_refs},
	{"Struct", LH_KIND_STRUCT, NULL, true},
	{"_contextvars.ContextVar", LH_KIND_FIELDS, contextvar_refs},
	{"_io.BufferedRandom", LH_KIND_BUFFERED, NULL, true},
	{"_io.BufferedReader", LH_KIND_BUFFERED, NULL, true},
	{"_io.BufferedWriter", LH_KIND_BUFFERED, NULL, true},
	{"_io.BytesIO", LH_KIND_BYTESIO, NULL, true},
	{"_pickle.Pdata", LH_KIND_PDATA, NULL},
	{"_pickle.Pickler", LH_KIND_PICKLER, NULL, true},
	{"_pickle.Unpickler", LH_KIND_UNPICKLER, NULL, true},
	{"_struct.Struct", LH_KIND_STRUCT, NULL, true},
	{"array.array", LH_KIND_ARRAY, array_refs},
	{"async_generator", LH_KIND_GENERATOR, asyncgen_refs},
	{"bool", LH_KIND_INT, NULL},
	{"builtin_function_or_method", LH_KIND_FIELDS, cfunction_refs},
	{"builtin_method", LH_KIND_FIELDS, cmethod_refs},
	{"bytearray", LH_KIND_BYTEARRAY, NULL},
	{"bytes", LH_KIND_BYTES, NULL},
	{"cell", LH_KIND_FIELDS, cell_refs},
	{"classmethod", LH_KIND_FIELDS, classmethod_refs},
	{"classmethod_descriptor", LH_KIND_FIELDS, descr_refs},
	{"code", LH_KIND_CODE, code_refs},
	{"collections.OrderedDict", LH_KIND_ODICT, odict_refs},
	{"collections.defaultdict", LH_KIND_DICT, defaultdict_refs},
	{"collections.deque", LH_KIND_DEQUE, NULL},
	{"complex", LH_KIND_PLAIN, NULL},
	{"coroutine", LH_KIND_GENERATOR, coroutine_refs},
	{"dict", LH_KIND_DICT, NULL},
	{"ellipsis", LH_KIND_PLAIN, NULL},
	{"float", LH_KIND_FLOAT, NULL},
	{"frame", LH_KIND_FRAME, frame_refs},
	{"frozendict", LH_KIND_DICT, NULL},
	{"frozenset", LH_KIND_SET, NULL},
	{"function", LH_KIND_FIELDS, function_refs},
	{"functools._lru_cache_wrapper", LH_KIND_LRU_CACHE, NULL, true},
	{"functools._lru_list_elem", LH_KIND_FIELDS, lru_link_refs},
	{"functools.partial", LH_KIND_FIELDS, partial_refs},
	{"generator", LH_KIND_GENERATOR, generator_refs},
	{"getset_descriptor", LH_KIND_FIELDS, descr_refs},
	{"hamt_array_node", LH_KIND_HAMT_ARRAY, NULL},
	{"hamt_bitmap_node", LH_KIND_HAMT_BITMAP, NULL},
	{"hamt_collision_node", LH_KIND_HAMT_COLLISION, NULL},
	{"int", LH_KIND_INT, NULL},
	{"itertools.combinations", LH_KIND_COMBINATIONS, NULL, true},
	{"itertools.combinations_with_replacement", LH_KIND_COMBINATIONS, NULL, true},
	{"itertools.permutations", LH_KIND_PERMUTATIONS, NULL, true},
	{"itertools.product", LH_KIND_PRODUCT, NULL, true},
	{"list", LH_KIND_LIST, NULL},
	{"mappingproxy", LH_KIND_FIELDS, mappingproxy_refs},
	{"member_descriptor", LH_KIND_FIELDS, descr_refs},
	{"method", LH_KIND_FIELDS, method_refs},
	{"method-wrapper", LH_KIND_FIELDS, wrapper_refs},
	{"method_descriptor", LH_KIND_FIELDS, descr_refs},
	{"module", LH_KIND_MODULE, module_refs},
	{"object", LH_KIND_PLAIN, NULL},
	{"property", LH_KIND_FIELDS, property_refs},
	{"set", LH_KIND_SET, NULL},
	{"staticmethod", LH_KIND_FIELDS, staticmethod_refs},
	{"str", LH_KIND_STR, NULL},
	{"traceback", LH_KIND_FIELDS, traceback_refs},
	{"tuple", LH_KIND_TUPLE, NULL},
	{"type", LH_KIND_TYPE, NULL},
	{"weakcallableproxy", LH_KIND_WEAKREF, weakref_refs},
	{"weakproxy", LH_KIND_WEAKREF, weakref_refs},
	{"weakref", LH_KIND_WEAKREF, weakref_refs},
	{"weakref.CallableProxyType", LH_KIND_WEAKREF, weakref_refs},
	{"weakref.ProxyType", LH_KIND_WEAKREF, weakref_refs},
	{"weakref.ReferenceType", LH_KIND_WEAKREF, weakref_refs},
	{"wrapper_descriptor", LH_KIND_FIELDS, descr_refs},
	{"xml.etree.ElementTree.Element", LH_KIND_ELEMENT, NULL, true},
};

static const struct lh_ref_row instance27_refs[] = {REF(INSTANCE_CLASS, ".__class__"),
						    REF(INSTANCE_DICT, ".__dict__"), END};

/* Names that meant something else in 2.7, or nothing later. */
static const struct lh_kind kinds27[] = {
	{"bool", LH_KIND_INT27, NULL},
	{"instance", LH_KIND_INSTANCE27, instance27_refs},
	{"instancemethod", LH_KIND_FIELDS, method_refs},
	{"int", LH_KIND_INT27, NULL},
	{"long", LH_KIND_INT, NULL},
	{"str", LH_KIND_BYTES, NULL},
	{"unicode", LH_KIND_UNICODE27, NULL},
};

static int compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct lh_kind *)row)->tp_name);
}

const struct lh_kind *lh_kind_find(const struct lh_layout *layout, const char *tp_name)
{
	const struct lh_kind *found = NULL;

	if (lh_layout_is_python2(layout))
		found = bsearch(tp_name, kinds27, sizeof(kinds27) / sizeof(kinds27[0]), sizeof(kinds27[0]),
				compare);
	if (!found)
		found = bsearch(tp_name, kinds, sizeof(kinds) / sizeof(kinds[0]), sizeof(kinds[0]), compare);
	return found ? found : &other;
}
