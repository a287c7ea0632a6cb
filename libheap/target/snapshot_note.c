/* SPDX-License-Identifier: Apache-2.0 */
#include "target/snapshot_note.h"
#include "target/build.h"

#include <string.h>

static void read_snapshot(struct lh_target *t, const uint8_t *desc, size_t len)
{
	struct lh_snapshot_note note;

	if (len < sizeof(note))
		return;
	memcpy(&note, desc, sizeof(note));
	t->snapshot = true;
	t->blanked = note.flags & LH_SNAPSHOT_BLANKED;
	t->running.is = note.flags & LH_SNAPSHOT_RUNNING;
	t->truncated_bytes += note.lost;
	if (note.version > LH_SNAPSHOT_VERSION)
		lh_log(t->ctx, 4, "the snapshot was written by a newer py-heap (format %u, known is %u)",
		       note.version, LH_SNAPSHOT_VERSION);
}

/* They tell more than the file does: a page of zeros is a hole in it, and what is left out of it may be in memory. */
static int read_pages(struct lh_target *t, const uint8_t *desc, size_t len)
{
	struct lh_pages_note_head head;
	uint64_t last = 0;
	int r = 0;

	if (len < sizeof(head) || t->page_run_count)
		return 0;
	memcpy(&head, desc, sizeof(head));
	t->resident_known = head.flags & LH_PAGES_RESIDENT_KNOWN;
	t->private_known = head.flags & LH_PAGES_PRIVATE_KNOWN;
	for (size_t at = sizeof(head); r == 0 && len - at >= sizeof(struct lh_pages_note_run);
	     at += sizeof(struct lh_pages_note_run)) {
		struct lh_pages_note_run run;

		memcpy(&run, desc + at, sizeof(run));
		if (run.start < last || run.end <= run.start)
			break;
		r = lh_target_add_pages(t, run.start, run.end, (unsigned)run.state);
		last = run.end;
	}
	return r;
}

int lh_snapshot_note_read(struct lh_target *t, uint32_t type, const uint8_t *desc, size_t len)
{
	if (type == LH_NOTE_PAGES)
		return read_pages(t, desc, len);
	if (type == LH_NOTE_SNAPSHOT)
		read_snapshot(t, desc, len);
	return 0;
}
