/* SPDX-License-Identifier: Apache-2.0 */
/* The C library has no functions for it (include/uapi/linux/landlock.h; Documentation/userspace-api/landlock.rst). */
#include "util/landlock.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Later than the oldest header that we are built with. */
#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14)
#endif

#define OF_FILES (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_TRUNCATE)
#define CHANGES                                                                                        \
	(OF_FILES | LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_REMOVE_DIR |                         \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | \
	 LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |   \
	 LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

/* What the kernel's version of Landlock knows of it. */
static uint64_t known(uint64_t access)
{
	static const struct {
		long version;
		uint64_t access;
	} later[] = {{2, LANDLOCK_ACCESS_FS_REFER}, {3, LANDLOCK_ACCESS_FS_TRUNCATE}};
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	for (size_t i = 0; i < LH_ARRAY_SIZE(later); i++)
		if (version < later[i].version)
			access &= ~later[i].access;
	return version < 1 ? 0 : access;
}

int lh_landlock_open(void)
{
	struct landlock_ruleset_attr rules = {.handled_access_fs =
						      known(CHANGES | LANDLOCK_ACCESS_FS_EXECUTE)};

	return rules.handled_access_fs ? (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof(rules), 0)
				       : -1;
}

void lh_landlock_allow(int rules, const char *path)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = {.parent_fd = fd};
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return;
	rule.allowed_access = known(S_ISDIR(st.st_mode) ? CHANGES : OF_FILES);
	syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
}

int lh_landlock_enforce(int rules)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_landlock_restrict_self, rules, 0);
}
