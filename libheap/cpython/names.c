/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A static type has no __name__ in the heap, but others know it by one: builtins and C modules hold it under
 * the last part of its tp_name, modules written in Python under aliases that are rows here, and what nobody
 * holds is told by the attributes that only it has.
 *
 * All of it is the target's word, and read through views alone: types are not read before they have names.
 * The first name of a type is kept.
 */
#include "cpython/names.h"

#include "cpython/dict.h"
#include "cpython/gc.h"
#include "cpython/text.h"
#include "util/array.h"

#include <string.h>

#define SLOTS (1u << 15)       /* of the hash */
#define NAMES_MAX (SLOTS / 2)  /* more static types are left without a name */
#define ENTRIES_MAX (1u << 22) /* entries of modules looked at */
#define OBJECTS_MAX                                                                         \
	(1u << 18) /* tracked objects looked at; descriptors of static types are the oldest \
		    */
#define NAME_CHARS 120

struct name {
	uint64_t addr;
	char *text;
};

struct lh_names {
	struct name slots[SLOTS];
	size_t count;
	uint64_t entries; /* looked at */
	bool made;        /* until then nobody is told a name */
};

struct alias {
	const char *module, *key, *tp_name;
	uint32_t since; /* the newest row of a key that applies is taken: they come newest first */
};

/* Whose type the value of the key is: 'None' is a NoneType. */
static const struct alias instances[] = {
	{"builtins", "None", "NoneType"},
	{"builtins", "Ellipsis", "ellipsis"},
	{"builtins", "NotImplemented", "NotImplementedType"},
	{"builtins", "len", "builtin_function_or_method"},
	{"__builtin__", "None", "NoneType"},
	{"__builtin__", "Ellipsis", "ellipsis"},
	{"__builtin__", "NotImplemented", "NotImplementedType"},
	{"__builtin__", "len", "builtin_function_or_method"},
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
	{"__builtin__", "str", "str"}, /* bytes is another name of it */
	{"types", "FunctionType", "function"},
	{"types", "MethodType", "method", LH_PYVER(3, 0, 0)},
	{"types", "MethodType", "instancemethod"},
	{"types", "CodeType", "code"},
	{"types", "MappingProxyType", "mappingproxy"},
	{"types", "DictProxyType", "dictproxy"},
	{"types", "GeneratorType", "generator"},
	{"types", "CoroutineType", "coroutine"},
	{"types", "AsyncGeneratorType", "async_generator"},
	{"types", "WrapperDescriptorType", "wrapper_descriptor"},
	{"types", "MethodWrapperType", "method-wrapper"},
	{"types", "MethodDescriptorType", "method_descriptor"},
	{"types", "ClassMethodDescriptorType", "classmethod_descriptor"},
	{"types", "GetSetDescriptorType", "getset_descriptor"},
	{"types", "MemberDescriptorType", "member_descriptor"},
	{"types", "ModuleType", "module"},
	{"types", "TracebackType", "traceback"},
	{"types", "FrameType", "frame"},
	{"types", "CellType", "cell"},
	{"types", "SimpleNamespace", "types.SimpleNamespace"},
	{"types", "InstanceType", "instance"},
	{"types", "ClassType", "classobj"},
	{"types", "GenericAlias", "types.GenericAlias"},
	{"types", "UnionType", "typing.Union", LH_PYVER(3, 14, 0)},
	{"types", "UnionType", "types.UnionType"},
	{"types", "CapsuleType", "PyCapsule"},
	{"types", "LazyImportType", "lazy_import"},
	{"re", "_pattern_type", "_sre.SRE_Pattern"},
	{"_operator", "itemgetter", "operator.itemgetter"},
	{"_operator", "attrgetter", "operator.attrgetter"},
	{"_operator", "methodcaller", "operator.methodcaller"},
	{"_thread", "LockType", "_thread.lock"},
	{"thread", "LockType", "thread.lock"},
	{"_collections", "deque", "collections.deque"},
	{"_collections", "defaultdict", "collections.defaultdict"},
	{"_collections", "OrderedDict", "collections.OrderedDict"},
	{"_functools", "partial", "functools.partial"},
	{"_functools", "_lru_cache_wrapper", "functools._lru_cache_wrapper"},
	{"_weakref", "CallableProxyType", "weakref.CallableProxyType", LH_PYVER(3, 10, 0)},
	{"_weakref", "CallableProxyType", "weakcallableproxy"},
	{"_weakref", "ProxyType", "weakref.ProxyType", LH_PYVER(3, 10, 0)},
	{"_weakref", "ProxyType", "weakproxy"},
	{"_weakref", "ReferenceType", "weakref.ReferenceType", LH_PYVER(3, 10, 0)},
	{"_weakref", "ReferenceType", "weakref"},
};

