/* SPDX-License-Identifier: Apache-2.0 */
/* Room for the copy of a live process, before it is stopped. For the files of this room only. */
#ifndef LH_TARGET_LIVE_ROOM_H
#define LH_TARGET_LIVE_ROOM_H

#include "target/build.h"

/** struct lh_room - our own memory at @data for [@start, @end) of the process; NULL: none could be had */
struct lh_room {
	uint64_t start, end;
	uint8_t *data;
};

/** struct lh_rooms - sorted, none touches another; what they hold belongs to @target */
struct lh_rooms {
	struct lh_target *target;
	struct lh_room *all;
	size_t count, capacity;
	bool on_disk; /* they are parts of the file @fd */
	int fd;
};

/** lh_rooms_foresee() - a mapping, in ascending order, will be copied. Return: 0, -LH_ENOMEM. */
int lh_rooms_foresee(struct lh_rooms *rooms, uint64_t start, uint64_t end);
/**
 * lh_rooms_choose() - memory for @bytes of them, or a file on a disk if the system or a cgroup has too little left;
 * before they are reserved. Return: 0; -LH_ENOMEM: neither has room.
 */
int lh_rooms_choose(struct lh_rooms *rooms, uint64_t bytes); /* live_on_disk.c */
/** lh_rooms_map() - @len bytes of that file at @at. Return: 0, -LH_ENOMEM. The target owns them. */
int lh_rooms_map(const struct lh_rooms *rooms, uint64_t at, uint64_t len, uint8_t **ret);
/** lh_rooms_reserve() - all that were foreseen, with some more on both sides, into which mappings may grow; address space only */
void lh_rooms_reserve(struct lh_rooms *rooms);
/** lh_rooms_get() - room for [@start, @end), of which nothing was got before: a part of a room, or a new one. Return: 0, -LH_ENOMEM. */
int lh_rooms_get(const struct lh_rooms *rooms, uint64_t start, uint64_t end, uint8_t **ret);
void lh_rooms_fini(struct lh_rooms *rooms);

#endif
