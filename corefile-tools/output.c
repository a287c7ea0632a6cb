/* SPDX-License-Identifier: Apache-2.0 */
/* Where an answer goes. A file gets all of it or keeps what it had: written beside it, then renamed. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	for (; len > 0; text += n, len -= (size_t)n) {
		n = write(fd, text, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		if (n < 0)
			return -1;
	}
	return 0;
}

static int write_direct(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), r, failed;

	if (fd < 0)
		return -1;
	r = write_all(fd, text, len);
	failed = errno;
	close(fd);
	errno = failed;
	return r;
}

/* mkostemp() makes files private; a result is as public as the user's umask says. */
static int write_temporary(int fd, const char *text, size_t len)
{
	mode_t mask = umask(0);

	umask(mask);
	if (fchmod(fd, 0666 & ~mask) != 0 || write_all(fd, text, len) != 0)
		return -1;
	return fsync(fd) == 0 || errno == EINVAL ? 0 : -1;
}

static int write_beside(const char *path, const char *text, size_t len)
{
	char *temporary;
	int fd, r, failed;

	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -1;
	fd = mkostemp(temporary, O_CLOEXEC);
	r = fd < 0 ? -1 : write_temporary(fd, text, len);
	failed = errno;
	if (fd >= 0 && close(fd) != 0 && r == 0) {
		r = -1;
		failed = errno;
	}
	if (r == 0 && rename(temporary, path) != 0) {
		r = -1;
		failed = errno;
	}
	if (r != 0 && fd >= 0)
		unlink(temporary);
	free(temporary);
	errno = failed;
	return r;
}

int cli_write(const char *path, const char *text, size_t len)
{
	struct stat st;

	signal(SIGPIPE, SIG_IGN); /* a reader that left ("| head") is no failure worth a word */
	if (!path)
		return write_all(STDOUT_FILENO, text, len);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_direct(path, text, len);
	return write_beside(path, text, len);
}
