/* SPDX-License-Identifier: Apache-2.0 */
/* Strings and numbers of JSON, byte by byte, also where memory is no text. */
#include "export/json_text.h"
#include "one_ctx.h"
#include "util/array.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* What is written to a pipe. */
static void check(const char *text, const char *expected)
{
	struct lh_output out;
	char path[32], got[256];
	int ends[2];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[1]);
	assert_int_equal(lh_output_open(ctx, path, &out), 0);
	lh_json_text(&out, text);
	assert_int_equal(lh_output_finish(&out), 0);
	lh_output_fini(&out);
	n = read(ends[0], got, sizeof(got) - 1);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, expected);
	close(ends[0]);
	close(ends[1]);
}

static void test_texts(void **state)
{
	check("", "\"\"");
	check("plain \xc3\xa9 \xe2\x80\xa6", "\"plain \xc3\xa9 \xe2\x80\xa6\"");
	check("say \"hi\" \\ \n\t\x01\x7f", "\"say \\\"hi\\\" \\\\ \\u000a\\u0009\\u0001\\u007f\"");
	check("\xff"
	      "a\xed\xa0\x80",
	      "\"\\ufffda\\ufffd\\ufffd\\ufffd\"");
}

static void test_numbers(void **state)
{
	char path[] = "json-text-XXXXXX", got[64] = "";
	int fd = mkstemp(path);
	struct lh_output out;

	assert_true(fd >= 0);
	assert_int_equal(lh_output_open(ctx, path, &out), 0);
	lh_json_number(&out, '\0', 0);
	lh_json_number(&out, ',', 4294967295u);
	lh_json_number(&out, ',', UINT64_MAX);
	assert_int_equal(out.bytes, 33);
	assert_int_equal(lh_output_finish(&out), 0);
	lh_output_fini(&out);
	close(fd);
	fd = open(path, O_RDONLY);
	assert_int_equal(read(fd, got, sizeof(got) - 1), 33);
	assert_string_equal(got, "0,4294967295,18446744073709551615");
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_numbers),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
