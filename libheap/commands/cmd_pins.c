/* SPDX-License-Identifier: Apache-2.0 */
/* pins: what keeps nearly empty arenas from going back to the system. */
#include "analyze/pins.h"
#include "command/command.h"
#include "command/findings.h"
#include "commands/no_arenas.h"
#include "commands/pins_notes.h"
#include "commands/records.h"
#include "cpython/preview.h"
#include "cpython/type_name.h"

#define PREVIEW_CHARS 40

static const struct lh_column columns[] = {
	{"arena", NULL, LH_K_ADDR},
	{"bytes_used", "USED", LH_K_BYTES},
	{"reclaimable", NULL, LH_K_BYTES},
	{"blocks", NULL, LH_K_COUNT},
	{"type", NULL, LH_K_TEXT},
	{"owner", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"percent", NULL, LH_K_PERCENT, .hidden = true},
	{},
};

static const struct lh_column owner_columns[] = {
	{"arenas", NULL, LH_K_COUNT},
	{"alone", NULL, LH_K_COUNT},
	{"reclaimable", NULL, LH_K_BYTES},
	{"blocks", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"type", NULL, LH_K_TEXT},
	{"owner", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"example", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_column block_columns[] = {
	{"block", NULL, LH_K_ADDR},
	{"size", NULL, LH_K_COUNT},
	{"kind", NULL, LH_K_TEXT},
	{"type", NULL, LH_K_TEXT},
	{"owner", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"preview", NULL, LH_K_TEXT, .spare = 1},
	{"object", NULL, LH_K_ADDR, .hidden = true},
	{"arena", NULL, LH_K_ADDR, .hidden = true},
	{},
};

static const struct lh_option options[] = {
	{"below", 0, "PERCENT", "arenas with less than this of their bytes used (default: 10)"},
	{"owners", 0, NULL, "one row per owner: what holds most arenas first"},
	{"blocks", 0, NULL, "one row per used block of these arenas"},
	{},
};

static const char *const examples[] = {
	"pins core.1234",
	"pins -p 1234 --below 50",
	"pins core.1234 --owners",
	"pins core.1234 --blocks --sort size",
	NULL,
};

static struct lh_value text_of(const struct lh_string *s)
{
	return s->text ? LH_TEXT(s->text) : LH_NULL;
}

static struct lh_value type_of(struct lh_heap *heap, struct lh_type *type)
{
	return type ? LH_TEXT(lh_type_name(heap, type)) : LH_NULL;
}

static int add_arena_row(const struct lh_pins *p, const struct lh_pinned_arena *a, struct lh_result *result)
{
	uint64_t size = p->heap->pymalloc.arena_size, used = a->use->bytes_used;
	_cleanup_string_ struct lh_string owner = {0};

	lh_pins_owner_text(p, a->owner, &owner);
	if (owner.failed)
		return lh_nomem(p->heap->ctx);
	return lh_result_row(result, (struct lh_value[]){LH_ADDR(a->use->arena->address), LH_BYTES(used),
							 LH_BYTES(size), LH_COUNT(a->count),
							 type_of(p->heap, a->type), text_of(&owner),
							 LH_PERCENT(used * 100 / size)});
}

static int add_owner_row(const struct lh_pins *p, uint32_t number, struct lh_result *result)
{
	const struct lh_pin_owner *o = &p->owners[number];
	_cleanup_string_ struct lh_string owner = {0};

	lh_pins_owner_text(p, number, &owner);
	if (owner.failed)
		return lh_nomem(p->heap->ctx);
	return lh_result_row(result, (struct lh_value[]){LH_COUNT(o->arenas), LH_COUNT(o->alone),
							 LH_BYTES(o->alone * p->heap->pymalloc.arena_size),
							 LH_COUNT(o->blocks), LH_BYTES(o->bytes),
							 type_of(p->heap, p->uses[o->first_use].type),
							 text_of(&owner), LH_ADDR(o->example)});
}

static int add_block_row(const struct lh_pins *p, const struct lh_pin *pin, struct lh_result *result)
{
	_cleanup_string_ struct lh_string owner = {0}, preview = {0};

	lh_pins_owner_text(p, pin->owner, &owner);
	if (pin->kind == LH_PIN_OBJECT)
		lh_preview(p->heap, pin->object, PREVIEW_CHARS, &preview);
	if (owner.failed || preview.failed)
		return lh_nomem(p->heap->ctx);
	return lh_result_row(result,
			     (struct lh_value[]){LH_ADDR(pin->block), LH_COUNT(pin->size),
						 LH_TEXT(lh_pin_kind_name(pin->kind)),
						 pin->kept ? LH_TEXT(pin->kept) : type_of(p->heap, pin->type),
						 text_of(&owner), text_of(&preview),
						 pin->object ? LH_ADDR(pin->object) : LH_NULL,
						 LH_ADDR(p->arenas[pin->arena].use->arena->address)});
}

static int add_rows(const struct lh_invocation *invocation, const struct lh_pins *p, struct lh_result *result)
{
	int r = 0;

	if (lh_invocation_has(invocation, "owners")) {
		lh_result_columns(result, owner_columns, NULL);
		for (uint32_t i = 0; r == 0 && i < p->owner_count; i++)
			r = add_owner_row(p, i, result);
	} else if (lh_invocation_has(invocation, "blocks")) {
		lh_result_columns(result, block_columns, NULL);
		for (size_t i = 0; r == 0 && i < p->count; i++)
			r = add_block_row(p, &p->pins[i], result);
	} else {
		lh_result_columns(result, columns, NULL);
		for (size_t i = 0; r == 0 && i < p->arena_count; i++)
			r = add_arena_row(p, &p->arenas[i], result);
	}
	return r;
}

static int check(struct lh_ctx *ctx, const struct lh_invocation *invocation)
{
	uint64_t below = LH_PINS_BELOW;

	lh_invocation_number(invocation, "below", &below);
	if (below < 1 || below > 100)
		return lh_fail(ctx, LH_EUSAGE, "pins: --below must be 1 to 100 percent");
	if (lh_invocation_has(invocation, "owners") && lh_invocation_has(invocation, "blocks"))
		return lh_fail(ctx, LH_EUSAGE, "pins: --owners and --blocks exclude each other: give one");
	return 0;
}

static int no_arenas(struct lh_heap *heap, struct lh_result *result)
{
	struct lh_allocator_info info = {.size = sizeof(info)};
	int r = lh_allocator_info(heap, &info);

	return r == 0 ? lh_no_arenas(heap, info.found, result) : r;
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_pins_fini) struct lh_pins p = {0};
	uint64_t below = LH_PINS_BELOW;
	int r;

	lh_invocation_number(invocation, "below", &below);
	r = lh_pins_find(heap, (unsigned)below, &p);
	if (r == 0)
		r = lh_pins_summary(&p, (unsigned)below, result);
	if (r == 0)
		r = add_rows(invocation, &p, result);
	if (r == 0)
		r = p.use.count ? lh_pins_notes(&p, (unsigned)below, result) : no_arenas(heap, result);
	if (r == 0)
		r = lh_pins_malloc(heap, result);
	return r == 0 ? lh_result_findings(result, &p.findings, p.findings.ring_objects) : r;
}

const struct lh_command lh_cmd_pins = {
	.name = "pins",
	.group = "The allocator",
	.summary = "what keeps nearly empty arenas from going back to the system?",
	.arguments = "",
	.description = "pymalloc returns an arena to the system only when all of its blocks are free. An\n"
		       "arena with less than 10 percent of its bytes used (--below) is pinned: few objects\n"
		       "keep all of it. One row per pinned arena: bytes in use, what would go back if they\n"
		       "were freed (the whole arena), the blocks in use, the type that most of their bytes\n"
		       "belong to, and who holds those: the shortest path from a root, up to the container\n"
		       "in which paths differ.\n"
		       "\n"
		       "A block has an object, or is storage (a dict's table, a list's items), which counts\n"
		       "for the object that it belongs to; or an object that was freed and waits to be\n"
		       "reused; or it is unknown: native code may hold it.\n"
		       "\n"
		       "With --owners there is one row per owner: the arenas that have blocks of it, and\n"
		       "'alone', those that have no others, which go back if the owner's objects are freed.\n"
		       "With --blocks there is one row per used block.\n"
		       "\n"
		       "malloc_free is what is free in the heaps of glibc's malloc, which serve larger\n"
		       "requests, and malloc_trim what malloc_trim(0) would give back of that.\n"
		       "\n"
		       "arenas_kept: since 3.9 pymalloc keeps one empty arena for reuse, so that not all\n"
		       "pinned ones would go back.",
	.examples = examples,
	.options = options,
	.columns = columns,
	.views = {{"owners", owner_columns}, {"blocks", block_columns}},
	.check = check,
	.reads_no_contents = true,
	.run = run,
};
