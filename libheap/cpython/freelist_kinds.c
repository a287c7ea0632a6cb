/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which freelists there are, by version.
 *
 * -3.9: statics of the files that are named. 3.10 to 3.12: Include/internal/pycore_interp.h (3.10), then
 * pycore_floatobject.h, pycore_tuple.h, pycore_list.h, pycore_dict_state.h, pycore_context.h, pycore_genobject.h.
 * 3.13: pycore_freelist.h. 3.14+: pycore_freelist_state.h. The limits are theirs, too.
 */
#include "cpython/freelists.h"
#include "util/array.h"

#define NONE LH_F_COUNT
#define STATICS(file, head, count) .statics = {file, head, count}
#define FREE(name) .head = LH_F_FREE_##name, .count = LH_F_FREE_##name##_COUNT
/* A row of pycore_freelist_state.h (3.14+): all are chains by their first word. */
#define NEW(type, field, max, ...)                                                                           \
	{                                                                                                    \
		.name = type, .versions = __VA_ARGS__, .lists = 1, .head = LH_F_FREE_##field, .count = NONE, \
		.link = NONE, .last = NONE, .limit = (max)                                                   \
	}

const struct lh_freelist_kind lh_freelist_kinds[] = {
	/* Objects/intobject.c: ints are cut from blocks, and not counted. */
	{"int", ONLY(2, 7), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE, .link = LH_F_OBJECT_TYPE,
	 .last = LH_F_INT27_VALUE, STATICS("intobject.c", "free_list", NULL)},
	NEW("int", INTS, 100, FROM(3, 14)),
	/* Objects/floatobject.c: in 2.7 as ints are. */
	{"float", ONLY(2, 7), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE, .link = LH_F_OBJECT_TYPE,
	 .last = LH_F_FLOAT_VALUE, STATICS("floatobject.c", "free_list", NULL)},
	{"float", FROM(3, 6), LH_FREELIST_CHAIN, 1, FREE(FLOATS), .link = LH_F_OBJECT_TYPE,
	 .last = LH_F_FLOAT_VALUE, .limit = 100, STATICS("floatobject.c", "free_list", "numfree")},
	NEW("complex", COMPLEXES, 100, FROM(3, 15)),
	/* Objects/unicodeobject.c */
	{"unicode", ONLY(2, 7), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE, .link = NONE, .last = NONE,
	 .limit = 1024, STATICS("unicodeobject.c", "free_list", "numfree")},
	/* Objects/tupleobject.c: up to 3.10 list n has tuples of n items, and list 0 the empty tuple, which is in use; since
	 * 3.11 list n has tuples of n + 1. */
	{"tuple", UNTIL(3, 10), LH_FREELIST_CHAIN, 20, .first = 1, FREE(TUPLES), .link = LH_F_TUPLE_ITEMS,
	 .last = NONE, .limit = 2000, STATICS("tupleobject.c", "free_list", "numfree")},
	{"tuple", FROM(3, 11), LH_FREELIST_CHAIN, 20, .items = 1, FREE(TUPLES), .link = LH_F_TUPLE_ITEMS,
	 .last = NONE, .limit = 2000},
	{"list", ALL_VERSIONS, LH_FREELIST_ARRAY, 1, FREE(LISTS), .link = NONE, .last = NONE, .limit = 80,
	 STATICS("listobject.c", "free_list", "numfree")},
	{"dict", ALL_VERSIONS, LH_FREELIST_ARRAY, 1, FREE(DICTS), .link = NONE, .last = NONE, .limit = 80,
	 STATICS("dictobject.c", "free_list", "numfree")},
	{"dict keys", FROM(3, 6), LH_FREELIST_ARRAY, 1, FREE(DICTKEYS), .link = NONE, .last = NONE,
	 .limit = 80, STATICS("dictobject.c", "keys_free_list", "numfreekeys")},
	{"set", ONLY(2, 7), LH_FREELIST_ARRAY, 1, .head = NONE, .count = NONE, .link = NONE, .last = NONE,
	 .limit = 80, STATICS("setobject.c", "free_list", "numfree")},
	{"slice", FROM(3, 6), LH_FREELIST_ONE, 1, .head = LH_F_FREE_SLICES, .count = NONE, .link = NONE,
	 .last = NONE, .limit = 1, STATICS("sliceobject.c", "slice_cache", NULL)},
	/* Objects/frameobject.c: frames are a part of the thread's stack since 3.11. */
	{"frame", UNTIL(3, 10), LH_FREELIST_CHAIN, 1, FREE(FRAMES), .link = LH_F_FRAME_BACK, .last = NONE,
	 .limit = 200, STATICS("frameobject.c", "free_list", "numfree")},
	/* Objects/classobject.c, Objects/methodobject.c: removed in 3.9, back in 3.14. */
	{"method", BETWEEN(3, 6, 3, 8), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE,
	 .link = LH_F_METHOD_SELF, .last = NONE, .limit = 256,
	 STATICS("classobject.c", "free_list", "numfree")},
	{"instancemethod", ONLY(2, 7), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE,
	 .link = LH_F_METHOD_SELF, .last = NONE, .limit = 256,
	 STATICS("classobject.c", "free_list", "numfree")},
	{"builtin_function_or_method", UNTIL(3, 8), LH_FREELIST_CHAIN, 1, .head = NONE, .count = NONE,
	 .link = LH_F_CFUNCTION_SELF, .last = NONE, .limit = 256,
	 STATICS("methodobject.c", "free_list", "numfree")},
	NEW("method", METHODS, 20, FROM(3, 14)),
	NEW("builtin_function_or_method", CFUNCTIONS, 16, FROM(3, 14)),
	NEW("builtin_method", CMETHODS, 16, FROM(3, 14)),
	/* Python/context.c, Objects/genobject.c */
	{"_contextvars.Context", FROM(3, 7), LH_FREELIST_CHAIN, 1, FREE(CONTEXTS),
	 .link = LH_F_CONTEXT_WEAKREFS, .last = NONE, .limit = 255,
	 STATICS("context.c", "ctx_freelist", "ctx_freelist_len")},
	{"async_generator_wrapped_value", FROM(3, 6), LH_FREELIST_ARRAY, 1, FREE(ASYNC_GENS), .link = NONE,
	 .last = NONE, .limit = 80, STATICS("genobject.c", "ag_value_freelist", "ag_value_freelist_free")},
	{"async_generator_asend", FROM(3, 6), LH_FREELIST_ARRAY, 1, FREE(ASYNC_GEN_ASENDS), .link = NONE,
	 .last = NONE, .limit = 80, STATICS("genobject.c", "ag_asend_freelist", "ag_asend_freelist_free")},
	/* Objects/exceptions.c, MEMERRORS_SAVE: still in the interpreter's state in 3.13+. */
	{"MemoryError", FROM(3, 6), LH_FREELIST_CHAIN, 1, .of_interp = true,
	 .head = LH_F_INTERP_FREE_MEMORYERRORS, .count = LH_F_INTERP_FREE_MEMORYERRORS_COUNT,
	 .link = LH_F_EXC_DICT, .last = NONE, .limit = 16,
	 STATICS("exceptions.c", "memerrors_freelist", "memerrors_numfree")},
	/* Storage of a collection (Python/object_stack.c). */
	{"object stack", FROM(3, 13), LH_FREELIST_CHAIN, 1, FREE(OBJECT_STACKS), .link = NONE, .last = NONE,
	 .limit = 4},
	NEW("list_iterator", LIST_ITERS, 10, FROM(3, 14)),
	NEW("tuple_iterator", TUPLE_ITERS, 10, FROM(3, 14)),
	NEW("range", RANGES, 6, FROM(3, 14)),
	NEW("range_iterator", RANGE_ITERS, 6, FROM(3, 14)),
	NEW("_asyncio.FutureIter", FUTURE_ITERS, 255, FROM(3, 14)),
	NEW("unicode writer", UNICODE_WRITERS, 1, FROM(3, 14)),
	NEW("bytes writer", BYTES_WRITERS, 1, FROM(3, 15)),
};

const size_t lh_freelist_kind_count = LH_ARRAY_SIZE(lh_freelist_kinds);
