/* SPDX-License-Identifier: Apache-2.0 */
/* Two parts of memory, each marked by a marker of its own, against one marker of all memory. */
#include "counts/marks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START 0x100008 /* 512 bytes that share a word of bits are counted from here, so the parts share one */
#define WORDS 4096
#define MIDDLE (START + 8 * 2048 - 8)

struct memory {
	uint64_t words[WORDS];
	struct lh_segment segment;
	struct lh_target target;
	struct lh_word_map map;
	struct lh_marks marks;
	struct lh_marker low, high;
	uint64_t twice[WORDS];
	size_t twice_count;
};

static int setup(void **state)
{
	struct memory *m = calloc(1, sizeof(*m));

	for (uint64_t i = 0; i < WORDS; i++)
		m->words[i] = 1000 + i;
	m->segment = (struct lh_segment){.start = START,
					 .end = START + sizeof(m->words),
					 .data = (uint8_t *)m->words,
					 .writable = true};
	m->target = (struct lh_target){.segments = &m->segment, .segment_count = 1};
	assert_int_equal(lh_word_map_init(&m->map, &m->target), 0);
	assert_int_equal(lh_marks_init(&m->target, &m->map, &m->marks), 0);
	m->low = lh_marker_of(&m->marks, START, MIDDLE);
	m->high = lh_marker_of(&m->marks, MIDDLE, START + sizeof(m->words));
	*state = m;
	return 0;
}

static int teardown(void **state)
{
	struct memory *m = *state;

	lh_marks_fini(&m->marks);
	lh_word_map_fini(&m->map);
	free(m);
	return 0;
}

static void note_twice(void *arg, uint64_t word)
{
	struct memory *m = arg;

	m->twice[m->twice_count++] = word;
}

static bool visit(struct lh_marker *marker, struct memory *m, uint64_t i)
{
	return lh_marker_visit(marker, &m->map.runs[0], i);
}

static bool is_marked(const struct memory *m, uint64_t i)
{
	return m->map.runs[0].bits[i >> 6] >> (i & 63) & 1;
}

/* Wherever a word lies, its part and the other count it once each at most, and what both counted is told. */
static void test_each_word_is_counted_once(void **state)
{
	struct memory *m = *state;

	for (uint64_t i = 0; i < WORDS; i++) {
		unsigned counted = 0;

		counted += !visit(&m->low, m, i);
		counted += !visit(&m->low, m, i);
		counted += !visit(&m->high, m, i);
		counted += !visit(&m->high, m, i);
		assert_in_range(counted, 1, 2);
	}
	lh_marks_join(&m->marks, note_twice, m);
	/* Neither takes the 512 bytes at its ends for its own: there the first of the two counted. */
	assert_int_equal(m->twice_count, WORDS - 4 * 64);
	for (size_t k = 0; k < m->twice_count; k++)
		assert_int_equal(m->twice[k], 1000 + 64 + k + (k >= 2047 - 128 ? 128 : 0));
	for (uint64_t i = 0; i < WORDS; i++)
		assert_true(is_marked(m, i));
}

static void test_a_word_of_one_part_is_not_told(void **state)
{
	struct memory *m = *state;

	assert_false(visit(&m->low, m, 1000));
	assert_false(visit(&m->low, m, 3000));
	assert_true(visit(&m->low, m, 3000));
	lh_marks_join(&m->marks, note_twice, m);
	assert_int_equal(m->twice_count, 0);
	assert_true(is_marked(m, 1000) && is_marked(m, 3000) && !is_marked(m, 1001) && !is_marked(m, 2999));
}

/* A claim of the other part does not hide a reference; both parts together claim what one marker does. */
static void test_claims(void **state)
{
	static const struct lh_range claims[] = {{START + 8 * 100, START + 8 * 1000 + 4},
						 {START + 8 * 1900 + 1, START + 8 * 2100},
						 {MIDDLE + 8 * 1000, MIDDLE + 8 * 1001},
						 {START + 8 * (WORDS - 10), START + 8 * (WORDS + 10)},
						 {START - 64, START}};
	struct memory *m = *state;
	struct lh_word_map plain;
	struct lh_marker all;

	assert_int_equal(lh_word_map_init(&plain, &m->target), 0);
	all = lh_marker_of_all(&plain);
	for (unsigned i = 0; i < 5; i++) {
		lh_marker_claim(&all, claims[i].start, claims[i].end - claims[i].start);
		lh_marker_claim(&m->low, claims[i].start, claims[i].end - claims[i].start);
	}
	assert_false(visit(&m->high, m, 2048 + 1000 - 1));
	lh_marks_join(&m->marks, note_twice, m);
	assert_int_equal(m->twice_count, 0);
	assert_memory_equal(m->map.runs[0].bits, plain.runs[0].bits, WORDS / 8);
	lh_word_map_fini(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_each_word_is_counted_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_word_of_one_part_is_not_told, setup, teardown),
		cmocka_unit_test_setup_teardown(test_claims, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
