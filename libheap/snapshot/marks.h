/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the target's memory a snapshot has: two bits for each word of it.
 *
 * A word is kept as it is if it is marked so; it is zero if it belongs to contents; of one with both marks the lower half is kept, as before
 * a str of 2.7; all others are kept if they are addresses. Nothing else of memory that no object owns is in a snapshot, whatever it is.
 *
 * Memory: 1/32 of what the process can write.
 */
#ifndef LH_SNAPSHOT_MARKS_H
#define LH_SNAPSHOT_MARKS_H

#include "target/target.h"
#include "util/bits.h"

/** struct lh_marked - a run of memory; a bit for each of its words */
struct lh_marked {
	uint64_t start, end;
	uint64_t *kept, *blank;
};

struct lh_snapshot_marks {
	struct lh_target *target;
	struct lh_view view;
	struct lh_marked *runs; /* by address */
	size_t count, capacity;
	struct lh_marked *last; /* that was asked for */
	bool values;            /* contents are kept */
};

/** lh_kept_init() - of all that the process can write. Return: 0, -LH_ENOMEM. Free with lh_kept_fini() in any case. */
int lh_kept_init(struct lh_snapshot_marks *marks, struct lh_target *target, bool values);
void lh_kept_fini(struct lh_snapshot_marks *marks);
/** lh_kept_run() - the run that has @addr, or NULL */
struct lh_marked *lh_kept_run(struct lh_snapshot_marks *marks, uint64_t addr);

/** lh_kept_keep() - [@addr, @addr + @len) is structure: each word that has some of it is kept */
void lh_kept_keep(struct lh_snapshot_marks *marks, uint64_t addr, uint64_t len);
/** lh_kept_contents() - it is contents: blanked if contents are, whatever it looks like, but for what lh_kept_keep() gets */
void lh_kept_contents(struct lh_snapshot_marks *marks, uint64_t addr, uint64_t len);
/* Whether the word at @addr, in @run, has contents. */
static inline bool lh_kept_is_contents(const struct lh_marked *run, uint64_t addr)
{
	return lh_bit_has(run->blank, (addr - run->start) / 8);
}

/** lh_kept_numbers() - of C structs: small numbers are kept, which counts, sizes, flags and ids are; what looks like text is not */
void lh_kept_numbers(struct lh_snapshot_marks *marks, uint64_t addr, uint64_t len);
/** lh_kept_link() - the word at @addr is a masked link of free memory, or a register: kept unless it looks like text */
void lh_kept_link(struct lh_snapshot_marks *marks, uint64_t addr);
/** lh_kept_string() - a C string that is a name of code */
void lh_kept_string(struct lh_snapshot_marks *marks, uint64_t addr);
/** lh_kept_has() - whether the word at @addr is kept as it is: true also where the process could not write */
bool lh_kept_has(struct lh_snapshot_marks *marks, uint64_t addr);

#endif
