/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How libFuzzer changes an input: the way memory gets corrupt. A word of a structure that libheap itself found in the seed becomes a
 * pointer to elsewhere, an off-by-one, a huge count; a header is damaged, a page is zero, the end is cut off.
 */
#include "mutate.h"
#include "util/array.h"
#include "words.h"

#include <ctype.h>
#include <libheap-command.h>
#include <string.h>

#define ENDS 4096 /* bytes */

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_size, unsigned seed);

uint32_t random_next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

static uint64_t place_of(const struct seed *seed, enum place_kind kind, uint32_t *state)
{
	const struct places *places = &seed->places[kind];

	return places->count ? places->addrs[random_next(state) % places->count] : 0;
}

uint64_t random_place(const struct seed *seed, uint32_t *state)
{
	/* Objects most often: most code reads them. */
	return place_of(seed, random_next(state) % 2 ? PLACE_OBJECT : random_next(state) % PLACE_KINDS,
			state);
}

static uint64_t word_at(const struct seed *seed, size_t offset)
{
	uint64_t word = 0;

	if (offset + 8 <= seed->len)
		memcpy(&word, seed->pristine + offset, 8);
	return word;
}

/* A word in the first bytes of the structure at @addr, or of one that it refers to: keys of a dict, a frame's code. */
static size_t near_place(const struct seed *seed, uint64_t addr, uint32_t *state)
{
	static const uint64_t reach[] = {4, 8, 16, 64, 512};
	uint64_t words = reach[random_next(state) % 5];
	size_t offset;

	addr += 8 * (random_next(state) % words);
	/* The collector's head and a managed dict are before an object. */
	if (random_next(state) % 6 == 0)
		addr -= 8 * (random_next(state) % 8);
	if (!seed_offset(seed, addr & ~7ull, &offset))
		return 0;
	if (random_next(state) % 4 == 0) {
		/* Tables of a dict's keys are longer than what leads to them. */
		uint64_t there =
			word_at(seed, offset) + 8 * (random_next(state) % reach[random_next(state) % 5]);
		size_t next;

		if (seed_offset(seed, there & ~7ull, &next))
			return next;
	}
	return offset;
}

/* A word that is not zero: most of a core is zeros, and changing those finds little. */
static size_t used_word(const struct seed *seed, uint32_t *state)
{
	size_t at = 0;

	for (int tries = 0; tries < 32 && seed->len >= 8; tries++) {
		at = random_next(state) % (seed->len / 8) * 8;
		if (word_at(seed, at))
			break;
	}
	return at;
}

/* Heads of pools and chunks are checked against each other, word by word. */
static uint64_t head_word(const struct seed *seed, uint32_t *state)
{
	return random_next(state) % 3 ? place_of(seed, PLACE_POOL, state) + 8 * (random_next(state) % 6)
				      : place_of(seed, PLACE_CHUNK, state);
}

static size_t choose_offset(const struct seed *seed, uint32_t *state)
{
	uint32_t dice = random_next(state) % 32;
	uint64_t addr = random_place(seed, state);
	size_t offset;

	/* Of a program, headers are at the beginning and at the end. */
	if (!seed->core && dice < 20 && seed->len > 2 * ENDS)
		return random_next(state) % ENDS + (dice % 2 ? seed->len - ENDS : 0);
	if (!seed->core)
		return random_next(state) % seed->len;
	if (dice == 0)
		return random_next(state) % seed->head;
	if (dice == 1 || !addr)
		return used_word(seed, state);
	if (dice < 4 && seed_offset(seed, head_word(seed, state), &offset))
		return offset;
	if (dice < 10 && seed_offset(seed, place_of(seed, PLACE_FIELD, state), &offset))
		return offset;
	return near_place(seed, addr, state);
}

/* A block that is free: pymalloc's pool begins its list of them (Objects/obmalloc.c: struct pool_header). */
static uint64_t free_block(const struct seed *seed, uint32_t *state)
{
	size_t offset;

	return seed_offset(seed, place_of(seed, PLACE_POOL, state) + 8, &offset) ? word_at(seed, offset) : 0;
}

/* An instruction: a function that a type names, and some bytes. Code is not in cores, so it is the registers that
 * choose it. */
static uint64_t some_code(const struct seed *seed, uint32_t *state)
{
	uint64_t type = place_of(seed, PLACE_TYPE, state);
	size_t offset;

	/* tp_dealloc is at 48, tp_free at 320, with some more words before them in debug builds up to 3.7. */
	if (!type || !seed_offset(seed, type + 48 + 8 * (random_next(state) % 36), &offset))
		return 0;
	return word_at(seed, offset) + random_next(state) % 64;
}

