/* SPDX-License-Identifier: Apache-2.0 */
/* Chains of types are followed for a bounded number of steps, since debug files may be damaged. */
#include "debuginfo/dwarf_path.h"

#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 32 /* typedefs, qualifiers and anonymous members in a row */
#define DIMS_MAX 4

/* ---- types ---- */

bool lh_dwarf_is_record(Dwarf_Half tag)
{
	return tag == DW_TAG_structure_type || tag == DW_TAG_union_type || tag == DW_TAG_class_type;
}

static bool is_alias(Dwarf_Half tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_atomic_type || tag == DW_TAG_restrict_type;
}

Dwarf_Die lh_dwarf_strip(Dwarf_Debug dbg, Dwarf_Off offset)
{
	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = lh_die_at(dbg, offset);
		bool more;

		if (!die || !is_alias(lh_die_tag(dbg, die)))
			return die;
		more = lh_die_type(dbg, die, &offset);
		lh_die_drop(dbg, die);
		if (!more)
			return NULL;
	}
	return NULL;
}

/* Lengths of an array's dimensions; 0 for one that is not known (flexible members). Returns their number. */
static unsigned dimensions(Dwarf_Debug dbg, Dwarf_Die array, uint64_t lengths[DIMS_MAX])
{
	Dwarf_Die die = lh_die_child(dbg, array);
	unsigned n = 0;

	for (; die && n < DIMS_MAX; die = lh_die_next(dbg, die)) {
		uint64_t value;

		if (lh_die_tag(dbg, die) != DW_TAG_subrange_type)
			continue;
		lengths[n] = 0;
		if (lh_die_number(dbg, die, DW_AT_count, &value))
			lengths[n] = value;
		else if (lh_die_number(dbg, die, DW_AT_upper_bound, &value) && value < UINT32_MAX)
			lengths[n] = value + 1;
		n++;
	}
	lh_die_drop(dbg, die);
	return n;
}

uint64_t lh_dwarf_size(Dwarf_Debug dbg, Dwarf_Off type, unsigned dims_used)
{
	uint64_t factor = 1, size = 0;

	for (int step = 0; step < CHAIN_MAX; step++) {
		Dwarf_Die die = lh_dwarf_strip(dbg, type);
		uint64_t lengths[DIMS_MAX];
		Dwarf_Half tag = die ? lh_die_tag(dbg, die) : 0;
		bool array = tag == DW_TAG_array_type && lh_die_type(dbg, die, &type);
		unsigned n = array ? dimensions(dbg, die, lengths) : 0;

		if (die && !array && !lh_die_number(dbg, die, DW_AT_byte_size, &size))
			size = tag == DW_TAG_pointer_type ? 8 : 0;
		lh_die_drop(dbg, die);
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

static bool step_into(Dwarf_Debug dbg, struct lh_dwarf_place *at, const char *name, size_t len, int depth);

static bool member_offset(Dwarf_Debug dbg, Dwarf_Die member, uint64_t *ret)
{
	uint64_t bits;

	*ret = 0; /* members of unions say nothing */
	if (lh_die_number(dbg, member, DW_AT_data_bit_offset, &bits))
		*ret = bits / 8;
	else if (lh_die_has(dbg, member, DW_AT_data_member_location))
		return lh_die_number(dbg, member, DW_AT_data_member_location, ret);
	return true;
}

/* Whether @member is the one asked for, or is anonymous and has it. @at is the record's place, then the
 * member's. */
static bool try_member(Dwarf_Debug dbg, Dwarf_Die member, struct lh_dwarf_place *at, const char *name,
		       size_t len, int depth)
{
	struct lh_dwarf_place to = {0};
	const char *own = lh_die_name(dbg, member);
	uint64_t offset;

	if (lh_die_tag(dbg, member) != DW_TAG_member || !lh_die_type(dbg, member, &to.type) ||
	    !member_offset(dbg, member, &offset))
		return false;
	to.offset = at->offset + offset;
	if (own && *own) {
		if (strlen(own) != len || memcmp(own, name, len) != 0)
			return false;
	} else if (!step_into(dbg, &to, name, len, depth + 1)) {
		return false;
	}
	*at = to;
	return true;
}

/* From a record to its member of that name. The depth bounds anonymous members within each other. */
static bool step_into(Dwarf_Debug dbg, struct lh_dwarf_place *at, const char *name, size_t len, int depth)
{
	Dwarf_Die record = depth < CHAIN_MAX ? lh_dwarf_strip(dbg, at->type) : NULL;
	Dwarf_Die member =
		record && lh_dwarf_is_record(lh_die_tag(dbg, record)) ? lh_die_child(dbg, record) : NULL;
	bool found = false;

	lh_die_drop(dbg, record);
	for (; member && !found; member = lh_die_next(dbg, member))
		found = try_member(dbg, member, at, name, len, depth);
	lh_die_drop(dbg, member);
	return found;
}

/* From an array to one of its elements. */
static bool step_index(Dwarf_Debug dbg, struct lh_dwarf_place *at, uint64_t index)
{
	Dwarf_Die array = lh_dwarf_strip(dbg, at->type);
	uint64_t lengths[DIMS_MAX] = {0};
	unsigned n = 0;
	Dwarf_Off element;
	bool ok;

	ok = array && lh_die_tag(dbg, array) == DW_TAG_array_type && lh_die_type(dbg, array, &element);
	if (ok)
		n = dimensions(dbg, array, lengths);
	lh_die_drop(dbg, array);
	if (!ok || at->dims_used >= n || (lengths[at->dims_used] && index >= lengths[at->dims_used]))
		return false;
	at->dims_used++;
	at->offset += index * lh_dwarf_size(dbg, at->type, at->dims_used);
	if (at->dims_used == n) {
		at->type = element;
		at->dims_used = 0;
	}
	return true;
}

bool lh_dwarf_walk(Dwarf_Debug dbg, struct lh_dwarf_place *at, const char *path, const char *end)
{
	while (path < end) {
		size_t len = strcspn(path, ".[|");

		if (*path == '[') {
			char *close;
			uint64_t index = strtoul(path + 1, &close, 10);

			if (*close != ']' || !step_index(dbg, at, index))
				return false;
			path = close + 1;
		} else if (*path == '.') {
			path++;
		} else {
			if (!step_into(dbg, at, path, len, 0))
				return false;
			path += len;
		}
	}
	return true;
}
