/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Room for the copy of a live process.
 *
 * Memory that was got for a mapping while the process ran shall do when it is stopped and the mapping has grown, or has met its
 * neighbour. So mappings that are near each other share a room, which has what is between them, and some more.
 */
#include "target/live_room.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <unistd.h>

#define MARGIN_MAX ((uint64_t)64 << 20)

static uint64_t margin(const struct lh_room *room)
{
	uint64_t part = (room->end - room->start) / 8 & ~(uint64_t)(LH_PAGE - 1);

	return part < MARGIN_MAX ? part : MARGIN_MAX;
}

int lh_rooms_foresee(struct lh_rooms *rooms, uint64_t start, uint64_t end)
{
	struct lh_room *last = rooms->count ? &rooms->all[rooms->count - 1] : NULL;

	if (last && start - last->end <= margin(last)) {
		last->end = end;
		return 0;
	}
	return lh_append(rooms->target->ctx, rooms->all, rooms->count, rooms->capacity,
			 ((struct lh_room){start, end, NULL}));
}

static void widen(struct lh_rooms *rooms, size_t i)
{
	struct lh_room *room = &rooms->all[i];
	uint64_t before = room->start - (i ? room[-1].end : 0);
	uint64_t after = (i + 1 < rooms->count ? room[1].start : UINT64_MAX) - room->end;
	uint64_t more = margin(room);

	room->start -= more < before ? more : before;
	room->end += more < after ? more : after;
}

void lh_rooms_reserve(struct lh_rooms *rooms)
{
	uint64_t at = 0;

	for (size_t i = 0; i < rooms->count; i++) {
		struct lh_room *room = &rooms->all[i];
		uint64_t len;

		widen(rooms, i);
		len = room->end - room->start;
		/* Without, mappings get one each when they are copied. */
		if ((rooms->on_disk ? lh_rooms_map(rooms, at, len, &room->data)
				    : lh_target_reserve(rooms->target, len, &room->data)) < 0)
			room->data = NULL;
		at += len;
	}
}

int lh_rooms_get(const struct lh_rooms *rooms, uint64_t start, uint64_t end, uint8_t **ret)
{
	size_t i = lh_bsearch_first(rooms->count, k, rooms->all[k].end < end);
	const struct lh_room *room = i < rooms->count ? &rooms->all[i] : NULL;

	if (!room || room->start > start || !room->data)
		return lh_target_reserve(rooms->target, end - start, ret);
	*ret = room->data + (start - room->start);
	return 0;
}

void lh_rooms_fini(struct lh_rooms *rooms)
{
	free(rooms->all);
	if (rooms->on_disk)
		close(rooms->fd);
}
