/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enough of x86-64's instructions to find an operand in memory (Intel's manual, volume 2, chapter 2 and appendix A). The address that it
 * gives is compared with that of the fault, so that what is read wrongly is not believed.
 */
#include "crash/operand.h"

#include "util/array.h"
#include "util/bytes.h"

#define WIDEST 64 /* bytes of an operand: the fault may be in the middle of it */

/* DWARF's numbers of registers, by the processor's */
static const uint8_t numbers[16] = {LH_RAX, LH_RCX, LH_RDX, LH_RBX, LH_RSP, LH_RBP, LH_RSI, LH_RDI,
				    LH_R8,  LH_R9,  LH_R10, LH_R11, LH_R12, LH_R13, LH_R14, LH_R15};

struct decoder {
	const uint8_t *code;
	size_t len, at;
	const uint64_t *registers;
	uint64_t fs_base, fault;
	uint8_t rex; /* W R X B in the low bits */
	bool fs;
	unsigned map; /* 0: one byte, 1: 0F, 2: 0F 38, 3: 0F 3A */
	uint8_t opcode, modrm;
	bool short_of; /* bytes */
};

static uint8_t next(struct decoder *d)
{
	if (d->at < d->len)
		return d->code[d->at++];
	d->short_of = true;
	return 0;
}

static uint64_t value(const struct decoder *d, unsigned number)
{
	return d->registers[numbers[number]];
}

/* ---- prefixes and opcode ---- */

static bool is_prefix(uint8_t byte)
{
	static const uint8_t prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3};

	for (size_t i = 0; i < sizeof(prefixes); i++)
		if (byte == prefixes[i])
			return true;
	return false;
}

/* R, X and B are inverted there. */
static void read_vex(struct decoder *d, bool wide)
{
	uint8_t first = (uint8_t)~next(d);

	d->rex = (uint8_t)(first >> 7 << 2);
	d->map = 1;
	if (wide) {
		d->rex |= (uint8_t)(first >> 5 & 3);
		d->map = (uint8_t)~first & 0x1f;
		next(d);
	}
	d->opcode = next(d);
}

static void read_opcode(struct decoder *d)
{
	uint8_t byte = next(d);

	for (; is_prefix(byte) && !d->short_of; byte = next(d))
		d->fs |= byte == 0x64;
	if (byte == 0xc5 || byte == 0xc4) {
		read_vex(d, byte == 0xc4);
		return;
	}
	if ((byte & 0xf0) == 0x40) {
		d->rex = byte & 15;
		byte = next(d);
	}
	if (byte == 0x0f) {
		byte = next(d);
		d->map = byte == 0x38 ? 2 : byte == 0x3a ? 3 : 1;
		if (d->map > 1)
			byte = next(d);
	}
	d->opcode = byte;
}

/* ---- what is done ---- */

