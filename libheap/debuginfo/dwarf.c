/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct layouts from DWARF, and the only file that knows libdwarf.
 *
 * One pass over the top level of all compilation units finds the types that were asked for, by name; members
 * are then resolved from the offsets found. Only definitions count: a typedef whose struct is merely declared
 * in one unit is defined in another. Chains of types are followed for a bounded number of steps, since debug
 * files may be damaged.
 */
#include "debuginfo/dwarf.h"

#include "util/array.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

#if __has_include(<libdwarf.h>)
#include <dwarf.h>
#include <libdwarf.h>
#else
#include <libdwarf/dwarf.h>
#include <libdwarf/libdwarf.h>
#endif

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

static void drop_error(struct dwarf *d, Dwarf_Error error)
{
	if (error)
		dwarf_dealloc(d->dbg, error, DW_DLA_ERROR);
}

static void drop_die(struct dwarf *d, Dwarf_Die die)
{
	if (die)
		dwarf_dealloc(d->dbg, die, DW_DLA_DIE);
}

/* ------------------------------------------------------------- small questions to a DIE; errors count as
 * "no" */

static Dwarf_Half tag_of(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Half tag = 0;

	if (dwarf_tag(die, &tag, &error) == DW_DLV_ERROR)
		drop_error(d, error);
	return tag;
}

static const char *name_of(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	char *name = NULL;
	int r = dwarf_diename(die, &name, &error);

	if (r == DW_DLV_ERROR)
		drop_error(d, error);
	return r == DW_DLV_OK ? name : NULL;
}

static Dwarf_Attribute attribute(struct dwarf *d, Dwarf_Die die, Dwarf_Half name)
{
	Dwarf_Attribute attr = NULL;
	Dwarf_Error error = NULL;
	int r = dwarf_attr(die, name, &attr, &error);

	if (r == DW_DLV_ERROR)
		drop_error(d, error);
	return r == DW_DLV_OK ? attr : NULL;
}

static bool has(struct dwarf *d, Dwarf_Die die, Dwarf_Half name)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool yes = 0;

	if (dwarf_hasattr(die, name, &yes, &error) == DW_DLV_ERROR)
		drop_error(d, error);
	return yes;
}

/* A constant: unsigned, signed and not negative, or DW_OP_plus_uconst of old compilers. */
static bool number(struct dwarf *d, Dwarf_Die die, Dwarf_Half name, uint64_t *ret)
{
	Dwarf_Attribute attr = attribute(d, die, name);
	Dwarf_Error error = NULL;
	Dwarf_Unsigned u = 0;
	Dwarf_Signed s = 0;
	bool ok = false;

	if (!attr)
		return false;
	if (dwarf_formudata(attr, &u, &error) == DW_DLV_OK) {
		*ret = u;
		ok = true;
	} else {
		drop_error(d, error);
		error = NULL;
		ok = dwarf_formsdata(attr, &s, &error) == DW_DLV_OK && s >= 0;
		if (ok)
			*ret = (uint64_t)s;
		else
			drop_error(d, error);
	}
	dwarf_dealloc(d->dbg, attr, DW_DLA_ATTR);
	return ok;
}

static Dwarf_Die die_at(struct dwarf *d, Dwarf_Off offset)
{
	Dwarf_Error error = NULL;
	Dwarf_Die die = NULL;
	int r = dwarf_offdie_b(d->dbg, offset, 1, &die, &error);

	if (r == DW_DLV_ERROR)
		drop_error(d, error);
	return r == DW_DLV_OK ? die : NULL;
}

static Dwarf_Off offset_of(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Off offset = 0;

	if (dwarf_dieoffset(die, &offset, &error) == DW_DLV_ERROR)
		drop_error(d, error);
	return offset;
}

/* A reference to a type unit names it by signature. */
static bool by_signature(struct dwarf *d, Dwarf_Attribute attr, Dwarf_Off *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool is_info = 0;
	Dwarf_Die die = NULL;
	Dwarf_Sig8 signature;
	bool ok = false;

	if (dwarf_formsig8(attr, &signature, &error) == DW_DLV_OK &&
	    dwarf_find_die_given_sig8(d->dbg, &signature, &die, &is_info, &error) == DW_DLV_OK) {
		ok = is_info;
		*ret = offset_of(d, die);
		drop_die(d, die);
	}
	drop_error(d, error);
	return ok;
}

static bool type_of(struct dwarf *d, Dwarf_Die die, Dwarf_Off *ret)
{
	Dwarf_Attribute attr = attribute(d, die, DW_AT_type);
	Dwarf_Error error = NULL;
	bool ok;

	if (!attr)
		return false;
	ok = dwarf_global_formref(attr, ret, &error) == DW_DLV_OK;
	if (!ok) {
		drop_error(d, error);
		ok = by_signature(d, attr, ret);
	}
	dwarf_dealloc(d->dbg, attr, DW_DLA_ATTR);
	return ok;
}

static Dwarf_Die next_sibling(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die next = NULL;
	int r = dwarf_siblingof_b(d->dbg, die, 1, &next, &error);

	if (r == DW_DLV_ERROR)
		drop_error(d, error);
	drop_die(d, die);
	return r == DW_DLV_OK ? next : NULL;
}

static Dwarf_Die first_child(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die child = NULL;
	int r = dwarf_child(die, &child, &error);

	if (r == DW_DLV_ERROR)
		drop_error(d, error);
	return r == DW_DLV_OK ? child : NULL;
}

