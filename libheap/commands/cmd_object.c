/* SPDX-License-Identifier: Apache-2.0 */
/* object: Everything known about one address. */
#include "command/command.h"
#include "commands/edges.h"
#include "commands/records.h"
#include "cpython/edge.h"
#include "cpython/gc.h"
#include "cpython/preview.h"
#include "cpython/size.h"
#include "cpython/text.h"
#include "cpython/type_name.h"
#include "inventory/locate.h"

#include <stdio.h>

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

/* The generation with the object in its ring; false if none has it. */
static bool generation_of(struct lh_heap *heap, uint64_t addr, int *ret)
{
	for (size_t i = 0; i < heap->interp_count; i++) {
		struct lh_gc_iter iter;
		uint64_t object;

		if (lh_gc_iter_begin(heap, &heap->interps[i], UINT64_MAX, &iter) < 0)
			continue;
		while (lh_gc_iter_next(&iter, &object) == 0)
			if (object == addr) {
				*ret = iter.generation->number;
				return true;
			}
	}
	return false;
}

static struct lh_value generation_value(int generation)
{
	return generation == LH_GENERATION_PERMANENT ? LH_TEXT("permanent") : LH_NUMBER(generation);
}

static struct lh_value address_or_null(uint64_t addr)
{
	return addr ? LH_ADDR(addr) : LH_NULL;
}

static int summarize_object(struct lh_heap *heap, struct lh_result *result, const struct lh_place *place)
{
	const struct lh_object *o = &place->object;
	_cleanup_string_ struct lh_string repr = {0};
	int generation = 0;
	bool tracked = o->type->presize && generation_of(heap, o->addr, &generation);
	bool is_text = o->type->kind->id == lh_text_kind(&heap->layout),
	     interned = lh_object_is_interned(heap, o);

	lh_preview(heap, o->addr, REPR_CHARS, &repr);
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"address", "address", LH_ADDR(o->addr)},
			{"kind", "what", LH_TEXT("object")},
			{"type", "type", LH_TEXT(lh_type_name(heap, o->type))},
			{"refcount", o->immortal ? NULL : "references counted",
			 o->immortal ? LH_NULL : LH_COUNT(o->refcnt)},
			{"immortal", o->immortal ? "immortal" : NULL, LH_BOOL(o->immortal)},
			{"interned", interned ? "interned" : NULL, is_text ? LH_BOOL(interned) : LH_NULL},
			{"bytes", "bytes", LH_BYTES(lh_object_bytes(heap, &heap->view, o))},
			{"tracked", "tracked", LH_BOOL(tracked)},
			{"generation", tracked ? "generation" : NULL,
			 tracked ? generation_value(generation) : LH_NULL},
			{"repr", "repr", LH_TEXT(repr.text)},
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
						   {"tracked", NULL, LH_NULL},
						   {"generation", NULL, LH_NULL},
						   {"repr", NULL, LH_NULL},
						   {},
					   });
}

static int summarize_place(struct lh_result *result, const struct lh_place *place)
{
	const struct lh_mapping *m = place->mapping;
	char region[512] = "";

	if (m)
		snprintf(region, sizeof(region), "%s %c%c%c", m->path ? m->path : "anonymous memory",
			 m->readable ? 'r' : '-', m->writable ? 'w' : '-', m->executable ? 'x' : '-');
	return lh_result_summarize(
		result, (struct lh_summary[]){
				{"arena", place->arena ? "arena" : NULL, address_or_null(place->arena)},
				{"pool", place->pool ? "pool" : NULL, address_or_null(place->pool)},
				{"block", place->block ? "block" : NULL, address_or_null(place->block)},
				{"block_size", place->block ? "block size" : NULL,
				 place->block ? LH_BYTES(place->block_size) : LH_NULL},
				{"region", m ? "region" : NULL, m ? LH_TEXT(region) : LH_NULL},
				{},
			});
}

struct fields {
	struct lh_heap *heap;
	struct lh_view view;
	struct lh_result *result;
	int error;
};

static int add_field(struct fields *f, const struct lh_edge *edge)
{
	_cleanup_string_ struct lh_string name = {0}, preview = {0};
	struct lh_object o;
	bool known = lh_object_at(f->heap, &f->heap->view, edge->to, &o) == 0;

	lh_span_edge(f->heap, edge->span, edge->i, &name);
	lh_preview(f->heap, edge->to, PREVIEW_CHARS, &preview);
	if (name.failed || preview.failed)
		return lh_nomem(f->heap->ctx);
	return lh_result_row(
		f->result, (struct lh_value[]){LH_TEXT(name.text ? name.text : ""), LH_ADDR(edge->to),
					       known ? LH_TEXT(lh_type_name(f->heap, o.type)) : LH_NULL,
					       known ? LH_TEXT(preview.text ? preview.text : "") : LH_NULL});
}

static void add_fields(void *arg, const struct lh_span *span)
{
	struct fields *f = arg;

	for (uint64_t i = 0; i < span->count && f->error == 0; i++) {
		struct lh_edge edge = {span, i, 0, lh_span_word(span, i)};

		if (lh_span_leads(f->heap, &f->view, edge.span, edge.to))
			f->error = add_field(f, &edge);
	}
}

static int list_fields(struct lh_heap *heap, struct lh_result *result, const struct lh_object *o)
{
	struct fields fields = {.heap = heap, .view = lh_view_of(heap->target), .result = result};
	struct lh_visitor visitor = {.heap = heap, .view = fields.view, .fn = add_fields, .arg = &fields};

	lh_visit(&visitor, o);
	return fields.error ? fields.error
			    : lh_result_next(result, "what keeps it alive", "why 0x%" PRIx64, o->addr);
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct lh_place place;
	uint64_t addr;
	int r = lh_invocation_address(heap->ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_locate(heap, addr, &place);
	if (r == 0 && place.kind == LH_PLACE_UNMAPPED)
		r = lh_fail_at(heap->ctx, LH_EFAULT, addr,
			       "0x%" PRIx64 " is not in the target's memory: no mapping contains it%s", addr,
			       heap->target->kind == LH_TARGET_CORE ? ", or the dump left it out" : "");
	if (r < 0)
		return r;
	lh_result_columns(result, columns, NULL);
	r = place.kind == LH_PLACE_OBJECT ? summarize_object(heap, result, &place)
					  : summarize_other(result, addr, place.kind);
	if (r == 0)
		r = summarize_place(result, &place);
	return r == 0 && place.kind == LH_PLACE_OBJECT ? list_fields(heap, result, &place.object) : r;
}

const struct lh_command lh_cmd_object = {
	.name = "object",
	.group = "One object",
	.summary = "what is at this address?",
	.arguments = "ADDR",
	.min_args = 1,
	.max_args = 1,
	.description = "ADDR may lie anywhere inside an object. The summary shows what is there: the\n"
		       "object's type, reference count, bytes, and its place in the collector and the\n"
		       "allocator. One row per field of the object: its name, the address and type of\n"
		       "its value, and the start of that value.",
	.examples = examples,
	.columns = columns,
	.run = run,
};
