/* SPDX-License-Identifier: Apache-2.0 */
#include "util/beside.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#define LETTERS 8
#define TRIES 100 /* that many names cannot be taken by chance */

static int set_letters(char *at)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
	uint8_t random[LETTERS];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return -1;
	for (size_t i = 0; i < LETTERS; i++)
		at[i] = letters[random[i] % (sizeof(letters) - 1)];
	return 0;
}

static int make(const char *name, mode_t mode)
{
	if (S_ISDIR(mode))
		return mkdir(name, mode & 07777);
	return open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode & 07777);
}

int lh_make_beside(const char *path, size_t len, mode_t mode, char **ret_name)
{
	_cleanup_free_ char *name = NULL;
	int fd = -1;

	if (asprintf(&name, "%.*s.%*s", (int)len, path, LETTERS, "") < 0) {
		name = NULL;
		errno = ENOMEM;
		return -1;
	}
	for (int i = 0; fd < 0 && i < TRIES; i++) {
		if (set_letters(name + len + 1) < 0)
			return -1;
		fd = make(name, mode);
		if (fd < 0 && errno != EEXIST)
			return -1;
	}
	if (fd >= 0)
		*ret_name = lh_take(name);
	return fd;
}
