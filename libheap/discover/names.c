/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static type has no __name__ in the heap, but other objects name it: builtins and C modules hold it under
 * the last part of its tp_name, modules written in Python under aliases that are rows here. A type that no
 * module holds is recognized by attributes that no other type has.
 *
 * All of it is read from the target, through views alone: types are not read before they have names. The
 * first name of a type is kept.
 */
#include "discover/names_private.h"

#include "cpython/dict.h"
#include "cpython/text.h"
#include "util/array.h"

#include <string.h>

#define ENTRIES_MAX (1u << 22) /* entries of modules that are looked at */
#define NAME_CHARS 120

struct alias {
	const char *module, *key, *tp_name;
	struct lh_versions versions; /* the first row that is true counts */
};

/* Keys with a value of the type: 'None' is a NoneType. */
static const struct alias instances[] = {
	{"builtins", "None", "NoneType"},
	{"builtins", "Ellipsis", "ellipsis"},
	{"builtins", "NotImplemented", "NotImplementedType"},
	{"builtins", "len", "builtin_function_or_method"},
	{"__builtin__", "None", "NoneType"},
	{"__builtin__", "Ellipsis", "ellipsis"},
	{"__builtin__", "NotImplemented", "NotImplementedType"},
	{"__builtin__", "len", "builtin_function_or_method"},
	{"_ctypes", "Array", "_ctypes.PyCArrayType"},
	{"_ctypes", "CFuncPtr", "_ctypes.PyCFuncPtrType"},
	{"_ctypes", "Structure", "_ctypes.PyCStructType"},
	{"_ctypes", "Union", "_ctypes.UnionType"},
	{"_ctypes", "_Pointer", "_ctypes.PyCPointerType"},
	{"_ctypes", "_SimpleCData", "_ctypes.PyCSimpleType"},
	{"_datetime", "datetime_CAPI", "PyCapsule"},
	{"_socket", "CAPI", "PyCapsule"},
	{"_typing", "NoDefault", "NoDefaultType"},
	{"_warnings", "_warnings_context", "_contextvars.ContextVar"},
	{"datetime", "datetime_CAPI", "PyCapsule"},
	{"pyexpat", "expat_CAPI", "PyCapsule"},
	{"sys", "flags", "sys.flags"},
	{"sys", "version_info", "sys.version_info"},
	{"sys", "float_info", "sys.float_info"},
	{"sys", "long_info", "sys.long_info"},
	{"sys", "int_info", "sys.int_info"},
	{"sys", "hash_info", "sys.hash_info"},
	{"sys", "thread_info", "sys.thread_info"},
	{"sys", "implementation", "types.SimpleNamespace"},
};

/* Keys that are not the last part of the tp_name, or modules that are not its first. */
static const struct alias aliases[] = {
	{"__builtin__", "str", "str"}, /* 2.7: bytes is another name for str */
	{"types", "AsyncGeneratorType", "async_generator"},
	{"types", "CapsuleType", "PyCapsule"},
	{"types", "CellType", "cell"},
	{"types", "ClassMethodDescriptorType", "classmethod_descriptor"},
	{"types", "ClassType", "classobj"},
	{"types", "CodeType", "code"},
	{"types", "CoroutineType", "coroutine"},
	{"types", "DictProxyType", "dictproxy"},
	{"types", "FrameLocalsProxyType", "FrameLocalsProxy"},
	{"types", "FrameType", "frame"},
	{"types", "FunctionType", "function"},
	{"types", "GeneratorType", "generator"},
	{"types", "GenericAlias", "types.GenericAlias"},
	{"types", "GetSetDescriptorType", "getset_descriptor"},
	{"types", "InstanceType", "instance"},
	{"types", "LazyImportType", "lazy_import"},
	{"types", "MappingProxyType", "mappingproxy"},
	{"types", "MemberDescriptorType", "member_descriptor"},
	{"types", "MethodDescriptorType", "method_descriptor"},
	{"types", "MethodType", "instancemethod", UNTIL(2, 7)},
	{"types", "MethodType", "method"},
	{"types", "MethodWrapperType", "method-wrapper"},
	{"types", "ModuleType", "module"},
	{"types", "SimpleNamespace", "types.SimpleNamespace"},
	{"types", "TracebackType", "traceback"},
	{"types", "UnionType", "types.UnionType", UNTIL(3, 13)},
	{"types", "UnionType", "typing.Union"},
	{"types", "WrapperDescriptorType", "wrapper_descriptor"},
	{"_collections", "OrderedDict", "collections.OrderedDict"},
	{"_collections", "defaultdict", "collections.defaultdict"},
	{"_collections", "deque", "collections.deque"},
	{"_collections_abc", "FunctionType", "function"},
	{"_collections_abc", "GenericAlias", "types.GenericAlias"},
	{"_collections_abc", "framelocalsproxy", "FrameLocalsProxy"},
	{"_collections_abc", "str_iterator", "str_iterator", UNTIL(3, 10)},
	{"_collections_abc", "str_iterator", "str_ascii_iterator"},
	{"_ctypes", "CFuncPtr", "_ctypes.PyCFuncPtr"},
	{"_io", "BlockingIOError", "BlockingIOError"},
	{"_json", "make_encoder", "_json.Encoder"},
	{"_json", "make_scanner", "_json.Scanner"},
	{"_pickle", "PickleBuffer", "pickle.PickleBuffer"},
	{"_socket", "SocketType", "_socket.socket"},
	{"_sqlite3", "OptimizedUnicode", "cell", UNTIL(2, 7)},
	{"_ssl", "SSLSession", "_ssl.Session"},
	{"_thread", "LockType", "_thread.lock"},
	{"_thread", "_ExceptHookArgs", "_thread.ExceptHookArgs"},
	{"_weakref", "CallableProxyType", "weakcallableproxy", UNTIL(3, 9)},
	{"_weakref", "CallableProxyType", "weakref.CallableProxyType"},
	{"_weakref", "ProxyType", "weakproxy", UNTIL(3, 9)},
	{"_weakref", "ProxyType", "weakref.ProxyType"},
	{"_weakref", "ReferenceType", "weakref", UNTIL(3, 9)},
	{"_weakref", "ReferenceType", "weakref.ReferenceType"},
	{"array", "ArrayType", "array.array"},
	{"cStringIO", "InputType", "cStringIO.StringI"},
	{"cStringIO", "OutputType", "cStringIO.StringO"},
	{"pyexpat", "XMLParserType", "pyexpat.xmlparser"},
	{"re", "_pattern_type", "_sre.SRE_Pattern", UNTIL(3, 6)},
	{"thread", "LockType", "thread.lock"},
};

