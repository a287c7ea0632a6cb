/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/static_names.h"
#include "util/array.h"
#include "util/string.h"

#include <string.h>

#define NAMES_MAX (LH_STATIC_NAMES_SLOTS / 2) /* more static types are left without a name */

struct lh_static_names *lh_static_names_free(struct lh_static_names *names)
{
	if (!names)
		return NULL;
	for (size_t i = 0; i < LH_STATIC_NAMES_SLOTS; i++)
		free(names->slots[i].text);
	free(names);
	return NULL;
}

/* Its slot, or the free one that it would take. */
static size_t slot_of(const struct lh_static_names *names, uint64_t addr)
{
	size_t i = lh_hash_address(addr, LH_STATIC_NAMES_SLOTS);

	while (names->slots[i].addr && names->slots[i].addr != addr)
		i = (i + 1) & (LH_STATIC_NAMES_SLOTS - 1);
	return i;
}

void lh_static_names_add(struct lh_static_names *names, uint64_t addr, const char *module, const char *name)
{
	struct lh_static_name *slot = &names->slots[slot_of(names, addr)];
	_cleanup_string_ struct lh_string text = {0};

	if (slot->addr || names->count >= NAMES_MAX)
		return;
	lh_string_addf(&text, "%s%s%s", module, *module ? "." : "", name);
	slot->text = lh_string_take(&text);
	names->no_memory |= !slot->text;
	if (!slot->text)
		return;
	slot->addr = addr;
	names->count++;
}

const char *lh_static_names_text(const struct lh_static_names *names, uint64_t addr)
{
	return names->slots[slot_of(names, addr)].text;
}

bool lh_static_names_has(const struct lh_static_names *names, const char *text)
{
	for (size_t i = 0; i < LH_STATIC_NAMES_SLOTS; i++)
		if (names->slots[i].addr && strcmp(names->slots[i].text, text) == 0)
			return true;
	return false;
}

const char *lh_static_names_find(struct lh_heap *heap, uint64_t addr)
{
	struct lh_types *types = &heap->types;

	if (!types->names && types->collect_names && heap->interp_count) {
		types->names = lh_new0(struct lh_static_names, 1);
		if (types->names) {
			types->collect_names(heap, types->names);
			types->names->made = true;
		}
		types->no_memory |= !types->names || types->names->no_memory;
	}
	return types->names && types->names->made ? lh_static_names_text(types->names, addr) : NULL;
}
