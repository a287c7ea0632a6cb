/* SPDX-License-Identifier: Apache-2.0 */
/* From a type of DWARF to a member of a member of it, by a path as C has it. */
#ifndef LH_DEBUGINFO_DWARF_PATH_H
#define LH_DEBUGINFO_DWARF_PATH_H

#include "debuginfo/die.h"

/** struct lh_dwarf_place - a type reached from a DIE, and how many dimensions of its array were indexed away */
struct lh_dwarf_place {
	Dwarf_Off type;
	unsigned dims_used;
	uint64_t offset;
};

bool lh_dwarf_is_record(Dwarf_Half tag);
/** lh_dwarf_strip() - the type without typedefs and qualifiers, to be dropped; NULL for void, too long a chain
 * or damage */
Dwarf_Die lh_dwarf_strip(Dwarf_Debug dbg, Dwarf_Off offset);
/** lh_dwarf_size() - bytes of a type of which @dims_used dimensions were indexed away; 0: not known */
uint64_t lh_dwarf_size(Dwarf_Debug dbg, Dwarf_Off type, unsigned dims_used);
/** lh_dwarf_walk() - follow one path, "a.b[0].c", that ends at @end. Return: whether it leads anywhere. */
bool lh_dwarf_walk(Dwarf_Debug dbg, struct lh_dwarf_place *at, const char *path, const char *end);

#endif
