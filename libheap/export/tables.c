/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that are not about objects, and all of them in their order. */
#include "export/tables.h"
#include "libheap-memory.h"
#include "libheap-process.h"

#define VERSION 1 /* meta's "schema" */

static const struct lh_table meta = {"meta", "key,value"};
static const struct lh_table arenas = {"arenas", "address,size,pools,pools_free,blocks_used,bytes_used"};
static const struct lh_table memory = {"memory", "path,bytes,resident,count,leaf,note"};

static int meta_text(struct lh_tables *s, const char *key, const char *text)
{
	return s->rows->row(s->rows, (struct lh_cell[]){LH_CELL_TEXT_OF(key), LH_CELL_TEXT_OF(text)});
}

static int meta_number(struct lh_tables *s, const char *key, uint64_t number)
{
	return s->rows->row(s->rows, (struct lh_cell[]){LH_CELL_TEXT_OF(key), LH_CELL_OF(number)});
}

static int write_meta(struct lh_tables *s)
{
	const struct lh_retained *from = s->x->from;
	struct lh_heap_description d;
	int r = lh_heap_describe(s->x->heap, &d);

	if (r == 0)
		r = s->rows->into(s->rows, &meta);
	if (r == 0)
		r = meta_number(s, "schema", VERSION);
	if (r == 0)
		r = meta_text(s, "py_heap", lh_version());
	if (r == 0)
		r = meta_text(s, "python", d.python);
	if (r == 0)
		r = meta_text(s, "layout", d.layout);
	if (r == 0)
		r = meta_number(s, "debug", d.debug);
	if (r == 0)
		r = meta_number(s, "free_threaded", d.free_threaded);
	if (r == 0)
		r = meta_number(s, "values", !s->x->heap->hide_values);
	if (r == 0)
		r = meta_number(s, "unreachable", from->unreachable);
	return r == 0 ? meta_number(s, "unreachable_bytes", from->unreachable_bytes) : r;
}

static int write_arenas(struct lh_tables *s)
{
	struct lh_arena_info a = {.size = sizeof(a)};
	int r = s->rows->into(s->rows, &arenas);
	size_t i = 0;

	for (; r == 0 && (r = lh_arena_at(s->x->heap, i, &a)) == 0; i++)
		r = s->rows->row(s->rows,
				 (struct lh_cell[]){LH_CELL_OF(a.addr), LH_CELL_OF(a.end - a.addr),
						    LH_CELL_OF(a.pools), LH_CELL_OF(a.pools_free),
						    LH_CELL_OF(a.blocks_used), LH_CELL_OF(a.bytes_used)});
	lh_export_count(s->x, "arenas", i);
	return r == LH_DONE ? 0 : r;
}

static int write_memory(struct lh_tables *s)
{
	struct lh_memory_info m = {.size = sizeof(m)};
	int r = s->rows->into(s->rows, &memory);
	size_t i = 0;

	for (; r == 0 && (r = lh_memory_at(s->x->heap, i, &m)) == 0; i++)
		r = s->rows->row(s->rows, (struct lh_cell[]){LH_CELL_TEXT_OF(m.path), LH_CELL_OF(m.bytes),
							     LH_CELL_OR_NULL(m.resident >= 0, m.resident),
							     LH_CELL_OF(m.count), LH_CELL_OF(m.leaf),
							     LH_CELL_TEXT_OF(m.note)});
	lh_export_count(s->x, "memory", i);
	return r == LH_DONE ? 0 : r;
}

int lh_tables_write(struct lh_export *x, struct lh_rows *rows)
{
	struct lh_tables s = {x, rows};
	int r = write_meta(&s);

	if (r == 0)
		r = lh_tables_objects(&s); /* they count for their types */
	if (r == 0)
		r = lh_tables_edges(&s);
	if (r == 0)
		r = lh_tables_roots(&s);
	if (r == 0)
		r = write_arenas(&s);
	return r == 0 ? write_memory(&s) : r;
}