/* Opcodes from first to last, with a /digit among the bits of 'digits' */
static const struct {
	uint8_t map, first, last, digits;
	enum lh_access access;
} rows[] = {
	{0, 0x63, 0x63, 0xff, LH_ACCESS_READ},  {0, 0x69, 0x69, 0xff, LH_ACCESS_READ},
	{0, 0x6b, 0x6b, 0xff, LH_ACCESS_READ},  {0, 0x80, 0x83, 0x7f, LH_ACCESS_WRITE},
	{0, 0x80, 0x83, 0x80, LH_ACCESS_READ},  {0, 0x84, 0x85, 0xff, LH_ACCESS_READ},
	{0, 0x86, 0x89, 0xff, LH_ACCESS_WRITE}, {0, 0x8a, 0x8b, 0xff, LH_ACCESS_READ},
	{0, 0x8f, 0x8f, 0xff, LH_ACCESS_WRITE}, {0, 0xc0, 0xc1, 0xff, LH_ACCESS_WRITE},
	{0, 0xc6, 0xc7, 0xff, LH_ACCESS_WRITE}, {0, 0xd0, 0xd3, 0xff, LH_ACCESS_WRITE},
	{0, 0xf6, 0xf7, 0x0c, LH_ACCESS_WRITE}, {0, 0xf6, 0xf7, 0xf3, LH_ACCESS_READ},
	{0, 0xfe, 0xff, 0x03, LH_ACCESS_WRITE}, {0, 0xff, 0xff, 0x54, LH_ACCESS_READ},
	{1, 0x10, 0x10, 0xff, LH_ACCESS_READ},  {1, 0x11, 0x11, 0xff, LH_ACCESS_WRITE},
	{1, 0x12, 0x12, 0xff, LH_ACCESS_READ},  {1, 0x13, 0x13, 0xff, LH_ACCESS_WRITE},
	{1, 0x14, 0x16, 0xff, LH_ACCESS_READ},  {1, 0x17, 0x17, 0xff, LH_ACCESS_WRITE},
	{1, 0x28, 0x28, 0xff, LH_ACCESS_READ},  {1, 0x29, 0x29, 0xff, LH_ACCESS_WRITE},
	{1, 0x2a, 0x2a, 0xff, LH_ACCESS_READ},  {1, 0x2b, 0x2b, 0xff, LH_ACCESS_WRITE},
	{1, 0x2c, 0x2f, 0xff, LH_ACCESS_READ},  {1, 0x40, 0x4f, 0xff, LH_ACCESS_READ},
	{1, 0x51, 0x6f, 0xff, LH_ACCESS_READ},  {1, 0x7f, 0x7f, 0xff, LH_ACCESS_WRITE},
	{1, 0x90, 0x9f, 0xff, LH_ACCESS_WRITE}, {1, 0xa3, 0xa3, 0xff, LH_ACCESS_READ},
	{1, 0xab, 0xab, 0xff, LH_ACCESS_WRITE}, {1, 0xaf, 0xaf, 0xff, LH_ACCESS_READ},
	{1, 0xb0, 0xb1, 0xff, LH_ACCESS_WRITE}, {1, 0xb3, 0xb3, 0xff, LH_ACCESS_WRITE},
	{1, 0xb6, 0xb7, 0xff, LH_ACCESS_READ},  {1, 0xbb, 0xbb, 0xff, LH_ACCESS_WRITE},
	{1, 0xbc, 0xbf, 0xff, LH_ACCESS_READ},  {1, 0xc0, 0xc1, 0xff, LH_ACCESS_WRITE},
	{1, 0xd6, 0xd6, 0xff, LH_ACCESS_WRITE}, {1, 0xe7, 0xe7, 0xff, LH_ACCESS_WRITE},
};

static enum lh_access access_of(const struct decoder *d)
{
	uint8_t digit = d->modrm >> 3 & 7;

	/* add, or, adc, sbb, and, sub, xor, cmp: to memory, from memory */
	if (d->map == 0 && d->opcode < 0x40)
		return (d->opcode & 7) < 2 && d->opcode >> 3 != 7 ? LH_ACCESS_WRITE : LH_ACCESS_READ;
	for (size_t i = 0; i < LH_ARRAY_SIZE(rows); i++)
		if (rows[i].map == d->map && d->opcode >= rows[i].first && d->opcode <= rows[i].last &&
		    rows[i].digits >> digit & 1)
			return rows[i].access;
	return LH_ACCESS_UNKNOWN;
}

/* Opcodes of one byte that have no operand in a ModRM byte; those of two bytes nearly all have. */
static bool has_modrm(const struct decoder *d)
{
	uint8_t op = d->opcode;

	if (d->map)
		return true;
	if (op < 0x40)
		return (op & 7) < 4;
	return op == 0x63 || op == 0x69 || op == 0x6b || (op >= 0x80 && op <= 0x8f && op != 0x8d) ||
	       op == 0xc0 || op == 0xc1 || op == 0xc6 || op == 0xc7 || (op >= 0xd0 && op <= 0xd3) ||
	       (op >= 0xd8 && op <= 0xdf) || op == 0xf6 || op == 0xf7 || op == 0xfe || op == 0xff;
}

/* ---- addresses ---- */

static uint64_t displacement(struct decoder *d, unsigned bytes)
{
	uint32_t word = 0;

	for (unsigned i = 0; i < bytes; i++)
		word |= (uint32_t)next(d) << 8 * i;
	return bytes == 1 ? (uint64_t)(int8_t)word : (uint64_t)(int32_t)word;
}

