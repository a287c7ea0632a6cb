/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which struct field is where, and which source says so.
 *
 * One lookup for every source: DWARF of the very build, the target's _Py_DebugOffsets, generated tables.
 * Each value carries its source and, once it has been proved on the target, the proof. An absent field is
 * absent: a version that does not have it, or a source that does not know it.
 */
#ifndef LH_LAYOUT_LAYOUT_H
#define LH_LAYOUT_LAYOUT_H

#include "layout/versions.h"
#include "libheap.h"
#include "util/bytes.h"
#include "util/error.h"

#include <assert.h>

enum lh_field {
#define F(name, types, paths, ...) LH_F_##name,
#define S(name, types, ...) LH_F_##name,
#include "layout/fields.def"
#undef F
#undef S
	LH_F_COUNT
};

/** struct lh_field_info - what fields.def says of a field */
struct lh_field_info {
	const char *name;            /* "DICT_KEYS" */
	const char *types, *paths;   /* paths "": a size */
	struct lh_versions versions; /* that have it */
};

extern const struct lh_field_info lh_field_infos[LH_F_COUNT];

/** struct lh_build - what distinguishes one build of CPython from another */
struct lh_build {
	uint32_t version; /* PY_VERSION_HEX; 0: not known */
	bool debug, free_threaded;
	uint16_t machine; /* e_machine of the target; 0: that of the tables, x86-64 */
};

/** lh_layout_move_to() - turn a layout of @version that was made from a build for x86-64 into one for
 * @machine */
struct lh_layout;
void lh_layout_move_to(struct lh_layout *layout, uint32_t version, uint16_t machine); /* machine.c */

/* Constants of CPython's C macros, which no debug information has. See constants.c. */
enum lh_constant {
	LH_C_POOL_SIZE,             /* bytes of a pymalloc pool */
	LH_C_ARENA_SIZE,            /* bytes of an arena */
	LH_C_ALIGNMENT,             /* of pymalloc blocks, bytes */
	LH_C_KEEPS_ARENA,           /* 1: pymalloc keeps one empty arena for reuse */
	LH_C_TPFLAG_STATIC_BUILTIN, /* bit masks of tp_flags */
	LH_C_TPFLAG_INLINE_VALUES,
	LH_C_TPFLAG_MANAGED_WEAKREF,
	LH_C_TPFLAG_MANAGED_DICT,
	LH_C_VISITS_TYPE, /* 1: traversal of a C heap type's instance visits the type; of a Python class's
			     always */
	LH_C_LRU_VISITS_LINK_TYPE, /* 1: lru_cache's traversal visits the type of its links too */
	LH_C_LRU_VISITS_LINKS,     /* 1: lru_cache's traversal visits its links, theirs what they hold */
	LH_C_PICKLE_VISITS_MEMO,   /* 1: traversal of picklers and unpicklers visits their memo */
	LH_C_VISITS_SHARED_DICT,   /* 1: a dict that shares its owner's values visits them, not the owner */
	LH_C_FRAME_CLEARED,        /* gi_frame_state from which on a generator has no frame */
	LH_C_SIZEOF_QUEUE,         /* 1: a SimpleQueue counts the array that it keeps its items in */
	LH_C_FEW_SIZEOF,           /* 1: classes and itertools have no __sizeof__() of their own */
	LH_C_DEQUE_BLOCK_ITEMS,
	LH_C_SIZEOF_TYPE_HEAD,     /* 1: sys.getsizeof() adds a gc head to types that have none */
	LH_C_INT_MIN_DIGITS,       /* digits that int.__sizeof__() counts at least */
	LH_C_INT_SIZEOF_BASICSIZE, /* 1: int.__sizeof__() counts the type's tp_basicsize, not the struct */
	LH_C_COUNTS_TYPE,          /* 1: an instance of a heap type made in C counts its type */
	LH_C_CACHES_ARGS,          /* 1: a property keeps its tuple of arguments, not counting the item */
	LH_C_STATIC_REFCNT,        /* count that static objects begin with, as if immortal */
	LH_C_GC_REFS_SHIFT,        /* bits of gc_refs that are flags; -2 above them: not tracked (-3.7) */
	LH_C_LINE_TABLE,      /* how code objects keep their lines: enum lh_line_table of cpython/lines.h */
	LH_C_CODE_UNIT,       /* bytes that f_lasti counts in (-3.10) */
	LH_C_FRAME_EXECUTING, /* gi_frame_state of a generator that runs */
	LH_C_FRAME_CREATED,   /* how much lower than that it is before a generator starts */
	/* How a generator that delegates to another one is known; one of them, 0: not so. */
	LH_C_FRAME_YIELDS_FROM, /* gi_frame_state, its 8 bits (3.13+) */
	LH_C_YIELD_FROM,        /* opcode after the current instruction (-3.10) */
	LH_C_RESUME_YIELD_FROM, /* least operand of the instruction after the current one (3.11, 3.12) */
	LH_C_FUTURE_AWAITED_BY, /* fut_awaited_by of _asyncio.Future: words after the object's head */
	LH_C_FUTURE_EXCEPTION,  /* fut_exception of _asyncio.Future: words after the object's head */
	LH_C_DICT_COPY_DOUBLES, /* 1: dict(d) makes a table for twice its items */
	LH_C_DICT_COPY_ROUNDS,  /* 1: its size is that of the bits of (needed | 8) - 1 */
	LH_C_SET_COPY_SMALL,    /* items that set(s) keeps in the set's own small table */
	LH_C_TRACE_FILE_CHARS,  /* 1: tracemalloc's names of files are C strings, not objects */
	LH_C_COUNT
};

