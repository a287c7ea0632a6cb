/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct layouts from DWARF.
 *
 * One pass over the top level of all compilation units finds the types that were asked for, by name; members
 * are then resolved from the offsets found. Only definitions count: a typedef of a struct that is merely declared
 * in one unit is defined in another. Chains of types are followed for a bounded number of steps, since debug
 * files may be damaged.
 */
#include "debuginfo/dwarf.h"

#include "debuginfo/die.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

#define CHAIN_MAX 32 /* typedefs, qualifiers and anonymous members in a row */
#define DIMS_MAX 4
#define TABLE_SIZE 4096 /* names; fields.def asks for some 150 */

/* A type that was asked for. */
struct wanted {
	const char *name;
	size_t len;
	Dwarf_Off offset;
	bool found;
};

struct dwarf {
	struct lh_ctx *ctx;
	const char *path;
	Dwarf_Debug dbg;
	struct wanted table[TABLE_SIZE];
	size_t wanted, missing;
};

/* A type reached from a DIE, and how many dimensions of its array were indexed away. */
struct place {
	Dwarf_Off type;
	unsigned dims_used;
	uint64_t offset;
};

/* ---- types ---- */

static bool is_record(Dwarf_Half tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

static bool is_alias(Dwarf_Half tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_atomic_type || tag == DW_TAG_restrict_type;
}

/* The type without typedefs and qualifiers; NULL for void, too long a chain or damage. */
static Dwarf_Die strip(struct dwarf *d, Dwarf_Off offset)
{
	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = lh_die_at(d->dbg, offset);
		bool more;

		if (!die || !is_alias(lh_die_tag(d->dbg, die)))
			return die;
		more = lh_die_type(d->dbg, die, &offset);
		lh_die_drop(d->dbg, die);
		if (!more)
			return NULL;
	}
	return NULL;
}

/* Lengths of an array's dimensions; 0 for one that is not known (flexible members). Returns their number. */
static unsigned dimensions(struct dwarf *d, Dwarf_Die array, uint64_t lengths[DIMS_MAX])
{
	Dwarf_Die die = lh_die_child(d->dbg, array);
	unsigned n = 0;

	for (; die && n < DIMS_MAX; die = lh_die_next(d->dbg, die)) {
		uint64_t value;

		if (lh_die_tag(d->dbg, die) != DW_TAG_subrange_type)
			continue;
		lengths[n] = 0;
		if (lh_die_number(d->dbg, die, DW_AT_count, &value))
			lengths[n] = value;
		else if (lh_die_number(d->dbg, die, DW_AT_upper_bound, &value) && value < UINT32_MAX)
			lengths[n] = value + 1;
		n++;
	}
	lh_die_drop(d->dbg, die);
	return n;
}

/* Bytes of a type of which @dims_used dimensions were indexed away; 0: not known. */
static uint64_t size_of(struct dwarf *d, Dwarf_Off type, unsigned dims_used)
{
	uint64_t factor = 1, size = 0;

	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = strip(d, type);
		uint64_t lengths[DIMS_MAX];
		Dwarf_Half tag = die ? lh_die_tag(d->dbg, die) : 0;
		bool array = tag == DW_TAG_array_type && lh_die_type(d->dbg, die, &type);
		unsigned n = array ? dimensions(d, die, lengths) : 0;

		if (die && !array && !lh_die_number(d->dbg, die, DW_AT_byte_size, &size))
			size = tag == DW_TAG_pointer_type ? 8 : 0;
		lh_die_drop(d->dbg, die);
		for (unsigned i = dims_used; i < n; i++)
			if (__builtin_mul_overflow(factor, lengths[i], &factor))
				return 0;
		if (!array)
			return __builtin_mul_overflow(factor, size, &size) ? 0 : size;
		dims_used = dims_used > n ? dims_used - n : 0;
	}
	return 0;
}

/* ---- paths of members ---- */

static bool step_into(struct dwarf *d, struct place *at, const char *name, size_t len, int depth);

static bool member_offset(struct dwarf *d, Dwarf_Die member, uint64_t *ret)
{
	uint64_t bits;

	*ret = 0; /* members of unions say nothing */
	if (lh_die_number(d->dbg, member, DW_AT_data_bit_offset, &bits))
		*ret = bits / 8;
	else if (lh_die_has(d->dbg, member, DW_AT_data_member_location))
		return lh_die_number(d->dbg, member, DW_AT_data_member_location, ret);
	return true;
}

/* Whether @member is the one asked for, or is anonymous and has it. @at is the record's place, then the
 * member's. */
