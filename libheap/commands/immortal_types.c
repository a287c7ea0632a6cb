/* SPDX-License-Identifier: Apache-2.0 */
/* Immortal objects by type: small ints, single characters, names, types of the interpreter, and what native code made so. */
#include "commands/immortal_types.h"
#include "command/findings.h"
#include "cpython/size.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <stdlib.h>

const struct lh_column lh_immortal_columns[] = {
	{"type", NULL, LH_K_TEXT, .apart = "type_address"},
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"static", NULL, LH_K_COUNT},
	{"example", NULL, LH_K_ADDR},
	{"type_address", NULL, LH_K_ADDR, .hidden = true},
	{},
};

/** struct immortals - of a type; @in_modules: part of a program's file, not allocated */
struct immortals {
	uint64_t count, bytes, in_modules, example;
};

struct census {
	struct lh_heap *heap;
	struct lh_view view;
	struct immortals *types; /* by lh_type.index */
	size_t capacity;
	struct immortals all;
};

static void census_fini(struct census *c)
{
	free(c->types);
}

static void add(struct immortals *sum, const struct lh_object *o, uint64_t bytes, bool in_module)
{
	sum->count++;
	sum->bytes += bytes;
	sum->in_modules += in_module;
	if (!sum->example)
		sum->example = o->addr;
}

static int take(void *arg, const struct lh_item *items, size_t count)
{
	struct census *c = arg;
	int r = lh_grow_zeroed(c->heap->ctx, &c->types, &c->capacity, c->heap->types.count,
			       sizeof(*c->types));

	for (size_t i = 0; i < count && r == 0; i++) {
		const struct lh_object *o = &items[i].object;
		uint64_t bytes;
		bool in_module;

		if (!o->immortal)
			continue;
		bytes = lh_object_bytes_alone(c->heap, &c->view, o);
		in_module = lh_is_in_module(c->heap, o->addr);
		add(&c->types[o->type->index], o, bytes, in_module);
		add(&c->all, o, bytes, in_module);
	}
	return r;
}

static int add_rows(const struct census *c, struct lh_result *result)
{
	int r = 0;

	for (size_t i = 0; i < c->capacity && i < c->heap->types.count && r == 0; i++) {
		const struct immortals *t = &c->types[i];
		struct lh_type *type = c->heap->types.items[i];

		if (t->count)
			r = lh_result_row(result,
					  (struct lh_value[]){LH_TEXT(lh_type_name(c->heap, type)),
							      LH_COUNT(t->count), LH_BYTES(t->bytes),
							      LH_COUNT(t->in_modules), LH_ADDR(t->example),
							      LH_ADDR(type->addr)});
	}
	return r;
}

int lh_immortal_types(struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(census_fini) struct census c = {.heap = heap, .view = lh_view_of(heap->target)};
	struct lh_findings findings;
	int r = lh_objects_walk(heap, false, take, &c, &findings);

	lh_result_columns(result, lh_immortal_columns, "bytes");
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"objects", "immortal objects", LH_COUNT(c.all.count)},
						{"bytes", "bytes", LH_BYTES(c.all.bytes)},
						{"static", "part of a file", LH_COUNT(c.all.in_modules)},
						{},
					});
	if (r == 0)
		r = add_rows(&c, result);
	if (r == 0 && lh_refcnt_kind_of(&heap->layout) == LH_REFCNT_WORD)
		r = lh_result_note(result,
				   "Objects are immortal since 3.12. Before, some interned strings are: "
				   "py-heap interned.");
	return r == 0 ? lh_result_findings(result, &findings, findings.ring_objects) : r;
}