/* A descriptor of this name belongs to the type that has none yet: no other has such an attribute, or
 * those that have it got their names from modules. */
static const struct {
	const char *attribute, *tp_name;
	enum lh_field field; /* instances have room for it */
} signatures[] = {
	{"cell_contents", "cell", LH_F_CELL_REF},
	{"gi_frame", "generator", LH_F_OBJECT_TYPE},
	{"cr_frame", "coroutine", LH_F_OBJECT_TYPE},
	{"ag_frame", "async_generator", LH_F_OBJECT_TYPE},
	{"tb_frame", "traceback", LH_F_TRACEBACK_FRAME},
	{"f_lasti", "frame", LH_F_FRAME_BACK},
	{"co_flags", "code", LH_F_CODE_NAME},
	{"__globals__", "function", LH_F_FUNCTION_CODE},
	{"func_globals", "function", LH_F_FUNCTION_CODE},
	{"im_func", "instancemethod", LH_F_METHOD_SELF},
	{"__func__", "method", LH_F_METHOD_SELF},
	{"__callback__", "weakref", LH_F_WEAKREF_CALLBACK},
};

/* What the descriptor of an attribute of a type is itself. */
static const struct {
	const char *owner, *attribute, *tp_name;
} descriptors[] = {
	{"type", "__basicsize__", "member_descriptor"}, {"type", "__name__", "getset_descriptor"},
	{"list", "append", "method_descriptor"},        {"object", "__init__", "wrapper_descriptor"},
	{"dict", "fromkeys", "classmethod_descriptor"},
};

struct lh_names *lh_names_free(struct lh_names *names)
{
	if (!names)
		return NULL;
	for (size_t i = 0; i < SLOTS; i++)
		free(names->slots[i].text);
	free(names);
	return NULL;
}

static struct name *slot_of(struct lh_names *names, uint64_t addr)
{
	size_t i = lh_type_hash(addr, SLOTS);

	while (names->slots[i].addr && names->slots[i].addr != addr)
		i = (i + 1) & (SLOTS - 1);
	return &names->slots[i];
}

static void add(struct lh_names *names, uint64_t addr, const char *module, const char *name)
{
	struct name *slot = slot_of(names, addr);
	_cleanup_string_ struct lh_string text = {0};

	if (slot->addr || names->count >= NAMES_MAX)
		return;
	lh_string_addf(&text, "%s%s%s", module, *module ? "." : "", name);
	slot->text = lh_string_take(&text);
	if (!slot->text)
		return;
	slot->addr = addr;
	names->count++;
}

/* The type of the object at @addr; 0: not readable. */
static uint64_t type_of(struct lh_heap *heap, uint64_t addr)
{
	const uint8_t *p =
		addr & 7 ? NULL
			 : lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_OBJECT_SIZE));

	return p ? lh_u64(p + lh_layout_at(&heap->layout, LH_F_OBJECT_TYPE)) : 0;
}

static uint64_t flags_of(struct lh_heap *heap, uint64_t type)
{
	const uint8_t *p =
		type & 7 ? NULL : lh_view_at(&heap->view, type, lh_layout_at(&heap->layout, LH_F_TYPE_SIZE));

	return p ? lh_u64(p + lh_layout_at(&heap->layout, LH_F_TYPE_FLAGS)) : 0;
}

/* Up to 3.9 some are used without PyType_Ready(); their own type is 'type' all the same. */
static bool is_static_type(struct lh_heap *heap, uint64_t addr)
{
	uint64_t type = type_of(heap, addr);

	return type && flags_of(heap, type) & LH_TPFLAG_TYPE_SUBCLASS &&
	       !(flags_of(heap, addr) & LH_TPFLAG_HEAPTYPE) &&
	       (flags_of(heap, addr) & LH_TPFLAG_READY || type_of(heap, type) == type);
}

static bool read_dict(struct lh_heap *heap, uint64_t addr, struct lh_dict *ret)
{
	const uint8_t *p = lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_DICT_SIZE));

	return p && flags_of(heap, type_of(heap, addr)) & LH_TPFLAG_DICT_SUBCLASS &&
	       lh_dict_read(heap, &heap->view, p, ret) == 0;
}

static bool read_text(struct lh_heap *heap, uint64_t addr, struct lh_string *ret)
{
	return lh_str_append(heap, addr, NAME_CHARS, ret) == 0 && ret->text && !ret->failed;
}

