/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that are accounted for, marked by several threads at once.
 *
 * Memory falls into parts, each read by one thread, which marks the words of its part without atomic operations: nobody
 * else writes those bits. Words of other parts (storage, as a rule) are marked in maps of their own, atomically, and
 * joined at the end. A word that its own part and another have visited was counted twice: lh_marks_join() tells it. So
 * what is marked and counted depends on the parts alone, not on the threads.
 *
 * Memory: 3/64 of the writable memory until they are joined, as far as pages of the other two are touched.
 */
#ifndef LH_COUNTS_MARKS_H
#define LH_COUNTS_MARKS_H

#include "inventory/word_map.h"

struct lh_marks {
	struct lh_target *target;
	struct lh_word_map *map;             /* of all parts; what remains */
	struct lh_word_map visited, claimed; /* by parts that the word is not of */
};

/** struct lh_marker - the marks of one part, for one thread */
struct lh_marker {
	struct lh_word_map map;       /* the marks' own, with a last access of its own: borrowed */
	const struct lh_marks *marks; /* NULL: all memory is its part */
	uint64_t low, room;           /* addresses of its part: [low, low + room) */
};

/** lh_marks_init() - nothing but @map is marked. Return: 0, -LH_ENOMEM. Free with lh_marks_fini() in any case. */
int lh_marks_init(struct lh_target *target, struct lh_word_map *map, struct lh_marks *ret);
void lh_marks_fini(struct lh_marks *marks);
/** lh_marks_join() - put all into the map. @twice gets each word that was visited by its part and by another. */
void lh_marks_join(struct lh_marks *marks, void (*twice)(void *arg, uint64_t word), void *arg);

/** lh_marker_of_all() - for one thread alone, all memory. It borrows @map. */
struct lh_marker lh_marker_of_all(const struct lh_word_map *map);
/** lh_marker_of() - for a part [@start, @end) of memory. It borrows @marks. */
struct lh_marker lh_marker_of(const struct lh_marks *marks, uint64_t start, uint64_t end);
/** lh_marker_claim() - mark the words of [@addr, @addr + @len); other memory is skipped */
void lh_marker_claim(struct lh_marker *marker, uint64_t addr, uint64_t len);
/* Mark word @i of @run, of another part. Return: whether it was marked so before. */
bool lh_marker_visit_other(struct lh_marker *marker, const struct lh_word_map_run *run, uint64_t i);

/* Mark word @i of @run, of the marker's map. Return: whether it is not to be counted. */
static inline bool lh_marker_visit(struct lh_marker *m, struct lh_word_map_run *run, uint64_t i)
{
	return run->start + 8 * i - m->low < m->room ? lh_word_map_test_and_set(run, i)
						     : lh_marker_visit_other(m, run, i);
}

#endif
