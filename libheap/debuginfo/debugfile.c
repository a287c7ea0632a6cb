/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where distributions put debug information: by build-id, or by the name and checksum in .gnu_debuglink. What
 * is found is taken only when its build-id (or else the checksum) agrees. What debuginfod brought in the past
 * is such a place too; its servers are asked by lh_debugfile_fetch() alone.
 */
#include "debuginfo/debugfile.h"

#include "debuginfo/debuginfod.h"
#include "target/elfhdr.h"
#include "util/bytes.h"

#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define STANDARD_DIR "/usr/lib/debug"
#define CRC_MAX (UINT64_C(4) << 30) /* the file's owner may name one of many terabytes without a byte in it */
#define CRC_BITE (1u << 20)         /* between two of these the user may stop it */

struct want {
	struct lh_target *target;
	const char *path; /* of the file for which a debug file is wanted: never its own answer */
	uint8_t id[LH_BUILD_ID_MAX];
	size_t id_len;
	const char *link; /* .gnu_debuglink: name */
	uint32_t crc;     /* and checksum */
	struct lh_debugfile found;
};

Elf_Scn *lh_elf_section(Elf *elf, const char *name)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) < 0)
		return NULL;
	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr sh;
		const char *n = gelf_getshdr(section, &sh) ? elf_strptr(elf, names, sh.sh_name) : NULL;

		if (n && strcmp(n, name) == 0)
			return section;
	}
	return NULL;
}

/* The polynomial of .gnu_debuglink (GDB manual, "Separate Debug Files"). */
static int crc32_of(struct lh_ctx *ctx, const uint8_t *data, size_t len, uint32_t *ret)
{
	uint32_t table[256], crc = 0xffffffff;
	int r = 0;

	for (uint32_t i = 0; i < 256; i++) {
		table[i] = i;
		for (int bit = 0; bit < 8; bit++)
			table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320 : 0);
	}
	for (size_t i = 0; i < len && r == 0; i++) {
		crc = table[(crc ^ data[i]) & 0xff] ^ crc >> 8;
		if (i % CRC_BITE == 0)
			r = lh_progress(ctx, "comparing debug files", i, len);
	}
	*ret = ~crc;
	return r;
}

/* In a debug file the note section keeps its bytes while segments lose theirs, so sections are read. */
static size_t build_id_by_section(const struct lh_file *file, uint8_t *id)
{
	Elf *elf = lh_elf_open(file->data, file->len);
	Elf_Scn *section = elf ? lh_elf_section(elf, ".note.gnu.build-id") : NULL;
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	size_t len = data && data->d_buf ? lh_build_id_find(data->d_buf, data->d_size, id) : 0;

	elf_end(elf);
	return len;
}

/* Return: 0 if it is the one; LH_ABSENT; -LH_EINTR. */
static int compare(const struct want *want, const struct lh_file *file)
{
	uint8_t id[LH_BUILD_ID_MAX];
	size_t len = want->id_len ? build_id_by_section(file, id) : 0;
	uint32_t crc;
	int r;

	if (len)
		return len == want->id_len && memcmp(id, want->id, len) == 0 ? 0 : LH_ABSENT;
	if (!want->link || file->len > CRC_MAX)
		return LH_ABSENT;
	r = crc32_of(want->target->ctx, file->data, file->len, &crc);
	return r == 0 && crc != want->crc ? LH_ABSENT : r;
}

static int try_file(struct want *want, const char *how, const char *a, const char *b, const char *c)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	char path[PATH_MAX];
	int r;

	if (snprintf(path, sizeof(path), "%s%s%s", a, b, c) >= (int)sizeof(path) ||
	    strcmp(path, want->path) == 0)
		return LH_ABSENT;
	r = lh_file_map(want->target->ctx, path, &file);
	if (r != 0)
		return r;
	r = compare(want, file);
	if (r == LH_ABSENT)
		lh_log(want->target->ctx, 6, "%s is not the debug file of %s", path, want->path);
	if (r != 0)
		return r;
	want->found = (struct lh_debugfile){.file = lh_take(file), .how = how};
	return 0;
}

/* Below one root of debug files: by build-id, then by the folder of the file and the name of the link. */
static int try_root(struct want *want, const char *root, const char *folder)
{
	char hex[2 * LH_BUILD_ID_MAX + 1], name[sizeof("/.build-id/xx/.debug") + sizeof(hex)];
	int r = LH_ABSENT;

	if (want->id_len > 1) {
		lh_build_id_format(want->id, want->id_len, hex);
		snprintf(name, sizeof(name), "/.build-id/%.2s/%s.debug", hex, hex + 2);
		r = try_file(want, "build-id", root, name, "");
	}
	if (r == LH_ABSENT && want->link) {
		char full[PATH_MAX];

		if (snprintf(full, sizeof(full), "%s%s/", root, folder) < (int)sizeof(full))
			r = try_file(want, "debuglink", full, want->link, "");
	}
	return r;
}