static uint64_t choose_value(const struct seed *seed, uint64_t word, uint32_t *state)
{
	static const uint64_t odd[] = {0,          1,          UINT64_MAX, INT64_MAX,  1ull << 63,
				       UINT32_MAX, 1ull << 32, 0x7fffffff, 0x80000000, 2};

	switch (random_next(state) % 12) {
	case 0:
	case 1:
		return random_place(seed, state);
	case 2:
		return word_at(seed, used_word(seed, state));
	case 3:
	case 4:
		return odd[random_next(state) % 10];
	case 5:
		return word + 8 * (random_next(state) % 33) - 128;
	case 6:
		return word ^ 1ull << random_next(state) % 64;
	case 7:
		return (word & ~0xffffull) | (random_next(state) & 0xffff);
	case 8:
		return word + (random_next(state) % 3) - 1;
	case 9:
		return free_block(seed, state);
	case 10:
		/* Small fields share a word: kinds of texts, states. */
		return word ^ 1ull << random_next(state) % 8;
	}
	return (uint32_t)word | (uint64_t)random_next(state) << 32;
}

/* An instruction of each form that a decoder tells apart: what comes before the opcode, of how many bytes. */
static uint64_t some_instruction(uint32_t *state)
{
	static const struct {
		uint32_t bytes;
		unsigned count;
	} leads[] = {{0, 0},    {0x48, 1},   {0x64, 1},   {0x66, 1},   {0x4d, 1},
		     {0x0f, 1}, {0x380f, 2}, {0x3a0f, 2}, {0xf8c5, 2}, {0x79e2c4, 3}};
	size_t form = random_next(state) % LH_ARRAY_SIZE(leads);
	uint64_t rest = (uint64_t)random_next(state) << 32 | random_next(state);

	/* Registers that hold the address that was wrong, with a small displacement or an index. */
	if (random_next(state) % 2)
		rest &= 0x0f3fff;
	return leads[form].bytes | rest << 8 * leads[form].count;
}

/* A register of the thread that got the signal: the instruction often, else any. */
static struct edit edit_register(const struct seed *seed, uint32_t *state)
{
	unsigned number = random_next(state) % 2 ? SEED_RIP : random_next(state) % SEED_REGISTERS;
	struct edit edit = {.offset = (uint32_t)seed->registers + 8 * number};

	if (number == SEED_RIP && random_next(state) % 4)
		edit.value = some_code(seed, state);
	else if (random_next(state) % 2)
		edit.value = place_of(seed, PLACE_STACK, state);
	else
		edit.value = choose_value(seed, seed_register(seed, number), state);
	return edit;
}

/* Where code is in the core, another instruction; else another register. */
static struct edit edit_code(const struct seed *seed, uint32_t *state)
{
	size_t offset;

	if (!seed_offset(seed, seed_register(seed, SEED_RIP), &offset))
		return edit_register(seed, state);
	return (struct edit){some_instruction(state), (uint32_t)offset, EDIT_WORD, 0};
}

/* The signal, its code and its address, or what the thread did that got it. */
static struct edit edit_crash(const struct seed *seed, uint32_t *state)
{
	static const uint32_t signals[] = {4, 5, 6, 7, 8, 9, 11, 15, 31};

	switch (random_next(state) % 6) {
	case 0:
		return (struct edit){signals[random_next(state) % LH_ARRAY_SIZE(signals)],
				     (uint32_t)seed->siginfo, EDIT_HALF, 0};
	case 1:
		/* 0 and less: another process sent it, or it was raised (asm-generic/siginfo.h). */
		return (struct edit){random_next(state) % 8 - 1, (uint32_t)seed->siginfo + 8, EDIT_HALF, 0};
	case 2:
		return (struct edit){(random_next(state) % 2 ? random_place(seed, state) : 0) +
					     random_next(state) % 64,
				     (uint32_t)seed->siginfo + 16, EDIT_WORD, 0};
	case 3:
		return edit_code(seed, state);
	}
	return edit_register(seed, state);
}

static struct edit make_edit(const struct seed *seed, uint32_t *state)
{
	struct edit edit = {.offset = (uint32_t)choose_offset(seed, state)};
	uint32_t dice = random_next(state) % 64;

	edit.value = choose_value(seed, word_at(seed, edit.offset), state);
	if (isdigit(seed->pristine[edit.offset]) && !seed->core && dice >= 4) {
		/* A cached layout: another number. */
		edit.op = EDIT_BYTE;
		edit.value = '0' + random_next(state) % 10;
	} else if (dice == 0) {
		edit.op = EDIT_CUT;
	} else if (dice < 4) {
		edit.op = EDIT_FILL;
		edit.value = (8ull << random_next(state) % 12) << 32 | (random_next(state) % 4 ? 0 : 0xff);
	} else if (dice < 24 || !seed->core) {
		edit.op = EDIT_HALF + random_next(state) % 3;
		edit.offset += random_next(state) % 8;
	}
	return edit;
}

