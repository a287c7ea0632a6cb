/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cgroup's limit holds for those below it, too. Pages of files that nobody has used for a while count as used, and
 * are given back before anybody is killed (Documentation/admin-guide/cgroup-v2.rst, cgroup-v1/memory.rst).
 */
#include "util/memory_left.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* The number after @key at the beginning of a line; @key "": at the beginning of the file. */
static bool read_number(const char *path, const char *key, uint64_t *ret)
{
	size_t len = strlen(key);
	char line[256];
	bool found = false;
	FILE *f = fopen(path, "re");

	while (f && !found && fgets(line, sizeof(line), f))
		found = strncmp(line, key, len) == 0 &&
			sscanf(line + len + strspn(line + len, ": \t"), "%" SCNu64, ret) == 1;
	if (f)
		fclose(f);
	return found;
}

struct names {
	const char *folder, *limit, *used, *unused;
};

static uint64_t left_in(const struct names *names, const char *root, const char *group)
{
	uint64_t limit, used, unused = 0;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s%s%s/%s", root, names->folder, group, names->limit);
	if (!read_number(path, "", &limit))
		return UINT64_MAX;
	snprintf(path, sizeof(path), "%s%s%s/%s", root, names->folder, group, names->used);
	if (!read_number(path, "", &used))
		return UINT64_MAX;
	snprintf(path, sizeof(path), "%s%s%s/memory.stat", root, names->folder, group);
	(void)read_number(path, names->unused, &unused);
	used -= unused < used ? unused : used;
	return used < limit ? limit - used : 0;
}

/* Of the group and of all above it. In a container the path may be the host's, and the root the container's own. */
static uint64_t left_up(const struct names *names, const char *root, char *group)
{
	uint64_t least = UINT64_MAX;

	for (;;) {
		char *slash = strrchr(group, '/');
		uint64_t left = left_in(names, root, group);

		least = left < least ? left : least;
		if (!slash)
			return least;
		*slash = '\0';
	}
}

static bool has_memory(const char *controllers)
{
	const char *found = strstr(controllers, "memory");

	return found && (found == controllers || found[-1] == ',') && (found[6] == '\0' || found[6] == ',');
}

uint64_t lh_cgroup_memory_left(const char *root, const char *own)
{
	static const struct names v2 = {"", "memory.max", "memory.current", "inactive_file"},
				  v1 = {"/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
					"total_inactive_file"};
	uint64_t least = UINT64_MAX;
	char line[PATH_MAX];
	FILE *f = fopen(own, "re");

	while (f && fgets(line, sizeof(line), f)) {
		char *controllers = strchr(line, ':'),
		     *group = controllers ? strchr(controllers + 1, ':') : NULL;
		uint64_t left = UINT64_MAX;

		if (!group)
			continue;
		*group++ = '\0';
		group[strcspn(group, "\n")] = '\0';
		if (!controllers[1])
			left = left_up(&v2, root, group);
		else if (has_memory(controllers + 1))
			left = left_up(&v1, root, group);
		least = left < least ? left : least;
	}
	if (f)
		fclose(f);
	return least;
}

uint64_t lh_status_bytes(pid_t pid, const char *key)
{
	uint64_t kilobytes = 0;
	char path[64] = "/proc/self/status";

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return read_number(path, key, &kilobytes) ? kilobytes << 10 : 0;
}

uint64_t lh_data_left(void)
{
	uint64_t used = lh_status_bytes(0, "VmData");
	struct rlimit limit;

	if (getrlimit(RLIMIT_DATA, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return used < limit.rlim_cur ? limit.rlim_cur - used : 0;
}

uint64_t lh_memory_left(void)
{
	uint64_t system = UINT64_MAX, cgroup = lh_cgroup_memory_left("/sys/fs/cgroup", "/proc/self/cgroup");

	if (read_number("/proc/meminfo", "MemAvailable", &system))
		system <<= 10;
	return system < cgroup ? system : cgroup;
}
