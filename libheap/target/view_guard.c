/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests (-Dview_guard=true -Db_sanitize=address): each view is a copy of just the bytes that were asked
 * for, with poison around it, so that a read past what was checked is seen. In the mapped core the next
 * object is there.
 *
 * Copies go round in a ring: one lives until many millions of bytes have been asked for.
 */
#include "target/target.h"

#include <sanitizer/asan_interface.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>

#define RING (256u << 20) /* bytes; a power of two */
#define POISON 32         /* bytes on either side: a gc head and more */
#define GUARDED 8192      /* longer ones are pools, tables and the like, each a view of its own */

static _Atomic(uint8_t *) ring;
static atomic_uint_fast64_t used;

static uint8_t *ring_of_copies(void)
{
	uint8_t *there = atomic_load(&ring), *mine;

	if (there)
		return there;
	mine = mmap(NULL, RING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (mine == MAP_FAILED)
		return NULL;
	if (atomic_compare_exchange_strong(&ring, &there, mine))
		return mine;
	munmap(mine, RING);
	return there;
}

const void *lh_view_guard(const void *bytes, uint64_t len)
{
	uint64_t room = ((len + 7) & ~7ull) + 2 * POISON, at;
	uint8_t *all = bytes && len && len <= GUARDED ? ring_of_copies() : NULL;

	if (!all)
		return bytes;
	do
		at = atomic_fetch_add(&used, room) % RING;
	while (at + room > RING);
	ASAN_POISON_MEMORY_REGION(all + at, room);
	ASAN_UNPOISON_MEMORY_REGION(all + at + POISON, len);
	return memcpy(all + at + POISON, bytes, len);
}
