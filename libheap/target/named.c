/* SPDX-License-Identifier: Apache-2.0 */
/* Files and folders that the user names: an option that cannot be followed is an error, and never
 * ignored. */
#include "target/build.h"
#include "target/elfhdr.h"
#include "target/file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Why @path cannot be read; NULL if it can. */
static const char *obstacle(const char *path, bool folder)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return strerror(errno);
	if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode))
		return folder ? "it is no folder" : "it is no regular file";
	return access(path, folder ? R_OK | X_OK : R_OK) < 0 ? strerror(errno) : NULL;
}

static int check_path(struct lh_target *target, enum lh_hint option, const char *path, bool folder)
{
	const char *why = path ? obstacle(path, folder) : NULL;

	return why ? lh_fail(target->ctx, LH_EIO, "%s %s: %s", lh_hint(target->ctx, option), path, why) : 0;
}

int lh_named_check_paths(struct lh_target *target)
{
	int r = check_path(target, LH_HINT_EXE, target->exe, false);

	if (r == 0)
		r = check_path(target, LH_HINT_SYSROOT, target->sysroot, true);
	return r == 0 ? check_path(target, LH_HINT_DEBUG_DIR, target->debug_dir, true) : r;
}

/* ---- when the modules are known ---- */

static const struct lh_module *main_module(const struct lh_target *target)
{
	for (size_t i = 0; i < target->module_count; i++)
		if (target->modules[i].main)
			return &target->modules[i];
	return NULL;
}

/* Whether some module is of the build that the named program has; without a
 * build-id to compare lh_file_open() decides. */
static bool is_known(const struct lh_target *target)
{
	const struct lh_module *program = main_module(target);

	for (size_t i = 0; i < target->module_count; i++)
		if (lh_target_is_exe(target, &target->modules[i]))
			return true;
	return !program || !program->build_id_len;
}

static int fail_build(struct lh_target *target)
{
	const struct lh_module *program = main_module(target);
	char its[2 * LH_BUILD_ID_MAX + 1], ours[2 * LH_BUILD_ID_MAX + 1];

	return lh_fail(target->ctx, LH_EFORMAT,
		       "%s %s: another build (build-id %s) than %s, which the target runs (build-id %s)",
		       lh_hint(target->ctx, LH_HINT_EXE), target->exe,
		       lh_build_id_format(target->exe_id, target->exe_id_len, its), program->path,
		       lh_build_id_format(program->build_id, program->build_id_len, ours));
}

/* A reader's memory does not say which module is the program (gdbserver): then the file that the user names does. */
static int mark_main(struct lh_target *target)
{
	for (size_t i = 0; i < target->module_count && !main_module(target); i++) {
		target->modules[i].main = lh_target_is_exe(target, &target->modules[i]);
		if (!target->modules[i].main || target->executable)
			continue;
		target->executable = strdup(target->modules[i].path);
		if (!target->executable)
			return lh_nomem(target->ctx);
	}
	return 0;
}

static int check_exe(struct lh_target *target)
{
	_cleanup_(lh_file_freep) struct lh_file *file = NULL;
	struct lh_elfhdr header;
	int r = lh_file_map(target->ctx, target->exe, &file);

	if (r < 0)
		return r;
	if (r == LH_ABSENT || lh_elfhdr_from_bytes(file->data, file->len, &header) != 0)
		return lh_fail(target->ctx, LH_EFORMAT, "%s %s: not an ELF program",
			       lh_hint(target->ctx, LH_HINT_EXE), target->exe);
	target->exe_id_len = lh_build_id_of_file(file->data, file->len, target->exe_id);
	return is_known(target) ? mark_main(target) : fail_build(target);
}

static int check_sysroot(struct lh_target *target)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < target->module_count; i++)
		if (snprintf(path, sizeof(path), "%s%s", target->sysroot, target->modules[i].path) <
			    (int)sizeof(path) &&
		    access(path, F_OK) == 0)
			return 0;
	if (!target->module_count)
		return 0;
	return lh_fail(target->ctx, LH_EFORMAT,
		       "%s %s: none of the %zu files that the target has mapped is below it (%s%s is not)",
		       lh_hint(target->ctx, LH_HINT_SYSROOT), target->sysroot, target->module_count,
		       target->sysroot, target->modules[0].path);
}

int lh_named_check_files(struct lh_target *target)
{
	int r = target->exe ? check_exe(target) : 0;

	return r == 0 && target->sysroot ? check_sysroot(target) : r;
}
