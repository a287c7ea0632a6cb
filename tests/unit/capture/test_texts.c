/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of /proc as kernels write them, names of cores, words of core_pattern, and coredump.conf. */
#include "capture/handler.h"
#include "capture/pattern.h"
#include "capture/process.h"
#include "one_ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

/* ---- /proc ---- */

static void test_status(void **state)
{
	static const char *const lines[] = {"Name:\tpython3\n",
					    "State:\tS (sleeping)\n",
					    "TracerPid:\t17\n",
					    "Uid:\t1000\t1001\t1002\t1003\n",
					    "Gid:\t2000\t2001\t2002\t2003\n",
					    "Groups:\t4 24 27 \n",
					    "NSpid:\t4711\t12\t1\n",
					    "CapEff:\t000001fffeffffff\n",
					    "VmSize:\t    3056 kB\n"};
	struct lh_capture_process p = {0};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_int_equal(lh_status_take(ctx, lines[i], &p), 0);
	assert_string_equal(p.name, "python3");
	assert_int_equal(p.state, 'S');
	assert_int_equal(p.tracer, 17);
	assert_int_equal(p.uid, 1000);
	assert_int_equal(p.euid, 1001);
	assert_int_equal(p.fsuid, 1003);
	assert_int_equal(p.egid, 2001);
	assert_int_equal(p.fsgid, 2003);
	assert_int_equal(p.group_count, 3);
	assert_int_equal(p.groups[2], 27);
	assert_int_equal(p.own_pid, 1);
	assert_int_equal(p.capabilities, 0x1fffeffffff);
	assert_true(p.has_memory);
	lh_capture_process_fini(&p);
}

static void test_limits(void **state)
{
	struct lh_capture_process p = {0};

	lh_limits_take("Limit                     Soft Limit           Hard Limit           Units     \n",
		       &p);
	lh_limits_take("Max file size             1048576              unlimited            bytes     \n",
		       &p);
	lh_limits_take("Max core file size        0                    unlimited            bytes     \n",
		       &p);
	assert_int_equal(p.file.soft, 1 << 20);
	assert_int_equal(p.core.soft, 0);
	assert_true(p.core.hard == LH_UNLIMITED);
}

/* Return: the mapping of three lines. */
static struct lh_capture_mapping mapping_of(const char *head, const char *sizes, const char *flags)
{
	struct lh_capture_mapping m;
	char copy[256], *save, *line;

