/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of files that the user names: it is there with all of them, or not at all. The files are written in a folder beside it,
 * which is renamed.
 */
#ifndef LH_UTIL_FOLDER_H
#define LH_UTIL_FOLDER_H

#include "util/output.h"

struct lh_folder {
	struct lh_ctx *ctx;
	const char *path; /* as the user gave it; borrowed */
	char *temporary;  /* NULL: finished, or never begun */
	char **files;     /* names of those in it */
	size_t count, capacity;
};

/** lh_make_folders() - folders of @path, which is changed meanwhile, up to its last '/'; one that cannot be made is not told */
void lh_make_folders(char *path);
/** lh_folder_open() - begin to write the folder at @path: there is none, or an empty one. Return: 0; -LH_EIO, -LH_ENOMEM. Free with
 * lh_folder_fini() in any case. */
int lh_folder_open(struct lh_ctx *ctx, const char *path, struct lh_folder *ret);
/** lh_folder_file() - begin to write the file @name in it. Return: as lh_output_open(); likewise. */
int lh_folder_file(struct lh_folder *folder, const char *name, struct lh_output *ret);
/** lh_folder_finish() - all files are finished: the folder gets its name. Return: 0; -LH_EIO. */
int lh_folder_finish(struct lh_folder *folder);
/** lh_folder_fini() - remove what is not finished */
void lh_folder_fini(struct lh_folder *folder);

#endif
