/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the memory sanitizer of clang 14: glibc has had these as functions since 2.33, of which its run-time library does
 * not know, and would take what the kernel wrote for uninitialized. Builds with it have this file (tools/fuzz
 * --memory).
 */
#include <fcntl.h>
#include <sanitizer/msan_interface.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int fstatat(int folder, const char *restrict path, struct stat *restrict st, int flags)
{
	int r = (int)syscall(SYS_newfstatat, folder, path, st, flags);

	if (r == 0)
		__msan_unpoison(st, sizeof(*st));
	return r;
}

int stat(const char *restrict path, struct stat *restrict st)
{
	return fstatat(AT_FDCWD, path, st, 0);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
	return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *st)
{
	return fstatat(fd, "", st, AT_EMPTY_PATH);
}

/* What a program calls that was compiled for long files. */
int fstatat64(int folder, const char *restrict path, struct stat64 *restrict st, int flags)
	__attribute__((alias("fstatat")));
int stat64(const char *restrict path, struct stat64 *restrict st) __attribute__((alias("stat")));
int lstat64(const char *restrict path, struct stat64 *restrict st) __attribute__((alias("lstat")));
int fstat64(int fd, struct stat64 *st) __attribute__((alias("fstat")));
