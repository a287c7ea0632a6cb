/* SPDX-License-Identifier: Apache-2.0 */
/* Operands of instructions, as an assembler wrote them; and bytes that are none. */
#include "crash/operand.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define FS_BASE 0x7f0000001000u

/* Each register has a value of its own. */
static void fill(uint64_t registers[LH_X86_64_REGISTERS])
{
	for (uint64_t i = 0; i < LH_X86_64_REGISTERS; i++)
		registers[i] = (i + 1) << 32;
}

#define VALUE(number) ((uint64_t)((number) + 1) << 32)

static const struct row {
	const char *text, *code;
	uint64_t addr;
	enum lh_access access;
	enum lh_x86_64 base;
} rows[] = {
	{"mov 0x58(%rax),%rax", "48 8b 40 58", VALUE(LH_RAX) + 0x58, LH_ACCESS_READ, LH_RAX},
	{"mov %rcx,-8(%rbp)", "48 89 4d f8", VALUE(LH_RBP) - 8, LH_ACCESS_WRITE, LH_RBP},
	{"movl $1,0x10(%rbx)", "c7 43 10 01 00 00 00", VALUE(LH_RBX) + 0x10, LH_ACCESS_WRITE, LH_RBX},
	{"mov 8(%rsp),%rdi", "48 8b 7c 24 08", VALUE(LH_RSP) + 8, LH_ACCESS_READ, LH_RSP},
	{"mov (%r12),%eax", "41 8b 04 24", VALUE(LH_R12), LH_ACCESS_READ, LH_R12},
	{"mov 0(%r13),%rax", "49 8b 45 00", VALUE(LH_R13), LH_ACCESS_READ, LH_R13},
	{"testb $0x40,0xa9(%r8)", "41 f6 80 a9 00 00 00 40", VALUE(LH_R8) + 0xa9, LH_ACCESS_READ, LH_R8},
	{"subq $1,(%rdi)", "48 83 2f 01", VALUE(LH_RDI), LH_ACCESS_WRITE, LH_RDI},
	{"cmpq $1,(%rdi)", "48 83 3f 01", VALUE(LH_RDI), LH_ACCESS_READ, LH_RDI},
	{"add %rax,(%rsi)", "48 01 06", VALUE(LH_RSI), LH_ACCESS_WRITE, LH_RSI},
	{"cmp %rax,(%rsi)", "48 39 06", VALUE(LH_RSI), LH_ACCESS_READ, LH_RSI},
	{"mov (%rdi,%r9,8),%rax", "4a 8b 04 cf", VALUE(LH_RDI) + VALUE(LH_R9) * 8, LH_ACCESS_READ, LH_RDI},
	{"mov 0x20(,%rcx,4),%eax", "8b 04 8d 20 00 00 00", VALUE(LH_RCX) * 4 + 0x20, LH_ACCESS_READ,
	 LH_NO_REGISTER},
	{"mov 0x58,%eax", "8b 04 25 58 00 00 00", 0x58, LH_ACCESS_READ, LH_NO_REGISTER},
	{"mov %fs:0x28(%rax),%rax", "64 48 8b 40 28", VALUE(LH_RAX) + 0x28 + FS_BASE, LH_ACCESS_READ, LH_RAX},
	{"call *0x30(%rdx)", "ff 52 30", VALUE(LH_RDX) + 0x30, LH_ACCESS_READ, LH_RDX},
	{"incl (%rdx)", "ff 02", VALUE(LH_RDX), LH_ACCESS_WRITE, LH_RDX},
	{"movzbl (%rax),%eax", "0f b6 00", VALUE(LH_RAX), LH_ACCESS_READ, LH_RAX},
	{"movdqu (%rsi),%xmm0", "f3 0f 6f 06", VALUE(LH_RSI), LH_ACCESS_READ, LH_RSI},
	{"movups %xmm0,(%rdi)", "0f 11 07", VALUE(LH_RDI), LH_ACCESS_WRITE, LH_RDI},
	{"vmovdqu (%rsi),%ymm0", "c5 fe 6f 06", VALUE(LH_RSI), LH_ACCESS_READ, LH_RSI},
	{"vmovdqu %ymm0,(%r10)", "c4 c1 7e 7f 02", VALUE(LH_R10), LH_ACCESS_WRITE, LH_R10},
	{"rep movsb", "f3 a4", VALUE(LH_RDI), LH_ACCESS_WRITE, LH_RDI},
	{"rep movsb", "f3 a4", VALUE(LH_RSI), LH_ACCESS_READ, LH_RSI},
	{"push %r12", "41 54", VALUE(LH_RSP) - 8, LH_ACCESS_WRITE, LH_RSP},
	{"call", "e8 00 00 00 00", VALUE(LH_RSP) - 8, LH_ACCESS_WRITE, LH_RSP},
	{"ret", "c3", VALUE(LH_RSP), LH_ACCESS_READ, LH_RSP},
};

