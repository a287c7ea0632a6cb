/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are kept for the user's next run.
 *
 * The folder is $PYHEAP_CACHE, else py-heap in $XDG_CACHE_HOME or ~/.cache; PYHEAP_CACHE=off: none. Only the user
 * may read what is made there. @folder: one in it; NULL: itself. May be called from any thread.
 */
#ifndef LH_UTIL_USER_CACHE_H
#define LH_UTIL_USER_CACHE_H

#include <stdbool.h>
#include <sys/types.h>

/** lh_user_cache_read() - a whole file of less than @size bytes. Return: the length; -1 if there is none that is ours. */
ssize_t lh_user_cache_read(const char *folder, const char *name, char *buf, size_t size);
/** lh_user_cache_write() - the file has all of @text, or is as it was. Return: false: errno says why, 0: no folder is ours. */
bool lh_user_cache_write(const char *folder, const char *name, const char *text, size_t len);
/** lh_user_cache_path() - the folder itself, made if it is not there. Return: false: there is none that is ours. */
bool lh_user_cache_path(char *buf, size_t size);

#endif
