/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders with names of their own beside others, which they will take the place of. */
#ifndef LH_UTIL_BESIDE_H
#define LH_UTIL_BESIDE_H

#include <stddef.h>
#include <sys/types.h>

/**
 * lh_make_beside() - make a file or folder with the first @len bytes of @path as its name, and letters that nobody can
 * guess Unlike mkostemp() and mkdtemp() it has the mode from the beginning: who has given up rights cannot change it
 * (docs/security.md).
 * @mode: S_IFREG or S_IFDIR, and the mode, from which the umask takes.
 * Return: a descriptor to write to, of a folder 0, and *@ret_name to be freed; -1 with errno set.
 */
int lh_make_beside(const char *path, size_t len, mode_t mode, char **ret_name);

#endif
