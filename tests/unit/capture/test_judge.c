/* SPDX-License-Identifier: Apache-2.0 */
/* Findings of settings that this machine does not have: handlers, containers, other users. */
#include "capture/capture.h"
#include "one_ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SYSTEMD "|/lib/systemd/systemd-coredump %P"

/* A process of user 1000 with a core of 10 MB, which nothing keeps from one. */
static struct lh_capture sound(const char *pattern)
{
	struct lh_capture c = {
		.ctx = ctx,
		.process = {.pid = 4711,
			    .own_pid = 4711,
			    .name = "python3",
			    .uid = 1000,
			    .euid = 1000,
			    .fsuid = 1000,
			    .core = {LH_UNLIMITED, LH_UNLIMITED},
			    .file = {LH_UNLIMITED, LH_UNLIMITED},
			    .filter = 0x33,
			    .memory = {.known = true, .length = 20 << 20, .written = 10 << 20}},
		.place = {.st.st_mode = S_IFDIR | 0777, .writable = true, .available = UINT64_MAX},
		.sees_host = true,
		.has_program = true,
		.has_next = true,
		.has_socket = true,
		.conf = {.external_max = LH_NOT_SET, .journal_max = LH_NOT_SET},
		.as_root = true,
	};

	snprintf(c.pattern, sizeof(c.pattern), "%s", pattern);
	c.way = lh_core_way(pattern, false);
	if (c.way == LH_CORE_PIPE)
		lh_handler_parse(pattern, &c.handler);
	return c;
}

/* The verdict's effect is @effect, and @code is its finding. */
static void judge(struct lh_capture *c, enum lh_capture_effect effect, const char *code)
{
	bool found = !code;

	assert_int_equal(lh_capture_judge(c), 0);
	assert_int_equal(c->worst, effect);
	for (size_t i = 0; i < c->count; i++) {
		assert_non_null(c->findings[i].text.text);
		found = found || (strcmp(c->findings[i].code, code) == 0 && c->findings[i].effect == effect);
	}
	assert_true(found);
	assert_non_null(c->verdict.text);
	lh_capture_fini(c);
}

static void test_file(void **state)
{
	struct lh_capture c = sound("core");

	judge(&c, LH_CAPTURE_NOTE, NULL);
	c = sound("");
	judge(&c, LH_CAPTURE_NONE, "pattern");
	c = sound("@/run/cores");
	judge(&c, LH_CAPTURE_UNKNOWN, "handler");
	c = sound("core");
	c.place.available = 1 << 20;
	judge(&c, LH_CAPTURE_USELESS, "space");
	c = sound("core");
	c.place.read_only = true;
	judge(&c, LH_CAPTURE_NONE, "folder");
	c = sound("core");
	c.place.state = LH_PLACE_HIDDEN;
	judge(&c, LH_CAPTURE_UNKNOWN, "folder");
	c = sound("/v/core");
	c.process.other_mounts = true;
	judge(&c, LH_CAPTURE_NOTE, "mounts");
	c = sound("core");
	c.process.own_pid = 1;
	judge(&c, LH_CAPTURE_NOTE, "first");
	c = sound("core");
	c.process.memory = (struct lh_capture_memory){0};
	judge(&c, LH_CAPTURE_UNKNOWN, "memory");
	c = sound("core");
	c.process.memory.no_huge = 2 << 20;
	judge(&c, LH_CAPTURE_PARTLY, "huge-pages");
}

/* With fs.suid_dumpable=2 the kernel writes cores of such processes for root alone, and not to relative paths. */
static void test_for_root(void **state)
{
	struct lh_capture c = sound("core");

	c.process.dumpable = LH_NOT_DUMPABLE;
	judge(&c, LH_CAPTURE_NONE, "dumpable");
	c = sound("core");
	c.process.dumpable = LH_NOT_DUMPABLE;
	c.for_root = true;
	judge(&c, LH_CAPTURE_NONE, "folder");
	c = sound("/v/core.%p");
	c.process.dumpable = LH_NOT_DUMPABLE;
	c.for_root = true;
	c.place.writable = false;
	judge(&c, LH_CAPTURE_UNKNOWN, "dumpable");
}

