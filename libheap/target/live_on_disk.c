/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the copy of a live process goes if memory is short.
 *
 * Memory that runs out while the copy is made would have the system kill a process, and the one that is copied is the
 * largest: the first to go. A file's pages are written out instead.
 */
#include "target/live_room.h"
#include "util/array.h"
#include "util/cleanup.h"
#include "util/memory_left.h"
#include "util/string.h"
#include "util/unlinked.h"

#include <errno.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <unistd.h>

#define SMALL ((uint64_t)64 << 20) /* is had anywhere */

/* What rooms take at most once they are widened. */
static uint64_t room_bytes(const struct lh_rooms *rooms)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rooms->count; i++)
		sum += (rooms->all[i].end - rooms->all[i].start) / 4 * 5;
	return sum;
}

/* Return: a descriptor; -1: no file there, or it would be in memory, or there is not enough of it. */
static int open_in(const char *folder, uint64_t bytes, uint64_t len)
{
	_cleanup_close_ int fd = lh_unlinked_open(folder);
	struct rlimit limit;
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) != 0 || fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return -1;
	if (bytes + bytes / 16 > (uint64_t)fs.f_bavail * (uint64_t)fs.f_bsize)
		return -1;
	/* Longer files raise a signal. */
	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && len > limit.rlim_cur)
		return -1;
	return ftruncate(fd, (off_t)len) == 0 ? lh_take_fd(fd) : -1;
}

static int use_file(struct lh_rooms *rooms, uint64_t bytes, uint64_t left)
{
	const char *folders[] = {lh_temporary_folder(), "/var/tmp"};
	char need[LH_SIZE_MAX], have[LH_SIZE_MAX];

	for (size_t i = 0; i < LH_ARRAY_SIZE(folders) && !rooms->on_disk; i++) {
		rooms->fd = open_in(folders[i], bytes, room_bytes(rooms));
		rooms->on_disk = rooms->fd >= 0;
		if (rooms->on_disk)
			lh_log(rooms->target->ctx, LH_LOG_NOTICE,
			       "process %d: the copy of it takes %s, and %s of memory are left: it goes to a "
			       "file in %s, which takes longer",
			       (int)rooms->target->pid, lh_size_text(bytes, need), lh_size_text(left, have),
			       folders[i]);
	}
	return rooms->on_disk ? 0 : LH_ABSENT;
}

int lh_rooms_choose(struct lh_rooms *rooms, uint64_t bytes)
{
	uint64_t left = lh_memory_left(), data = lh_data_left();
	char need[LH_SIZE_MAX], have[LH_SIZE_MAX];
	bool fits = bytes <= left && room_bytes(rooms) <= data;

	left = left < data ? left : data;
	/* Half as much again is what answers need, but for some of many small objects. */
	if (bytes <= SMALL || (fits && bytes + bytes / 2 <= left))
		return 0;
	if (use_file(rooms, bytes, left) == 0 || fits)
		return 0;
	return lh_fail(
		rooms->target->ctx, LH_ENOMEM,
		"copy process %d: it takes %s, %s of memory are left, and no folder for temporary files on a "
		"disk has room: set TMPDIR to one that has, or write a core (gcore -o FILE %d) and ask that "
		"on another machine",
		(int)rooms->target->pid, lh_size_text(bytes, need), lh_size_text(left, have),
		(int)rooms->target->pid);
}

int lh_rooms_map(const struct lh_rooms *rooms, uint64_t at, uint64_t len, uint8_t **ret)
{
	void *data = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, rooms->fd, (off_t)at);
	int r = data == MAP_FAILED ? -LH_ENOMEM : lh_target_own(rooms->target, data, len);

	if (r == 0)
		*ret = data;
	return r;
}
