/* SPDX-License-Identifier: Apache-2.0 */
/* Which mapping of a live process is read how, and when. */
#include "target/live.h"

#include <string.h>

#define FILE_COPY_MAX \
	((uint64_t)256 << 20) /* bigger private file mappings are data files, not modules: on demand */
#define CONST_COPY_MAX ((uint64_t)64 << 20)

#define RESERVED_MAX ((uint64_t)1 << 42) /* nothing of that much is read */

bool lh_vma_is_file(const struct lh_vma *v)
{
	return v->map.path && v->map.path[0] == '/';
}

static bool is_device(const struct lh_vma *v)
{
	const char *path = v->map.path;

	return path && strncmp(path, "/dev/", 5) == 0 && strncmp(path, "/dev/shm/", 9) != 0 &&
	       strncmp(path, "/dev/zero", 9) != 0;
}

enum lh_when lh_vma_when(const struct lh_vma *v, bool scans)
{
	uint64_t size = v->map.end - v->map.start;

	if (!v->map.readable || is_device(v) || (v->map.path && strncmp(v->map.path, "[vvar", 5) == 0) ||
	    (v->map.path && strcmp(v->map.path, "[vsyscall]") == 0))
		return LH_NEVER;
	if (size >= RESERVED_MAX)
		return LH_NEVER;
	if (v->shared || (size >= LH_PAGES_RESERVED_MIN && !scans))
		return LH_ON_DEMAND;
	if (!lh_vma_is_file(v))
		return LH_STOPPED;
	if (v->map.writable)
		return size <= FILE_COPY_MAX ? LH_STOPPED : LH_ON_DEMAND;
	return !v->map.executable && size <= CONST_COPY_MAX ? LH_AFTERWARDS : LH_ON_DEMAND;
}
