/* SPDX-License-Identifier: Apache-2.0 */
/* What is typed after a command's name. The folder in which the harness runs has all seeds by their names, and the input's own core,
 * for commands that open files. */
#include "words.h"
#include "mutate.h"
#include "util/array.h"

#include <inttypes.h>
#include <libheap-command.h>
#include <stdio.h>
#include <string.h>

static void add_word(struct input *input, const char *word)
{
	size_t len = strlen(word);

	if (input->words_len + len + 1 > WORDS_LEN)
		return;
	memcpy(input->words + input->words_len, word, len);
	input->words[input->words_len + len] = '\n';
	input->words_len = (uint8_t)(input->words_len + len + 1);
}

static void add_address(struct input *input, const struct seed *seed, uint32_t *state)
{
	static const char *const odd[] = {"0", "0xffffffffffffffff", "0xfffffffffffffff8",
					  "0x7fffffffffffffff"};
	char word[32];

	snprintf(word, sizeof(word), "0x%" PRIx64, random_place(seed, state));
	add_word(input, random_next(state) % 32 ? word : odd[random_next(state) % 4]);
}

static const char *value_of(const struct lh_option *option, const struct seed *seed, uint32_t *state)
{
	static const struct {
		const char *metavar, *values[3];
	} known[] = {{"PERCENT", {"100", "10", "0"}},
		     {"BYTES", {"1", "4K", "1M"}},
		     {"N", {"1", "3", "0"}},
		     {"NAME", {"x", "a", "__doc__"}},
		     {"K", {"x", "k", "__name__"}},
		     {"TEXT", {"1", "a", "raw"}},
		     {"TYPE", {"*", "dict", "type"}},
		     {"TYPE...", {"dict", "type", "frame"}},
		     {"FILE", {"out", "out", "db"}},
		     {"BUILD", {"1", "b", "seed"}},
		     {"FORMAT", {"csv", "pprof", "sqlite"}},
		     {"COLUMN", {"bytes", "-objects", "type"}}};
	size_t choices = 0;

	while (option->choices && option->choices[choices])
		choices++;
	if (choices)
		return option->choices[random_next(state) % choices];
	for (size_t i = 0; i < LH_ARRAY_SIZE(known); i++)
		if (strcmp(option->metavar, known[i].metavar) == 0)
			return known[i].values[random_next(state) % 3];
	return random_next(state) % 2 ? seed->name : MUTATED;
}

/* One of the command's options, of its own rather than of those that all have. */
static void add_option(struct input *input, const struct lh_command *command, const struct seed *seed,
		       uint32_t *state)
{
	const struct lh_option *option;
	size_t count = 0, own = 0;
	char word[WORDS_LEN];

	while ((option = lh_command_option(command, count)) && ++count)
		if (!own && option->shell)
			own = count - 1;
	if (own && random_next(state) % 3)
		count = own;
	option = lh_command_option(command, random_next(state) % count);
	/* An output is named below; a limit of memory would hold for all inputs after this one. */
	if (option->shell || strcmp(option->name, "output") == 0 || strcmp(option->name, "max-memory") == 0)
		return;
	if (option->metavar)
		snprintf(word, sizeof(word), "--%s=%s", option->name, value_of(option, seed, state));
	else
		snprintf(word, sizeof(word), "--%s", option->name);
	add_word(input, word);
}

/* Suffixes that say the format; a command that is not here is tried with all. */
static void add_output(struct input *input, const struct lh_command *command, uint32_t *state)
{
	static const struct {
		const char *command, *suffix;
	} known[] = {{"export", "sqlite"}, {"export", "heapsnapshot"}, {"export", "ncdu"},  {"export", "dot"},
		     {"export", "pprof"},  {"export", "perfetto"},     {"report", "html"},  {"report", "md"},
		     {"report", "json"},   {"snapshot", "zst"},        {"snapshot", "core"}};
	size_t fits[LH_ARRAY_SIZE(known)], count = 0;
	char word[32];

	for (size_t i = 0; i < LH_ARRAY_SIZE(known); i++)
		if (strcmp(known[i].command, lh_command_name(command)) == 0)
			fits[count++] = i;
	snprintf(word, sizeof(word), "-oout.%s",
		 known[count && random_next(state) % 8 ? fits[random_next(state) % count]
						       : random_next(state) % LH_ARRAY_SIZE(known)]
			 .suffix);
	add_word(input, word);
}

static void add_arguments(struct input *input, const struct lh_command *command, const struct seed *seed,
			  uint32_t *state)
{
	static const char *const fleet[] = {"add", "add", "top", "new", "show"};
	const char *arguments = lh_command_arguments(command);

	const char *file = random_next(state) % 2 ? seed->name : MUTATED;

	if (lh_command_target_last(command)) {
		add_word(input, file);
	} else if (!lh_command_takes_target(command)) {
		add_word(input, fleet[random_next(state) % LH_ARRAY_SIZE(fleet)]);
		add_word(input, file);
	} else if (strstr(arguments, "ADDR") && (arguments[0] != '[' || random_next(state) % 3)) {
		add_address(input, seed, state);
		if (strstr(arguments, "...") && random_next(state) % 4 == 0)
			add_address(input, seed, state);
	}
}

void words_choose(struct input *input, const struct seed *seed, uint32_t *state)
{
	static const char *const formats[] = {"-fjson", "-fcsv"};
	const struct lh_command *command = lh_command_at(input->action);

	input->words_len = 0;
	if (!command)
		return;
	add_arguments(input, command, seed, state);
	if (lh_command_writes_file(command))
		add_output(input, command, state);
	for (uint32_t n = random_next(state) % 4; n; n--)
		add_option(input, command, seed, state);
	if (random_next(state) % 2)
		add_word(input, formats[random_next(state) % 2]);
	if (random_next(state) % 4 == 0)
		add_word(input, "-n0");
}
