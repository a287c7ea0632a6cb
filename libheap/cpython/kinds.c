/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds, a row per C type: to add one is to add a row, and the functions that it names. References follow
 * tp_traverse of each type (in Objects and Modules); HIDDEN ones an instance holds, but its traversal does not
 * visit them, because they cannot be part of a cycle.
 */
#include "cpython/kinds.h"
#include "cpython/exclusions.h"
#include "cpython/size_parts.h"
#include "cpython/visit_parts.h"
#include "util/array.h"

#define REF(f, edge)                      \
	{                                 \
		LH_F_##f, edge, LH_ALWAYS \
	}
#define HIDDEN(f, edge)                  \
	{                                \
		LH_F_##f, edge, LH_NEVER \
	}
#define NEED(f, width)                      \
	{                                   \
		LH_F_##f, width, LH_F_COUNT \
	}
#define INSIDE(f, inner)                  \
	{                                 \
		LH_F_##f, 8, LH_F_##inner \
	}
#define NEEDS_END                         \
	{                                 \
		LH_F_COUNT, 0, LH_F_COUNT \
	}
#define SCAN .scan = true
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

/* ---- what an instance must have room for, besides its references ---- */

static const struct lh_need dict_needs[] = {NEED(DICT_SIZE, 0), NEEDS_END};
static const struct lh_need odict_needs[] = {NEED(DICT_SIZE, 0), NEED(ODICT_FIRST, 8),
					     NEED(ODICT_FAST_NODES_SIZE, 8), NEEDS_END};
static const struct lh_need list_needs[] = {NEED(LIST_ITEMS, 8), NEED(LIST_ALLOCATED, 8), NEED(VAR_SIZE, 8),
					    NEEDS_END};
static const struct lh_need var_needs[] = {NEED(VAR_SIZE, 8), NEEDS_END};
static const struct lh_need set_needs[] = {NEED(SET_FILL, 8), NEED(SET_USED, 8), NEED(SET_MASK, 8),
					   NEED(SET_TABLE, 8), NEEDS_END};
static const struct lh_need str_needs[] = {NEED(STR_ASCII_SIZE, 0), NEEDS_END};
static const struct lh_need bytearray_needs[] = {NEED(BYTEARRAY_ALLOC, 8), NEEDS_END};
static const struct lh_need int_needs[] = {NEED(VAR_SIZE, 8), NEED(LONG_TAG, 8), NEEDS_END};
static const struct lh_need int27_needs[] = {NEED(INT27_VALUE, 8), NEEDS_END};
static const struct lh_need unicode27_needs[] = {NEED(UNICODE27_LENGTH, 8), NEED(UNICODE27_STR, 8),
						 NEEDS_END};
static const struct lh_need float_needs[] = {NEED(FLOAT_VALUE, 8), NEEDS_END};
static const struct lh_need type_needs[] = {NEED(TYPE_SIZE, 0), NEEDS_END};
static const struct lh_need code_needs[] = {NEED(CODE_EXTRA, 8), NEED(CODE_CELL2ARG, 8),
					    NEED(CODE_OPCACHE, 8), NEED(CODE_OPCACHE_SIZE, 1), NEEDS_END};
static const struct lh_need module_needs[] = {NEED(MODULE_STATE, 8), NEED(MODULE_STATE_SIZE, 8),
					      NEED(MODULE_DEF, 8), NEEDS_END};
static const struct lh_need generator_needs[] = {NEED(GEN_FRAME_STATE, 1),
						 NEED(GEN_IFRAME, 0),
						 INSIDE(GEN_EXC_STATE, EXCITEM_TYPE),
						 INSIDE(GEN_EXC_STATE, EXCITEM_VALUE),
						 INSIDE(GEN_EXC_STATE, EXCITEM_TRACEBACK),
						 NEEDS_END};