/* C modules with types that have another module in their tp_name, or none. */
static const struct {
	const char *module, *tp_module;
	struct lh_versions versions;
} renamed[] = {
	{"_contextvars", "", UNTIL(3, 9)}, {"_datetime", "datetime"},
	{"_decimal", "decimal"},           {"_elementtree", "xml.etree.ElementTree"},
	{"_functools", "functools"},       {"_multibytecodec", ""},
	{"_operator", "operator"},         {"_sqlite3", "sqlite3"},
	{"_struct", "", UNTIL(3, 8)},      {"_typing", "typing"},
	{"_zoneinfo", "zoneinfo"},         {"posix", "os", UNTIL(3, 7)},
};

static bool read_dict(struct lh_heap *heap, uint64_t addr, struct lh_dict *ret)
{
	const uint8_t *p = lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_DICT_SIZE));

	return p && lh_names_flags_of(heap, lh_names_type_of(heap, addr)) & LH_TPFLAG_DICT_SUBCLASS &&
	       lh_dict_read(heap, &heap->view, p, ret) == 0 && ret->keys.entries;
}

static bool read_text(struct lh_heap *heap, struct lh_static_names *names, uint64_t addr,
		      struct lh_string *ret)
{
	bool whole = lh_str_append(heap, addr, NAME_CHARS, ret) == 0;

	names->no_memory |= ret->failed;
	return whole && ret->text && !ret->failed;
}

/* ---- modules ---- */

/* How static types among a module's values get their names, in the order of the passes. */
enum rule {
	RULE_ALIASES,    /* rows */
	RULE_EXCEPTIONS, /* 2.7: exceptions.X, which builtins have as X */
	RULE_BUILTINS,   /* X */
	RULE_C_MODULES,  /* module.X */
	RULE_ITERATORS,  /* _collections_abc: X */
	RULE_OTHERS,     /* module.X, of modules written in Python */
};

struct module {
	const char *name;
	struct lh_dict dict;
};

static bool applies_to(const struct lh_heap *heap, const struct lh_versions *versions)
{
	return lh_versions_have(versions, heap->build.version);
}

/* What a tp_name has in place of the module's name. */
static const char *module_in_tp_name(const struct lh_heap *heap, const char *module)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(renamed); i++)
		if (strcmp(renamed[i].module, module) == 0 && applies_to(heap, &renamed[i].versions))
			return renamed[i].tp_module;
	return module;
}

static const char *alias_module(const char *name)
{
	return strcmp(name, "_types") == 0 ? "types" : name; /* 3.14+: the C half */
}

static bool has_rows(const char *name)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(aliases); i++)
		if (strcmp(aliases[i].module, alias_module(name)) == 0)
			return true;
	for (size_t i = 0; i < LH_ARRAY_SIZE(instances); i++)
		if (strcmp(instances[i].module, name) == 0)
			return true;
	return false;
}

