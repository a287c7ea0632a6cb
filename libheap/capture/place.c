/* SPDX-License-Identifier: Apache-2.0 */
/* Folder, rights and room of a core that is a file. */
#include "capture/place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Bits of capabilities (linux/capability.h). */
#define CAN_OVERRIDE (1u << 1) /* CAP_DAC_OVERRIDE */
#define IS_OWNER (1u << 3)     /* CAP_FOWNER */

static bool in_group(const struct lh_capture_process *p, gid_t gid)
{
	if (p->fsgid == gid)
		return true;
	for (size_t i = 0; i < p->group_count; i++)
		if (p->groups[i] == gid)
			return true;
	return false;
}

/* Capabilities of another user namespace hold for its own files alone. */
static bool is_capable(const struct lh_capture_process *p, unsigned capability)
{
	return !p->other_users && (p->capabilities & capability);
}

bool lh_may_create(const struct lh_capture_process *p, const struct stat *folder)
{
	unsigned shift = folder->st_uid == p->fsuid ? 6 : in_group(p, folder->st_gid) ? 3 : 0;

	return is_capable(p, CAN_OVERRIDE) || ((folder->st_mode >> shift) & 3) == 3;
}

bool lh_may_replace(const struct lh_capture_process *p, const struct stat *folder, const struct stat *file)
{
	if (S_ISDIR(file->st_mode))
		return false;
	return !(folder->st_mode & S_ISVTX) || file->st_uid == p->fsuid || folder->st_uid == p->fsuid ||
	       is_capable(p, IS_OWNER);
}

static bool is_same(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev &&
	       one.st_ino == other.st_ino;
}

/* Links in the root of another process would be followed in ours. */
static bool has_link(char *path, size_t from)
{
	for (char *at = path + from; at && *at; at = strchr(at + 1, '/')) {
		char *end = strchr(at + 1, '/');
		struct stat st;
		bool link;

		if (end)
			*end = '\0';
		link = lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
		if (end)
			*end = '/';
		if (link)
			return true;
	}
	return false;
}

/* The process's folder @name by a path of ours. Return: whether there is one. */
static bool seen_from_here(const struct lh_capture_process *p, const char *name, char *path, size_t size)
{
	char root[64];
	size_t len;

	if (*name != '/') {
		snprintf(path, size, "/proc/%d/cwd/%s", (int)p->pid, name);
		return true;
	}
	snprintf(root, sizeof(root), "/proc/%d/root", (int)p->pid);
	if (!p->other_mounts && is_same(root, "/")) {
		snprintf(path, size, "%s", name);
		return true;
	}
	len = strlen(root);
	snprintf(path, size, "%s%s", root, name);
	return !has_link(path, len);
}

static void look(const struct lh_capture_process *p, const char *seen, struct lh_core_place *place)
{
	struct statvfs fs;

	if (stat(seen, &place->st) != 0) {
		place->state = errno == ENOENT || errno == ENOTDIR ? LH_PLACE_MISSING : LH_PLACE_HIDDEN;
		return;
	}
	if (!S_ISDIR(place->st.st_mode) || place->st.st_nlink == 0) {
		place->state = LH_PLACE_MISSING;
		return;
	}
	place->state = LH_PLACE_KNOWN;
	place->writable = lh_may_create(p, &place->st);
	if (statvfs(seen, &fs) != 0) {
		place->state = LH_PLACE_HIDDEN;
		return;
	}
	place->read_only = fs.f_flag & ST_RDONLY;
	place->available = (uint64_t)(p->fsuid == 0 ? fs.f_bfree : fs.f_bavail) * fs.f_frsize;
}

/* The path as the process has it: its folder, of a relative name. */
static void add_base(const struct lh_capture_process *p, const char *name, struct lh_string *out)
{
	char link[64], cwd[PATH_MAX];
	ssize_t len;

	if (*name == '/')
		return;
	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)p->pid);
	len = readlink(link, cwd, sizeof(cwd) - 1);
	if (len <= 0)
		return;
	lh_string_add_bytes(out, cwd, (size_t)len);
	if (cwd[len - 1] != '/')
		lh_string_add(out, "/");
}

static void name_folder(struct lh_core_place *place)
{
	const char *last = place->path.text ? strrchr(place->path.text, '/') : NULL;

	if (last)
		lh_string_add_bytes(&place->folder, place->path.text,
				    last == place->path.text ? 1 : (size_t)(last - place->path.text));
}

int lh_core_place_find(struct lh_ctx *ctx, const struct lh_capture_process *p, const char *name, bool open,
		       struct lh_core_place *place)
{
	const char *last = strrchr(name, '/');
	char folder[PATH_MAX], seen[PATH_MAX + 64], file[2 * PATH_MAX + 64];

	add_base(p, name, &place->path);
	lh_string_add(&place->path, name);
	name_folder(place);
	if (place->path.failed || place->folder.failed)
		return lh_nomem(ctx);
	snprintf(folder, sizeof(folder), "%.*s", last ? (int)(last - name + (last == name)) : 1,
		 last ? name : ".");
	if (!seen_from_here(p, folder, seen, sizeof(seen))) {
		place->state = LH_PLACE_HIDDEN;
		return 0;
	}
	look(p, seen, place);
	snprintf(file, sizeof(file), "%s/%s", seen, last ? last + 1 : name);
	place->exists = !open && place->state == LH_PLACE_KNOWN && lstat(file, &place->file) == 0;
	return 0;
}

void lh_core_place_fini(struct lh_core_place *place)
{
	lh_string_fini(&place->path);
	lh_string_fini(&place->folder);
}
