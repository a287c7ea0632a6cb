/* SPDX-License-Identifier: Apache-2.0 */
/* Words a user may type: what they mean, or which sentence says that they mean nothing. */
#include "command/invocation.h"
#include "command/options.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Split at spaces; no word has one here. */
static int parse(struct lh_ctx *ctx, const char *name, const char *line, bool shell,
		 struct lh_invocation **ret)
{
	char copy[256], *save = NULL;
	const char *words[16];
	int count = 0;

	snprintf(copy, sizeof(copy), "%s", line);
	for (char *word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	return lh_invocation_new(ctx, lh_command_find(name), count, words, shell, ret);
}

static void expect_error(const char *name, const char *line, bool shell, const char *text)
{
	struct lh_invocation *invocation = NULL;
	struct lh_ctx *ctx = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(parse(ctx, name, line, shell, &invocation), -LH_EUSAGE);
	assert_string_equal(lh_ctx_error(ctx)->text, text);
	lh_ctx_free(ctx);
}

static void test_wrong_words(void **state)
{
	expect_error("types", "", true, "types: no target: give a core file, or -p PID");
	expect_error("types", "c --trakced", true,
		     "types: unknown option '--trakced', did you mean '--tracked'?");
	expect_error("types", "c --zebra", true, "types: unknown option '--zebra' (see: help types)");
	expect_error("types", "c -x", true, "types: unknown option '-x' (see: help types)");
	expect_error("types", "c -qx", true, "types: unknown option '-x' (see: help types)");
	expect_error("types", "c --l", true, "types: option '--l' could be '--layout' or '--limit'");
	expect_error("types", "c --limit", true, "types: option '--limit' needs a value: --limit N");
	expect_error("types", "c -n", true, "types: option '--limit' needs a value: --limit N");
	expect_error("types", "c --tracked=1", true, "types: option '--tracked' takes no value");
	expect_error("types", "c --limit=-3", true, "types: --limit needs a number, not '-3'");
	expect_error("types", "c --limit 9x", true, "types: --limit needs a number, not '9x'");
	expect_error("types", "c --format jsn", true,
		     "types: --format cannot be 'jsn', did you mean 'json'?");
	expect_error("types", "c --format xml", true,
		     "types: --format cannot be 'xml'; it is one of: text, json, csv");
	expect_error("types", "c --sort byts", true,
		     "types: no column 'byts' to sort by, did you mean 'bytes'?");
	expect_error("types", "c d", true, "types: unexpected argument 'd'");
	expect_error("types", "-p 1 d", true,
		     "types: unexpected argument 'd', --pid already names the target");
	expect_error("types", "--coredumpctl 1 d", true,
		     "types: unexpected argument 'd', --coredumpctl already names the target");
	expect_error("types", "-p 1 --coredumpctl 1", true,
		     "types: --pid and --coredumpctl both name a target, give one of them");
	expect_error("refs", "c", true, "refs: ADDR... is missing");
	expect_error("object", "c 1 2", true, "object: unexpected argument '2', it takes only ADDR");
	expect_error("object", "-p 1 2 3", true, "object: unexpected argument '3', it takes only ADDR");
	expect_error("types", "--pid 3", false,
		     "types: '--pid' names a target; here the target is what is being debugged");
}

static void test_right_words(void **state)
{
	struct lh_invocation *invocation = NULL;
	struct lh_ctx *ctx = NULL;
	uint64_t number;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(parse(ctx, "refs", "core --sort -type 0x10 -n 1K --threads=2 -q", true, &invocation),
			 0);
	assert_string_equal(lh_invocation_get(invocation, "target"), "core");
	assert_string_equal(lh_invocation_get(invocation, "sort"), "-type");
	assert_string_equal(lh_invocation_get(invocation, "quiet"), "");
	assert_null(lh_invocation_get(invocation, "values"));
	assert_null(lh_invocation_get(invocation, "no-such"));
	assert_int_equal(lh_invocation_number(invocation, "limit", &number), 0);
	assert_int_equal(number, 1024);
	assert_int_equal(lh_invocation_number(invocation, "pid", &number), LH_ABSENT);
	assert_int_equal(lh_invocation_address(ctx, invocation, 0, &number), 0);
	assert_int_equal(number, 16);
	lh_invocation_free(invocation);
	lh_ctx_free(ctx);
}

/* What only a face can look up. */
static void test_target_is_set(void **state)
{
	struct lh_invocation *invocation = NULL;
	struct lh_target *target = NULL;
	struct lh_heap *heap = NULL;
	struct lh_ctx *ctx = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(parse(ctx, "object", "--coredumpctl app 0x10", true, &invocation), 0);
	assert_null(lh_invocation_get(invocation, "target"));
	assert_int_equal(lh_invocation_open(invocation, &target, &heap), -LH_EUSAGE);
	assert_int_equal(lh_invocation_set_target(invocation, "/no/such/a"), 0);
	assert_int_equal(lh_invocation_set_target(invocation, "/no/such/b"), 0);
	assert_string_equal(lh_invocation_get(invocation, "target"), "/no/such/b");
	assert_int_equal(lh_invocation_open(invocation, &target, &heap), -LH_EIO);
	assert_non_null(strstr(lh_ctx_error(ctx)->text, "/no/such/b"));
	lh_invocation_free(invocation);
	lh_ctx_free(ctx);
}

static void test_help_needs_nothing_else(void **state)
{
	struct lh_invocation *invocation = NULL;
	struct lh_ctx *ctx = NULL;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(parse(ctx, "refs", "--help", true, &invocation), 0);
	assert_non_null(lh_invocation_get(invocation, "help"));
	lh_invocation_free(invocation);
	lh_ctx_free(ctx);
}

static void expect_address(const char *word, int r, uint64_t expected)
{
	struct lh_invocation *invocation = NULL;
	struct lh_ctx *ctx = NULL;
	uint64_t addr = 0;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	/* What is not an address is refused as the words are parsed. */
	assert_int_equal(parse(ctx, "object", word, false, &invocation), r);
	assert_int_equal(invocation ? lh_invocation_address(ctx, invocation, 0, &addr) : r, r);
	assert_int_equal(addr, expected);
	lh_invocation_free(invocation);
	lh_ctx_free(ctx);
}

static void test_addresses(void **state)
{
	expect_address("0x7F10", 0, 0x7f10);
	expect_address("7f10", 0, 0x7f10);
	expect_address("010", 0, 10);
	expect_address("0xffffffffffffffff", 0, UINT64_MAX);
	expect_address("0x1ffffffffffffffff", -LH_EUSAGE, 0);
	expect_address("0x", -LH_EUSAGE, 0);
	expect_address("12z", -LH_EUSAGE, 0);
	expect_address("zebra", -LH_EUSAGE, 0);
}

/* No command may take a word or letter that every command takes already. */
static void test_options_are_unique(void **state)
{
	const struct lh_option *option;

	for (size_t c = 0; lh_commands[c]; c++)
		for (size_t i = 0; (option = lh_command_option(lh_commands[c], i)); i++) {
			assert_int_equal(lh_option_index(lh_commands[c], option->name, 0), i);
			if (option->letter)
				assert_int_equal(lh_option_index(lh_commands[c], NULL, option->letter), i);
		}
}

static void test_completion(void **state)
{
	static const char *const sort[] = {"c", "--sort", "b"}, *const option[] = {"--tr"},
				 *const file[] = {""};
	const struct lh_command *types = lh_command_find("types");
	struct lh_ctx *ctx = NULL;
	char *text;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(lh_command_complete(ctx, types, 3, sort, true, &text), 0);
	assert_string_equal(text, "bytes\n");
	free(text);
	assert_int_equal(lh_command_complete(ctx, types, 1, option, true, &text), 0);
	assert_string_equal(text, "--tracked\n");
	free(text);
	assert_int_equal(lh_command_complete(ctx, types, 1, file, true, &text), 0);
	assert_string_equal(text, "@file\n");
	free(text);
	lh_ctx_free(ctx);
}

static void expect_candidates(const char *command, int argc, const char *const *argv, bool takes_target,
			      const char *expected)
{
	struct lh_ctx *ctx = NULL;
	char *text;

	assert_int_equal(lh_ctx_new(&ctx), 0);
	assert_int_equal(lh_command_complete(ctx, lh_command_find(command), argc, argv, takes_target, &text),
			 0);
	assert_string_equal(text, expected);
	free(text);
	lh_ctx_free(ctx);
}

#define WORDS(...) LH_ARRAY_SIZE(((const char *const[]){__VA_ARGS__})), ((const char *const[]){__VA_ARGS__})

/* The cache is off in tests: a shell has nothing to offer, and says nothing else. */
static void test_completion_of_what_was_answered(void **state)
{
	expect_candidates("find", WORDS("--type", ""), false, "@type\n");
	expect_candidates("why", WORDS("--avoid", "fr"), false, "@type\n");
	expect_candidates("object", WORDS("0x"), false, "@address\n");
	expect_candidates("retained", WORDS("--under", ""), false, "@address\n");
	expect_candidates("types", WORDS(""), false, "");
	expect_candidates("object", WORDS("core", ""), true, "");
	expect_candidates("object", WORDS("--type", "core", ""), true, "");
	expect_candidates("object", WORDS("-p", "12", ""), true, "");
	expect_candidates("object", WORDS("--coredumpctl=x", ""), true, "");
	expect_candidates("object", WORDS("--exe", "python", "co"), true, "@file\n");
	expect_candidates("find", WORDS("--type", "core", ""), true, "@file\n");
}

static void test_suggestions(void **state)
{
	assert_string_equal(lh_command_suggest("typs"), "types");
	assert_string_equal(lh_command_suggest("garbge"), "garbage");
	assert_string_equal(lh_command_suggest("refrrers"), "referrers");
	assert_null(lh_command_suggest("zebra"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_words),   cmocka_unit_test(test_right_words),
		cmocka_unit_test(test_target_is_set), cmocka_unit_test(test_help_needs_nothing_else),
		cmocka_unit_test(test_addresses),     cmocka_unit_test(test_options_are_unique),
		cmocka_unit_test(test_completion),    cmocka_unit_test(test_completion_of_what_was_answered),
		cmocka_unit_test(test_suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
