/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading an entry of DWARF (a DIE). Debug files may be damaged, and what they lack is not needed: an error
 * counts as "no". The caller owns a DIE that is returned, and frees it with lh_die_drop().
 *
 * This is the only header that includes libdwarf's.
 */
#ifndef LH_DEBUGINFO_DIE_H
#define LH_DEBUGINFO_DIE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if __has_include(<libdwarf.h>)
#include <dwarf.h>
#include <libdwarf.h>
#else
#include <libdwarf/dwarf.h>
#include <libdwarf/libdwarf.h>
#endif

/** lh_die_at() - the DIE at @offset in .debug_info, or NULL */
Dwarf_Die lh_die_at(Dwarf_Debug dbg, Dwarf_Off offset);
Dwarf_Off lh_die_offset(Dwarf_Debug dbg, Dwarf_Die die);
Dwarf_Die lh_die_child(Dwarf_Debug dbg, Dwarf_Die die);
/** lh_die_next() - the sibling after @die, or NULL; @die is dropped */
Dwarf_Die lh_die_next(Dwarf_Debug dbg, Dwarf_Die die);

Dwarf_Half lh_die_tag(Dwarf_Debug dbg, Dwarf_Die die);
/** lh_die_name() - DW_AT_name, libdwarf's; NULL: it has none */
const char *lh_die_name(Dwarf_Debug dbg, Dwarf_Die die);
bool lh_die_has(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name);
/** lh_die_number() - a constant: unsigned, signed and not negative, or DW_OP_plus_uconst of old compilers */
bool lh_die_number(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name, uint64_t *ret);
/** lh_die_type() - where the DIE of its type is, be it in a type unit */
bool lh_die_type(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Off *ret);

void lh_die_drop(Dwarf_Debug dbg, Dwarf_Die die);
void lh_die_drop_error(Dwarf_Debug dbg, Dwarf_Error error);

#endif