static void change_edits(struct input *input, const struct seed *seed, uint32_t *state)
{
	uint32_t dice = random_next(state) % 8;
	size_t at = input->edit_count ? random_next(state) % input->edit_count : 0;

	if (dice == 0 && input->edit_count) {
		input->edits[at] = input->edits[--input->edit_count];
	} else if (dice == 1 && input->edit_count) {
		input->edits[at].value =
			choose_value(seed, word_at(seed, input->edits[at].offset % seed->len), state);
	} else if (dice == 2 && input->edit_count) {
		LLVMFuzzerMutate((uint8_t *)&input->edits[at].value, 8, 8);
	} else if (dice == 3 && input->edit_count) {
		input->edits[at].offset += 8 * (random_next(state) % 9) - 32;
	} else {
		for (uint32_t n = 1u << random_next(state) % 4; n && input->edit_count < EDITS_MAX; n--)
			input->edits[input->edit_count++] = make_edit(seed, state);
		if (seed->registers && seed->siginfo && random_next(state) % 8 == 0 &&
		    input->edit_count < EDITS_MAX)
			input->edits[input->edit_count++] = edit_crash(seed, state);
	}
}

static uint8_t choose_layout(uint32_t *state)
{
	/* Tables mostly: all else takes most of its time before the command begins. */
	switch (random_next(state) % 64) {
	case 0:
		return LH_LAYOUT_DWARF;
	case 1:
		return LH_LAYOUT_DERIVED;
	case 2:
	case 3:
		return LH_LAYOUT_OFFSETS;
	case 4:
		return LH_LAYOUT_AUTO;
	}
	return LH_LAYOUT_TABLE;
}

/* Whether it asks all other questions, and takes ten times as long. */
static bool is_long(uint8_t action)
{
	static const char *const names[] = {"leaks", "report", "info", "export", "fleet", "diff"};
	const struct lh_command *command = lh_command_at(action);

	for (size_t i = 0; command && i < LH_ARRAY_SIZE(names); i++)
		if (strcmp(lh_command_name(command), names[i]) == 0)
			return true;
	return false;
}

static uint8_t action_of(const char *name)
{
	const struct lh_command *command;
	uint8_t action = 0;

	while ((command = lh_command_at(action)) && strcmp(lh_command_name(command), name) != 0)
		action++;
	return action;
}

/* What looks for damage has the most to find in it, and what writes files has a writer for each format. */
static uint8_t choose_check(uint32_t *state)
{
	static const char *const names[] = {"verify", "verify", "verify", "crash", "crash", "export"};

	return action_of(names[random_next(state) % LH_ARRAY_SIZE(names)]);
}

/* What a seed has that others do not (make-seeds names it), and the command that is about it. */
static const char *subject_of(const struct seed *seed)
{
	static const struct {
		const char *part, *command;
	} subjects[] = {
		{"-fault", "crash"}, {"-tasks", "threads"}, {"-threads", "threads"}, {"-malloc", "memory"}};

	for (size_t i = 0; i < LH_ARRAY_SIZE(subjects); i++)
		if (strstr(seed->name, subjects[i].part))
			return subjects[i].command;
	return NULL;
}

/* A command, or the typed functions; long ones are a quarter as likely. */
static uint8_t choose_action(const struct seed *seed, uint32_t *state)
{
	const char *subject = subject_of(seed);
	uint8_t action;

	if (subject && random_next(state) % 4 == 0)
		return action_of(subject);
	if (random_next(state) % 6 == 0)
		return choose_check(state);
	do
		action = (uint8_t)(random_next(state) % (command_count() + 1));
	while (is_long(action) && random_next(state) % 4);
	return action;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed_of_random)
{
	uint32_t state = seed_of_random | 1;
	struct input input;
	struct seed *seed;

	random_next(&state);
	input_read(&input, data, size);
	if (size < 4 || random_next(&state) % 8 == 0)
		input.seed = (uint8_t)random_next(&state);
	seed = seed_at(input.seed);
	seed_find_places(seed);
	if (size < 4 || random_next(&state) % 4 == 0) {
		input.action = choose_action(seed, &state);
		input.layout = choose_layout(&state);
		words_choose(&input, seed, &state);
	}
	change_edits(&input, seed, &state);
	return input_write(&input, data, max_size);
}

/* Both inputs' edits, asked for what the first is asked for: offsets are of one seed. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *data1, size_t size1, const uint8_t *data2, size_t size2,
				 uint8_t *out, size_t max_size, unsigned seed)
{
	struct input input, other;

	input_read(&input, data1, size1);
	input_read(&other, data2, size2);
	other.seed = input.seed;
	for (size_t i = 0; i < other.edit_count && input.edit_count < EDITS_MAX; i++)
		input.edits[input.edit_count++] = other.edits[i];
	return input_write(&input, out, max_size);
}