/* Debug files beside the file itself: the link's name there and in .debug/. */
static int try_beside(struct want *want, const char *folder)
{
	int r;

	if (!want->link)
		return LH_ABSENT;
	r = try_file(want, "debuglink", folder, "/", want->link);
	return r == LH_ABSENT ? try_file(want, "debuglink", folder, "/.debug/", want->link) : r;
}

/* The name may be any bytes: it must be one path component. */
static void read_debuglink(Elf *elf, struct want *want)
{
	Elf_Scn *section = lh_elf_section(elf, ".gnu_debuglink");
	Elf_Data *data = section ? elf_getdata(section, NULL) : NULL;
	const char *name = data ? data->d_buf : NULL;
	size_t len = name ? strnlen(name, data->d_size) : 0;

	if (len == 0 || len == data->d_size || memchr(name, '/', len) || strcmp(name, "..") == 0 ||
	    ((len + 4) & ~(size_t)3) + 4 > data->d_size)
		return;
	want->link = name;
	want->crc = lh_u32(name + ((len + 4) & ~(size_t)3));
}

/* No server is asked. */
static int try_fetched(struct want *want)
{
	char hex[2 * LH_BUILD_ID_MAX + 1], path[PATH_MAX];

	if (!want->id_len)
		return LH_ABSENT;
	lh_build_id_format(want->id, want->id_len, hex);
	if (lh_debuginfod_cached(hex, path, sizeof(path)) != 0)
		return LH_ABSENT;
	return try_file(want, "debuginfod", path, "", "");
}

/* Folders of debug files repeat the path that the target names, which begins after the sysroot. */
static const char *folder_in_target(const struct lh_target *target, const char *folder)
{
	size_t len = target->sysroot ? strlen(target->sysroot) : 0;

	while (len && target->sysroot[len - 1] == '/')
		len--;
	return len && strncmp(folder, target->sysroot, len) == 0 && folder[len] == '/' ? folder + len
										       : folder;
}

static int try_all(struct want *want, const char *folder)
{
	const struct lh_target *target = want->target;
	const char *inner = folder_in_target(target, folder);
	_cleanup_free_ char *below = NULL;
	int r = LH_ABSENT;

	if (asprintf(&below, "%s" STANDARD_DIR, target->sysroot ? target->sysroot : "") < 0) {
		below = NULL;
		return lh_nomem(target->ctx);
	}
	if (target->debug_dir)
		r = try_root(want, target->debug_dir, inner);
	if (r == LH_ABSENT)
		r = try_beside(want, folder);
	if (r == LH_ABSENT)
		r = try_root(want, below, inner);
	if (r == LH_ABSENT && target->sysroot)
		r = try_root(want, STANDARD_DIR, inner);
	return r == LH_ABSENT ? try_fetched(want) : r;
}

int lh_debugfile_open(struct lh_target *target, const struct lh_file *file, Elf *elf,
		      struct lh_debugfile *ret)
{
	struct want want = {.target = target, .path = file->path};
	_cleanup_free_ char *folder = strdup(file->path);
	char *slash = folder ? strrchr(folder, '/') : NULL;
	int r;

	if (!folder)
		return lh_nomem(target->ctx);
	if (slash)
		*slash = 0;
	want.id_len = lh_build_id_of_file(file->data, file->len, want.id);
	read_debuglink(elf, &want);
	r = try_all(&want, slash ? folder : ".");
	if (r == 0)
		*ret = want.found;
	return r;
}

int lh_debugfile_fetch(struct lh_target *target, const struct lh_file *file, struct lh_debugfile *ret)
{
	struct want want = {.target = target, .path = file->path};
	char hex[2 * LH_BUILD_ID_MAX + 1];
	_cleanup_free_ char *path = NULL;
	int r;

	want.id_len = lh_build_id_of_file(file->data, file->len, want.id);
	if (!want.id_len)
		return LH_ABSENT;
	r = lh_debuginfod_fetch(target->ctx, lh_build_id_format(want.id, want.id_len, hex), &path);
	if (r == 0)
		r = try_file(&want, "debuginfod", path, "", "");
	if (r == LH_ABSENT && path) {
		lh_debuginfod_forget(hex, path);
		return lh_fail(target->ctx, LH_EFORMAT,
			       "debuginfod gave a file that is not the debug file of %s (build-id %s)",
			       file->path, hex);
	}
	if (r == 0)
		*ret = want.found;
	return r;
}
