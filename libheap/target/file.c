/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding the file of a module.
 *
 * A path in a core is only a hint: it may be from another machine or container, or the file was replaced since.
 * So every candidate is checked by build-id, and nothing but a regular file with bytes in it is ever opened: opening a
 * device, or a file of the kernel's, has effects, and opening a FIFO may take forever. Its owner may exchange it at any
 * time, so that it is looked at without being opened first, and then opened as what was looked at.
 */
#include "target/file.h"

#include "target/build.h"
#include "target/elfhdr.h"
#include "util/array.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define DELETED " (deleted)"

/* What is known after trying candidates. */
struct search {
	struct lh_target *target;
	const struct lh_module *module;
	struct lh_file *found;
	char other[256];                        /* a file of another build */
	char other_id[2 * LH_BUILD_ID_MAX + 1]; /* and its build-id */
};

const char *lh_build_id_format(const uint8_t *id, size_t len, char *buf)
{
	for (size_t i = 0; i < len && i < LH_BUILD_ID_MAX; i++)
		snprintf(buf + 2 * i, 3, "%02x", id[i]);
	if (len == 0)
		strcpy(buf, "none");
	return buf;
}

struct lh_file *lh_file_free(struct lh_file *file)
{
	if (!file)
		return NULL;
	if (file->data)
		munmap((void *)file->data, file->len);
	free(file->path);
	free(file);
	return NULL;
}

/* The file that @path named when we looked. Return: a descriptor; -1 with errno, which is 0 where the kernel has no
 * objection, but we have. */
static int reopen(const char *path, int looked)
{
	char again[sizeof("/proc/self/fd/") + 12];
	int fd;

	snprintf(again, sizeof(again), "/proc/self/fd/%d", looked);
	fd = open(again, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	/* Where there is no /proc a name is all there is. */
	return fd >= 0 || errno != ENOENT ? fd : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

static bool has_bytes(int fd, struct stat *st)
{
	if (fstat(fd, st) < 0)
		return false;
	errno = 0;
	return S_ISREG(st->st_mode) && st->st_size > 0;
}

int lh_file_descriptor(const char *path, struct stat *ret)
{
	_cleanup_close_ int looked = open(path, O_PATH | O_CLOEXEC), fd = -1;

	if (looked < 0 || !has_bytes(looked, ret))
		return -1;
	fd = reopen(path, looked);
	return fd >= 0 && has_bytes(fd, ret) ? lh_take_fd(fd) : -1;
}

int lh_file_map(struct lh_ctx *ctx, const char *path, struct lh_file **ret)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	_cleanup_close_ int fd = -1;
	struct stat st;
	void *data;

	fd = lh_file_descriptor(path, &st);
	if (fd < 0)
		return LH_ABSENT;
	if (lh_ctx_add_input(ctx, fd) < 0)
		return -LH_ENOMEM;
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return errno == ENOMEM ? lh_fail(ctx, LH_ENOMEM, "no address space for %s", path) : LH_ABSENT;
	file = lh_new0(struct lh_file, 1);
	if (!file) {
		munmap(data, (size_t)st.st_size);
		return lh_nomem(ctx);
	}
	file->data = data;
	file->len = (size_t)st.st_size;
	file->path = strdup(path);
	if (!file->path)
		return lh_nomem(ctx);
	*ret = lh_take(file);
	return 0;
}

/* Without a build-id on either side the ELF headers decide: they hold sizes and offsets of the whole file. */
static bool same_headers(struct search *s, const struct lh_file *file)
{
	struct lh_elfhdr mapped, stored;

	if (lh_elfhdr_from_bytes(file->data, file->len, &stored) != 0)
		return false;
	if (lh_elfhdr_from_target(s->target, s->module->start, &mapped) != 0) {
		lh_log(s->target->ctx, 4,
		       "%s: taken on trust, the target has neither its build-id nor its headers", file->path);
		return true;
	}
	return lh_elfhdr_same(&mapped, &stored);
}

static bool is_same_build(struct search *s, const struct lh_file *file)
{
	const struct lh_module *m = s->module;
	uint8_t id[LH_BUILD_ID_MAX];
	size_t len = lh_build_id_of_file(file->data, file->len, id);

	if (m->build_id_len ? len == m->build_id_len && memcmp(id, m->build_id, len) == 0
			    : same_headers(s, file))
		return true;
	snprintf(s->other, sizeof(s->other), "%s", file->path);
	lh_build_id_format(id, len, s->other_id);
	return false;
}

/* Return: 0 when it is the one, LH_ABSENT, -LH_ENOMEM. */
static int try_path(struct search *s, const char *path)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	struct lh_elfhdr header;
	int r = lh_file_map(s->target->ctx, path, &file);

	if (r != 0) {
		lh_log(s->target->ctx, 7, "%s: %s: %s", s->module->path, path,
		       errno ? strerror(errno) : "no regular file, or an empty one");
		return r;
	}
	if (!is_same_build(s, file)) {
		if (!s->module->build_id_len && lh_elfhdr_from_bytes(file->data, file->len, &header) != 0)
			return LH_ABSENT; /* data that is mapped, and has no builds */
		lh_log(s->target->ctx, 6, "%s: %s is another build", s->module->path, path);
		return LH_ABSENT;
	}
	s->found = lh_take(file);
	return 0;
}

