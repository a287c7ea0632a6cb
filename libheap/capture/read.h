/* SPDX-License-Identifier: Apache-2.0 */
/* Small files of the system, and links of /proc. */
#ifndef LH_CAPTURE_READ_H
#define LH_CAPTURE_READ_H

#include "util/error.h"

#include <stddef.h>

/** lh_read_line() - the first line of a small file, without its end. Return: whether it could be read. */
bool lh_read_line(const char *path, char *buf, size_t size);
/** lh_read_number() - the number that a file has; @otherwise if there is none */
long lh_read_number(const char *path, long otherwise);
/** lh_other_namespace() - whether a process is known to be in another namespace of a kind ("mnt", "user", "uts") than we are */
bool lh_other_namespace(pid_t pid, const char *kind);
/** lh_sees_host() - whether what the kernel runs (a core's handler) has the files that we see: we are in no container */
bool lh_sees_host(void);

#endif
