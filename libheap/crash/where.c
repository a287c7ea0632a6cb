/* SPDX-License-Identifier: Apache-2.0 */
/* The address that an instruction was at fault with, in words. */
#include "crash/crash.h"

#include "cpython/type_name.h"
#include "crash/code.h"
#include "crash/signals.h"
#include "inventory/locate.h"

#include <signal.h>

#define NEAR_NULL 65536u /* vm.mmap_min_addr: nothing is mapped below */
#define STACK_GAP \
	(1u << 20) /* stack_guard_gap: the first thread's stack does not grow nearer to other memory */
#define STACK_REACH (64u << 10) /* how far from the stack pointer a call's locals are */

/* ---- the stack ---- */

/* The end of thread 0's stack that it grows to. The stack pointer itself may be past it. */
static uint64_t lowest_of_stack(struct lh_crash *c)
{
	struct lh_target *t = c->heap->target;
	struct lh_stack_block block;
	uint64_t rsp = c->registers[LH_RSP];

	if (t->stack_count && lh_target_stack_block(t, 0, &block))
		return block.start;
	for (size_t i = 0; i < t->mapping_count; i++) {
		const struct lh_mapping *m = &t->mappings[i];

		if (m->writable && m->start > rsp && m->start - rsp < STACK_GAP &&
		    t->first_stack >= m->start && t->first_stack < m->end)
			return m->start;
	}
	return 0;
}

static bool is_overflow(struct lh_crash *c, uint64_t addr)
{
	uint64_t start = c->has_registers ? lowest_of_stack(c) : 0, rsp = c->registers[LH_RSP];

	if (!start || addr >= start || start - addr > STACK_GAP)
		return false;
	return addr - rsp < STACK_REACH || rsp - addr < STACK_REACH;
}

/* ---- places ---- */

static void add_mapping(struct lh_crash *c, const struct lh_mapping *m, uint64_t addr, struct lh_string *out)
{
	const struct lh_module *module = lh_target_module(c->heap->target, addr);
	const char *path = m->path ? m->path : module ? module->path : NULL;

	lh_string_addf(out, "%s memory", m->writable ? "writable" : m->executable ? "code in" : "read-only");
	if (path)
		lh_string_addf(out, " of %s", lh_base_name(path));
}

static int add_place(struct lh_crash *c, uint64_t addr, struct lh_string *out)
{
	struct lh_place place;
	int r = lh_locate(c->heap, addr, &place);

	if (r < 0)
		return r;
	if (place.kind == LH_PLACE_OBJECT)
		lh_string_addf(out, "in the %s at 0x%" PRIx64, lh_type_name(c->heap, place.object.type),
			       place.object.addr);
	else if (place.kind == LH_PLACE_FREE_BLOCK)
		lh_string_addf(out, "in a free block of %" PRIu32 " bytes at 0x%" PRIx64, place.block_size,
			       place.block);
	else if (place.mapping)
		add_mapping(c, place.mapping, addr, out);
	else
		lh_string_add(out, "no memory is there");
	return 0;
}

/* A pointer that is NULL, or a small number in place of one */
static void describe_near_null(struct lh_crash *c, uint64_t addr, struct lh_string *out)
{
	enum lh_x86_64 base = c->has_operand ? c->operand.base : LH_NO_REGISTER;

	if (base < LH_NO_REGISTER && c->registers[base] && c->registers[base] != addr)
		lh_string_addf(out, "%" PRIu64 " bytes from %s, which has 0x%" PRIx64,
			       addr - c->registers[base], lh_register_name(base), c->registers[base]);
	else
		lh_string_addf(out, "%" PRIu64 " bytes from NULL", addr);
}

static int describe(struct lh_crash *c, uint64_t addr, struct lh_string *out)
{
	int r = 0;

	c->overflow = is_overflow(c, addr);
	lh_string_addf(out, "0x%" PRIx64 ", ", addr);
	if (c->overflow)
		lh_string_add(out, "past the end of the thread's stack");
	else if (addr == 0)
		lh_string_add(out, "NULL");
	else if (addr < NEAR_NULL)
		describe_near_null(c, addr, out);
	else
		r = add_place(c, addr, out);
	return r;
}

/* ---- the instruction ---- */

static void find_operand(struct lh_crash *c, uint64_t fault)
{
	uint8_t code[LH_INSTRUCTION_MAX];
	uint64_t pc = c->registers[LH_RIP];

	if (fault && fault == pc) {
		c->operand = (struct lh_operand){LH_ACCESS_RUN, pc, LH_NO_REGISTER};
		c->has_operand = true;
		return;
	}
	c->has_operand = lh_operand_decode(code, lh_code_read(c->heap, pc, code, sizeof(code)), c->registers,
					   c->tls, fault, &c->operand) == 0;
}

/* What cannot be a pointer is often a part of a text that was written over one. */
static void describe_impossible(struct lh_crash *c, struct lh_string *out)
{
	uint64_t word = c->operand.base < LH_NO_REGISTER ? c->registers[c->operand.base] : c->operand.addr;

	const char *who = c->operand.base < LH_NO_REGISTER ? lh_register_name(c->operand.base) : "it";

	lh_string_addf(out, "0x%" PRIx64 ", an address that no process can have", c->operand.addr);
	if (!lh_word_is_text(word))
		return;
	if (c->heap->hide_values)
		lh_string_addf(out, ": %s has a text of 8 characters", who);
	else
		lh_string_addf(out, ": %s has the text '%.8s'", who, (const char *)&word);
}

int lh_crash_where(struct lh_crash *crash)
{
	_cleanup_string_ struct lh_string text = {0};
	bool noted = lh_signal_has_address(&crash->signal);
	int r = 0;

	if (crash->has_registers && (noted || crash->signal.number == SIGSEGV))
		find_operand(crash, noted ? crash->signal.addr : 0);
	if (noted)
		r = describe(crash, crash->signal.addr, &text);
	else if (crash->has_operand)
		describe_impossible(crash, &text);
	else
		return 0;
	return r == 0 ? lh_string_give(crash->heap->ctx, &text, &crash->where) : r;
}