static const struct lh_need frame_needs[] = {NEED(FRAME_FRAME, 8), NEED(FRAME_LOCALSPLUS, 0), NEEDS_END};
static const struct lh_need weakref_needs[] = {NEED(WEAKREF_OBJECT, 8), NEED(WEAKREF_CALLBACK, 8), NEEDS_END};
static const struct lh_need deque_needs[] = {NEED(DEQUE_SIZE, 0), NEEDS_END};
static const struct lh_need exception_needs[] = {NEED(EXC_SIZE, 0), NEEDS_END};
static const struct lh_need array_needs[] = {NEED(ARRAY_ALLOCATED, 8), NEED(ARRAY_DESCR, 8), NEEDS_END};
static const struct lh_need buffered_needs[] = {NEED(BUFFERED_BUFFER, 8), NEED(BUFFERED_SIZE, 8), NEEDS_END};
static const struct lh_need bytesio_needs[] = {NEED(BYTESIO_BUFFER, 8), NEED(BYTESIO_BUF_SIZE, 8), NEEDS_END};
static const struct lh_need lru_cache_needs[] = {NEED(LRU_CACHE, 8), INSIDE(LRU_ROOT, LRU_LINK_NEXT),
						 NEEDS_END};
static const struct lh_need element_needs[] = {NEED(ELEMENT_EXTRA, 8), NEEDS_END};
static const struct lh_need combinations_needs[] = {NEED(COMBINATIONS_R, 8), NEEDS_END};
static const struct lh_need permutations_needs[] = {NEED(PERMUTATIONS_POOL, 8), NEED(PERMUTATIONS_R, 8),
						    NEEDS_END};
static const struct lh_need product_needs[] = {NEED(PRODUCT_POOLS, 8), NEEDS_END};
static const struct lh_need struct_needs[] = {NEED(STRUCT_LENGTH, 8), NEED(STRUCT_CODES, 8), NEEDS_END};
static const struct lh_need pickler_needs[] = {NEED(PICKLER_MEMO, 8), NEED(PICKLER_OUTPUT_BUFFER, 8),
					       NEEDS_END};
static const struct lh_need unpickler_needs[] = {NEED(UNPICKLER_MEMO, 8),       NEED(UNPICKLER_MEMO_SIZE, 8),
						 NEED(UNPICKLER_INPUT_LINE, 8), NEED(UNPICKLER_ENCODING, 8),
						 NEED(UNPICKLER_ERRORS, 8),     NEED(UNPICKLER_MARKS, 8),
						 NEED(UNPICKLER_MARKS_SIZE, 8), NEEDS_END};
static const struct lh_need pdata_needs[] = {NEED(VAR_SIZE, 8), NEED(PDATA_DATA, 8), NEEDS_END};

/* ---- where storage begins ---- */

static const enum lh_field dict_storage[] = {LH_F_DICT_KEYS, LH_F_DICT_VALUES, LH_F_DICT_TABLE, LH_F_COUNT};
static const enum lh_field list_storage[] = {LH_F_LIST_ITEMS, LH_F_COUNT};
static const enum lh_field set_storage[] = {LH_F_SET_TABLE, LH_F_COUNT};
static const enum lh_field deque_storage[] = {LH_F_DEQUE_LEFTBLOCK, LH_F_COUNT};

/* ---- columns that several rows share ---- */

#define STRUCT .needs = struct_needs, .size = lh_size_struct
#define BUFFERED .needs = buffered_needs, .size = lh_size_buffered
#define GENERATOR                                                                         \
	.needs = generator_needs, .visit = lh_visit_generator, .size = lh_size_generator, \
	.exclude = lh_exclude_generator
#define INT .leaf = true, .needs = int_needs, .size = lh_size_int
#define BYTES .leaf = true, .needs = var_needs, .size = lh_size_bytes
#define DICT                                                                                        \
	.needs = dict_needs, .visit = lh_visit_dict, .size = lh_size_dict, .storage = dict_storage, \
	.exclude = lh_exclude_dict
#define SET                                                                                     \
	.needs = set_needs, .visit = lh_visit_set, .size = lh_size_set, .storage = set_storage, \
	.exclude = lh_exclude_set
#define COMBINATIONS .needs = combinations_needs, .size = lh_size_combinations
#define WEAKREF .needs = weakref_needs, .exclude = lh_exclude_weakref
#define INT27 .leaf = true, .needs = int27_needs

