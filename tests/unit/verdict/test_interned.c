/* SPDX-License-Identifier: Apache-2.0 */
/* The rule of interned strings, on strings made by hand as 3.11 has them: a list holds them all. */
#include "cpython/text.h"
#include "lists.h"

#define STRINGS 40
#define COMPACT_ASCII (1u << 2 | 1u << 5 | 1u << 6 | 1u << 7) /* of 1 byte, compact, ascii, ready */

enum { MORTAL = 1, IMMORTAL }; /* Include/cpython/unicodeobject.h SSTATE_INTERNED_* (3.11) */

struct strings {
	struct fake *f;
	uint64_t type, at[STRINGS], bytes;
	struct lh_leaks leaks;
};

static uint64_t put_string(struct strings *s, const char *text, unsigned interned)
{
	const struct lh_layout *l = &s->f->heap.layout;
	uint64_t head = lh_layout_at(l, LH_F_STR_ASCII_SIZE),
		 at = fake_storage(s->f, head + strlen(text) + 1);

	fake_put(s->f, at + lh_layout_at(l, LH_F_OBJECT_REFCNT), 1);
	fake_put(s->f, at + lh_layout_at(l, LH_F_OBJECT_TYPE), s->type);
	fake_put(s->f, at + lh_layout_at(l, LH_F_STR_LENGTH), strlen(text));
	fake_put_u32(s->f, at + lh_layout_at(l, LH_F_STR_STATE), COMPACT_ASCII | interned);
	memcpy(fake_at(s->f, at + head), text, strlen(text) + 1);
	s->bytes += head + strlen(text) + 1;
	return at;
}

static struct strings *make(unsigned interned)
{
	static const struct lh_module module;
	struct strings *s = calloc(1, sizeof(*s));
	uint64_t list;
	char text[16];

	assert_non_null(s);
	s->f = fake_new();
	list = fake_type(s->f, 1, "list", 40, LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC);
	s->type = fake_type(s->f, 2, "str", lh_layout_at(&s->f->heap.layout, LH_F_STR_SIZE),
			    LH_TPFLAG_UNICODE_SUBCLASS);
	for (unsigned i = 0; i < STRINGS; i++) {
		snprintf(text, sizeof(text), "row_%u", i);
		s->at[i] = put_string(s, text, interned);
	}
	fake_list(s->f, 0, list, 1, s->at, STRINGS);
	fake_ring(s->f, fake_ring_head(s->f, 0), 0, 1);
	s->f->interp.modules = fake_object(0);
	s->f->heap.module = &module;
	fake_open(s->f);
	return s;
}

static void begin_strings(struct strings *s, uint64_t least)
{
	s->leaks = (struct lh_leaks){.heap = &s->f->heap, .least = least};
	assert_int_equal(lh_retained_get(&s->f->heap, &s->leaks.retained), 0);
	s->leaks.claimed = calloc(1, (size_t)s->leaks.retained->graph.count + 1);
}

static void look(struct strings *s)
{
	static const struct lh_leak_rule named = {"test", NULL};

	assert_int_equal(lh_rule_interned(&s->leaks, &named), 0);
}

static uint8_t claim_of(const struct strings *s, unsigned i)
{
	return s->leaks.claimed[lh_addrset_index(&s->leaks.retained->graph.set, s->at[i])];
}

static void strings_free(struct strings *s)
{
	lh_leaks_fini(&s->leaks);
	fake_free(s->f);
	free(s);
}

static void test_immortal(void **state)
{
	for (unsigned more = 0; more < 2; more++) {
		struct strings *s = make(IMMORTAL);

		begin_strings(s, s->bytes + more);
		look(s);
		assert_int_equal(s->leaks.count, 1 - more);
		for (unsigned i = 0; i < STRINGS; i++)
			assert_int_equal(claim_of(s, i), 1 - more);
		if (!more) {
			assert_int_equal(s->leaks.items[0].bytes, s->bytes);
			assert_int_equal(s->leaks.items[0].objects, STRINGS);
			assert_says(&s->leaks.items[0].title, "40 of them that are immortal");
			assert_says(&s->leaks.items[0].reason, "40 begin with 'row_'");
			assert_string_equal(s->leaks.items[0].next.text, "interned");
		} else {
			assert_says(&s->leaks.looked, "Interned: 40 strings, 40 of them immortal.");
		}
		strings_free(s);
	}
}

/* Mortal ones are freed when nothing else refers to them: what does is the suspect, for another rule. */
static void test_mortal(void **state)
{
	struct strings *s = make(MORTAL);

	begin_strings(s, 1);
	look(s);
	assert_int_equal(s->leaks.count, 0);
	assert_says(&s->leaks.looked, "Interned: 40 strings, 0 of them immortal.");
	strings_free(s);
}

/* What another rule has is not counted, and stays that rule's, whether this one finds a suspect or not. */
static void test_claimed(void **state)
{
	for (unsigned found = 0; found < 2; found++) {
		struct strings *s = make(IMMORTAL);

		begin_strings(s, found ? 1 : s->bytes);
		lh_leaks_claim(&s->leaks, s->at[0]);
		look(s);
		assert_int_equal(s->leaks.count, found);
		assert_int_equal(claim_of(s, 0), 1);
		assert_int_equal(claim_of(s, 1), found);
		if (found)
			assert_int_equal(s->leaks.items[0].objects, STRINGS - 1);
		strings_free(s);
	}
}

/* Prefixes are contents of strings. */
static void test_hidden(void **state)
{
	struct strings *s = make(IMMORTAL);

	s->f->heap.hide_values = true;
	begin_strings(s, 1);
	look(s);
	assert_int_equal(s->leaks.count, 1);
	assert_null(strstr(s->leaks.items[0].reason.text, "row_"));
	strings_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_immortal),
		cmocka_unit_test(test_mortal),
		cmocka_unit_test(test_claimed),
		cmocka_unit_test(test_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
