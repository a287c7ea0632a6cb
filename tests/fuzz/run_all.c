/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every command on one core image, through the public API alone.
 *
 * Commands that take an address get some that earlier commands answered with, and a few that nobody would
 * type. Whatever the image holds, calls may fail but must return, in bounded time and memory.
 */
#include "run_all.h"
#include "util/array.h"

#include <libheap-command.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESSES_MAX 6
#define ADDRESS_SIZE 24

struct addresses {
	char text[ADDRESSES_MAX][ADDRESS_SIZE];
	unsigned count, seen;
};

/* Keep @text, or let it replace an earlier one, evenly by hash. */
static void keep(struct addresses *addresses, const char *text, size_t len)
{
	unsigned slot = addresses->count;

	addresses->seen++;
	if (slot == ADDRESSES_MAX)
		slot = (addresses->seen * 2654435761u >> 8) % (addresses->seen < 64 ? 64 : addresses->seen);
	if (slot >= ADDRESSES_MAX || len >= ADDRESS_SIZE)
		return;
	memcpy(addresses->text[slot], text, len);
	addresses->text[slot][len] = 0;
	if (slot == addresses->count)
		addresses->count++;
}

/* Addresses in an answer. No strstr(): under the address sanitizer it measures the rest of the text at each
 * call. */
static void collect(struct addresses *addresses, const char *json, size_t len)
{
	const char *end = json + len;

	for (const char *at = json; (at = memchr(at, '"', (size_t)(end - at))); at++)
		if (end - at > 3 && at[1] == '0' && at[2] == 'x')
			keep(addresses, at + 1, strcspn(at + 1, "\""));
}

/* If help was asked for, nothing else was checked (libheap-command.h). */
static bool shows_help(struct lh_ctx *ctx, const struct lh_command *command,
		       const struct lh_invocation *invocation)
{
	char *text;

	if (!lh_invocation_get(invocation, "help"))
		return false;
	if (lh_command_help(ctx, command, &text) == 0)
		free(text);
	return true;
}

/* The words of one invocation; a command that does not know an option refuses it, which is tried too. */
static void invoke(struct lh_ctx *ctx, struct lh_heap *heap, const struct lh_command *command, int argc,
		   const char *const *argv, struct addresses *addresses)
{
	static const struct lh_style style = {
		.size = sizeof(style), .color = true, .width = 100, .prefix = "py-heap", .target = "core"};
	struct lh_invocation *invocation;
	struct lh_result *result;
	char *text, *warnings;
	size_t len;

	/* As in a debugger, where the target is given; a command without one is of the shell. */
	if (lh_invocation_new(ctx, command, argc, argv, !lh_command_takes_target(command), &invocation) != 0)
		return;
	if (!shows_help(ctx, command, invocation) && lh_invocation_run(invocation, heap, &result) == 0) {
		if (lh_result_format(result, &style, &text, &len) == 0) {
			if (addresses)
				collect(addresses, text, len);
			free(text);
		}
		if (lh_result_warnings(result, &warnings) == 0)
			free(warnings);
		lh_result_free(result);
	}
	lh_invocation_free(invocation);
}

/* What an option with a value is tried with; each is tried as 'find --type' takes it if it is not here. */
static const char *value_of(const struct lh_option *option)
{
	static const struct {
		const char *metavar, *value;
	} values[] = {{"PERCENT", "100"}, {"BYTES", "1"}, {"N", "2"},
		      {"NAME", "x"},      {"K", "x"},     {"TEXT", "1"}};

	for (size_t i = 0; i < LH_ARRAY_SIZE(values); i++)
		if (strcmp(option->metavar, values[i].metavar) == 0)
			return values[i].value;
	return "*";
}

static bool is_percent(const struct lh_option *option)
{
	return option->metavar && strcmp(option->metavar, "PERCENT") == 0;
}

/* The whole heap: each command as it is, as JSON, and with each of its own options. */
static void run_plain(struct lh_ctx *ctx, struct lh_heap *heap, const struct lh_command *command,
		      struct addresses *addresses)
{
	static const char *const json[] = {"-f", "json", "-n", "0"}, *const csv[] = {"-f", "csv"};
	const struct lh_option *option;
	char percent[64] = ""; /* that a command with such an option finds little without */