/** struct lh_layout - the layouts of one build of CPython */
struct lh_layout {
	struct lh_build build;
	uint32_t off1[LH_F_COUNT];      /* offset or size, plus 1; 0: absent */
	uint8_t source[LH_F_COUNT];     /* enum lh_layout_source, 0 when absent */
	const char *proof[LH_F_COUNT];  /* static text; NULL: not proved */
	uint64_t constant1[LH_C_COUNT]; /* plus 1; 0: this version has none */
	enum lh_layout_source main;     /* the source of the struct layouts as a whole */
	char origin[160]; /* "DWARF of /usr/lib/libpython3.11.so.1.0", "table 3.11.2 (build-id)" */
};

static inline bool lh_layout_has(const struct lh_layout *layout, enum lh_field field)
{
	return layout->off1[field] != 0;
}

/* Whether it is of CPython 2.7. Its struct of an int says so, for layouts are tried on targets before their
 * version is known. */
static inline bool lh_layout_is_python2(const struct lh_layout *layout)
{
	return lh_layout_has(layout, LH_F_INT27_VALUE);
}

/* Offset of a field that the caller knows to be there: prove.c asked for it, or lh_layout_has() did. */
static inline uint32_t lh_layout_at(const struct lh_layout *layout, enum lh_field field)
{
	assert(layout->off1[field]);
	return layout->off1[field] - 1;
}

/* Offset of a field, or @absent. */
static inline int32_t lh_layout_or(const struct lh_layout *layout, enum lh_field field, int32_t absent)
{
	return layout->off1[field] ? (int32_t)(layout->off1[field] - 1) : absent;
}

/* The word that is a field of the struct at @bytes; 0 where this version has none. */
static inline uint64_t lh_field_u64(const struct lh_layout *layout, const uint8_t *bytes, enum lh_field field)
{
	return layout->off1[field] ? lh_u64(bytes + layout->off1[field] - 1) : 0;
}

/* A constant, or 0 where this version has none. */
static inline uint64_t lh_layout_constant(const struct lh_layout *layout, enum lh_constant constant)
{
	return layout->constant1[constant] ? layout->constant1[constant] - 1 : 0;
}

static inline void lh_layout_set(struct lh_layout *layout, enum lh_field field, uint32_t value,
				 enum lh_layout_source source)
{
	layout->off1[field] = value + 1;
	layout->source[field] = (uint8_t)source;
}

/* "auto", "dwarf", "offsets", "table", "derived", by enum lh_layout_source; NULL-terminated */
extern const char *const lh_layout_source_names[];
/** lh_layout_source_name() - one of them; "unknown" for a number that is none. */
const char *lh_layout_source_name(enum lh_layout_source source);

/**
 * lh_layout_fill() - take from @from what @layout does not have, with its source
 * For a stripped module beside one with DWARF, and for the extension modules that DWARF of libpython does not
 * know. Return: how many fields were taken.
 */
size_t lh_layout_fill(struct lh_layout *layout, const struct lh_layout *from);

#define LH_VERSION_TEXT_MAX 32
/** lh_version_text() - "3.13.5", "3.15.0rc1" of a PY_VERSION_HEX */
void lh_version_text(uint32_t version, char buf[LH_VERSION_TEXT_MAX]);

/** lh_layout_field_exists() - whether CPython of PY_VERSION_HEX @version has the field */
bool lh_layout_field_exists(uint32_t version, enum lh_field field);

/** lh_layout_set_constants() - fill constant1 for layout->build (constants.c) */
void lh_layout_set_constants(struct lh_layout *layout);

/**
 * lh_layout_check() - whether all fields end within their structs, and no struct is absurd (bounds.c)
 * Readers rely on it, so it comes before the first use of a layout, whoever says so.
 * Return: 0; -LH_ECORRUPT with the first field that is out of bounds.
 */
