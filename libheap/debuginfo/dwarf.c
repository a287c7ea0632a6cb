/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Struct layouts from DWARF.
 *
 * One pass over the top level of all compilation units finds the types that were asked for, by name; members
 * are then resolved from the offsets found (dwarf_path.c). Only definitions count: a typedef of a struct that is
 * merely declared in one unit is defined in another.
 */
#include "debuginfo/dwarf.h"

#include "debuginfo/dwarf_path.h"
#include "target/file.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

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
	int fd; /* libdwarf reads it, but does not close it */
	Dwarf_Debug dbg;
	struct wanted table[TABLE_SIZE];
	size_t wanted, missing;
};

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
	Dwarf_Die die = lh_dwarf_strip(d->dbg, offset);
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

	if (!lh_dwarf_is_record(tag) && tag != DW_TAG_typedef)
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
		struct lh_dwarf_place at = {.type = type->offset};

		if (lh_dwarf_walk(d->dbg, &at, path, path + len)) {
			uint64_t size = lh_dwarf_size(d->dbg, at.type, at.dims_used);

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
	struct stat st;
	int r;

	d->fd = lh_file_descriptor(d->path, &st);
	if (d->fd < 0)
		return errno ? lh_fail(d->ctx, LH_EIO, "read debug information of %s: %s", d->path,
				       strerror(errno))
			     : LH_ABSENT;
#ifdef HAVE_DWARF_INIT_PATH_RESERVED
	r = dwarf_init_b(d->fd, DW_DLC_READ, DW_GROUPNUMBER_ANY, NULL, NULL, &d->dbg, &error);
#else
	r = dwarf_init_b(d->fd, DW_GROUPNUMBER_ANY, NULL, NULL, &d->dbg, &error);
#endif
	if (r == DW_DLV_ERROR)
		return fail(d, "read debug information", error);
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
	d->fd = -1;
	r = answer_all(d, fields, count);
	close_dwarf(d);
	lh_closep(&d->fd);
	return r;
}
