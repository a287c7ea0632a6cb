/* SPDX-License-Identifier: Apache-2.0 */
#include "target/live_uncopied.h"
#include "util/array.h"
#include "util/bytes.h"
#include "util/string.h"

#include <string.h>

#define SIZE_FLAGS ((uint64_t)7) /* of glibc's chunks: those of neighbours, which come and go */

bool lh_uncopied_next(const struct lh_target *target, uint64_t end, struct lh_range *piece)
{
	size_t i = lh_uncopied_first(target, piece->end);

	piece->start = piece->end;
	if (i < target->uncopied_count && target->uncopied[i].start <= piece->start)
		piece->start = target->uncopied[i++].end;
	/* Neighbours are left out together. */
	while (i < target->uncopied_count && target->uncopied[i].start == piece->start)
		piece->start = target->uncopied[i++].end;
	piece->end = i < target->uncopied_count && target->uncopied[i].start < end ? target->uncopied[i].start
										   : end;
	return piece->start < end;
}

int lh_uncopied_gaps(const struct lh_target *target, const struct lh_vma *v, struct lh_copier *copier)
{
	int r = 0;

	for (size_t i = lh_uncopied_first(target, v->map.start);
	     r == 0 && i < target->uncopied_count && target->uncopied[i].start < v->map.end; i++) {
		const struct lh_range *left = &target->uncopied[i];
		uint64_t start = left->start > v->map.start ? left->start : v->map.start;
		uint64_t end = left->end < v->map.end ? left->end : v->map.end;

		r = lh_append(target->ctx, copier->gaps, copier->gap_count, copier->gap_capacity,
			      ((struct lh_range){start, end}));
	}
	return r;
}

int lh_uncopied_expect(struct lh_target *target, const struct lh_uncopied_list *list)
{
	int r = 0;

	for (size_t i = 0; i < list->count && r == 0; i++)
		r = lh_append(target->ctx, target->uncopied, target->uncopied_count,
			      target->uncopied_capacity, list->all[i].pages);
	return r;
}

static bool is_as_it_was(struct lh_target *target, const struct lh_uncopied *u)
{
	uint8_t now[LH_UNCOPIED_SEEN], size[8];

	return lh_live_read(target, u->owner, now, u->seen_len) == u->seen_len &&
	       memcmp(now, u->seen, u->seen_len) == 0 &&
	       lh_live_read(target, u->size_at, size, sizeof(size)) == sizeof(size) &&
	       (lh_u64(size) & ~SIZE_FLAGS) == u->size;
}

void lh_uncopied_check(struct lh_target *target, const struct lh_uncopied_list *list)
{
	char text[LH_SIZE_MAX];
	uint64_t bytes = 0;

	target->uncopied_count = 0;
	for (size_t i = 0; i < list->count; i++) {
		if (!is_as_it_was(target, &list->all[i]))
			continue;
		target->uncopied[target->uncopied_count++] = list->all[i].pages;
		bytes += list->all[i].pages.end - list->all[i].pages.start;
	}
	if (list->count)
		lh_log(target->ctx, 6,
		       "process %d: contents of %zu large objects (%s) are not copied; %zu more had changed",
		       (int)target->pid, target->uncopied_count, lh_size_text(bytes, text),
		       list->count - target->uncopied_count);
}
