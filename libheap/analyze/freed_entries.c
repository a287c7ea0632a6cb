/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/freed_entries.h"
#include "util/array.h"

#include <stdlib.h>

#define LEAST_ENTRIES 1024

static int grow(struct lh_freed *f, size_t size)
{
	struct lh_freed old = *f;

	f->table = lh_new0(struct lh_freed_entry, size);
	f->table_size = size;
	if (!f->table) {
		*f = old;
		return lh_nomem(f->heap->ctx);
	}
	for (size_t i = 0; i < old.table_size; i++)
		if (old.table[i].addr)
			*lh_freed_entry_at(f, old.table[i].addr) = old.table[i];
	free(old.table);
	return 0;
}

int lh_freed_entries_init(struct lh_freed *f)
{
	return grow(f, LEAST_ENTRIES);
}

int lh_freed_entry_get(struct lh_freed *f, uint64_t addr, struct lh_freed_entry **ret, bool *ret_new)
{
	int r = f->entry_count * 2 >= f->table_size ? grow(f, f->table_size * 2) : 0;

	if (r < 0)
		return r;
	*ret = lh_freed_entry_at(f, addr);
	*ret_new = !(*ret)->addr;
	(*ret)->addr = addr;
	f->entry_count += *ret_new;
	return 0;
}