static int try_below(struct search *s, const char *root, const char *path)
{
	_cleanup_free_ char *joined = NULL;

	if (asprintf(&joined, "%s%s", root, path) < 0) {
		joined = NULL;
		return lh_nomem(s->target->ctx);
	}
	return try_path(s, joined);
}

/* A file that a process has mapped can be opened even if its path is gone or names another file now. */
static int try_process(struct search *s, const char *path)
{
	const struct lh_target *t = s->target;
	const struct lh_mapping *first = lh_target_mapping(t, s->module->start);
	char name[96];
	int r;

	snprintf(name, sizeof(name), "/proc/%d/root", (int)t->pid);
	r = try_below(s, name, path);
	if (r == LH_ABSENT && s->module->main) {
		snprintf(name, sizeof(name), "/proc/%d/exe", (int)t->pid);
		r = try_path(s, name);
	}
	if (r == LH_ABSENT && first) {
		snprintf(name, sizeof(name), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)t->pid,
			 first->start, first->end);
		r = try_path(s, name);
	}
	return r;
}

static int try_all(struct search *s)
{
	struct lh_target *t = s->target;
	_cleanup_free_ char *path = strdup(s->module->path);
	size_t len = path ? strlen(path) : 0;
	int r = LH_ABSENT;

	if (!path)
		return lh_nomem(t->ctx);
	if (len > strlen(DELETED) && strcmp(path + len - strlen(DELETED), DELETED) == 0)
		path[len - strlen(DELETED)] = 0;
	if (t->exe && lh_target_is_exe(t, s->module))
		return try_path(s, t->exe);
	/* A program without a known build-id is the one that the user names, if its headers agree. */
	if (t->exe && s->module->main && !s->module->build_id_len)
		return try_path(s, t->exe);
	if (path[0] != '/')
		return LH_ABSENT;
	if (t->sysroot)
		r = try_below(s, t->sysroot, path);
	/* The plain path first: it outlives the process. */
	if (r == LH_ABSENT)
		r = try_path(s, path);
	if (r == LH_ABSENT && t->kind == LH_TARGET_PROCESS)
		r = try_process(s, path);
	return r;
}

int lh_file_open(struct lh_target *target, const struct lh_module *module, struct lh_file **ret)
{
	struct search s = {.target = target, .module = module};
	char id[2 * LH_BUILD_ID_MAX + 1];
	int r = try_all(&s);

	if (r == 0)
		*ret = s.found;
	if (r == LH_ABSENT && s.other[0])
		return lh_fail(target->ctx, LH_EFORMAT,
			       "find the file of %s: %s is another build (build-id %s, the target has %s): "
			       "give the right "
			       "one with %s or %s",
			       module->path, s.other, s.other_id,
			       lh_build_id_format(module->build_id, module->build_id_len, id),
			       lh_hint(target->ctx, LH_HINT_EXE), lh_hint(target->ctx, LH_HINT_SYSROOT));
	return r;
}