static bool try_member(struct dwarf *d, Dwarf_Die member, struct place *at, const char *name, size_t len,
		       int depth)
{
	struct place to = {0};
	const char *own = lh_die_name(d->dbg, member);
	uint64_t offset;

	if (lh_die_tag(d->dbg, member) != DW_TAG_member || !lh_die_type(d->dbg, member, &to.type) ||
	    !member_offset(d, member, &offset))
		return false;
	to.offset = at->offset + offset;
	if (own && *own) {
		if (strlen(own) != len || memcmp(own, name, len) != 0)
			return false;
	} else if (!step_into(d, &to, name, len, depth + 1)) {
		return false;
	}
	*at = to;
	return true;
}

/* From a record to its member of that name. The depth bounds anonymous members within each other. */
static bool step_into(struct dwarf *d, struct place *at, const char *name, size_t len, int depth)
{
	Dwarf_Die record = depth < CHAIN_MAX ? strip(d, at->type) : NULL;
	Dwarf_Die member =
		record && is_record(lh_die_tag(d->dbg, record)) ? lh_die_child(d->dbg, record) : NULL;
	bool found = false;

	lh_die_drop(d->dbg, record);
	for (; member && !found; member = lh_die_next(d->dbg, member))
		found = try_member(d, member, at, name, len, depth);
	lh_die_drop(d->dbg, member);
	return found;
}

/* From an array to one of its elements. */
static bool step_index(struct dwarf *d, struct place *at, uint64_t index)
{
	Dwarf_Die array = strip(d, at->type);
	uint64_t lengths[DIMS_MAX] = {0};
	unsigned n = 0;
	Dwarf_Off element;
	bool ok;

	ok = array && lh_die_tag(d->dbg, array) == DW_TAG_array_type && lh_die_type(d->dbg, array, &element);
	if (ok)
		n = dimensions(d, array, lengths);
	lh_die_drop(d->dbg, array);
	if (!ok || at->dims_used >= n || (lengths[at->dims_used] && index >= lengths[at->dims_used]))
		return false;
	at->dims_used++;
	at->offset += index * size_of(d, at->type, at->dims_used);
	if (at->dims_used == n) {
		at->type = element;
		at->dims_used = 0;
	}
	return true;
}

/* Follow one path, "a.b[0].c", that ends at @end. */
static bool walk_path(struct dwarf *d, struct place *at, const char *path, const char *end)
{
	while (path < end) {
		size_t len = strcspn(path, ".[|");

		if (*path == '[') {
			char *close;
			uint64_t index = strtoul(path + 1, &close, 10);

			if (*close != ']' || !step_index(d, at, index))
				return false;
			path = close + 1;
		} else if (*path == '.') {
			path++;
		} else {
			if (!step_into(d, at, path, len, 0))
				return false;
			path += len;
		}
	}
	return true;
}

/* ---- names asked for ---- */

static struct wanted *find_wanted(struct dwarf *d, const char *name, size_t len)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)name[i]) * 16777619u;
	for (h ^= h >> 15;; h++) {
		struct wanted *w = &d->table[h % TABLE_SIZE];

		if (!w->name || (w->len == len && memcmp(w->name, name, len) == 0))
			return w;
	}
}

static int want(struct dwarf *d, const char *types)
{
	for (size_t len; *types; types += len + (types[len] == '|')) {
		struct wanted *w;

		len = strcspn(types, "|");
		w = find_wanted(d, types, len);
		if (w->name)
			continue;
		if (d->wanted >= TABLE_SIZE / 2)
			return lh_fail(d->ctx, LH_ENOMEM, "read DWARF: more than %zu types asked for",
				       d->wanted);
		*w = (struct wanted){.name = types, .len = len};
		d->wanted++;
		d->missing++;
	}
	return 0;
}

/* A definition, not a declaration, and with a size. */
static bool is_complete(struct dwarf *d, Dwarf_Off offset)
{
	Dwarf_Die die = strip(d, offset);
	bool ok = die && !lh_die_has(d->dbg, die, DW_AT_declaration) &&
		  (lh_die_has(d->dbg, die, DW_AT_byte_size) || lh_die_tag(d->dbg, die) == DW_TAG_array_type);

	lh_die_drop(d->dbg, die);
	return ok;
}

static void visit(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Half tag = lh_die_tag(d->dbg, die);
	const char *name;
	struct wanted *w;

	if (!is_record(tag) && tag != DW_TAG_typedef)
		return;
	name = lh_die_name(d->dbg, die);
	if (!name)
		return;
	w = find_wanted(d, name, strlen(name));
	if (!w->name || w->found || !is_complete(d, lh_die_offset(d->dbg, die)))
		return;
	w->offset = lh_die_offset(d->dbg, die);
	w->found = true;
	d->missing--;
}

/* ---- units and file ---- */

static int fail(struct dwarf *d, const char *what, Dwarf_Error error)
{
	int r = lh_fail(d->ctx, LH_EFORMAT, "%s of %s: %s", what, d->path,
			error ? dwarf_errmsg(error) : "unknown error");

	lh_die_drop_error(d->dbg, error);
	return r;
}

