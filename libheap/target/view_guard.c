/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests (-Dview_guard=true -Db_sanitize=address): each view is a copy of just the bytes that were asked
 * for, with poison around it, so that a read past what was checked is seen. In the mapped core the next
 * object is there.
 *
 * Copies go round in a ring: one lives until many millions of bytes have been asked for. Beside it is a table
 * of where its words are copies from.
 */
#include "target/target.h"

#include <sanitizer/asan_interface.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define RING (256u << 20) /* bytes; a power of two */
#define POISON 32         /* bytes on either side: a gc head and more */
#define GUARDED 8192      /* longer ones are pools, tables and the like, each a view of its own */

struct copies {
	uint8_t ring[RING];
	const uint8_t *origin[RING / 8]; /* of each word of the ring */
};

static _Atomic(struct copies *) copies;
static atomic_uint_fast64_t used;

static struct copies *all_copies(void)
{
	struct copies *there = atomic_load(&copies), *mine;

	if (there)
		return there;
	mine = mmap(NULL, sizeof(*mine), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (mine == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&copies, &there, mine))
		return mine;
	munmap(mine, sizeof(*mine));
	return there;
}

const void *lh_view_guard(const void *bytes, uint64_t len)
{
	uint64_t room = ((len + 7) & ~7ull) + 2 * POISON, at;
	struct copies *c = bytes && len && len <= GUARDED ? all_copies() : NULL;

	if (!c)
		return bytes;
	do
		at = atomic_fetch_add(&used, room) % RING;
	while (at + room > RING);
	ASAN_POISON_MEMORY_REGION(c->ring + at, room);
	at += POISON;
	for (uint64_t i = 0; i < len; i += 8)
		c->origin[(at + i) / 8] = (const uint8_t *)bytes + i;
	ASAN_UNPOISON_MEMORY_REGION(c->ring + at, len);
	return memcpy(c->ring + at, bytes, len);
}

const void *lh_view_origin(const void *bytes)
{
	const struct copies *c = atomic_load(&copies);
	uint64_t at = c ? (uint64_t)(uintptr_t)bytes - (uint64_t)(uintptr_t)c->ring : RING;

	return at < RING ? c->origin[at / 8] + at % 8 : bytes;
}
