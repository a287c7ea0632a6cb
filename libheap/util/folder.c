/* SPDX-License-Identifier: Apache-2.0 */
#include "util/folder.h"
#include "util/array.h"
#include "util/beside.h"
#include "util/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int fail(const struct lh_folder *f, const char *reason)
{
	return lh_fail(f->ctx, LH_EIO, "write %s: %s", f->path, reason);
}

static bool is_empty(DIR *folder)
{
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return false;
	return true;
}

/* Return: 0 if a folder can get the name. */
static int check_place(const struct lh_folder *f)
{
	DIR *there = opendir(f->path);
	bool empty = there && is_empty(there);

	if (!there)
		return errno == ENOENT ? 0 : fail(f, strerror(errno));
	closedir(there);
	return empty ? 0 : fail(f, "there is a folder with files in it: give another name");
}

static int make(struct lh_folder *f)
{
	size_t len = strlen(f->path);

	while (len > 1 && f->path[len - 1] == '/')
		len--;
	if (lh_make_beside(f->path, len, S_IFDIR | 0777, &f->temporary) >= 0)
		return 0;
	return errno == ENOMEM ? lh_nomem(f->ctx) : fail(f, strerror(errno));
}

void lh_make_folders(char *path)
{
	for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
}

int lh_folder_open(struct lh_ctx *ctx, const char *path, struct lh_folder *ret)
{
	int r;

	*ret = (struct lh_folder){.ctx = ctx, .path = path};
	r = check_place(ret);
	return r == 0 ? make(ret) : r;
}

int lh_folder_file(struct lh_folder *f, const char *name, struct lh_output *ret)
{
	char *path = NULL;
	int r;

	*ret = (struct lh_output){.fd = -1};
	if (asprintf(&path, "%s/%s", f->temporary, name) < 0)
		return lh_nomem(f->ctx);
	r = lh_append(f->ctx, f->files, f->count, f->capacity, path);
	if (r < 0) {
		free(path);
		return r;
	}
	r = lh_output_open(f->ctx, path, ret);
	ret->path = f->path; /* messages name what the user knows */
	return r;
}

int lh_folder_finish(struct lh_folder *f)
{
	if (rename(f->temporary, f->path) != 0)
		return fail(f, strerror(errno));
	free(lh_take(f->temporary));
	return 0;
}

void lh_folder_fini(struct lh_folder *f)
{
	for (size_t i = 0; i < f->count; i++) {
		if (f->temporary)
			unlink(f->files[i]);
		free(f->files[i]);
	}
	if (f->temporary)
		rmdir(f->temporary);
	free(f->temporary);
	free(f->files);
	*f = (struct lh_folder){0};
}