	invoke(ctx, heap, command, 4, json, addresses);
	invoke(ctx, heap, command, 2, csv, NULL);
	invoke(ctx, heap, command, 0, NULL, NULL);
	for (size_t i = 0; (option = lh_command_option(command, i)) && strcmp(option->name, "pid") != 0;
	     i++) {
		char word[64];
		const char *const words[] = {word, "-f", "json", percent};

		snprintf(word, sizeof(word), option->metavar ? "--%s=%s" : "--%s", option->name,
			 option->metavar ? value_of(option) : "");
		if (is_percent(option))
			memcpy(percent, word, sizeof(percent));
		invoke(ctx, heap, command, percent[0] && !option->metavar ? 4 : 3, words, addresses);
	}
}

static void run_addresses(struct lh_ctx *ctx, struct lh_heap *heap, const struct lh_command *command,
			  const struct addresses *addresses)
{
	static const char *const more[][3] = {
		{"--depth=3"}, {"--all-roots"}, {"--through=dict", "--avoid=type", "--avoid=frame"}};
	static const char *const types[] = {"--type=*", "--through=dict"};
	static const char *const odd[] = {"0", "0xffffffffffffffff", "0xfffffffffffffff8",
					  "0x7fffffffffffffff"};

	for (unsigned i = 0; i < addresses->count; i++) {
		const char *const words[] = {addresses->text[i], "--values", "-f", i % 2 ? "text" : "json"};

		invoke(ctx, heap, command, 4, words, NULL);
	}
	for (size_t i = 0; i < LH_ARRAY_SIZE(more) && addresses->count; i++) {
		const char *const words[] = {addresses->text[i % addresses->count], more[i][0], more[i][1],
					     more[i][2]};

		invoke(ctx, heap, command, more[i][1] ? 4 : 2, words, NULL);
	}
	invoke(ctx, heap, command, 1, types, NULL);
	invoke(ctx, heap, command, 2, types, NULL);
	for (size_t i = 0; i < LH_ARRAY_SIZE(odd); i++)
		invoke(ctx, heap, command, 1, &odd[i], NULL);
}

/* Whether it answers without an address: it has no argument, or one in brackets. */
static bool is_for_all(const struct lh_command *command)
{
	return strchr("[", lh_command_arguments(command)[0]) != NULL;
}

/* Commands that take an address get those of others' answers. */
static void run_commands(struct lh_ctx *ctx, struct lh_heap *heap)
{
	static const char *const json[] = {"-f", "json", "--type", "*"};
	const struct lh_command *command;
	struct addresses addresses = {0};

	run_typed(heap);
	invoke(ctx, heap, lh_command_find("find"), 4, json, &addresses);
	for (size_t i = 0; (command = lh_command_at(i)); i++)
		if (is_for_all(command))
			run_plain(ctx, heap, command, &addresses);
	for (size_t i = 0; (command = lh_command_at(i)); i++)
		if (lh_command_arguments(command)[0] != 0)
			run_addresses(ctx, heap, command, &addresses);
}

/* What an input asks for; all commands if there is none. */
static void run_action(struct lh_ctx *ctx, struct lh_heap *heap, const struct input *input)
{
	const struct lh_command *command = input ? lh_command_at(input->action) : NULL;
	const char *argv[WORDS_MAX];
	char text[WORDS_LEN + 1];

	if (command)
		invoke(ctx, heap, command, input_argv(input, text, argv), argv, NULL);
	else if (input && input->action == command_count() + ACTION_TYPED)
		run_typed(heap);
	else
		run_commands(ctx, heap);
}

static void run(const uint8_t *image, size_t len, const struct input *input, const char *exe)
{
	struct lh_target_options target_options = {
		.size = sizeof(target_options),
		.sysroot = getenv("PYHEAP_FUZZ_SYSROOT"),
		.exe = exe,
		/* The folder of seeds: that it is searched, not what is found. */
		.debug_dir = input ? "." : NULL};
	struct lh_heap_options heap_options = {.size = sizeof(heap_options),
					       .layout = input ? input->layout : LH_LAYOUT_AUTO};
	struct lh_target *target;
	struct lh_heap *heap;
	struct lh_ctx *ctx;

	if (lh_ctx_new(&ctx) != 0)
		return;
	lh_ctx_set_threads(ctx, input ? 1 : 0);
	if (lh_target_open_core_image(ctx, image, len, &target_options, &target) == 0) {
		if (lh_heap_open(target, &heap_options, &heap) == 0) {
			run_action(ctx, heap, input);
			lh_heap_free(heap);
		}
		lh_target_free(target);
	}
	lh_ctx_free(ctx);
}

void run_all(const uint8_t *image, size_t len)
{
	run(image, len, NULL, NULL);
}

void run_input(const struct input *input, const uint8_t *image, size_t len, const char *exe)
{
	run(image, len, input, exe);
}
