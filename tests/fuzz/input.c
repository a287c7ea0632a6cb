/* SPDX-License-Identifier: Apache-2.0 */
#include "input.h"

#include <libheap-command.h>
#include <string.h>

#define HEADER 4 /* bytes before the words */

unsigned command_count(void)
{
	unsigned count = 0;

	while (lh_command_at(count))
		count++;
	return count;
}

void input_read(struct input *input, const uint8_t *data, size_t size)
{
	uint8_t header[HEADER] = {0};
	size_t at = HEADER;

	memset(input, 0, sizeof(*input));
	memcpy(header, data, size < HEADER ? size : HEADER);
	input->seed = header[0];
	input->action = header[1] % (command_count() + 2);
	input->layout = header[2] % (LH_LAYOUT_DERIVED + 1);
	if (size < HEADER)
		return;
	input->words_len = header[3] < WORDS_LEN ? header[3] : WORDS_LEN;
	if (input->words_len > size - at)
		input->words_len = (uint8_t)(size - at);
	memcpy(input->words, data + at, input->words_len);
	at += input->words_len;
	for (; size - at >= sizeof(struct edit) && input->edit_count < EDITS_MAX; at += sizeof(struct edit))
		memcpy(&input->edits[input->edit_count++], data + at, sizeof(struct edit));
}

size_t input_write(const struct input *input, uint8_t *data, size_t max)
{
	const uint8_t header[HEADER] = {input->seed, input->action, input->layout, input->words_len};
	size_t at = HEADER + input->words_len;

	if (max < at)
		return 0;
	memcpy(data, header, HEADER);
	memcpy(data + HEADER, input->words, input->words_len);
	for (size_t i = 0; i < input->edit_count && max - at >= sizeof(struct edit); i++) {
		memcpy(data + at, &input->edits[i], sizeof(struct edit));
		at += sizeof(struct edit);
	}
	return at;
}

static size_t width_of(const struct edit *edit)
{
	switch (edit->op % EDIT_OPS) {
	case EDIT_WORD:
		return 8;
	case EDIT_HALF:
		return 4;
	case EDIT_SHORT:
		return 2;
	case EDIT_BYTE:
		return 1;
	case EDIT_FILL:
		return edit->value >> 32;
	}
	return 0;
}

/* Where it is in a file of @len bytes, and how many bytes of it it changes. */
static size_t place_of(const struct edit *edit, size_t len, size_t *width)
{
	size_t at = edit->offset % len, left = len - at;

	*width = width_of(edit);
	if (*width > left)
		*width = left;
	return at;
}

size_t input_apply(const struct input *input, struct seed *seed)
{
	size_t len = seed->len;

	for (size_t i = 0; i < input->edit_count; i++) {
		const struct edit *edit = &input->edits[i];
		size_t width, at = place_of(edit, seed->len, &width);

		if (edit->op % EDIT_OPS == EDIT_CUT)
			len = at;
		else if (edit->op % EDIT_OPS == EDIT_FILL)
			memset(seed->image + at, (int)(edit->value & 0xff), width);
		else
			memcpy(seed->image + at, &edit->value, width);
	}
	return len;
}

void input_undo(const struct input *input, struct seed *seed)
{
	for (size_t i = 0; i < input->edit_count; i++) {
		size_t width, at = place_of(&input->edits[i], seed->len, &width);

		memcpy(seed->image + at, seed->pristine + at, width);
	}
}

static bool is_number(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == 0;
}

/* What opens a process: options, and numbers that 'diff' takes for one. */
static bool names_process(const char *word)
{
	const char *value = strchr(word, '=');

	if (strncmp(word, "-p", 2) == 0 || (strncmp(word, "--p", 3) == 0 && word[3] != 'a'))
		return true;
	if (strncmp(word, "--pa", 4) == 0 || strncmp(word, "--si", 4) == 0)
		return !value || is_number(value + 1);
	return is_number(word);
}

int input_argv(const struct input *input, char *text, const char **argv)
{
	char *rest = text, *word;
	int argc = 0;

	memcpy(text, input->words, input->words_len);
	text[input->words_len] = 0;
	while (argc < WORDS_MAX && (word = strsep(&rest, "\n")))
		if (*word && !strchr(word, '/') && !names_process(word))
			argv[argc++] = word;
	return argc;
}
