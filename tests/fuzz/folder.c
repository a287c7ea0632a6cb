/* SPDX-License-Identifier: Apache-2.0 */
#include "folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;
static int folder_fd, home_fd;

static int remove_written(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	if (type != FTW_SL && ftw->level > 0)
		(void)remove(path);
	return 0;
}

static int remove_any(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)remove(path);
	return 0;
}

bool folder_clean(void)
{
	(void)nftw(folder, remove_written, 16, FTW_DEPTH | FTW_PHYS);
	setenv("PYHEAP_CACHE", "off", 1);
	return fchdir(home_fd) == 0;
}

static void folder_leave(void)
{
	(void)nftw(folder, remove_any, 16, FTW_DEPTH | FTW_PHYS);
}

static void link_seeds(const char *seeds)
{
	struct dirent *entry;
	DIR *dir = opendir(seeds);

	while (dir && (entry = readdir(dir))) {
		char *path;

		if (entry->d_name[0] == '.' || asprintf(&path, "%s/%s", seeds, entry->d_name) < 0)
			continue;
		(void)symlinkat(path, folder_fd, entry->d_name);
		free(path);
	}
	if (dir)
		closedir(dir);
}

bool folder_enter(const char *seeds)
{
	const char *tmp = getenv("TMPDIR");
	char *all = realpath(seeds, NULL);

	if (!all || asprintf(&folder, "%s/py-heap-fuzz-XXXXXX", tmp ? tmp : "/tmp") < 0)
		return false;
	home_fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folder_fd = mkdtemp(folder) ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (home_fd < 0 || folder_fd < 0) {
		perror(folder);
		return false;
	}
	atexit(folder_leave);
	link_seeds(all);
	free(all);
	unsetenv("DEBUGINFOD_URLS");
	return setenv("PYHEAP_FLEET", "fleet", 1) == 0 && setenv("PYHEAP_CACHE", "off", 1) == 0;
}

static void write_file(const char *path, const uint8_t *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	for (ssize_t n; len && (n = write(fd, bytes, len)) > 0;) {
		bytes += n;
		len -= (size_t)n;
	}
	close(fd);
}

bool folder_cache(const char *id, const char *text, size_t len)
{
	char path[256];

	if (strchr(id, '/') || mkdir("cache", 0700) != 0 || mkdir("cache/layouts", 0700) != 0)
		return false;
	snprintf(path, sizeof(path), "cache/layouts/%s", id);
	write_file(path, (const uint8_t *)text, len);
	return setenv("PYHEAP_CACHE", "cache", 1) == 0;
}

bool folder_fill(const struct input *input, const uint8_t *image, size_t len, bool always)
{
	if (fchdir(folder_fd) != 0)
		return false;
	if (always || memmem(input->words, input->words_len, MUTATED, strlen(MUTATED)))
		write_file(MUTATED, image, len);
	return true;
}
