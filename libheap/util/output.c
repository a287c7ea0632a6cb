/* SPDX-License-Identifier: Apache-2.0 */
/* The path is opened first, so that the kernel's protection of links in shared folders holds. */
#include "util/output.h"
#include "libheap-command.h"
#include "util/beside.h"
#include "util/cleanup.h"
#include "util/unlinked.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(const struct lh_output *o, const char *reason)
{
	return lh_fail(o->ctx, LH_EIO, "write %s: %s", o->path, reason);
}

static int write_all(const struct lh_output *o, const char *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = write(o->fd, bytes + at, len - at);

		if (n < 0 && errno != EINTR)
			return fail(o, strerror(errno));
		at += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

/* A new file with the mode of @old, which it takes the place of; NULL: as the user's umask says. Who has given up
 * rights cannot change it later. */
static int make_beside(const char *path, const struct stat *old, char **ret_name)
{
	mode_t mask = old ? umask(0) : 0;
	int fd = lh_make_beside(path, strlen(path), S_IFREG | (old ? old->st_mode & 07777 : 0666), ret_name),
	    error = errno;

	if (old)
		umask(mask);
	errno = error;
	return fd;
}

/* The group of @old. The system clears set-user-ID bits of a file that changes its group, so the mode is set again. */
static bool set_group(int fd, const struct stat *old)
{
	struct stat st;

	if (!old || fstat(fd, &st) != 0 || st.st_gid == old->st_gid)
		return true;
	return fchown(fd, (uid_t)-1, old->st_gid) == 0 && fchmod(fd, old->st_mode & 07777) == 0;
}

/* @path: of the file itself, no link. Return: 0; LH_ABSENT when a file cannot be put in the place of @old; -LH_E*. */
static int open_beside(struct lh_output *o, const char *path, const struct stat *old)
{
	_cleanup_free_ char *name = NULL;
	_cleanup_close_ int fd = -1;

	o->real = strdup(path);
	if (!o->real)
		return lh_nomem(o->ctx);
	fd = make_beside(path, old, &name);
	if (fd < 0 && errno == ENOMEM)
		return lh_nomem(o->ctx);
	if (fd < 0)
		return old ? LH_ABSENT : fail(o, strerror(errno));
	if (!set_group(fd, old)) {
		unlink(name);
		return old ? LH_ABSENT : fail(o, strerror(errno));
	}
	if (o->fd >= 0)
		close(o->fd);
	o->fd = lh_take_fd(fd);
	o->temporary = lh_take(name);
	o->sparse = true;
	return 0;
}

/* Not in the place of a file that has another name or owner, or cannot be found again. */
static int open_instead(struct lh_output *o, const struct stat *old)
{
	char real[PATH_MAX];
	struct stat st;

	if (old->st_nlink == 1 && old->st_uid == geteuid() && realpath(o->path, real) &&
	    lstat(real, &st) == 0 && st.st_dev == old->st_dev && st.st_ino == old->st_ino)
		return open_beside(o, real, old);
	return LH_ABSENT;
}

/* A temporary file of the caller's, as /proc/self/fd/N has it: no other has use of what is in it, and it need not last. */
static int open_unnamed(struct lh_output *o)
{
	if (ftruncate(o->fd, 0) != 0)
		return fail(o, strerror(errno));
	o->sparse = true;
	o->unlinked = true;
	return 0;
}

static int open_existing(struct lh_output *o)
{
	struct stat st;

	if (fstat(o->fd, &st) != 0)
		return fail(o, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return 0;
	if (lh_ctx_is_input(o->ctx, &st))
		return fail(o, "that file is being read: give another name");
	if (st.st_nlink == 0)
		return open_unnamed(o);
	if (!(st.st_mode & 0222)) /* root could */
		return fail(o, "the file is read-only");
	return open_instead(o, &st);
}

/* Return: 0; LH_ABSENT: nothing can take the place of the file that is there, which is @ret->fd, unchanged; -LH_E*. */
static int open_path(struct lh_ctx *ctx, const char *path, struct lh_output *ret)
{
	struct stat st;

	*ret = (struct lh_output){
		.ctx = ctx, .path = path, .fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)};
	ret->buffer = ret->fd >= 0 || errno == ENOENT ? malloc(LH_OUTPUT_BUFFER) : NULL;
	if (ret->fd < 0 && errno != ENOENT)
		return fail(ret, strerror(errno));
	if (!ret->buffer)
		return lh_nomem(ctx);
	if (ret->fd >= 0)
		return open_existing(ret);
	if (lstat(path, &st) == 0)
		return fail(ret, "it is a link to a file that does not exist");
	return open_beside(ret, path, NULL);
}

int lh_output_open(struct lh_ctx *ctx, const char *path, struct lh_output *ret)
{
	int r = open_path(ctx, path, ret);

	if (r == LH_ABSENT)
		return fail(ret,
			    "nothing can take its place: it has other names, or is not yours, or its folder "
			    "is read-only: give another name");
	return r;
}

int lh_output_open_stdout(struct lh_ctx *ctx, struct lh_output *ret)
{
	*ret = (struct lh_output){.ctx = ctx, .path = "stdout", .fd = -1};
	if (isatty(STDOUT_FILENO))
		return fail(ret, "it is a terminal: give the name of a file, or a pipe");
	ret->fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (ret->fd < 0)
		return fail(ret, strerror(errno));
	ret->buffer = malloc(LH_OUTPUT_BUFFER);
	return ret->buffer ? 0 : lh_nomem(ctx);
}

int lh_output_open_unlinked(struct lh_ctx *ctx, struct lh_output *ret)
{
	const char *folder = lh_temporary_folder();

	*ret = (struct lh_output){.ctx = ctx,
				  .path = "a temporary file",
				  .fd = lh_unlinked_open(folder),
				  .sparse = true,
				  .unlinked = true};
	if (ret->fd < 0)
		return lh_fail(ctx, LH_EIO,
			       "write a temporary file in %s: %s: set TMPDIR to a folder with room", folder,
			       strerror(errno));
	ret->buffer = malloc(LH_OUTPUT_BUFFER);
	return ret->buffer ? 0 : lh_nomem(ctx);
}

static void flush(struct lh_output *o)
{
	if (o->error == 0)
		o->error = write_all(o, o->buffer, o->used);
	o->used = 0;
}

void lh_output_add(struct lh_output *o, const char *bytes, size_t len)
{
	o->bytes += len;
	if (len > LH_OUTPUT_BUFFER - o->used)
		flush(o);
	if (len > LH_OUTPUT_BUFFER) {
		if (o->error == 0)
			o->error = write_all(o, bytes, len);
		return;
	}
	memcpy(o->buffer + o->used, bytes, len);
	o->used += len;
}

void lh_output_zeros(struct lh_output *o, uint64_t len)
{
	static const char zeros[4096];

	if (o->sparse && len >= LH_OUTPUT_BUFFER) {
		flush(o);
		o->bytes += len;
		o->holes = true;
		if (o->error == 0 && lseek(o->fd, (off_t)len, SEEK_CUR) < 0)
			o->error = fail(o, strerror(errno));
		return;
	}
	for (uint64_t n; len && o->error == 0; len -= n) {
		n = len < sizeof(zeros) ? len : sizeof(zeros);
		lh_output_add(o, zeros, n);
	}
}

void lh_output_addf(struct lh_output *o, const char *format, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (n < 0) {
		text = NULL;
		o->error = o->error == 0 ? lh_nomem(o->ctx) : o->error;
		return;
	}
	lh_output_add(o, text, (size_t)n);
}

int lh_output_finish(struct lh_output *o)
{
	flush(o);
	if (o->error == 0 && o->holes && ftruncate(o->fd, (off_t)o->bytes) != 0) /* it may end in a hole */
		o->error = fail(o, strerror(errno));
	if (o->error == 0 && !o->unlinked && fsync(o->fd) != 0 && errno != EINVAL)
		o->error = fail(o, strerror(errno));
	if (o->error == 0 && o->temporary && rename(o->temporary, o->real) != 0)
		o->error = fail(o, strerror(errno));
	if (o->error == 0 && o->temporary) {
		free(o->temporary);
		o->temporary = NULL;
	}
	return o->error;
}

void lh_output_fini(struct lh_output *o)
{
	if (o->temporary)
		unlink(o->temporary);
	free(o->temporary);
	free(o->real);
	free(o->buffer);
	if (o->fd >= 0)
		close(o->fd);
	*o = (struct lh_output){.fd = -1};
}

/* Only here: a text that is complete may be written over a file that nothing can take the place of. */
int lh_write_file(struct lh_ctx *ctx, const char *path, const char *text, size_t len)
{
	_cleanup_(lh_output_fini) struct lh_output o;
	int r = open_path(ctx, path, &o);

	if (r == LH_ABSENT)
		r = ftruncate(o.fd, 0) == 0 ? 0 : fail(&o, strerror(errno));
	if (r < 0)
		return r;
	lh_output_add(&o, text, len);
	return lh_output_finish(&o);
}
