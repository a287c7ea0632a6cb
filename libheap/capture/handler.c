/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a core_pattern that is a program. */
#include "capture/handler.h"

#include "util/string.h"

#include <stdio.h>
#include <string.h>

#define BLANKS " \t"

static const struct {
	const char *name; /* of the program's file, or what it begins with */
	enum lh_core_keeper keeper;
} keepers[] = {
	{"py-heap-coredump", LH_KEEPER_OURS},
	{"systemd-coredump", LH_KEEPER_SYSTEMD},
	{"apport", LH_KEEPER_APPORT},
};

static enum lh_core_keeper keeper_of(const char *program)
{
	for (size_t i = 0; i < sizeof(keepers) / sizeof(*keepers); i++)
		if (strcmp(lh_base_name(program), keepers[i].name) == 0)
			return keepers[i].keeper;
	return LH_KEEPER_OTHER;
}

/* Return: what follows the word. */
static const char *take_word(const char *text, char *word, size_t size)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strcspn(text, BLANKS);
	snprintf(word, size, "%.*s", (int)len, text);
	return text + len;
}

/* [--seconds N] [--max-memory BYTES] FOLDER PID NAME TIME [-- NEXT...] */
static void parse_ours(const char *rest, struct lh_core_handler *h)
{
	char word[LH_PATTERN_MAX];

	for (rest = take_word(rest, word, sizeof(word)); strncmp(word, "--", 2) == 0 && word[2];
	     rest = take_word(rest, word, sizeof(word)))
		rest = take_word(rest, word, sizeof(word));
	snprintf(h->folder, sizeof(h->folder), "%s", word);
	while (*word && strcmp(word, "--") != 0)
		rest = take_word(rest, word, sizeof(word));
	take_word(rest, h->next, sizeof(h->next));
	if (*h->next)
		h->keeper = keeper_of(h->next);
}

void lh_handler_parse(const char *pattern, struct lh_core_handler *h)
{
	const char *rest;

	*h = (struct lh_core_handler){0};
	rest = take_word(pattern + 1, h->program, sizeof(h->program));
	h->keeper = keeper_of(h->program);
	if (h->keeper == LH_KEEPER_OURS)
		parse_ours(rest, h);
}