static const struct lh_kind kinds[] = {
	{"BaseException", LH_KIND_EXCEPTION, exception_refs, .needs = exception_needs},
	{"ContextVar", LH_KIND_ROW, contextvar_refs},
	{"NoneType", LH_KIND_NONE, NULL, .leaf = true},
	{"NotImplementedType", LH_KIND_ROW, NULL, .leaf = true},
	{"PyCMethodObject", LH_KIND_ROW, cfunction_refs},
	{"Struct", LH_KIND_ROW, NULL, STRUCT, SCAN},
	{"_contextvars.ContextVar", LH_KIND_ROW, contextvar_refs},
	{"_io.BufferedRandom", LH_KIND_ROW, NULL, BUFFERED, SCAN},
	{"_io.BufferedReader", LH_KIND_ROW, NULL, BUFFERED, SCAN},
	{"_io.BufferedWriter", LH_KIND_ROW, NULL, BUFFERED, SCAN},
	{"_io.BytesIO", LH_KIND_BYTESIO, NULL, .needs = bytesio_needs, .size = lh_size_bytesio, SCAN},
	{"_pickle.Pdata", LH_KIND_ROW, NULL, .needs = pdata_needs, .visit = lh_visit_pdata},
	{"_pickle.Pickler", LH_KIND_ROW, NULL, .needs = pickler_needs, .visit = lh_visit_pickler,
	 .size = lh_size_pickler, SCAN},
	{"_pickle.Unpickler", LH_KIND_ROW, NULL, .needs = unpickler_needs, .visit = lh_visit_unpickler,
	 .size = lh_size_unpickler, SCAN},
	{"_struct.Struct", LH_KIND_ROW, NULL, STRUCT, SCAN},
	{"array.array", LH_KIND_ROW, NULL, .needs = array_needs, .size = lh_size_array},
	{"async_generator", LH_KIND_GENERATOR, asyncgen_refs, GENERATOR},
	{"bool", LH_KIND_INT, NULL, INT},
	{"builtin_function_or_method", LH_KIND_ROW, cfunction_refs},
	{"builtin_method", LH_KIND_ROW, cmethod_refs},
	{"bytearray", LH_KIND_BYTEARRAY, NULL, .leaf = true, .needs = bytearray_needs,
	 .size = lh_size_bytearray},
	{"bytes", LH_KIND_BYTES, NULL, BYTES},
	{"cell", LH_KIND_CELL, cell_refs},
	{"classmethod", LH_KIND_ROW, classmethod_refs},
	{"classmethod_descriptor", LH_KIND_ROW, descr_refs},
	{"code", LH_KIND_CODE, code_refs, .needs = code_needs, .size = lh_size_code,
	 .exclude = lh_exclude_code},
	{"collections.OrderedDict", LH_KIND_ODICT, odict_refs, .needs = odict_needs, .visit = lh_visit_odict,
	 .size = lh_size_odict, .storage = dict_storage, .exclude = lh_exclude_dict},
	{"collections.defaultdict", LH_KIND_DICT, defaultdict_refs, DICT},
	{"collections.deque", LH_KIND_DEQUE, NULL, .needs = deque_needs, .visit = lh_visit_deque,
	 .size = lh_size_deque, .storage = deque_storage, .exclude = lh_exclude_deque},
	{"complex", LH_KIND_ROW, NULL, .leaf = true},
	{"coroutine", LH_KIND_GENERATOR, coroutine_refs, GENERATOR},
	{"dict", LH_KIND_DICT, NULL, DICT},
	{"ellipsis", LH_KIND_ROW, NULL, .leaf = true},
	{"float", LH_KIND_FLOAT, NULL, .leaf = true, .needs = float_needs},
	{"frame", LH_KIND_FRAME, frame_refs, .needs = frame_needs, .visit = lh_visit_frame,
	 .size = lh_size_frame, .exclude = lh_exclude_frame},
	{"frozendict", LH_KIND_DICT, NULL, DICT},
	{"frozenset", LH_KIND_SET, NULL, SET},
	{"function", LH_KIND_FUNCTION, function_refs},
	{"functools._lru_cache_wrapper", LH_KIND_LRU_CACHE, NULL, .needs = lru_cache_needs,
	 .visit = lh_visit_lru_cache, SCAN},
	{"functools._lru_list_elem", LH_KIND_ROW, lru_link_refs},
	{"functools.partial", LH_KIND_ROW, partial_refs},
	{"generator", LH_KIND_GENERATOR, generator_refs, GENERATOR},
	{"getset_descriptor", LH_KIND_ROW, descr_refs},
	{"hamt_array_node", LH_KIND_HAMT_ARRAY, NULL, .visit = lh_visit_hamt_array},
	{"hamt_bitmap_node", LH_KIND_HAMT_BITMAP, NULL, .needs = var_needs, .visit = lh_visit_hamt_bitmap},
	{"hamt_collision_node", LH_KIND_HAMT_COLLISION, NULL, .needs = var_needs,
	 .visit = lh_visit_hamt_collision},
	{"int", LH_KIND_INT, NULL, INT},
	{"itertools.combinations", LH_KIND_ROW, NULL, COMBINATIONS, SCAN},
	{"itertools.combinations_with_replacement", LH_KIND_ROW, NULL, COMBINATIONS, SCAN},
	{"itertools.permutations", LH_KIND_ROW, NULL, .needs = permutations_needs,
	 .size = lh_size_permutations, SCAN},
	{"itertools.product", LH_KIND_ROW, NULL, .needs = product_needs, .size = lh_size_product, SCAN},
	{"list", LH_KIND_LIST, NULL, .needs = list_needs, .visit = lh_visit_list, .size = lh_size_list,
	 .storage = list_storage, .exclude = lh_exclude_list},
	{"mappingproxy", LH_KIND_ROW, mappingproxy_refs},
	{"member_descriptor", LH_KIND_ROW, descr_refs},
	{"method", LH_KIND_ROW, method_refs},
	{"method-wrapper", LH_KIND_ROW, wrapper_refs},
	{"method_descriptor", LH_KIND_ROW, descr_refs},
	{"module", LH_KIND_MODULE, module_refs, .needs = module_needs, .visit = lh_visit_module_state},
	{"object", LH_KIND_OBJECT, NULL, .leaf = true},
	{"property", LH_KIND_ROW, property_refs},
	{"set", LH_KIND_SET, NULL, SET},
	{"staticmethod", LH_KIND_ROW, staticmethod_refs},
	{"str", LH_KIND_STR, NULL, .leaf = true, .needs = str_needs, .size = lh_size_str},
	{"traceback", LH_KIND_ROW, traceback_refs},
	{"tuple", LH_KIND_TUPLE, NULL, .needs = var_needs, .visit = lh_visit_tuple},
	{"type", LH_KIND_TYPE, NULL, .needs = type_needs, .visit = lh_visit_type, .size = lh_size_type},
	{"weakcallableproxy", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"weakproxy", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"weakref", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"weakref.CallableProxyType", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"weakref.ProxyType", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"weakref.ReferenceType", LH_KIND_ROW, weakref_refs, WEAKREF},
	{"wrapper_descriptor", LH_KIND_ROW, descr_refs},
	{"xml.etree.ElementTree.Element", LH_KIND_ROW, NULL, .needs = element_needs,
	 .visit = lh_visit_element, .size = lh_size_element, SCAN},
};

