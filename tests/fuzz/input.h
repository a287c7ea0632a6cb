/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An input of the fuzzer: a seed by its number, what is asked of it, and edits of its bytes. Numbers are little-endian.
 *
 *	seed      1 byte: seed_at()
 *	action    1 byte: a command by its number, modulo ACTIONS: the typed functions after the last, then all commands
 *	layout    1 byte: enum lh_layout_source
 *	words_len 1 byte
 *	words     words_len bytes: arguments of the command, each ended by '\n'
 *	edits     16 bytes each, to the end of the input
 */
#ifndef INPUT_H
#define INPUT_H

#include "seeds.h"

#include <libheap.h>

#define MUTATED "mutated" /* a word that is the name of a file with the edited core */
#define WORDS_MAX 8
#define WORDS_LEN 240 /* bytes */
#define EDITS_MAX 16

enum edit_op {
	EDIT_WORD,  /* 8 bytes become 'value' */
	EDIT_HALF,  /* 4 bytes */
	EDIT_SHORT, /* 2 bytes */
	EDIT_BYTE,
	EDIT_FILL, /* as many bytes as the upper half of 'value' says become its lowest byte */
	EDIT_CUT,  /* the file ends here */
	EDIT_OPS,
};

struct edit {
	uint64_t value;
	uint32_t offset; /* in the file, modulo its length */
	uint16_t op;
	uint16_t unused;
};

struct input {
	uint8_t seed, action, layout, words_len;
	char words[WORDS_LEN + 1];
	struct edit edits[EDITS_MAX];
	size_t edit_count;
};

#define ACTION_TYPED 0 /* after the last command */
#define ACTION_ALL 1

/** command_count() - how many commands there are; typed functions and "all" are the actions after them */
unsigned command_count(void);
/** input_read() - from the fuzzer's bytes; any bytes are an input. What does not fit is left out. */
void input_read(struct input *input, const uint8_t *data, size_t size);
/** input_write() - Return: bytes written, at most @max. */
size_t input_write(const struct input *input, uint8_t *data, size_t max);
/** input_apply() - edit the seed's image. Return: its length then. */
size_t input_apply(const struct input *input, struct seed *seed);
/** input_undo() - the image is the seed again */
void input_undo(const struct input *input, struct seed *seed);
/**
 * input_argv() - the words, but those that would have the harness touch what is not its own: other processes, other folders
 * @text: WORDS_LEN + 1 bytes, to which @argv refers. Return: how many.
 */
int input_argv(const struct input *input, char *text, const char **argv);

#endif