static bool is_taken(const struct lh_names *names, const char *text)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (names->slots[i].addr && strcmp(names->slots[i].text, text) == 0)
			return true;
	return false;
}

/* ---- modules ---- */

/* How the static types among a module's values get their names; in the order of the passes. */
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

static void take_aliases(struct lh_heap *heap, struct lh_names *names, const struct module *m, uint64_t key,
			 uint64_t value)
{
	const char *name = strcmp(m->name, "_types") == 0 ? "types" : m->name; /* 3.14+: the C half */

	for (size_t i = 0; i < sizeof(aliases) / sizeof(*aliases); i++)
		if (strcmp(aliases[i].module, name) == 0 && heap->build.version >= aliases[i].since &&
		    is_static_type(heap, value) && lh_str_equals(heap, key, aliases[i].key))
			add(names, value, "", aliases[i].tp_name);
	for (size_t i = 0; i < sizeof(instances) / sizeof(*instances); i++)
		if (strcmp(instances[i].module, m->name) == 0 && lh_str_equals(heap, key, instances[i].key) &&
		    is_static_type(heap, type_of(heap, value)))
			add(names, type_of(heap, value), "", instances[i].tp_name);
}

static void take_entries(struct lh_heap *heap, struct lh_names *names, const struct module *m, enum rule rule)
{
	bool bare = rule == RULE_BUILTINS || rule == RULE_ITERATORS;

	for (uint64_t i = 0; i < m->dict.keys.entry_count && names->entries++ < ENTRIES_MAX; i++) {
		_cleanup_string_ struct lh_string name = {0};
		uint64_t key, value;

		if (!lh_dict_entry(&m->dict, i, &key, &value))
			continue;
		if (rule == RULE_ALIASES)
			take_aliases(heap, names, m, key, value);
		else if (is_static_type(heap, value) && read_text(heap, key, &name))
			add(names, value, bare ? "" : m->name, name.text);
	}
}

/* What a module's code is run in has __builtins__; C modules have not. */
static bool is_python(struct lh_heap *heap, uint64_t dict)
{
	uint64_t value;

	return lh_dict_get(heap, dict, "__builtins__", &value) == 0;
}

static bool applies(struct lh_heap *heap, enum rule rule, const char *module, uint64_t dict)
{
	switch (rule) {
	case RULE_ALIASES:
		return true;
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

/* The __dict__ of the module at @addr; 0: none. */
static uint64_t module_dict(struct lh_heap *heap, uint64_t addr)
{
	uint64_t at;

	if (lh_target_u64(heap->target, addr + lh_layout_at(&heap->layout, LH_F_MODULE_DICT), &at) != 0)
		return 0;
	return at;
}

/* A module made in C leads to its definition, an object too since 3.5. */
static void take_definition(struct lh_heap *heap, struct lh_names *names, uint64_t module)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t definition, type;

	if (!lh_layout_has(l, LH_F_MODULE_DEF) ||
	    lh_target_u64(heap->target, module + lh_layout_at(l, LH_F_MODULE_DEF), &definition) != 0)
		return;
	type = definition ? type_of(heap, definition) : 0;
	if (type && is_static_type(heap, type))
		add(names, type, "", "moduledef");
}

static void take_modules(struct lh_heap *heap, struct lh_names *names, enum rule rule)
{
	struct lh_dict modules;
	struct module m;

	if (!lh_layout_has(&heap->layout, LH_F_MODULE_DICT) ||
	    !read_dict(heap, heap->interps[0].modules, &modules))
		return;
	for (uint64_t i = 0; i < modules.keys.entry_count && names->entries++ < ENTRIES_MAX; i++) {
		_cleanup_string_ struct lh_string name = {0};
		uint64_t key, value, dict;

		if (!lh_dict_entry(&modules, i, &key, &value) || !read_text(heap, key, &name))
			continue;
		dict = module_dict(heap, value);
		if (!dict || !read_dict(heap, dict, &m.dict) || !applies(heap, rule, name.text, dict))
			continue;
		if (strcmp(name.text, "sys") == 0 && is_static_type(heap, type_of(heap, value)))
			add(names, type_of(heap, value), "", "module");
		take_definition(heap, names, value);
		m.name = name.text;
		take_entries(heap, names, &m, rule);
	}
}

/* ---- descriptors ---- */

static const char *name_of(struct lh_names *names, uint64_t type)
{
	const struct name *slot = slot_of(names, type);

	return slot->addr ? slot->text : NULL;
}

/* Instances of the type at @addr are large enough for @field. */
static bool has_room(struct lh_heap *heap, uint64_t addr, enum lh_field field)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t size;

	return lh_layout_has(l, field) &&
	       lh_target_u64(heap->target, addr + lh_layout_at(l, LH_F_TYPE_BASICSIZE), &size) == 0 &&
	       size >= lh_layout_at(l, field) + 8;
}