static size_t bytes_of(const char *text, uint8_t code[LH_INSTRUCTION_MAX])
{
	size_t len = 0;

	for (char *at = (char *)text; *at && len < LH_INSTRUCTION_MAX; len++)
		code[len] = (uint8_t)strtoul(at, &at, 16);
	return len;
}

static void test_instructions(void **state)
{
	uint64_t registers[LH_X86_64_REGISTERS];

	fill(registers);
	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		struct lh_operand operand;
		uint8_t code[LH_INSTRUCTION_MAX];
		size_t len = bytes_of(rows[i].code, code);
		int r = lh_operand_decode(code, len, registers, FS_BASE, rows[i].addr, &operand);

		if (r != 0 || operand.addr != rows[i].addr || operand.access != rows[i].access ||
		    operand.base != rows[i].base)
			fail_msg("%s", rows[i].text);
	}
}

/* What the instruction uses is not where the fault was: it is not believed. */
static void test_another_fault(void **state)
{
	uint64_t registers[LH_X86_64_REGISTERS];

	fill(registers);
	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++) {
		struct lh_operand operand;
		uint8_t code[LH_INSTRUCTION_MAX];
		size_t len = bytes_of(rows[i].code, code);

		assert_int_equal(lh_operand_decode(code, len, registers, FS_BASE, 0x123450000, &operand),
				 LH_ABSENT);
		assert_int_equal(lh_operand_decode(code, len, registers, FS_BASE, 0, &operand), LH_ABSENT);
	}
}

static void test_impossible_address(void **state)
{
	uint64_t registers[LH_X86_64_REGISTERS] = {0};
	const uint8_t code[] = {0x48, 0x8b, 0x46, 0x08}; /* mov 8(%rsi), %rax */
	struct lh_operand operand;

	registers[LH_RSI] = 0x7878787878787878;
	assert_int_equal(lh_operand_decode(code, sizeof(code), registers, 0, 0, &operand), 0);
	assert_int_equal(operand.addr, 0x7878787878787880);
	assert_int_equal(operand.base, LH_RSI);
	registers[LH_RSI] = 0xffff800000000000; /* the kernel's half: possible */
	assert_int_equal(lh_operand_decode(code, sizeof(code), registers, 0, 0, &operand), LH_ABSENT);
}

/* Cut anywhere, and any bytes: sanitizers detect reads past the end, for each piece is memory of its own. */
static void test_any_bytes(void **state)
{
	uint64_t registers[LH_X86_64_REGISTERS];
	struct lh_operand operand;
	uint32_t random = 1;

	fill(registers);
	for (unsigned round = 0; round < 200000; round++) {
		size_t len = round % (LH_INSTRUCTION_MAX + 1);
		uint8_t *code = malloc(len + !len);

		for (size_t i = 0; i < len; i++)
			code[i] = (uint8_t)((random = random * 1103515245 + 12345) >> 16);
		if (lh_operand_decode(code, len, registers, FS_BASE, VALUE(LH_RAX), &operand) == 0) {
			assert_true(operand.base <= LH_NO_REGISTER);
			assert_true(VALUE(LH_RAX) - operand.addr < 64 || operand.addr - VALUE(LH_RAX) < 8);
		}
		free(code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instructions),
		cmocka_unit_test(test_another_fault),
		cmocka_unit_test(test_impossible_address),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
