/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory may still be had before the system ends a process for it: perhaps not this one. */
#ifndef LH_UTIL_MEMORY_LEFT_H
#define LH_UTIL_MEMORY_LEFT_H

#include <stdint.h>
#include <sys/types.h>

/** lh_memory_left() - bytes that the system and the cgroups of this process have left; UINT64_MAX: nothing is known */
uint64_t lh_memory_left(void);
/** lh_cgroup_memory_left() - likewise, of cgroups alone; @root: "/sys/fs/cgroup"; @own: "/proc/self/cgroup" */
uint64_t lh_cgroup_memory_left(const char *root, const char *own);
/** lh_data_left() - bytes of private memory that this process may still map (RLIMIT_DATA); UINT64_MAX: no limit */
uint64_t lh_data_left(void);
/** lh_status_bytes() - a size of /proc/PID/status; "RssAnon" is what is in memory and no file's
 * @pid: 0: this process. Return: 0: it is not there. */
uint64_t lh_status_bytes(pid_t pid, const char *key);

#endif
