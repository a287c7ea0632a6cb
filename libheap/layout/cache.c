/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of cached layouts, and its files: one a build-id.
 *
 * Neither is trusted. Folders and files must belong to the effective user, so that root with another user's
 * HOME writes nothing there and trusts nothing from there; files are regular, small and not links. A new
 * file is written beside the old one and takes its place at once, so several writers do no harm.
 */
#include "layout/cache.h"

#include "target/file.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FILE_MAX (64u << 10) /* a layout takes some 8 KB */
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define HEX_MAX (2 * LH_BUILD_ID_MAX + 1)

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

/* The folder of layouts; it and what is missing above are made if @make. */
static int open_folder(bool make)
{
	_cleanup_close_ int outer = -1, inner = -1;
	char path[PATH_MAX];
	bool own;
	const char *base = base_folder(path, sizeof(path), &own);

	if (!base)
		return -1;
	outer = enter(AT_FDCWD, base, make && may_make(base));
	if (outer >= 0 && !own)
		inner = enter(outer, "py-heap", make);
	return enter(own ? outer : inner, "layouts", make);
}

static const char *file_name(const uint8_t *id, size_t id_len, char buf[HEX_MAX])
{
	return id_len < LH_BUILD_ID_MIN ? NULL : lh_build_id_format(id, id_len, buf);
}

/* Return: the length; -1 if there is no such file, or it cannot be one of this library. */
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

/* The target's version may not be known yet. */
static bool same_build(const struct lh_build *kept, const struct lh_build *wanted)
{
	return kept->debug == wanted->debug && kept->free_threaded == wanted->free_threaded &&
	       (!wanted->version || lh_versions_same_minor(kept->version, wanted->version));
}

int lh_layout_from_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_build *build,
			 struct lh_layout *ret)
{
	_cleanup_close_ int folder = open_folder(false);
	_cleanup_free_ char *text = NULL;
	struct lh_layout layout;
	char hex[HEX_MAX];
	ssize_t len;
	int r;

	if (folder < 0 || !file_name(id, id_len, hex))
		return LH_ABSENT;
	text = malloc(FILE_MAX);
	if (!text)
		return lh_nomem(ctx);
	len = read_file(folder, hex, text, FILE_MAX - 1);
	if (len < 0)
		return LH_ABSENT;
	text[len] = 0;
	r = lh_layout_read_text(text, (size_t)len, hex, &layout);
	if (r == -LH_ENOMEM)
		return lh_nomem(ctx);
	if (r == 0 && !same_build(&layout.build, build))
		r = LH_ABSENT;
	if (r != 0) {
		lh_log(ctx, 6, "layout: the cached one of build-id %s is damaged or stale", hex);
		return r;
	}
	layout.build = *build;
	*ret = layout;
	return 0;
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
	char temporary[HEX_MAX + 64];
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

void lh_layout_to_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_layout *layout)
{
	_cleanup_string_ struct lh_string text = {0};
	_cleanup_close_ int folder = -1;
	char hex[HEX_MAX];

	if (!file_name(id, id_len, hex))
		return;
	lh_layout_write_text(&text, hex, layout);
	if (text.failed)
		return;
	folder = open_folder(true);
	if (folder < 0 || !replace_file(folder, hex, text.text, text.len))
		lh_log(ctx, 7, "layout: not cached: %s", folder < 0 ? "no folder for it" : strerror(errno));
}