static void take_aliases(struct lh_heap *heap, struct lh_static_names *names, const struct module *m,
			 uint64_t key, uint64_t value)
{
	const char *name = alias_module(m->name);

	for (size_t i = 0; i < LH_ARRAY_SIZE(aliases); i++)
		if (strcmp(aliases[i].module, name) == 0 && applies_to(heap, &aliases[i].versions) &&
		    lh_names_is_static_type(heap, value) && lh_str_equals(heap, key, aliases[i].key))
			lh_static_names_add(names, value, "", aliases[i].tp_name);
	for (size_t i = 0; i < LH_ARRAY_SIZE(instances); i++)
		if (strcmp(instances[i].module, m->name) == 0 && lh_str_equals(heap, key, instances[i].key) &&
		    lh_names_is_static_type(heap, lh_names_type_of(heap, value)))
			lh_static_names_add(names, lh_names_type_of(heap, value), "", instances[i].tp_name);
}

static void take_entries(struct lh_heap *heap, struct lh_static_names *names, const struct module *m,
			 enum rule rule)
{
	const char *module =
		rule == RULE_BUILTINS || rule == RULE_ITERATORS ? "" : module_in_tp_name(heap, m->name);

	for (uint64_t i = 0; i < m->dict.keys.entry_count && names->entries++ < ENTRIES_MAX; i++) {
		_cleanup_string_ struct lh_string name = {0};
		uint64_t key, value;

		if (!lh_dict_entry(&m->dict, i, &key, &value))
			continue;
		if (rule == RULE_ALIASES)
			take_aliases(heap, names, m, key, value);
		else if (lh_names_is_static_type(heap, value) && read_text(heap, names, key, &name))
			lh_static_names_add(names, value, module, name.text);
	}
}

/* A dict that a module's code ran in has __builtins__; C modules' dicts do not. */
static bool is_python(struct lh_heap *heap, uint64_t dict)
{
	uint64_t value;

	return lh_dict_get(heap, dict, "__builtins__", &value) == 0;
}

static bool applies(struct lh_heap *heap, enum rule rule, const char *module, uint64_t dict)
{
	switch (rule) {
	case RULE_ALIASES:
		return has_rows(module);
	case RULE_EXCEPTIONS:
		return strcmp(module, "exceptions") == 0;
	case RULE_BUILTINS:
		return strcmp(module, "builtins") == 0 || strcmp(module, "__builtin__") == 0;
	case RULE_ITERATORS:
		return strcmp(module, "_collections_abc") == 0;
	case RULE_C_MODULES:
		return !is_python(heap, dict);
	case RULE_OTHERS:
		return is_python(heap, dict);
	}
	return false;
}

/* A module made in C leads to its definition, which is an object since 3.5. */
static void take_definition(struct lh_heap *heap, struct lh_static_names *names, uint64_t module)
{
	uint64_t definition = lh_heap_word(heap, &heap->view, module, LH_F_MODULE_DEF),
		 type = definition ? lh_names_type_of(heap, definition) : 0;

	if (type && lh_names_is_static_type(heap, type))
		lh_static_names_add(names, type, "", "moduledef");
}

static void take_modules(struct lh_heap *heap, struct lh_static_names *names, enum rule rule)
{
	struct lh_dict modules;
	struct module m;

	if (!lh_layout_has(&heap->layout, LH_F_MODULE_DICT) ||
	    !read_dict(heap, heap->interps[0].modules, &modules))
		return;
	for (uint64_t i = 0; i < modules.keys.entry_count && names->entries++ < ENTRIES_MAX; i++) {
		_cleanup_string_ struct lh_string name = {0};
		uint64_t key, value, dict;

		if (!lh_dict_entry(&modules, i, &key, &value) || !read_text(heap, names, key, &name))
			continue;
		dict = lh_heap_word(heap, &heap->view, value, LH_F_MODULE_DICT);
		if (!dict || !read_dict(heap, dict, &m.dict) || !applies(heap, rule, name.text, dict))
			continue;
		if (lh_names_type_of(heap, value) == names->module)
			take_definition(heap, names, value);
		m.name = name.text;
		take_entries(heap, names, &m, rule);
	}
}

/* sys.modules may have other objects than modules, but not as 'sys'. */
static void take_module_type(struct lh_heap *heap, struct lh_static_names *names)
{
	uint64_t sys, type;

	if (lh_dict_get(heap, heap->interps[0].modules, "sys", &sys) != 0)
		return;
	type = lh_names_type_of(heap, sys);
	if (!lh_names_is_static_type(heap, type))
		return;
	names->module = type;
	lh_static_names_add(names, type, "", "module");
}

void lh_names_collect(struct lh_heap *heap, struct lh_static_names *names)
{
	take_module_type(heap, names);
	for (int rule = RULE_ALIASES; rule < RULE_OTHERS; rule++)
		take_modules(heap, names, (enum rule)rule);
	lh_names_take_objects(heap, names);
	take_modules(heap, names, RULE_OTHERS);
	lh_log(heap->ctx, 6, "names of %zu static types are from the heap: their files are not here",
	       names->count);
}