static void test_systemd(void **state)
{
	struct lh_capture c = sound(SYSTEMD);

	judge(&c, LH_CAPTURE_NOTE, "handler");
	c = sound(SYSTEMD);
	c.has_program = false;
	judge(&c, LH_CAPTURE_NONE, "handler");
	c = sound(SYSTEMD);
	c.has_socket = false;
	judge(&c, LH_CAPTURE_NONE, "systemd");
	c = sound(SYSTEMD);
	c.process.core.soft = 0;
	judge(&c, LH_CAPTURE_NONE, "core-limit");
	c = sound(SYSTEMD);
	c.process.core.soft = 15 << 20; /* holes count in a pipe */
	judge(&c, LH_CAPTURE_USELESS, "core-limit");
	c = sound(SYSTEMD);
	c.conf.storage = LH_STORAGE_NONE;
	judge(&c, LH_CAPTURE_NONE, "systemd");
	c = sound(SYSTEMD);
	c.conf.external_max = 0;
	judge(&c, LH_CAPTURE_NONE, "systemd");
	c = sound(SYSTEMD);
	c.conf.external_max = 15 << 20; /* it is compressed */
	judge(&c, LH_CAPTURE_UNKNOWN, "systemd");
	c = sound(SYSTEMD);
	c.conf.storage = LH_STORAGE_JOURNAL;
	c.conf.journal_max = 15 << 20;
	judge(&c, LH_CAPTURE_NONE, "systemd");
	c = sound(SYSTEMD);
	c.process.memory.length = UINT64_C(3) << 30; /* more than the default was */
	judge(&c, LH_CAPTURE_UNKNOWN, "systemd");
	c = sound(SYSTEMD);
	c.sees_host = false;
	judge(&c, LH_CAPTURE_UNKNOWN, "handler");
}

static void test_other_handlers(void **state)
{
	struct lh_capture c = sound("|/usr/share/apport/apport -p%p");

	judge(&c, LH_CAPTURE_NOTE, "handler");
	c = sound("|/usr/share/apport/apport -p%p");
	c.process.core.soft = 0;
	judge(&c, LH_CAPTURE_UNKNOWN, "core-limit");
	c = sound("|/bin/keep %p");
	judge(&c, LH_CAPTURE_UNKNOWN, "handler");
	c = sound("|/bin/keep %p");
	c.process.core.soft = 1;
	judge(&c, LH_CAPTURE_NONE, "core-limit");
	c = sound("|/usr/libexec/py-heap-coredump /v %P %e %t");
	judge(&c, LH_CAPTURE_NOTE, NULL);
	c = sound("|/usr/libexec/py-heap-coredump /v %P %e %t");
	c.place.available = 1 << 20;
	judge(&c, LH_CAPTURE_USELESS, "space");
	c = sound("|/usr/libexec/py-heap-coredump /v %P %e %t -- /lib/systemd/systemd-coredump %P");
	c.has_next = false;
	judge(&c, LH_CAPTURE_NONE, "handler");
}

static void test_ptrace(void **state)
{
	struct lh_capture c = sound("core");

	c.ptrace_scope = 1;
	judge(&c, LH_CAPTURE_NOTE, NULL);
	c = sound("core");
	c.ptrace_scope = 1;
	c.as_root = false;
	judge(&c, LH_CAPTURE_NOTE, "ptrace");
	c = sound("core");
	c.ptrace_scope = 3;
	judge(&c, LH_CAPTURE_NOTE, "ptrace");
}

static void test_rights(void **state)
{
	uint32_t groups[] = {7};
	struct lh_capture_process p = {.fsuid = 1000, .fsgid = 2000, .groups = groups, .group_count = 1};
	struct stat folder = {.st_uid = 1000, .st_mode = S_IFDIR | 0577}, file = {.st_uid = 1};

	assert_false(lh_may_create(&p, &folder)); /* the owner's bits decide, not others' */
	folder = (struct stat){.st_uid = 1, .st_gid = 7, .st_mode = S_IFDIR | 0730};
	assert_true(lh_may_create(&p, &folder));
	folder.st_mode = S_IFDIR | 0720; /* without x there is no way in */
	assert_false(lh_may_create(&p, &folder));
	p.capabilities = 1u << 1;
	assert_true(lh_may_create(&p, &folder));
	p.other_users = true;
	assert_false(lh_may_create(&p, &folder));
	folder.st_mode = S_IFDIR | 01777;
	assert_false(lh_may_replace(&p, &folder, &file));
	file.st_uid = 1000;
	assert_true(lh_may_replace(&p, &folder, &file));
	file.st_mode = S_IFDIR;
	assert_false(lh_may_replace(&p, &folder, &file));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),    cmocka_unit_test(test_for_root),
		cmocka_unit_test(test_systemd), cmocka_unit_test(test_other_handlers),
		cmocka_unit_test(test_ptrace),  cmocka_unit_test(test_rights),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
