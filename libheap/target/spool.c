/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compressed file may be a decompression bomb: neither its length nor the disk space it takes may exceed a limit,
 * which is checked before each write.
 */
#include "target/spool.h"

#include "util/string.h"
#include "util/unlinked.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LONGEST (UINT64_C(1) << 40)

/* A write beyond RLIMIT_FSIZE raises a signal that kills. */
static uint64_t longest_file(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur < LONGEST)
		return limit.rlim_cur;
	return LONGEST;
}

/* Leave part of the free space to other programs, in case the file is a decompression bomb. */
static uint64_t room_in(int fd)
{
	struct statvfs fs;
	uint64_t room;

	if (fstatvfs(fd, &fs) != 0 || __builtin_mul_overflow(fs.f_bavail, fs.f_frsize, &room))
		return LONGEST;
	return room - room / 16;
}

int lh_spool_open(struct lh_ctx *ctx, const char *name, struct lh_spool *ret)
{
	const char *folder = lh_temporary_folder();
	int fd = lh_unlinked_open(folder);

	if (fd < 0)
		return lh_fail(ctx, LH_EIO,
			       "decompress core %s: no temporary file in %s: %s: set TMPDIR to a folder with "
			       "room for the whole core",
			       name, folder, strerror(errno));
	*ret = (struct lh_spool){.ctx = ctx,
				 .name = name,
				 .folder = folder,
				 .fd = fd,
				 .longest = longest_file(),
				 .most_stored = room_in(fd)};
	return 0;
}

static int fail_write(const struct lh_spool *spool)
{
	const char *what = "";
	char text[LH_SIZE_MAX];

	if (errno == ENOSPC || errno == EDQUOT)
		what = ": set TMPDIR to a folder with room for the whole core";
	return lh_fail(spool->ctx, LH_EIO, "decompress core %s: write to %s after %s: %s%s", spool->name,
		       spool->folder, lh_size_text(spool->len, text), strerror(errno), what);
}

static int store(struct lh_spool *spool, const uint8_t *data, size_t len, uint64_t at)
{
	char text[LH_SIZE_MAX];

	if (len > spool->most_stored - spool->stored)
		return lh_fail(spool->ctx, LH_EIO,
			       "decompress core %s: it holds more than the %s that may be used in %s: set "
			       "TMPDIR to a folder with more room",
			       spool->name, lh_size_text(spool->most_stored, text), spool->folder);
	spool->stored += len;
	while (len > 0) {
		ssize_t n = pwrite(spool->fd, data, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_write(spool);
		data += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static bool is_zero(const uint8_t *block, size_t len)
{
	return block[0] == 0 && memcmp(block, block + 1, len - 1) == 0;
}

/* Length of the run at @data in which all blocks are zero, or none is. */
static size_t run_of(const uint8_t *data, size_t len, bool *ret_zero)
{
	size_t at = 0;

	while (at < len) {
		size_t block = len - at < LH_SPOOL_BLOCK ? len - at : LH_SPOOL_BLOCK;
		bool zero = is_zero(data + at, block);

		if (at == 0)
			*ret_zero = zero;
		else if (zero != *ret_zero)
			break;
		at += block;
	}
	return at;
}

int lh_spool_write(struct lh_spool *spool, const uint8_t *data, size_t len)
{
	char text[LH_SIZE_MAX];

	if (len > spool->longest - spool->len)
		return lh_fail(spool->ctx, LH_EIO,
			       "decompress core %s: it becomes longer than %s, which no core should be "
			       "(ulimit -f allows up to 1 TiB)",
			       spool->name, lh_size_text(spool->longest, text));
	while (len > 0) {
		bool zero;
		size_t run = run_of(data, len, &zero);
		int r = zero ? 0 : store(spool, data, run, spool->len);

		if (r < 0)
			return r;
		data += run;
		len -= run;
		spool->len += run;
	}
	return 0;
}

int lh_spool_finish(struct lh_spool *spool)
{
	return ftruncate(spool->fd, (off_t)spool->len) == 0 ? 0 : fail_write(spool);
}
