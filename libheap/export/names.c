/* SPDX-License-Identifier: Apache-2.0 */
#include "export/names.h"
#include "export/nodes.h"
#include "util/array.h"
#include "util/hash.h"
#include "util/utf8.h"

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
	const char *valid = lh_utf8_valid(text, &names->valid);
	size_t len = strlen(valid), probe = 0;
	uint64_t hash = lh_hash(LH_HASH_START, valid, len);
	int r;

	if (names->valid.failed)
		return lh_nomem(names->ctx);
	while (lh_index_next(&names->index, hash, &probe, ret))
		if (strcmp(lh_names_nth(names, *ret), valid) == 0)
			return 0;
	if (names->count >= LH_NAMES_MAX || names->text.len + len >= LH_NAMES_BYTES_MAX) {
		names->refused++;
		*ret = names->other;
		return 0;
	}
	r = add(names, valid, len, hash);
	*ret = (uint32_t)names->count - 1;
	return r;
}

int lh_names_set_other(struct lh_names *names)
{
	return lh_names_number(names, "…", &names->other);
}

void lh_names_count_refused(const struct lh_names *names, struct lh_export *x)
{
	if (names->refused)
		lh_export_count(x, "names left out", names->refused);
}

void lh_names_fini(struct lh_names *names)
{
	lh_string_fini(&names->text);
	lh_string_fini(&names->valid);
	free(names->starts);
	lh_index_fini(&names->index);
}