static uint64_t with_index(struct decoder *d, uint8_t sib)
{
	unsigned index = (sib >> 3 & 7) | (d->rex & 2) << 2;

	return index == 4 ? 0 : value(d, index) << (sib >> 6);
}

/* Mod is not 3. What is relative to the instruction pointer is no pointer that was wrong. */
static bool memory_operand(struct decoder *d, struct lh_operand *ret)
{
	unsigned mod = d->modrm >> 6, low = d->modrm & 7, base = low | (d->rex & 1) << 3;
	uint64_t addr = 0;

	ret->base = LH_NO_REGISTER;
	if (low == 5 && mod == 0)
		return false;
	if (low == 4) {
		uint8_t sib = next(d);

		addr = with_index(d, sib);
		base = (sib & 7) | (d->rex & 1) << 3;
		low = sib & 7;
	}
	if (low != 5 || mod != 0) {
		ret->base = numbers[base];
		addr += value(d, base);
	}
	addr += mod == 1 ? displacement(d, 1) : mod == 2 || (low == 5 && mod == 0) ? displacement(d, 4) : 0;
	ret->addr = addr + (d->fs ? d->fs_base : 0);
	return !d->short_of;
}

static bool is_canonical(uint64_t addr)
{
	return addr >> 47 == 0 || addr >> 47 == 0x1ffff;
}

static bool is_the_fault(const struct decoder *d, uint64_t addr)
{
	return d->fault ? d->fault - addr < WIDEST || addr - d->fault < 8 : !is_canonical(addr);
}

/* Strings have their addresses in %rsi and %rdi, calls and pushes write below the stack pointer. */
static int implicit_operand(const struct decoder *d, struct lh_operand *ret)
{
	static const struct {
		uint8_t first, last;
		enum lh_x86_64 base;
		int offset;
		enum lh_access access;
	} implicit[] = {
		{0xa4, 0xa7, LH_RSI, 0, LH_ACCESS_READ},   {0xa4, 0xa5, LH_RDI, 0, LH_ACCESS_WRITE},
		{0xa6, 0xa7, LH_RDI, 0, LH_ACCESS_READ},   {0xaa, 0xab, LH_RDI, 0, LH_ACCESS_WRITE},
		{0xac, 0xad, LH_RSI, 0, LH_ACCESS_READ},   {0xae, 0xaf, LH_RDI, 0, LH_ACCESS_READ},
		{0x50, 0x57, LH_RSP, -8, LH_ACCESS_WRITE}, {0x68, 0x68, LH_RSP, -8, LH_ACCESS_WRITE},
		{0x6a, 0x6a, LH_RSP, -8, LH_ACCESS_WRITE}, {0xe8, 0xe8, LH_RSP, -8, LH_ACCESS_WRITE},
		{0x58, 0x5f, LH_RSP, 0, LH_ACCESS_READ},   {0xc2, 0xc3, LH_RSP, 0, LH_ACCESS_READ},
	};

	for (size_t i = 0; d->map == 0 && i < LH_ARRAY_SIZE(implicit); i++) {
		uint64_t addr = d->registers[implicit[i].base] + (uint64_t)(int64_t)implicit[i].offset;

		if (d->opcode < implicit[i].first || d->opcode > implicit[i].last || !is_the_fault(d, addr))
			continue;
		*ret = (struct lh_operand){implicit[i].access, addr, implicit[i].base};
		return 0;
	}
	return LH_ABSENT;
}

int lh_operand_decode(const uint8_t *code, size_t len, const uint64_t registers[LH_X86_64_REGISTERS],
		      uint64_t fs_base, uint64_t fault, struct lh_operand *ret)
{
	struct decoder d = {
		.code = code, .len = len, .registers = registers, .fs_base = fs_base, .fault = fault};
	struct lh_operand operand;

	read_opcode(&d);
	if (d.short_of || d.map > 3)
		return LH_ABSENT;
	if (!has_modrm(&d))
		return implicit_operand(&d, ret);
	d.modrm = next(&d);
	if (d.modrm >> 6 == 3 || !memory_operand(&d, &operand) || !is_the_fault(&d, operand.addr))
		return LH_ABSENT;
	operand.access = access_of(&d);
	*ret = operand;
	return 0;
}