static const struct lh_ref_row instance27_refs[] = {REF(INSTANCE_CLASS, ".__class__"),
						    REF(INSTANCE_DICT, ".__dict__"), END};

/* Names that meant something else in 2.7, or nothing later. */
static const struct lh_kind kinds27[] = {
	{"bool", LH_KIND_INT27, NULL, INT27},
	{"instance", LH_KIND_INSTANCE27, instance27_refs},
	{"instancemethod", LH_KIND_ROW, method_refs},
	{"int", LH_KIND_INT27, NULL, INT27},
	{"long", LH_KIND_INT, NULL, INT},
	{"str", LH_KIND_BYTES, NULL, BYTES},
	{"unicode", LH_KIND_UNICODE27, NULL, .leaf = true, .needs = unicode27_needs, .size = lh_size_str,
	 .exclude = lh_exclude_unicode27},
};

/* 3.15+: the buffer is an object (Objects/bytearrayobject.c, gh-139871); the collector knows neither. */
static const struct lh_ref_row bytearray_refs[] = {HIDDEN(BYTEARRAY_OBJECT, ".<buffer>"), END};

static const struct lh_kind kinds_with_bytearray_object[] = {
	{"bytearray", LH_KIND_BYTEARRAY, bytearray_refs, .needs = bytearray_needs, .size = lh_size_bytearray},
};

const struct lh_kind_table lh_kinds[] = {
	{LH_F_INT27_VALUE, kinds27, LH_ARRAY_SIZE(kinds27)},
	{LH_F_BYTEARRAY_OBJECT, kinds_with_bytearray_object, LH_ARRAY_SIZE(kinds_with_bytearray_object)},
	{LH_F_COUNT, kinds, LH_ARRAY_SIZE(kinds)},
};
