/* SPDX-License-Identifier: Apache-2.0 */
/* A spool's file: what is in it, what zeros cost, where it stops. */
#include "one_ctx.h"
#include "target/spool.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define BLOCKS 64
#define SIZE (BLOCKS * LH_SPOOL_BLOCK)

static struct lh_spool spool_new(void)
{
	struct lh_spool spool;

	assert_int_equal(lh_spool_open(ctx, "core", &spool), 0);
	return spool;
}

/* Every third block has a byte, the end is 100 zeros. */
static void test_content(void **state)
{
	struct lh_spool spool = spool_new();
	static uint8_t data[SIZE + 100], back[SIZE + 100];
	struct stat st;

	for (size_t i = 0; i < BLOCKS; i += 3)
		data[i * LH_SPOOL_BLOCK + i] = 1;
	assert_int_equal(lh_spool_write(&spool, data, SIZE), 0);
	assert_int_equal(lh_spool_write(&spool, data + SIZE, 100), 0);
	assert_int_equal(lh_spool_finish(&spool), 0);
	assert_int_equal(spool.stored, (BLOCKS + 2) / 3 * LH_SPOOL_BLOCK);
	assert_int_equal(fstat(spool.fd, &st), 0);
	assert_int_equal(st.st_size, sizeof(data));
	assert_int_equal(st.st_nlink, 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(pread(spool.fd, back, sizeof(back), 0), sizeof(back));
	assert_memory_equal(back, data, sizeof(data));
	close(spool.fd);
}

static void test_zeros_have_no_limit_but_length(void **state)
{
	struct lh_spool spool = spool_new();
	static uint8_t data[SIZE];

	spool.most_stored = 0;
	spool.longest = 2 * SIZE;
	assert_int_equal(lh_spool_write(&spool, data, SIZE), 0);
	assert_int_equal(lh_spool_write(&spool, data, SIZE), 0);
	assert_int_equal(spool.stored, 0);
	assert_int_equal(lh_spool_write(&spool, data, 1), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "longer than"));
	close(spool.fd);
}

static void test_room_ends(void **state)
{
	struct lh_spool spool = spool_new();
	static uint8_t data[SIZE];

	assert_true(spool.most_stored > 0);
	memset(data, 1, sizeof(data));
	spool.most_stored = SIZE + 1;
	assert_int_equal(lh_spool_write(&spool, data, SIZE), 0);
	assert_int_equal(lh_spool_write(&spool, data, SIZE), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "set TMPDIR"));
	close(spool.fd);
}

static void test_write_fails(void **state)
{
	struct lh_spool spool = spool_new();
	uint8_t byte = 1;

	close(spool.fd);
	spool.fd = -1;
	assert_int_equal(lh_spool_write(&spool, &byte, 1), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "Bad file descriptor"));
	assert_int_equal(lh_spool_finish(&spool), -LH_EIO);
}

static void test_disk_is_full(void **state)
{
	struct lh_spool spool = spool_new();
	uint8_t byte = 1;

	close(spool.fd);
	spool.fd = open("/dev/full", O_RDWR | O_CLOEXEC);
	assert_int_equal(lh_spool_write(&spool, &byte, 1), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "No space left on device: set TMPDIR"));
	close(spool.fd);
}

/* /proc knows no O_TMPFILE, so a name is tried there, in vain too. */
static void test_folders_that_refuse(void **state)
{
	struct lh_spool spool;

	setenv("TMPDIR", "/dev/null", 1);
	assert_int_equal(lh_spool_open(ctx, "core", &spool), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "/dev/null: Not a directory"));
	setenv("TMPDIR", "/proc", 1);
	assert_int_equal(lh_spool_open(ctx, "core", &spool), -LH_EIO);
	unsetenv("TMPDIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_content),      cmocka_unit_test(test_zeros_have_no_limit_but_length),
		cmocka_unit_test(test_room_ends),    cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_disk_is_full), cmocka_unit_test(test_folders_that_refuse),
	};

	unsetenv("TMPDIR");
	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
