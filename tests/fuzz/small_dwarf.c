/* SPDX-License-Identifier: Apache-2.0 */
/* A seed of the fuzzer: DWARF in some kilobytes that has structs of CPython 3.11 by their names, of each form: tagged, typedef alone, nested,
 * in a union, with bit fields, in arrays. It is never run. */
#include <stddef.h>
#include <stdint.h>

typedef struct _object {
	ptrdiff_t ob_refcnt;
	struct _typeobject *ob_type;
} PyObject;

typedef struct {
	PyObject ob_base;
	ptrdiff_t ob_size;
} PyVarObject;

typedef struct {
	uintptr_t _gc_next, _gc_prev;
} PyGC_Head;

typedef struct _typeobject {
	PyVarObject ob_base;
	const char *tp_name;
	ptrdiff_t tp_basicsize, tp_itemsize;
	void (*tp_dealloc)(PyObject *);
	unsigned long tp_flags;
	const char *tp_doc;
	struct _typeobject *tp_base;
	PyObject *tp_dict;
	ptrdiff_t tp_dictoffset, tp_weaklistoffset;
	PyObject *tp_mro;
} PyTypeObject;

typedef struct {
	PyObject ob_base;
	ptrdiff_t length, hash;
	struct {
		unsigned interned : 2, kind : 3, compact : 1, ascii : 1, ready : 1;
	} state;
	wchar_t *wstr;
} PyASCIIObject;

typedef struct _dictkeysobject {
	ptrdiff_t dk_refcnt;
	uint8_t dk_log2_size, dk_log2_index_bytes, dk_kind;
	uint32_t dk_version;
	ptrdiff_t dk_usable, dk_nentries;
	char dk_indices[];
} PyDictKeysObject;

typedef struct {
	PyObject ob_base;
	ptrdiff_t ma_used;
	uint64_t ma_version_tag;
	PyDictKeysObject *ma_keys;
	PyObject **ma_values;
} PyDictObject;

typedef struct {
	PyVarObject ob_base;
	PyObject *ob_item[1];
} PyTupleObject;

struct pool_header {
	union {
		uint8_t *_padding;
		unsigned count;
	} ref;
	uint8_t *freeblock;
	struct pool_header *nextpool, *prevpool;
	unsigned arenaindex, szidx, nextoffset, maxnextoffset;
};

struct _gc_runtime_state {
	PyObject *trash_delete_later;
	int trash_delete_nesting, enabled, debug;
	struct gc_generation {
		PyGC_Head head;
		int threshold, count;
	} generations[3];
	PyGC_Head *generation0;
};

struct _is {
	struct _is *next;
	int64_t id;
	struct {
		struct _ts *head;
		long count;
	} threads;
	struct _gc_runtime_state gc;
};

struct grid {
	const volatile short cells[4][3];
};

struct {
	PyTypeObject type;
	PyASCIIObject text;
	PyDictObject dict;
	PyTupleObject tuple;
	struct pool_header pool;
	struct _is interpreter;
	struct grid grid;
} all_of_them;