/* An attribute @name of the type @owner, described by an object of type @descriptor. */
static void take_attribute(struct lh_heap *heap, struct lh_names *names, uint64_t owner, uint64_t name,
			   uint64_t descriptor)
{
	const char *owned = name_of(names, owner);

	for (size_t i = 0; !owned && i < sizeof(signatures) / sizeof(*signatures); i++)
		if (lh_str_equals(heap, name, signatures[i].attribute) &&
		    has_room(heap, owner, signatures[i].field) && !is_taken(names, signatures[i].tp_name))
			add(names, owner, "", signatures[i].tp_name);
	if (!owned || name_of(names, descriptor))
		return;
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(*descriptors); i++)
		if (strcmp(owned, descriptors[i].owner) == 0 &&
		    lh_str_equals(heap, name, descriptors[i].attribute) &&
		    !is_taken(names, descriptors[i].tp_name))
			add(names, descriptor, "", descriptors[i].tp_name);
}

/* Some method wrappers have a type without attributes (2.7). What they wrap is a slot's descriptor. */
static void take_wrapper(struct lh_heap *heap, struct lh_names *names, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t type = type_of(heap, addr), wrapped;
	const char *name;

	if (name_of(names, type) || !lh_layout_has(l, LH_F_WRAPPER_DESCR) || !is_static_type(heap, type) ||
	    lh_target_u64(heap->target, addr + lh_layout_at(l, LH_F_WRAPPER_DESCR), &wrapped) != 0)
		return;
	name = name_of(names, type_of(heap, wrapped));
	if (name && strcmp(name, "wrapper_descriptor") == 0 && !is_taken(names, "method-wrapper"))
		add(names, type, "", "method-wrapper");
}

static void take_descriptor(struct lh_heap *heap, struct lh_names *names, uint64_t addr)
{
	const struct lh_layout *l = &heap->layout;
	uint64_t descriptor = type_of(heap, addr), owner, name;

	if (lh_target_u64(heap->target, addr + lh_layout_at(l, LH_F_DESCR_TYPE), &owner) != 0 ||
	    lh_target_u64(heap->target, addr + lh_layout_at(l, LH_F_DESCR_NAME), &name) != 0)
		return;
	if (is_static_type(heap, owner) && is_static_type(heap, descriptor) &&
	    flags_of(heap, type_of(heap, name)) & (LH_TPFLAG_UNICODE_SUBCLASS | LH_TPFLAG_BYTES_SUBCLASS))
		take_attribute(heap, names, owner, name, descriptor);
}

/* The oldest objects first: what a library made to look like CPython's own types is younger than they. */
static void take_objects(struct lh_heap *heap, struct lh_names *names,
			 void (*take)(struct lh_heap *, struct lh_names *, uint64_t))
{
	struct lh_gc gc;

	if (lh_gc_read(heap, &heap->interps[0], &gc) != 0)
		return;
	for (unsigned g = gc.generation_count; g-- > 0;) {
		struct lh_ring ring;
		uint64_t object;
		unsigned n = 0;

		lh_ring_begin(heap, &gc.generations[g], &ring);
		while (n++ < OBJECTS_MAX && lh_ring_next(&ring, &object) == 0)
			take(heap, names, object);
	}
}

static void make(struct lh_heap *heap, struct lh_names *names)
{
	for (int rule = RULE_ALIASES; rule < RULE_OTHERS; rule++)
		take_modules(heap, names, (enum rule)rule);
	if (lh_layout_has(&heap->layout, LH_F_DESCR_TYPE) && lh_layout_has(&heap->layout, LH_F_DESCR_NAME))
		take_objects(heap, names, take_descriptor);
	take_objects(heap, names, take_wrapper);
	take_modules(heap, names, RULE_OTHERS);
	lh_log(heap->ctx, 6, "names of %zu static types are from the heap: their files are not here",
	       names->count);
}

const char *lh_names_find(struct lh_heap *heap, uint64_t addr)
{
	if (!heap->types.names && heap->interp_count) {
		heap->types.names = lh_new0(struct lh_names, 1);
		if (!heap->types.names)
			return NULL;
		make(heap, heap->types.names);
		heap->types.names->made = true;
	}
	return heap->types.names && heap->types.names->made ? name_of(heap->types.names, addr) : NULL;
}
