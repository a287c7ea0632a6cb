/* SPDX-License-Identifier: Apache-2.0 */
/* object: Everything known about one address. */
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"

#include <stdio.h>
#include <string.h>

static const struct lh_column columns[] = {
	{"name", NULL, LH_K_TEXT},
	{"address", NULL, LH_K_ADDR},
	{"type", NULL, LH_K_TEXT},
	{"preview", NULL, LH_K_TEXT},
	{},
};

static const char *const examples[] = {
	"object core.1234 0x7f31c84d2a40",
	"object -p 1234 0x7f31c84d2a40 --values",
	NULL,
};

#define PREVIEW_CHARS 60
#define REPR_CHARS 200

/* null: no list has it, or it is not tracked */
static struct lh_value generation_of(struct lh_heap *heap, uint64_t addr)
{
	int number;

	if (lh_object_generation(heap, addr, &number) != 0)
		return LH_NULL;
	return number < 0 ? LH_TEXT("permanent") : LH_NUMBER(number);
}

static struct lh_value address_or_null(uint64_t addr)
{
	return addr ? LH_ADDR(addr) : LH_NULL;
}

static int summarize_object(struct lh_heap *heap, struct lh_result *result, const struct lh_object_info *o)
{
	_cleanup_free_ char *repr = NULL;
	struct lh_value generation = generation_of(heap, o->addr);
	bool tracked = generation.kind != LH_K_NULL, immortal = o->flags & LH_OBJECT_IMMORTAL;
	bool interned = false, is_text = lh_object_interned(heap, o->addr, &interned) == 0;
	uint64_t native = 0;
	int r = lh_object_preview(heap, o->addr, REPR_CHARS, &repr);

	if (r == 0)
		r = lh_native_of_object(heap, o->addr, &native);
	if (r < 0)
		return r;
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"address", "address", LH_ADDR(o->addr)},
			{"kind", "what", LH_TEXT(lh_place_name(LH_PLACE_OBJECT))},
			{"type", "type", LH_TEXT(lh_type_name(heap, o->type))},
			{"refcount", immortal ? NULL : "references counted",
			 immortal ? LH_NULL : LH_COUNT(o->refcount)},
			{"immortal", immortal ? "immortal" : NULL, LH_BOOL(immortal)},
			{"interned", interned ? "interned" : NULL, is_text ? LH_BOOL(interned) : LH_NULL},
			{"bytes", "bytes", LH_BYTES(o->bytes)},
			{"native", native ? "native" : NULL, LH_BYTES(native)},
			{"tracked", "tracked", LH_BOOL(tracked)},
			{"generation", tracked ? "generation" : NULL, generation},
			{"repr", "repr", LH_TEXT(repr)},
			{},
		});
}

static int summarize_other(struct lh_result *result, uint64_t addr, enum lh_place_kind kind)
{
	return lh_result_summarize(result, (struct lh_summary[]){
						   {"address", "address", LH_ADDR(addr)},
						   {"kind", "what", LH_TEXT(lh_place_name(kind))},
						   {"type", NULL, LH_NULL},
						   {"refcount", NULL, LH_NULL},
						   {"immortal", NULL, LH_NULL},
						   {"interned", NULL, LH_NULL},
						   {"bytes", NULL, LH_NULL},
						   {"native", NULL, LH_NULL},
						   {"tracked", NULL, LH_NULL},
						   {"generation", NULL, LH_NULL},
						   {"repr", NULL, LH_NULL},
						   {},
					   });
}

static int summarize_place(struct lh_result *result, const struct lh_place_info *place)
{
	const struct lh_region *m = &place->region;
	char region[512] = "";

	if (m->end)
		snprintf(region, sizeof(region), "%s %c%c%c", m->path ? m->path : "anonymous memory",
			 m->readable ? 'r' : '-', m->writable ? 'w' : '-', m->executable ? 'x' : '-');
	return lh_result_summarize(
		result, (struct lh_summary[]){
				{"arena", place->arena ? "arena" : NULL, address_or_null(place->arena)},
				{"pool", place->pool ? "pool" : NULL, address_or_null(place->pool)},
				{"block", place->block ? "block" : NULL, address_or_null(place->block)},
				{"block_size", place->block ? "block size" : NULL,
				 place->block ? LH_BYTES(place->block_size) : LH_NULL},
				{"region", m->end ? "region" : NULL, m->end ? LH_TEXT(region) : LH_NULL},
				{},
			});
}

