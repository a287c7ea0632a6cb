/* SPDX-License-Identifier: Apache-2.0 */
#include "util/index.h"
#include "util/array.h"

#include <stdlib.h>

#define FIRST_SIZE 256

/* Many a hash has its best bits at the top. */
static uint32_t fold(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

static void put(struct lh_index *index, struct lh_index_slot slot)
{
	size_t at = slot.hash & (index->size - 1);

	while (index->slots[at].number)
		at = (at + 1) & (index->size - 1);
	index->slots[at] = slot;
}

static int grow(struct lh_ctx *ctx, struct lh_index *index)
{
	struct lh_index grown = {.size = index->size ? index->size * 2 : FIRST_SIZE, .count = index->count};

	grown.slots = lh_new0(struct lh_index_slot, grown.size);
	if (!grown.slots)
		return lh_nomem(ctx);
	for (size_t i = 0; i < index->size; i++)
		if (index->slots[i].number)
			put(&grown, index->slots[i]);
	free(index->slots);
	*index = grown;
	return 0;
}

bool lh_index_next(const struct lh_index *index, uint64_t hash, size_t *probe, uint32_t *ret)
{
	uint32_t wanted = fold(hash);

	while (index->size) {
		const struct lh_index_slot *slot = &index->slots[(wanted + *probe) & (index->size - 1)];

		if (!slot->number)
			return false;
		++*probe;
		if (slot->hash == wanted) {
			*ret = slot->number - 1;
			return true;
		}
	}
	return false;
}

int lh_index_add(struct lh_ctx *ctx, struct lh_index *index, uint64_t hash, uint32_t number)
{
	int r = index->count * 2 >= index->size ? grow(ctx, index) : 0;

	if (r < 0)
		return r;
	put(index, (struct lh_index_slot){fold(hash), number + 1});
	index->count++;
	return 0;
}

void lh_index_fini(struct lh_index *index)
{
	free(index->slots);
	*index = (struct lh_index){0};
}
