/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes of DWARF entries: names, types, sizes, offsets; see die.h. */
#include "debuginfo/die.h"

void lh_die_drop_error(Dwarf_Debug dbg, Dwarf_Error error)
{
	if (error)
		dwarf_dealloc(dbg, error, DW_DLA_ERROR);
}

void lh_die_drop(Dwarf_Debug dbg, Dwarf_Die die)
{
	if (die)
		dwarf_dealloc(dbg, die, DW_DLA_DIE);
}

static bool is_ok(Dwarf_Debug dbg, int r, Dwarf_Error error)
{
	if (r == DW_DLV_ERROR)
		lh_die_drop_error(dbg, error);
	return r == DW_DLV_OK;
}

Dwarf_Half lh_die_tag(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Half tag = 0;
	int r = dwarf_tag(die, &tag, &error);

	return is_ok(dbg, r, error) ? tag : 0;
}

const char *lh_die_name(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	char *name = NULL;
	int r = dwarf_diename(die, &name, &error);

	return is_ok(dbg, r, error) ? name : NULL;
}

static Dwarf_Attribute attribute(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name)
{
	Dwarf_Attribute attr = NULL;
	Dwarf_Error error = NULL;
	int r = dwarf_attr(die, name, &attr, &error);

	return is_ok(dbg, r, error) ? attr : NULL;
}

bool lh_die_has(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool yes = 0;
	int r = dwarf_hasattr(die, name, &yes, &error);

	return is_ok(dbg, r, error) ? yes : 0;
}

bool lh_die_number(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Half name, uint64_t *ret)
{
	Dwarf_Attribute attr = attribute(dbg, die, name);
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
		lh_die_drop_error(dbg, error);
		error = NULL;
		ok = dwarf_formsdata(attr, &s, &error) == DW_DLV_OK && s >= 0;
		if (ok)
			*ret = (uint64_t)s;
		else
			lh_die_drop_error(dbg, error);
	}
	dwarf_dealloc(dbg, attr, DW_DLA_ATTR);
	return ok;
}

Dwarf_Die lh_die_at(Dwarf_Debug dbg, Dwarf_Off offset)
{
	Dwarf_Error error = NULL;
	Dwarf_Die die = NULL;
	int r = dwarf_offdie_b(dbg, offset, 1, &die, &error);

	return is_ok(dbg, r, error) ? die : NULL;
}

Dwarf_Off lh_die_offset(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Off offset = 0;
	int r = dwarf_dieoffset(die, &offset, &error);

	return is_ok(dbg, r, error) ? offset : 0;
}

/* A reference to a type unit names it by signature. */
static bool by_signature(Dwarf_Debug dbg, Dwarf_Attribute attr, Dwarf_Off *ret)
{
	Dwarf_Error error = NULL;
	Dwarf_Bool is_info = 0;
	Dwarf_Die die = NULL;
	Dwarf_Sig8 signature;
	bool ok = false;

	if (dwarf_formsig8(attr, &signature, &error) == DW_DLV_OK &&
	    dwarf_find_die_given_sig8(dbg, &signature, &die, &is_info, &error) == DW_DLV_OK) {
		ok = is_info;
		*ret = lh_die_offset(dbg, die);
		lh_die_drop(dbg, die);
	}
	lh_die_drop_error(dbg, error);
	return ok;
}

bool lh_die_type(Dwarf_Debug dbg, Dwarf_Die die, Dwarf_Off *ret)
{
	Dwarf_Attribute attr = attribute(dbg, die, DW_AT_type);
	Dwarf_Error error = NULL;
	bool ok;

	if (!attr)
		return false;
	ok = dwarf_global_formref(attr, ret, &error) == DW_DLV_OK;
	if (!ok) {
		lh_die_drop_error(dbg, error);
		ok = by_signature(dbg, attr, ret);
	}
	dwarf_dealloc(dbg, attr, DW_DLA_ATTR);
	return ok;
}

Dwarf_Die lh_die_next(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die next = NULL;
	int r = dwarf_siblingof_b(dbg, die, 1, &next, &error);

	lh_die_drop(dbg, die);
	return is_ok(dbg, r, error) ? next : NULL;
}

Dwarf_Die lh_die_child(Dwarf_Debug dbg, Dwarf_Die die)
{
	Dwarf_Error error = NULL;
	Dwarf_Die child = NULL;
	int r = dwarf_child(die, &child, &error);

	return is_ok(dbg, r, error) ? child : NULL;
}