/* -------------------------------------------------------------------------------------------------------
 * types */

static bool is_record(Dwarf_Half tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

static bool is_alias(Dwarf_Half tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_atomic_type || tag == DW_TAG_restrict_type;
}

/* The type behind typedefs and qualifiers; NULL for void, too long a chain or damage. */
static Dwarf_Die strip(struct dwarf *d, Dwarf_Off offset)
{
	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = die_at(d, offset);
		bool more;

		if (!die || !is_alias(tag_of(d, die)))
			return die;
		more = type_of(d, die, &offset);
		drop_die(d, die);
		if (!more)
			return NULL;
	}
	return NULL;
}

/* Lengths of an array's dimensions; 0 for one that is not known (flexible members). Returns their number. */
static unsigned dimensions(struct dwarf *d, Dwarf_Die array, uint64_t lengths[DIMS_MAX])
{
	Dwarf_Die die = first_child(d, array);
	unsigned n = 0;

	for (; die && n < DIMS_MAX; die = next_sibling(d, die)) {
		uint64_t value;

		if (tag_of(d, die) != DW_TAG_subrange_type)
			continue;
		lengths[n] = 0;
		if (number(d, die, DW_AT_count, &value))
			lengths[n] = value;
		else if (number(d, die, DW_AT_upper_bound, &value) && value < UINT32_MAX)
			lengths[n] = value + 1;
		n++;
	}
	drop_die(d, die);
	return n;
}

/* Bytes of a type of which @dims_used dimensions were indexed away; 0: not known. */
static uint64_t size_of(struct dwarf *d, Dwarf_Off type, unsigned dims_used)
{
	uint64_t factor = 1, size = 0;

	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = strip(d, type);
		uint64_t lengths[DIMS_MAX];
		Dwarf_Half tag = die ? tag_of(d, die) : 0;
		bool array = tag == DW_TAG_array_type && type_of(d, die, &type);
		unsigned n = array ? dimensions(d, die, lengths) : 0;

		if (die && !array && !number(d, die, DW_AT_byte_size, &size))
			size = tag == DW_TAG_pointer_type ? 8 : 0;
		drop_die(d, die);
		for (unsigned i = dims_used; i < n; i++)
			if (__builtin_mul_overflow(factor, lengths[i], &factor))
				return 0;
		if (!array)
			return __builtin_mul_overflow(factor, size, &size) ? 0 : size;
		dims_used = dims_used > n ? dims_used - n : 0;
	}
	return 0;
}

/* --------------------------------------------------------------------------------------------- paths of
 * members */

static bool step_into(struct dwarf *d, struct place *at, const char *name, size_t len, int depth);

static bool member_offset(struct dwarf *d, Dwarf_Die member, uint64_t *ret)
{
	uint64_t bits;

	*ret = 0; /* members of unions say nothing */
	if (number(d, member, DW_AT_data_bit_offset, &bits))
		*ret = bits / 8;
	else if (has(d, member, DW_AT_data_member_location))
		return number(d, member, DW_AT_data_member_location, ret);
	return true;
}

/* Whether @member is the one asked for, or is anonymous and has it. @at is the record's place, then the
 * member's. */
static bool try_member(struct dwarf *d, Dwarf_Die member, struct place *at, const char *name, size_t len,
		       int depth)
{
	struct place to = {0};
	const char *own = name_of(d, member);
	uint64_t offset;

	if (tag_of(d, member) != DW_TAG_member || !type_of(d, member, &to.type) ||
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
	Dwarf_Die member = record && is_record(tag_of(d, record)) ? first_child(d, record) : NULL;
	bool found = false;

	drop_die(d, record);
	for (; member && !found; member = next_sibling(d, member))
		found = try_member(d, member, at, name, len, depth);
	drop_die(d, member);
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

	ok = array && tag_of(d, array) == DW_TAG_array_type && type_of(d, array, &element);
	if (ok)
		n = dimensions(d, array, lengths);
	drop_die(d, array);
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

/* --------------------------------------------------------------------------------------------- names asked
 * for */

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
	bool ok = die && !has(d, die, DW_AT_declaration) &&
		  (has(d, die, DW_AT_byte_size) || tag_of(d, die) == DW_TAG_array_type);

	drop_die(d, die);
	return ok;
}

static void visit(struct dwarf *d, Dwarf_Die die)
{
	Dwarf_Half tag = tag_of(d, die);
	const char *name;
	struct wanted *w;

	if (!is_record(tag) && tag != DW_TAG_typedef)
		return;
	name = name_of(d, die);
	if (!name)
		return;
	w = find_wanted(d, name, strlen(name));
	if (!w->name || w->found || !is_complete(d, offset_of(d, die)))
		return;
	w->offset = offset_of(d, die);
	w->found = true;
	d->missing--;
}

/* ----------------------------------------------------------------------------------------------- units and
 * file */

static int fail(struct dwarf *d, const char *what, Dwarf_Error error)
{
	int r = lh_fail(d->ctx, LH_EFORMAT, "%s of %s: %s", what, d->path,
			error ? dwarf_errmsg(error) : "unknown error");

	drop_error(d, error);
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
		unit = next_sibling(d, NULL);
		die = unit ? first_child(d, unit) : NULL;
		for (; die; die = next_sibling(d, die))
			visit(d, die);
		drop_die(d, unit);
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
