/* SPDX-License-Identifier: Apache-2.0 */
/* The notes of a snapshot: a core's, made anew from what is known of the target, and our own (target/snapshot_note.h). */
#ifndef LH_SNAPSHOT_NOTES_H
#define LH_SNAPSHOT_NOTES_H

#include "snapshot/filter.h"
#include "util/string.h"

/** lh_snapshot_notes() - append all of them to @out, a note segment. Return: 0, -LH_ENOMEM. */
int lh_snapshot_notes(struct lh_snapshot_filter *filter, struct lh_string *out);

#endif