static int next_unit(struct dwarf *d, Dwarf_Unsigned *ret_next)
{
	Dwarf_Unsigned length, type_offset;
	Dwarf_Half version, address_size, offset_size, extension_size, unit_type;
	Dwarf_Off abbrev_offset;
	Dwarf_Sig8 signature;
	Dwarf_Error error = NULL;
	int r = dwarf_next_cu_header_d(d->dbg, 1, &length, &version, &abbrev_offset, &address_size,
				       &offset_size, &extension_size, &signature, &type_offset, ret_next,
				       &unit_type, &error);

	if (r == DW_DLV_ERROR)
		return fail(d, "read compilation units", error);
	return r == DW_DLV_OK ? 0 : LH_DONE;
}

static int walk_units(struct dwarf *d)
{
	Dwarf_Unsigned next = 0;
	int r;

	/* Types that this build does not have are never found, so all units are seen; but see no more than
	 * that. */
	while (d->missing && (r = next_unit(d, &next)) != LH_DONE) {
		Dwarf_Die unit, die;

		if (r < 0)
			return r;
		unit = lh_die_next(d->dbg, NULL);
		die = unit ? lh_die_child(d->dbg, unit) : NULL;
		for (; die; die = lh_die_next(d->dbg, die))
			visit(d, die);
		lh_die_drop(d->dbg, unit);
		r = lh_progress(d->ctx, "reading debug information", d->wanted - d->missing, d->wanted);
		if (r < 0)
			return r;
	}
	return 0;
}

/* All alternatives of path in one type. */
static bool answer_in(struct dwarf *d, const struct wanted *type, struct lh_dwarf_field *f)
{
	const char *path = f->path;

	for (;;) {
		size_t len = strcspn(path, "|");
		struct place at = {.type = type->offset};

		if (walk_path(d, &at, path, path + len)) {
			uint64_t size = size_of(d, at.type, at.dims_used);

			f->offset = (uint32_t)(len ? at.offset : size);
			f->size = (uint32_t)size;
			return at.offset <= UINT32_MAX && size <= UINT32_MAX && (len || size);
		}
		if (!path[len])
			return false;
		path += len + 1;
	}
}

static void answer(struct dwarf *d, struct lh_dwarf_field *f)
{
	const char *types = f->type;

	for (size_t len; *types && !f->found; types += len + (types[len] == '|')) {
		const struct wanted *w;

		len = strcspn(types, "|");
		w = find_wanted(d, types, len);
		f->found = w->name && w->found && answer_in(d, w, f);
	}
}

static int open_dwarf(struct dwarf *d)
{
	Dwarf_Error error = NULL;
	int r;

#ifdef HAVE_DWARF_INIT_PATH_RESERVED
	r = dwarf_init_path(d->path, NULL, 0, DW_DLC_READ, DW_GROUPNUMBER_ANY, NULL, NULL, &d->dbg, NULL, 0,
			    NULL, &error);
#else
	r = dwarf_init_path(d->path, NULL, 0, DW_GROUPNUMBER_ANY, NULL, NULL, &d->dbg, &error);
#endif
	if (r == DW_DLV_ERROR)
		return fail(d, "read debug information", error);
	if (r == DW_DLV_NO_ENTRY && access(d->path, R_OK) < 0)
		return lh_fail(d->ctx, LH_EIO, "read debug information of %s: %s", d->path, strerror(errno));
	return r == DW_DLV_OK ? 0 : LH_ABSENT;
}

static void close_dwarf(struct dwarf *d)
{
	if (!d->dbg)
		return;
#ifdef HAVE_DWARF_FINISH_ERROR
	Dwarf_Error error = NULL;

	dwarf_finish(d->dbg, &error);
#else
	dwarf_finish(d->dbg);
#endif
}

static int answer_all(struct dwarf *d, struct lh_dwarf_field *fields, size_t count)
{
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		fields[i].found = false;
		r = want(d, fields[i].type);
	}
	if (r == 0)
		r = open_dwarf(d);
	if (r == 0)
		r = walk_units(d);
	if (r != 0)
		return r;
	for (size_t i = 0; i < count; i++)
		answer(d, &fields[i]);
	return d->missing == d->wanted && d->wanted ? LH_ABSENT : 0;
}

int lh_dwarf_fields(struct lh_ctx *ctx, const char *path, struct lh_dwarf_field *fields, size_t count)
{
	_cleanup_free_ struct dwarf *d = lh_new0(struct dwarf, 1);
	int r;

	if (!d)
		return lh_nomem(ctx);
	d->ctx = ctx;
	d->path = path;
	r = answer_all(d, fields, count);
	close_dwarf(d);
	return r;
}
