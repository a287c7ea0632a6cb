/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing an answer to a file that the user names, without doing harm.
 *
 * A file gets all of it or keeps what it had: it is written beside it, then renamed. What is there stays what
 * it is: its mode and owner, a link to it, a file that is read-only; and what is being read is never written.
 * The path is opened first, so that the kernel's protection of links in shared folders holds.
 */
#include "libheap-command.h"
#include "util/cleanup.h"
#include "util/error.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct output {
	struct lh_ctx *ctx;
	const char *path, *text;
	size_t len;
};

static int fail(const struct output *o, const char *reason)
{
	return lh_fail(o->ctx, LH_EIO, "write %s: %s", o->path, reason);
}

static int write_all(const struct output *o, int fd)
{
	for (size_t at = 0; at < o->len;) {
		ssize_t n = write(fd, o->text + at, o->len - at);

		if (n < 0 && errno != EINTR)
			return fail(o, strerror(errno));
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* The mode of @old, which the new file takes the place of; NULL: as the user's umask says. */
static bool set_mode(int fd, const struct stat *old)
{
	mode_t mask = umask(0);

	umask(mask);
	if (old && fchown(fd, old->st_uid, old->st_gid) != 0)
		return false;
	return fchmod(fd, old ? old->st_mode & 07777 : 0666 & ~mask) == 0;
}

static int write_and_sync(const struct output *o, int fd)
{
	int r = write_all(o, fd);

	return r == 0 && fsync(fd) != 0 && errno != EINVAL ? fail(o, strerror(errno)) : r;
}

/* Return: 0; LH_ABSENT when a file cannot be put in the place of @old; -LH_EIO. */
static int write_beside(const struct output *o, const char *path, const struct stat *old)
{
	_cleanup_free_ char *temporary = NULL;
	_cleanup_close_ int fd = -1;
	int r;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
		temporary = NULL;
		return lh_nomem(o->ctx);
	}
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return old ? LH_ABSENT : fail(o, strerror(errno));
	r = set_mode(fd, old) ? write_and_sync(o, fd) : LH_ABSENT;
	if (r == 0 && rename(temporary, path) != 0)
		r = fail(o, strerror(errno));
	if (r != 0)
		unlink(temporary);
	return r == LH_ABSENT && !old ? fail(o, strerror(errno)) : r;
}

/* Not in the place of a file that has another name or owner, or cannot be found again: then into it. */
static int replace(const struct output *o, int fd, const struct stat *old)
{
	char real[PATH_MAX];
	struct stat st;
	int r = LH_ABSENT;

	if (old->st_nlink == 1 && old->st_uid == geteuid() && realpath(o->path, real) &&
	    lstat(real, &st) == 0 && st.st_dev == old->st_dev && st.st_ino == old->st_ino)
		r = write_beside(o, real, old);
	if (r != LH_ABSENT)
		return r;
	return ftruncate(fd, 0) == 0 ? write_and_sync(o, fd) : fail(o, strerror(errno));
}

static int write_into(const struct output *o, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(o, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return write_all(o, fd);
	if (lh_ctx_is_input(o->ctx, &st))
		return fail(o, "that file is being read: give another name");
	if (!(st.st_mode & 0222)) /* root could */
		return fail(o, "the file is read-only");
	return replace(o, fd, &st);
}

int lh_write_file(struct lh_ctx *ctx, const char *path, const char *text, size_t len)
{
	const struct output o = {ctx, path, text, len};
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd >= 0)
		return write_into(&o, fd);
	if (errno != ENOENT)
		return fail(&o, strerror(errno));
	if (lstat(path, &st) == 0)
		return fail(&o, "it is a link to a file that does not exist");
	return write_beside(&o, path, NULL);
}
