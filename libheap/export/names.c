/* SPDX-License-Identifier: Apache-2.0 */
#include "export/names.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>
#include <string.h>

const char *lh_names_nth(const struct lh_names *names, size_t i)
{
	return names->text.text + names->starts[i];
}

static int add(struct lh_names *names, const char *text, size_t len, uint64_t hash)
{
	size_t start = names->text.len;
	int r;

	lh_string_add_bytes(&names->text, text, len + 1);
	if (names->text.failed)
		return lh_nomem(names->ctx);
	r = lh_append(names->ctx, names->starts, names->count, names->capacity, start);
	return r == 0 ? lh_index_add(names->ctx, &names->index, hash, (uint32_t)names->count - 1) : r;
}

int lh_names_number(struct lh_names *names, const char *text, uint32_t *ret)
{
	size_t len = strlen(text), probe = 0;
	uint64_t hash = lh_hash(LH_HASH_START, text, len);
	int r;

	while (lh_index_next(&names->index, hash, &probe, ret))
		if (strcmp(lh_names_nth(names, *ret), text) == 0)
			return 0;
	if (names->count >= LH_NAMES_MAX || names->text.len + len >= LH_NAMES_BYTES_MAX) {
		names->refused++;
		return LH_ABSENT;
	}
	r = add(names, text, len, hash);
	*ret = (uint32_t)names->count - 1;
	return r;
}

void lh_names_fini(struct lh_names *names)
{
	lh_string_fini(&names->text);
	free(names->starts);
	lh_index_fini(&names->index);
}
