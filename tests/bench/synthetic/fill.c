/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <string.h>

static void put_digits(uint8_t *out, uint32_t number)
{
	for (int i = 7; i >= 0; i--, number /= 10)
		out[i] = (uint8_t)('0' + number % 10);
}

static uint32_t peer_of(uint32_t record)
{
	return (record & ~(PEERS - 1u)) | ((record + 1) & (PEERS - 1u));
}

static void apply(const struct heap *h, const struct patch *patch, struct id in, uint32_t record,
		  uint8_t *out)
{
	bool same = patch->to.population == in.population;
	uint64_t word = 0;
	double number;

	switch (patch->kind) {
	case TO_BLOCK:
		word = address_of(h, patch->to, same ? record : 0) + patch->add;
		break;
	case TO_PEER:
		word = address_of(h, patch->to, peer_of(record));
		break;
	case TO_NEXT:
		word = record + 1 < h->populations[in.population].count ? address_of(h, patch->to, record + 1)
									: 0;
		break;
	case TO_FIRST:
		word = address_of(h, patch->to, 0);
		break;
	case TO_ARRAY:
		word = h->arrays[patch->to.block].address;
		break;
	case SERIAL_INT:
		word = (record * 1009u + patch->add) & 0x3fffffff;
		memcpy(out, &word, 4);
		return;
	case SERIAL_FLOAT:
		number = record * 0.5 + patch->add;
		memcpy(out, &number, 8);
		return;
	case SERIAL_TEXT:
		put_digits(out, record);
		return;
	}
	memcpy(out, &word, 8);
}

void block_fill(const struct heap *h, struct id id, uint32_t record, uint8_t *out)
{
	const struct block *b = &h->populations[id.population].blocks[id.block];

	memcpy(out, b->bytes, b->size);
	for (size_t i = 0; i < b->patch_count; i++)
		apply(h, &b->patches[i], id, record, out + b->patches[i].at);
	if (b->tracked) {
		uint8_t *head = out + b->head - off(h, LH_F_GC_HEAD_SIZE);
		uint64_t next, prev;

		ring_neighbours(h, id, record, &next, &prev);
		memcpy(head + off(h, LH_F_GC_HEAD_NEXT), &next, 8);
		memcpy(head + off(h, LH_F_GC_HEAD_PREV), &prev, 8);
	}
}
