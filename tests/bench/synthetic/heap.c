/* SPDX-License-Identifier: Apache-2.0 */
#include "heap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
	if (memory)
		return memory;
	fputs("synthetic-core: out of memory\n", stderr);
	exit(1);
}

void *zeros(size_t size)
{
	return must(calloc(size + 1, 1));
}

void *grow(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	*capacity = *capacity ? *capacity * 2 : 16;
	return must(reallocarray(items, *capacity, size));
}

struct population *population_of(struct heap *h, struct id id)
{
	return &h->populations[id.population];
}

struct block *block_of(struct heap *h, struct id id)
{
	return &h->populations[id.population].blocks[id.block];
}

uint32_t population_new(struct heap *h, const char *name, uint32_t count)
{
	struct population *p = &h->populations[h->population_count];

	if (count > 1)
		count = (count + PEERS - 1) / PEERS * PEERS;
	*p = (struct population){.name = name, .count = count};
	return h->population_count++;
}

struct id block_new(struct heap *h, uint32_t population, uint32_t size)
{
	struct population *p = &h->populations[population];
	struct block b = {.bytes = zeros(size), .size = size, .type = -1, .class = -1};

	PUSH(p->blocks, p->block_count, p->block_capacity, b);
	return (struct id){population, (uint32_t)p->block_count - 1};
}

void patch_add(struct heap *h, struct id in, struct patch patch)
{
	struct block *b = block_of(h, in);

	patch.at += b->head;
	PUSH(b->patches, b->patch_count, b->patch_capacity, patch);
}

void refer(struct heap *h, struct id from, uint32_t at, struct id to, enum patch_kind kind)
{
	patch_add(h, from, (struct patch){.at = at, .kind = kind, .to = to});
	if (kind == TO_FIRST)
		return; /* TO_NEXT counted it */
	block_of(h, to)->refs += from.population == to.population ? 1 : population_of(h, from)->count;
}

void point(struct heap *h, struct id from, uint32_t at, struct id to, uint32_t add)
{
	patch_add(h, from, (struct patch){.at = at, .add = add, .kind = TO_BLOCK, .to = to});
}

void put(struct heap *h, struct id in, uint32_t at, const void *bytes, size_t size)
{
	struct block *b = block_of(h, in);

	memcpy(b->bytes + b->head + at, bytes, size);
}

void put_u64(struct heap *h, struct id in, uint32_t at, uint64_t value)
{
	put(h, in, at, &value, sizeof(value));
}
