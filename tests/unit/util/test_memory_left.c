/* SPDX-License-Identifier: Apache-2.0 */
/* Limits of cgroups, of a tree of files that is made here. */
#include "util/memory_left.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PATHS 40

static char root[] = "/tmp/py-heap-cgroup-XXXXXX", own[PATH_MAX];
static char made[PATHS][PATH_MAX]; /* the last first when they are removed */
static size_t made_count;

static const char *path_of(const char *name)
{
	snprintf(made[made_count], PATH_MAX, "%s/%s", root, name);
	return made[made_count++];
}

static void folder(const char *name)
{
	assert_int_equal(mkdir(path_of(name), 0700), 0);
}

static void put(const char *name, const char *text)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int setup(void **state)
{
	if (!mkdtemp(root))
		return -1;
	snprintf(own, sizeof(own), "%s/own", root);
	folder("a");
	folder("a/b");
	put("a/memory.max", "1000000\n");
	put("a/memory.current", "700000\n");
	put("a/memory.stat", "anon 5\ninactive_file 100000\nactive_file 7\n");
	put("a/b/memory.max", "max\n");
	put("a/b/memory.current", "600000\n");
	folder("memory");
	folder("memory/c");
	put("memory/memory.limit_in_bytes", "9223372036854771712\n");
	put("memory/memory.usage_in_bytes", "5000\n");
	put("memory/c/memory.limit_in_bytes", "4096\n");
	put("memory/c/memory.usage_in_bytes", "5000\n");
	put("own", "");
	return 0;
}

static int teardown(void **state)
{
	while (made_count)
		remove(made[--made_count]);
	return rmdir(root);
}

static uint64_t left_of(const char *groups)
{
	FILE *f = fopen(own, "w");

	assert_non_null(f);
	fputs(groups, f);
	fclose(f);
	return lh_cgroup_memory_left(root, own);
}

static void test_limits(void **state)
{
	assert_int_equal(left_of("0::/a/b\n"), 400000); /* of the group above */
	assert_int_equal(left_of("0::/a\n"), 400000);
	assert_int_equal(left_of("0::/\n"), UINT64_MAX);
	assert_int_equal(left_of("0::/elsewhere/../a/none\n"), UINT64_MAX);
	assert_int_equal(left_of("9:name=systemd:/a\n4:cpu,memory:/c\n0::/\n"),
			 0); /* more than there may be */
	assert_int_equal(left_of("4:memory:/of/the/host\n"), 9223372036854771712u - 5000);
	assert_int_equal(left_of("4:memories:/c\n"), UINT64_MAX);
	assert_int_equal(left_of("nonsense\n\n:\n"), UINT64_MAX);
	assert_int_equal(lh_cgroup_memory_left(root, "/nowhere"), UINT64_MAX);
}

static void test_this_machine(void **state)
{
	assert_true(lh_memory_left() > 0 && lh_memory_left() < (uint64_t)1 << 50);
	assert_true(lh_status_bytes(0, "RssAnon") > 0);
	assert_true(lh_status_bytes(getpid(), "VmRSS") >= lh_status_bytes(0, "RssAnon"));
	assert_int_equal(lh_status_bytes(getpid(), "Nothing"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_limits),
					   cmocka_unit_test(test_this_machine)};

	return cmocka_run_group_tests(tests, setup, teardown);
}