/* The block of malloc's that has it, and the object that owns that */
static int summarize_native(struct lh_heap *heap, struct lh_result *result, uint64_t addr)
{
	struct lh_native_block block = {.size = sizeof(block)};
	struct lh_type *type = NULL;
	char owner[640] = "";
	int r = lh_native_block_at(heap, addr, &block);

	if (r < 0)
		return r;
	if (block.owner && lh_object_type(heap, block.owner, &type) == 0)
		snprintf(owner, sizeof(owner), "%s at 0x%" PRIx64, lh_type_name(heap, type), block.owner);
	return lh_result_summarize(
		result, (struct lh_summary[]){
				{"malloc_block", r == 0 ? "malloc block" : NULL, address_or_null(block.addr)},
				{"malloc_bytes", r == 0 ? "usable bytes" : NULL,
				 r == 0 ? LH_BYTES(block.bytes) : LH_NULL},
				{"owner", type ? "owned by" : NULL, type ? LH_TEXT(owner) : LH_NULL},
				{},
			});
}

static int add_field(struct lh_heap *heap, struct lh_result *result, struct lh_reference_iter *iter,
		     uint64_t value)
{
	_cleanup_free_ char *preview = NULL;
	struct lh_type *type = NULL;
	const char *name;
	int r = lh_reference_iter_name(iter, &name);

	if (r == 0 && lh_object_type(heap, value, &type) == 0)
		r = lh_object_preview(heap, value, PREVIEW_CHARS, &preview);
	if (r < 0)
		return r;
	return lh_result_row(result, (struct lh_value[]){LH_TEXT(name), LH_ADDR(value),
							 type ? LH_TEXT(lh_type_name(heap, type)) : LH_NULL,
							 type ? LH_TEXT(preview) : LH_NULL});
}

/* The line that allocated it, where tracemalloc was on */
static int summarize_site(struct lh_heap *heap, struct lh_result *result, uint64_t addr)
{
	_cleanup_free_ char *file = NULL;
	char text[640] = "";
	uint32_t line;
	int r = lh_object_site(heap, addr, &file, &line);

	if (r == 0)
		snprintf(text, sizeof(text), "%s:%" PRIu32, file ? file : "?", line);
	return r < 0 ? r
		     : lh_result_summary(result, "site", r == 0 ? "allocated at" : NULL,
					 r == 0 ? LH_TEXT(text) : LH_NULL);
}

static int list_fields(struct lh_heap *heap, struct lh_result *result, uint64_t addr)
{
	_cleanup_(lh_reference_iter_freep) struct lh_reference_iter *iter = NULL;
	struct lh_reference_info ref = {.size = sizeof(ref)};
	int r = lh_reference_iter_new(heap, addr, &iter);

	while (r == 0 && (r = lh_reference_iter_next(iter, &ref)) == 0)
		r = add_field(heap, result, iter, ref.to);
	return r < 0 ? r : lh_result_next(result, "what keeps it alive", "why 0x%" PRIx64, addr);
}

static int describe_object(struct lh_heap *heap, const struct lh_place_info *place, struct lh_result *result)
{
	struct lh_object_info o = {.size = sizeof(o)};
	int r = lh_object_info(heap, place->object, &o);

	if (r == 0)
		r = summarize_object(heap, result, &o);
	if (r == 0)
		r = summarize_place(result, place);
	if (r == 0)
		r = summarize_site(heap, result, o.addr);
	return r == 0 ? list_fields(heap, result, o.addr) : r;
}

static int fail_unmapped(struct lh_ctx *ctx, struct lh_heap *heap, uint64_t addr)
{
	struct lh_heap_info info = {.size = sizeof(info)};

	lh_heap_info(heap, &info);
	return lh_fail_at(ctx, LH_EFAULT, addr,
			  "0x%" PRIx64 " is not in the target's memory: no mapping contains it%s", addr,
			  strcmp(info.kind, "core") == 0 ? ", or the dump left it out" : "");
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_place_info place = {.size = sizeof(place)};
	struct lh_ctx *ctx = lh_invocation_ctx(invocation);
	uint64_t addr;
	int r = lh_invocation_address(ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_place_at(heap, addr, &place);
	if (r == 0 && place.kind == LH_PLACE_UNMAPPED)
		r = fail_unmapped(ctx, heap, addr);
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	if (place.kind == LH_PLACE_OBJECT)
		return describe_object(heap, &place, result);
	r = summarize_other(result, addr, place.kind);
	if (r == 0)
		r = summarize_place(result, &place);
	return r == 0 && place.kind == LH_PLACE_MEMORY ? summarize_native(heap, result, addr) : r;
}

const struct lh_command lh_cmd_object = {
	.name = "object",
	.group = "One object",
	.summary = "what is at this address?",
	.arguments = "ADDR",
	.min_args = 1,
	.max_args = 1,
	.description = "ADDR may lie anywhere inside an object. The summary shows what is there: the\n"
		       "object's type, reference count, bytes, the native memory that it owns and no\n"
		       "size counts, its place in the collector and the allocator, and the line that\n"
		       "allocated it if tracemalloc was on. One row per field of the object: its name,\n"
		       "the address and type of its value, and the start of that value.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
