/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Neither folders nor files are trusted. They must belong to the effective user, so that root with another
 * user's HOME writes nothing there and trusts nothing from there; files are regular, small and not links. A new
 * file is written beside the old one and takes its place at once, so several writers do no harm.
 */
#include "util/user_cache.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* The first variable that is set says where. Return: NULL if
 * there is no cache; *ret_own: the folder is py-heap's alone. */
static const char *base_folder(char *buf, size_t size, bool *ret_own)
{
	const char *own = secure_getenv("PYHEAP_CACHE"), *xdg = secure_getenv("XDG_CACHE_HOME"),
		   *home = secure_getenv("HOME");
	int len;

	*ret_own = own && *own;
	if (*ret_own && strcmp(own, "off") == 0)
		return NULL;
	if (*ret_own)
		len = snprintf(buf, size, "%s", own);
	else if (xdg && *xdg == '/')
		len = snprintf(buf, size, "%s", xdg);
	else if (home && *home == '/')
		len = snprintf(buf, size, "%s/.cache", home);
	else
		return NULL;
	return (size_t)len < size ? buf : NULL;
}

static bool is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_uid == geteuid();
}

/* Not in a folder of somebody else's; root's own let in whom they want to (/tmp). */
static bool may_make(const char *path)
{
	char copy[PATH_MAX];
	struct stat st;

	snprintf(copy, sizeof(copy), "%s", path);
	return stat(dirname(copy), &st) == 0 && (st.st_uid == geteuid() || st.st_uid == 0);
}

/* Open the folder @name in @at. Return: -1 if it neither exists nor can be made, or is not ours. */
static int enter(int at, const char *name, bool make)
{
	_cleanup_close_ int fd = openat(at, name, FOLDER_FLAGS);

	if (fd < 0 && errno == ENOENT && make && (mkdirat(at, name, 0700) == 0 || errno == EEXIST))
		fd = openat(at, name, FOLDER_FLAGS);
	return fd >= 0 && is_ours(fd) ? lh_take_fd(fd) : -1;
}

/* The folder @name in py-heap's own, or that one; what is missing is made if @make. */
static int open_folder(const char *name, bool make)
{
	_cleanup_close_ int outer = -1, inner = -1;
	char path[PATH_MAX];
	bool own;
	const char *base = base_folder(path, sizeof(path), &own);

	if (!base)
		return -1;
	outer = enter(AT_FDCWD, base, make && may_make(base));
	inner = own || outer < 0 ? lh_take_fd(outer) : enter(outer, "py-heap", make);
	return name && inner >= 0 ? enter(inner, name, make) : lh_take_fd(inner);
}

static ssize_t read_file(int folder, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t len = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_size >= (off_t)size)
		return -1;
	while ((n = read(fd, buf + len, size - len)) > 0)
		len += (size_t)n;
	return n < 0 || len >= size ? -1 : (ssize_t)len;
}

ssize_t lh_user_cache_read(const char *folder, const char *name, char *buf, size_t size)
{
	_cleanup_close_ int fd = open_folder(folder, false);

	return fd < 0 ? -1 : read_file(fd, name, buf, size);
}

static bool write_all(int fd, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		len -= (size_t)n;
	}
	return true;
}

/* A name that no other writer has: of this process, at this time. */
static void temporary_name(const char *name, char *buf, size_t size)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	snprintf(buf, size, ".%s.%d.%ld", name, (int)getpid(), ts.tv_nsec);
}

static bool replace_file(int folder, const char *name, const char *text, size_t len)
{
	char temporary[NAME_MAX + 1];
	int fd;
	bool ok;

	temporary_name(name, temporary, sizeof(temporary));
	fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	ok = write_all(fd, text, len);
	ok = close(fd) == 0 && ok && renameat(folder, temporary, folder, name) == 0;
	if (!ok)
		unlinkat(folder, temporary, 0);
	return ok;
}

bool lh_user_cache_write(const char *folder, const char *name, const char *text, size_t len)
{
	_cleanup_close_ int fd = open_folder(folder, true);

	if (fd < 0)
		errno = 0;
	return fd >= 0 && replace_file(fd, name, text, len);
}

bool lh_user_cache_path(char *buf, size_t size)
{
	_cleanup_close_ int fd = open_folder(NULL, true);
	size_t len;
	bool own;

	if (fd < 0 || !base_folder(buf, size, &own))
		return false;
	len = own ? 0 : strlen(buf);
	return own || (size_t)snprintf(buf + len, size - len, "/py-heap") < size - len;
}