	assert_false(lh_smaps_take(head, &m));
	snprintf(copy, sizeof(copy), "%s", sizes);
	for (line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		assert_false(lh_smaps_take(line, &m));
	assert_true(lh_smaps_take(flags, &m));
	return m;
}

static const char in_use[] = "Size: 400 kB\nRss: 100 kB\nAnonymous: 80 kB\nSwap: 20 kB\n";
static const char untouched[] = "Size: 400 kB\nRss: 100 kB\nAnonymous: 0 kB\nSwap: 0 kB\n";

#define HEAP "7f00-8f00 rw-p 00000000 00:00 0 \n"
#define DATA "7f00-8f00 rw-p 00000000 fe:00 77                  /usr/lib/libx.so\n"
#define SHARED "7f00-8f00 rw-s 00000000 00:01 77                  /dev/zero (deleted)\n"
#define FLAGS "VmFlags: rd wr mr mw me ac sd \n"

struct dumped {
	const char *head, *sizes, *flags;
	unsigned filter;
	uint64_t length, written; /* in KB */
};

static void test_memory(void **state)
{
	static const struct dumped cases[] = {
		{HEAP, in_use, FLAGS, 0x33, 400, 120},
		{HEAP, untouched, FLAGS, 0x3f, 0, 0}, /* read, but never written to: the page of zeros */
		{HEAP, in_use, FLAGS, 0x02, 0, 0},
		{HEAP, in_use, "VmFlags: rd wr mr mw me ac dd sd \n", 0x33, 0, 0},
		{HEAP, in_use, "VmFlags: rd wr io dd \n", 0x33, 0, 0},
		{HEAP, in_use, "VmFlags: rd wr ht \n", 0x13, 0, 0},
		{HEAP, in_use, "VmFlags: rd wr ht \n", 0x33, 400, 120},
		{DATA, in_use, FLAGS, 0x01, 400, 400},
		{DATA, in_use, FLAGS, 0x04, 400, 400},
		{DATA, untouched, FLAGS, 0x11, 4, 4}, /* the page that may have a build-id */
		{DATA, untouched, FLAGS, 0x01, 0, 0},
		{SHARED, untouched, FLAGS, 0x02, 400, 400},
		{SHARED, untouched, FLAGS, 0x08, 0, 0},
		{"7f00-8f00 r-xp 00000000 00:00 0                  [vvar]\n", in_use, "VmFlags: rd \n", 0x33,
		 0, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct dumped *d = &cases[i];
		struct lh_capture_mapping m = mapping_of(d->head, d->sizes, d->flags);
		struct lh_capture_memory memory = {0};

		lh_capture_add_mapping(&memory, &m, d->filter);
		assert_int_equal(memory.length >> 10, d->length);
		assert_int_equal(memory.written >> 10, d->written);
	}
}

static void test_left_out(void **state)
{
	struct lh_capture_mapping m = mapping_of(HEAP, in_use, "VmFlags: dd \n");
	struct lh_capture_memory memory = {0};

	lh_capture_add_mapping(&memory, &m, 0x33);
	assert_int_equal(memory.dontdump, 120 << 10);
	assert_int_equal(memory.dontdumps, 1);
	m = mapping_of(HEAP, in_use, FLAGS);
	lh_capture_add_mapping(&memory, &m, 0);
	assert_int_equal(memory.no_heap, 100 << 10);
	m = mapping_of(HEAP, in_use, "VmFlags: ht \n");
	lh_capture_add_mapping(&memory, &m, 0x13);
	assert_int_equal(memory.no_huge, 400 << 10);
}

/* ---- names ---- */

static const struct lh_core_names names = {.pid = 4711,
					   .own_pid = 7,
					   .uid = 1000,
					   .gid = 2000,
					   .name = "a/b",
					   .exe = "/usr/bin/python3",
					   .limit = 5};

static void check_name(const char *pattern, bool uses_pid, const char *expected, bool open)
{
	_cleanup_string_ struct lh_string out = {0};
	struct lh_core_names n = names;

	n.uses_pid = uses_pid;
	assert_int_equal(lh_core_name(pattern, &n, &out), open);
	assert_string_equal(out.text ? out.text : "", expected);
}

static void test_names(void **state)
{
	check_name("core", false, "core", false);
	check_name("core", true, "core.7", false);
	check_name("", true, ".7", false);
	check_name("/v/core.%p", true, "/v/core.7", false);
	check_name("core.%P", true, "core.4711.7", false); /* %p alone counts */
	check_name("%u-%g-%e-%f-%E-%d-%c-%%", false, "1000-2000-a!b-python3-!usr!bin!python3-1-5-%", false);
	check_name("core.%t.%s", false, "core.<time>.<signal>", true);
	check_name("core.%h", false, "core.<host>", true);
	check_name("a%Zb%", false, "ab", false);
}

static void test_dots(void **state)
{
	const struct lh_core_names up = {.name = ".."}, here = {.name = "."}, none = {.name = ""};
	const struct lh_core_names *const all[] = {&up, &here, &none};
	static const char *const expected[] = {"!.", "!", "!"};

	for (size_t i = 0; i < 3; i++) {
		_cleanup_string_ struct lh_string out = {0};

		lh_core_name("%e", all[i], &out);
		assert_string_equal(out.text, expected[i]);
	}
}

static void test_ways(void **state)
{
	assert_int_equal(lh_core_way("core", false), LH_CORE_FILE);
	assert_int_equal(lh_core_way("", true), LH_CORE_FILE);
	assert_int_equal(lh_core_way("", false), LH_CORE_NOWHERE);
	assert_int_equal(lh_core_way("|/bin/x %p", false), LH_CORE_PIPE);
	assert_int_equal(lh_core_way("@/run/cores", false), LH_CORE_SOCKET);
}

/* ---- handlers ---- */

static void test_handlers(void **state)
{
	struct lh_core_handler h;

	lh_handler_parse("|/lib/systemd/systemd-coredump %P %u %g %s %t %c %h", &h);
	assert_int_equal(h.keeper, LH_KEEPER_SYSTEMD);
	assert_string_equal(h.program, "/lib/systemd/systemd-coredump");
	lh_handler_parse("|/usr/share/apport/apport -p%p -s%s", &h);
	assert_int_equal(h.keeper, LH_KEEPER_APPORT);
	lh_handler_parse("|/bin/false", &h);
	assert_int_equal(h.keeper, LH_KEEPER_OTHER);
	lh_handler_parse("|", &h);
	assert_string_equal(h.program, "");
}

static void test_our_handler(void **state)
{
	struct lh_core_handler h;

	lh_handler_parse(
		"|/usr/libexec/py-heap-coredump --seconds 5 --max-memory 1G /var/lib/py-heap %P %e %t", &h);
	assert_int_equal(h.keeper, LH_KEEPER_OURS);
	assert_string_equal(h.folder, "/var/lib/py-heap");
	assert_string_equal(h.next, "");
	lh_handler_parse("|/usr/libexec/py-heap-coredump /v %P %e %t -- /lib/systemd/systemd-coredump %P",
			 &h);
	assert_int_equal(h.keeper, LH_KEEPER_SYSTEMD);
	assert_string_equal(h.folder, "/v");
	assert_string_equal(h.next, "/lib/systemd/systemd-coredump");
	lh_handler_parse("|/usr/libexec/py-heap-coredump --seconds", &h);
	assert_string_equal(h.folder, "");
}

/* ---- coredump.conf ---- */

static void write_conf(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void make_folders(const char *root, const char *const *folders)
{
	char path[256];

	for (; *folders; folders++) {
		snprintf(path, sizeof(path), "%s%s", root, *folders);
		mkdir(path, 0700);
	}
}

static void test_conf_lines(void **state)
{
	struct lh_coredump_conf conf = {0};

	lh_coredump_conf_take("Storage=none\n", &conf); /* of no section */
	assert_int_equal(conf.storage, LH_STORAGE_EXTERNAL);
	lh_coredump_conf_take("[Coredump]\n", &conf);
	lh_coredump_conf_take("#Storage=none\n", &conf);
	assert_int_equal(conf.storage, LH_STORAGE_EXTERNAL);
	lh_coredump_conf_take("Storage = journal\n", &conf);
	lh_coredump_conf_take("ExternalSizeMax=2G\n", &conf);
	lh_coredump_conf_take("JournalSizeMax=infinity\n", &conf);
	assert_int_equal(conf.storage, LH_STORAGE_JOURNAL);
	assert_true(conf.external_max == UINT64_C(2) << 30);
	assert_true(conf.journal_max == UINT64_MAX - 1);
}

static void test_conf_files(void **state)
{
	static const char *const folders[] = {"",
					      "/etc",
					      "/etc/systemd",
					      "/etc/systemd/coredump.conf.d",
					      "/run",
					      "/run/systemd",
					      "/run/systemd/coredump.conf.d",
					      NULL};
	char root[] = "/tmp/py-heap-conf-XXXXXX", path[256], command[64];
	struct lh_coredump_conf conf;

	assert_non_null(mkdtemp(root));
	assert_int_equal(lh_coredump_conf_read(ctx, root, &conf), 0);
	assert_true(conf.storage == LH_STORAGE_EXTERNAL && conf.external_max == LH_NOT_SET);
	make_folders(root, folders);
	snprintf(path, sizeof(path), "%s/etc/systemd/coredump.conf", root);
	write_conf(path, "[Coredump]\nStorage=journal\nExternalSizeMax=1M\n");
	snprintf(path, sizeof(path), "%s/run/systemd/coredump.conf.d/20.conf", root);
	write_conf(path, "[Coredump]\nStorage=none\n");
	assert_int_equal(lh_coredump_conf_read(ctx, root, &conf), 0);
	assert_true(conf.storage == LH_STORAGE_NONE && conf.external_max == 1 << 20);
	snprintf(path, sizeof(path), "%s/etc/systemd/coredump.conf.d/20.conf", root);
	write_conf(path, "[Coredump]\nExternalSizeMax=2M\n"); /* hides the one in /run */
	assert_int_equal(lh_coredump_conf_read(ctx, root, &conf), 0);
	assert_true(conf.storage == LH_STORAGE_JOURNAL && conf.external_max == 2 << 20);
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),      cmocka_unit_test(test_limits),
		cmocka_unit_test(test_memory),      cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_names),       cmocka_unit_test(test_dots),
		cmocka_unit_test(test_ways),        cmocka_unit_test(test_handlers),
		cmocka_unit_test(test_our_handler), cmocka_unit_test(test_conf_lines),
		cmocka_unit_test(test_conf_files),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
