/* SPDX-License-Identifier: Apache-2.0 */
/* The dumps that words name: files, and what looks like a core in folders. */
#include "commands/fleet.h"
#include "target/decompress.h"
#include "util/array.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A folder has other files, too. One that cannot be read may be a core, and opening it says why not. */
static bool may_be_core(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	uint8_t head[64] = {0};
	ssize_t n = fd < 0 ? 0 : read(fd, head, sizeof(head));
	uint16_t type;

	if (fd < 0)
		return true;
	if (n < (ssize_t)offsetof(Elf64_Ehdr, e_machine))
		return false;
	memcpy(&type, head + offsetof(Elf64_Ehdr, e_type), sizeof(type));
	if (memcmp(head, ELFMAG, SELFMAG) == 0)
		return type == ET_CORE;
	return lh_compression_name(head, (size_t)n) != NULL;
}

static int visit(const char *folder, const char *name,
		 int (*fn)(const char *file, const char *error, void *arg), void *arg)
{
	_cleanup_free_ char *path = NULL;
	struct stat st;

	if (asprintf(&path, "%s/%s", folder, name) < 0) {
		path = NULL;
		return -LH_ENOMEM;
	}
	if (stat(path, &st) < 0)
		return fn(path, strerror(errno), arg);
	return S_ISREG(st.st_mode) && may_be_core(path) ? fn(path, NULL, arg) : 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

int lh_fleet_collect(struct lh_ctx *ctx, const char *word,
		     int (*fn)(const char *file, const char *error, void *arg), void *arg)
{
	struct dirent **entries = NULL;
	struct stat st;
	int count, r = 0;

	if (stat(word, &st) < 0)
		return fn(word, strerror(errno), arg);
	if (!S_ISDIR(st.st_mode))
		return fn(word, NULL, arg);
	count = scandir(word, &entries, NULL, by_name);
	if (count < 0)
		return errno == ENOMEM ? lh_nomem(ctx) : fn(word, strerror(errno), arg);
	for (int i = 0; i < count; i++) {
		if (r == 0)
			r = visit(word, entries[i]->d_name, fn, arg);
		free(entries[i]);
	}
	free(entries);
	return r == -LH_ENOMEM ? lh_nomem(ctx) : r;
}
