/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock (Linux 5.13+): this thread, and those that it starts, can from then on change files only below some folders, and
 * run no programs. Reading is as before.
 */
#ifndef LH_UTIL_LANDLOCK_H
#define LH_UTIL_LANDLOCK_H

/** lh_landlock_open() - rules that allow nothing. Return: a file descriptor, which the caller closes; -1: the kernel has no Landlock. */
int lh_landlock_open(void);
/** lh_landlock_allow() - files below the folder at @path may be changed, or the file there. Without one nothing is allowed. */
void lh_landlock_allow(int rules, const char *path);
/** lh_landlock_enforce() - the rules hold from now on, for good. Return: 0; -1 with errno set. */
int lh_landlock_enforce(int rules);

#endif
