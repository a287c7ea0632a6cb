/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes of our own in a core: it is a snapshot that py-heap wrote, what was blanked in it, and which pages the process had.
 *
 * All else of a snapshot is a core's, so other tools pass them by: the owner is "py-heap".
 *
 *	LH_NOTE_SNAPSHOT	{u32 version, u32 flags, u64 bytes that the dump before it had lost}
 *	LH_NOTE_PAGES		{u64 flags, {u64 start, u64 end, u64 state} [count]}, as struct lh_page_run has them, by address
 */
#ifndef LH_TARGET_SNAPSHOT_NOTE_H
#define LH_TARGET_SNAPSHOT_NOTE_H

#include "target/target.h"

#define LH_NOTE_OWNER "py-heap"

enum lh_note_type { LH_NOTE_SNAPSHOT = 1, LH_NOTE_PAGES = 2 };

#define LH_SNAPSHOT_VERSION 1u
#define LH_SNAPSHOT_BLANKED 1u /* contents of objects are zeros, but for names of code */
#define LH_SNAPSHOT_RUNNING 2u /* the process ran while it was read: bytes are of several moments */

#define LH_PAGES_RESIDENT_KNOWN 1u
#define LH_PAGES_PRIVATE_KNOWN 2u

/** struct lh_snapshot_note - LH_NOTE_SNAPSHOT */
struct lh_snapshot_note {
	uint32_t version, flags;
	uint64_t lost;
};

/** struct lh_pages_note_head - what LH_NOTE_PAGES begins with */
struct lh_pages_note_head {
	uint64_t flags;
};

/** struct lh_pages_note_run - one run of it */
struct lh_pages_note_run {
	uint64_t start, end, state;
};

/** lh_snapshot_note_read() - take a note of ours, of @len bytes. Return: 0 (what makes no sense is ignored), -LH_ENOMEM. */
int lh_snapshot_note_read(struct lh_target *target, uint32_t type, const uint8_t *desc, size_t len);

#endif