int lh_layout_check(struct lh_ctx *ctx, const struct lh_layout *layout);

/** lh_layout_check_basics() - the same of the structs that types, dicts and texts are read by: while a layout is derived, others may be out
 * of bounds still */
int lh_layout_check_basics(struct lh_ctx *ctx, const struct lh_layout *layout);

/** lh_layout_fit_basics() - forget fields of those structs that do not end within them, the struct's size being of another table; a class
 * whose size was guessed gets longer instead */
void lh_layout_fit_basics(struct lh_layout *layout);

/** lh_layout_drop_parts() - forget structs of which a field is missing that the version has, where readers
 * rely on the whole (wholes.c) */
void lh_layout_drop_parts(struct lh_layout *layout);

/** lh_layout_cover() - sizes that were guessed, and not proved, reach to the end of the fields that were
 * found */
void lh_layout_cover(struct lh_layout *layout);

/**
 * lh_layout_from_dwarf() - all fields that the DWARF of the file at @path knows
 * @build: goes into the layout. Return: 0; LH_ABSENT without DWARF; -LH_E*.
 */
int lh_layout_from_dwarf(struct lh_ctx *ctx, const char *path, const struct lh_build *build,
			 struct lh_layout *ret);

/** struct lh_layout_table - a generated table: one build (tables/) */
struct lh_layout_table {
	const char *name; /* "3.11.2 debian" */
	struct lh_build build;
	const char *const
		*build_ids; /* hexadecimal, NULL-terminated: of libpython or of the static program; or NULL */
	uint32_t first, last; /* versions that it is the best guess for, though others be nearer; 0: none */
	const uint32_t *off1; /* LH_F_COUNT */
};

extern const struct lh_layout_table *const lh_layout_tables[]; /* NULL-terminated, generated */

/* What a table is for a build that it is not of. */
enum lh_layout_kinship {
	LH_LAYOUT_NEAR = 3, /* another patch release of its minor version */
	LH_LAYOUT_FAR = 4,  /* another minor version */
};

/**
 * lh_layout_from_table() - the table of a build-id, else the nearest of the same minor version and flags
 * @build_id: may be NULL. Return: 0 exact by build-id or version; LH_ABSENT when no table has the minor
 * version and flags; LH_LAYOUT_NEAR: taken from a neighbouring patch release (origin says so).
 */
int lh_layout_from_table(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			 struct lh_layout *ret);

/**
 * lh_layout_candidate() - the same, but the @index-th best table, for a caller that proves layouts and tries
 * the next Return: as lh_layout_from_table(); LH_ABSENT past the last.
 */
int lh_layout_candidate(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			size_t index, struct lh_layout *ret);

/** lh_layout_has_table_of() - whether there is a table of the very build-id */
bool lh_layout_has_table_of(const uint8_t *build_id, size_t build_id_len);

/**
 * lh_layout_neighbour() - the @index-th nearest table of another build, as a guess to derive a layout from
 * Tables of the very build-id, or version and flags, are skipped, unless there is no other. Return: 0;
 * LH_LAYOUT_FAR when it is of another minor version; LH_ABSENT past the last.
 */
int lh_layout_neighbour(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			size_t index, struct lh_layout *ret);

/**
 * lh_debug_offsets_peek() - what build the bytes at _PyRuntime say they are of (3.13+)
 * @ret: debug is left false, for _Py_DebugOffsets does not say; compare its sizes by
 * lh_debug_offsets_differ(). Return: 0; LH_ABSENT if there is no cookie, or of a version whose
 * _Py_DebugOffsets is not known.
 */
int lh_debug_offsets_peek(const uint8_t *bytes, size_t len, struct lh_build *ret);

/**
 * lh_debug_offsets_differ() - how many values of @layout _Py_DebugOffsets contradicts
 * Among candidates of equal version, the right one (release or debug, before or after a change within the
 * minor version) has 0. Return: the count; fields that @layout does not have count not; SIZE_MAX when peek
 * gives no build.
 */
size_t lh_debug_offsets_differ(const struct lh_layout *layout, const uint8_t *bytes, size_t len);

/**
 * lh_layout_add_debug_offsets() - take what _Py_DebugOffsets says over what is in @layout (3.13+)
 * @bytes, @len: the struct as the target has it, from its cookie on: hostile until bounds-checked
 * A failure leaves @layout as it was. layout->build takes version and free_threaded, debug stays.
 * Return: 0; LH_ABSENT when it is not there or of an unknown version; -LH_ECORRUPT when a value is out of
 * bounds.
 */
int lh_layout_add_debug_offsets(struct lh_ctx *ctx, struct lh_layout *layout, const uint8_t *bytes,
				size_t len);

#endif
