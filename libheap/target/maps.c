/* SPDX-License-Identifier: Apache-2.0 */
/* Reading /proc/PID/maps. */
#include "target/live.h"

#include "util/array.h"
#include "util/bsearch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* "start-end rwxp offset dev inode   path"; a newline in a path is written as \012. */
static int parse_line(struct lh_ctx *ctx, char *line, struct lh_vmas *vmas)
{
	struct lh_vma v = {0};
	char mode[5] = "";
	int path_at = 0, r;

	line[strcspn(line, "\n")] = 0;
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*s %*s %n", &v.map.start, &v.map.end, mode,
		   &v.map.offset, &path_at) < 4)
		return 0;
	v.map.readable = mode[0] == 'r';
	v.map.writable = mode[1] == 'w';
	v.map.executable = mode[2] == 'x';
	v.shared = mode[3] == 's';
	if (path_at && line[path_at]) {
		v.map.path = strdup(line + path_at);
		if (!v.map.path)
			return lh_nomem(ctx);
	}
	r = lh_append(ctx, vmas->all, vmas->count, vmas->capacity, v);
	if (r < 0)
		free(v.map.path);
	return r;
}

int lh_vmas_read(struct lh_target *target, struct lh_vmas *vmas)
{
	char name[64];
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	int r = 0, error;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%d/maps", (int)target->pid);
	f = fopen(name, "re");
	if (!f)
		return lh_fail_process(target->ctx, target->pid, "read the maps of", errno);
	errno = 0;
	while (r == 0 && getline(&line, &size, f) > 0)
		r = parse_line(target->ctx, line, vmas);
	error = ferror(f) ? errno : 0;
	fclose(f);
	if (r == 0 && error)
		r = lh_fail_process(target->ctx, target->pid, "read the maps of", error);
	if (r == 0 && vmas->count == 0)
		r = lh_fail(target->ctx, LH_ESRCH,
			    "read the maps of process %d: it has no memory: it has ended, or it is a kernel "
			    "thread",
			    (int)target->pid);
	return r;
}

/* Pages of a shared mapping belong to a file, or to none but other processes: only the system knows which are dirty. */
static bool is_asked_about(const struct lh_vma *v, bool all)
{
	return (v->shared || all) && v->map.writable;
}

static struct lh_vma *find(struct lh_vmas *vmas, uint64_t start)
{
	size_t i = lh_bsearch_first(vmas->count, k, vmas->all[k].map.start < start);

	return i < vmas->count && vmas->all[i].map.start == start ? &vmas->all[i] : NULL;
}

void lh_vmas_read_dirty(const struct lh_target *target, struct lh_vmas *vmas, bool all)
{
	_cleanup_free_ char *line = NULL;
	struct lh_vma *v = NULL;
	size_t size = 0, asked = 0;
	char name[64];
	FILE *f;

	for (size_t i = 0; i < vmas->count; i++)
		asked += is_asked_about(&vmas->all[i], all);
	snprintf(name, sizeof(name), "/proc/%d/smaps", (int)target->pid);
	f = asked ? fopen(name, "re") : NULL;
	while (f && getline(&line, &size, f) > 0) {
		uint64_t start, end, kilobytes;

		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &start, &end) == 2)
			v = find(vmas, start);
		else if (v && is_asked_about(v, all) &&
			 sscanf(line, "Private_Dirty: %" SCNu64 " kB", &kilobytes) == 1)
			v->dirty = kilobytes << 10;
	}
	if (f)
		fclose(f);
}

void lh_vmas_fini(struct lh_vmas *vmas)
{
	for (size_t i = 0; i < vmas->count; i++)
		free(vmas->all[i].map.path);
	free(vmas->all);
	*vmas = (struct lh_vmas){0};
}
