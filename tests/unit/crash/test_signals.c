/* SPDX-License-Identifier: Apache-2.0 */
/* Threads, registers and the signal in a core's notes, whole and damaged; signals in words. */
#include "core_writer.h"
#include "crash/signals.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct lh_ctx *ctx;
static uint8_t page[4096];

static int setup(void **state)
{
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	lh_ctx_free(ctx);
	return 0;
}

/* Two threads; the first is at fault with 0x58. Words of registers are their numbers in struct user_regs_struct. */
static struct core_writer crashed(void)
{
	struct core_writer w = {.pid = 100, .thread_count = 2, .siginfo = {SIGSEGV, SEGV_MAPERR, 0x58, 128}};

	w.loads[w.load_count++] = (struct writer_load){
		.addr = 0x10000, .data = page, .len = sizeof(page), .flags = PF_R | PF_W};
	for (uint32_t i = 0; i < 2; i++) {
		w.threads[i].tid = 100 + i;
		w.threads[i].signal = SIGSEGV;
		for (uint64_t k = 0; k < 27; k++)
			w.threads[i].registers[k] = 1000 * i + k;
	}
	return w;
}

static struct lh_target *open_core(const struct core_writer *w, uint8_t **ret_image)
{
	struct lh_target *target = NULL;
	size_t len;

	*ret_image = core_write(w, &len);
	assert_int_equal(lh_target_open_core_image(ctx, *ret_image, len, NULL, &target), 0);
	return target;
}

static void test_threads(void **state)
{
	struct core_writer w = crashed();
	uint64_t registers[LH_X86_64_REGISTERS], tls;
	uint8_t *image;
	struct lh_target *t = open_core(&w, &image);

	assert_int_equal(t->lwp_count, 2);
	assert_int_equal(t->lwps[0].tid, 100);
	assert_int_equal(t->lwps[1].tid, 101);
	assert_int_equal(t->lwps[0].signal, SIGSEGV);
	assert_int_equal(t->signal.number, SIGSEGV);
	assert_int_equal(t->signal.code, SEGV_MAPERR);
	assert_int_equal(t->signal.addr, 0x58);
	assert_int_equal(lh_lwp_registers(t, 1, registers, &tls), 0);
	assert_int_equal(registers[LH_RIP], 1016);
	assert_int_equal(registers[LH_RSP], 1019);
	assert_int_equal(registers[LH_RDI], 1014);
	assert_int_equal(registers[LH_RAX], 1010);
	assert_int_equal(registers[LH_R15], 1000);
	assert_int_equal(tls, 1021);
	assert_int_equal(lh_lwp_registers(t, 2, registers, &tls), LH_ABSENT);
	lh_target_free(t);
	free(image);
}

static void test_short_siginfo(void **state)
{
	struct core_writer w = crashed();

	for (w.siginfo.len = 1; w.siginfo.len <= 32; w.siginfo.len++) {
		uint8_t *image;
		struct lh_target *t = open_core(&w, &image);

		assert_int_equal(t->signal.number, w.siginfo.len < 24 ? 0 : SIGSEGV);
		lh_target_free(t);
		free(image);
	}
}

/* Each byte of the notes, with other values; each prefix of the file */
static void test_damaged(void **state)
{
	static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff};
	struct core_writer w = crashed();
	uint64_t registers[LH_X86_64_REGISTERS], tls;
	size_t len;
	uint8_t *image = core_write(&w, &len);

	for (size_t at = 0; at < len - sizeof(page); at++)
		for (size_t k = 0; k < sizeof(values) + 1; k++) {
			struct lh_target *target = NULL;
			size_t size = k < sizeof(values) ? len : at;
			uint8_t *copy = malloc(size + !size);

			memcpy(copy, image, size);
			if (k < sizeof(values))
				copy[at] = values[k];
			if (lh_target_open_core_image(ctx, copy, size, NULL, &target) == 0)
				for (size_t i = 0; i < target->lwp_count; i++) {
					assert_true(target->lwps[i].first + target->lwps[i].count <=
						    target->register_count);
					lh_lwp_registers(target, i, registers, &tls);
				}
			lh_target_free(target);
			free(copy);
		}
	free(image);
}

static void test_words(void **state)
{
	static const struct {
		struct lh_signal signal;
		const char *text;
	} rows[] = {
		{{SIGSEGV, SEGV_MAPERR, 0, 0, 0}, "SIGSEGV: no memory is mapped there"},
		{{SIGSEGV, SI_KERNEL, 0, 0, 0}, "SIGSEGV: an address that no process can have"},
		{{SIGABRT, SI_TKILL, 0, 100, 0}, "SIGABRT: the process sent it to itself"},
		{{SIGABRT, SI_USER, 0, 7, 1000}, "SIGABRT: process 7 sent it (user 1000)"},
		{{SIGSEGV, SI_USER, 0, 7, 0}, "SIGSEGV: process 7 sent it (user 0)"},
		{{99, 1, 0, 0, 0}, "signal 99"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_string_ struct lh_string text = {0};

		lh_signal_text(&rows[i].signal, 100, &text);
		assert_string_equal(text.text, rows[i].text);
	}
	assert_int_equal(lh_signal_sender(&rows[3].signal, 100), 7);
	assert_int_equal(lh_signal_sender(&rows[2].signal, 100), 0);
	assert_int_equal(lh_signal_sender(&rows[0].signal, 100), 0);
	assert_true(lh_signal_has_address(&rows[0].signal));
	for (size_t i = 1; i < 6; i++)
		assert_false(lh_signal_has_address(&rows[i].signal));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_short_siginfo),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
