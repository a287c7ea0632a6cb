/* SPDX-License-Identifier: Apache-2.0 */
/* Types, objects, references and roots as tables. An object's id is its number plus 1, in the order of addresses. */
#include "cpython/preview.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "export/tables.h"
#include "util/array.h"

#include <string.h>

#define PREVIEW_CHARS 120

static const struct lh_table types = {"types", "id,name,address,objects,bytes,tracked"};
static const struct lh_table objects = {
	"objects", "id,address,type,bytes,refcount,immortal,tracked,retained,dominated,dominator,preview"};
static const struct lh_table edges = {"edges", "source,target,name,visited,conservative"};
static const struct lh_table roots = {"roots", "object,kind,name,interpreter,thread"};

#define ID(number) ((int64_t)(number) + 1)

/* ---- types and objects ---- */

struct type_sum {
	uint64_t objects, bytes, tracked;
};

/** struct object_rows - the table of objects, and what they add up to by type */
struct object_rows {
	struct lh_tables *s;
	struct type_sum *types; /* by lh_type.index */
	size_t type_count;      /* previews may meet more types: they have no objects */
	struct lh_string preview;
};

static void object_rows_fini(struct object_rows *o)
{
	free(o->types);
	lh_string_fini(&o->preview);
}

/* NULL: nothing but its type and address */
static const char *preview(struct object_rows *o, const struct lh_export_node *node)
{
	struct lh_heap *heap = o->s->x->heap;
	_cleanup_string_ struct lh_string plain = {0};

	if (!node->type)
		return NULL;
	lh_string_clear(&o->preview);
	lh_preview(heap, node->addr, PREVIEW_CHARS, &o->preview);
	lh_string_addf(&plain, "<%s at 0x%" PRIx64 ">", lh_type_name(heap, node->type), node->addr);
	o->preview.failed |= plain.failed;
	return o->preview.failed || strcmp(plain.text, o->preview.text) == 0 ? NULL : o->preview.text;
}

static int add_object(void *arg, const struct lh_export_node *node)
{
	struct object_rows *o = arg;
	const struct lh_retained *from = o->s->x->from;
	bool tracked = lh_inventory_is_tracked(o->s->x->inventory, node->number), typed = node->type;
	uint32_t place = node->place, above = place ? from->tree.dominator[place] : 0;
	const char *text = preview(o, node);

	if (o->preview.failed)
		return lh_nomem(o->s->x->heap->ctx);
	if (typed) {
		struct type_sum *sum = &o->types[node->type->index];

		sum->objects++;
		sum->bytes += node->bytes;
		sum->tracked += tracked;
	}
	return o->s->rows->row(
		o->s->rows,
		(struct lh_cell[]){
			LH_CELL_OF(ID(node->number)), LH_CELL_OF(node->addr),
			LH_CELL_OR_NULL(typed, typed ? ID(node->type->index) : 0), LH_CELL_OF(node->bytes),
			LH_CELL_OR_NULL(typed && !node->object.immortal, node->object.refcnt),
			LH_CELL_OF(node->object.immortal), LH_CELL_OF(tracked),
			LH_CELL_OR_NULL(place, from->bytes[place]),
			LH_CELL_OR_NULL(place, from->objects[place] - 1),
			LH_CELL_OR_NULL(above, ID(from->tree.node[above])), LH_CELL_TEXT_OF(text)});
}

static int write_types(struct object_rows *o)
{
	struct lh_heap *heap = o->s->x->heap;
	uint64_t count = 0;
	int r = o->s->rows->into(o->s->rows, &types);

	for (size_t i = 0; r == 0 && i < o->type_count; i++) {
		const struct type_sum *sum = &o->types[i];
		struct lh_type *type = heap->types.items[i];

		if (!sum->objects)
			continue;
		count++;
		r = o->s->rows->row(o->s->rows,
				    (struct lh_cell[]){LH_CELL_OF(ID(i)),
						       LH_CELL_TEXT_OF(lh_type_name(heap, type)),
						       LH_CELL_OF(type->addr), LH_CELL_OF(sum->objects),
						       LH_CELL_OF(sum->bytes), LH_CELL_OF(sum->tracked)});
	}
	lh_export_count(o->s->x, "types", count);
	return r;
}

int lh_tables_objects(struct lh_tables *s)
{
	_cleanup_(object_rows_fini) struct object_rows o = {
		.s = s,
		.types = lh_new0(struct type_sum, s->x->heap->types.count + 1),
		.type_count = s->x->heap->types.count};
	int r = o.types ? s->rows->into(s->rows, &objects) : lh_nomem(s->x->heap->ctx);

	if (r == 0)
		r = lh_export_nodes(s->x, "writing objects", add_object, &o);
	lh_export_count(s->x, "objects", s->x->from->graph.count);
	return r == 0 ? write_types(&o) : r;
}

/* ---- references ---- */

struct edge_rows {
	struct lh_tables *s;
	struct lh_string name;
	uint64_t count;
};

static int add_edge(void *arg, const struct lh_export_edge *edge)
{
	struct edge_rows *e = arg;
	const struct lh_span *span = edge->span;

	lh_string_clear(&e->name);
	lh_export_edge_name(e->s->x, edge, &e->name);
	if (e->name.failed)
		return lh_nomem(e->s->x->heap->ctx);
	e->count++;
	return e->s->rows->row(
		e->s->rows, (struct lh_cell[]){LH_CELL_OF(ID(edge->from)), LH_CELL_OF(ID(edge->to)),
					       LH_CELL_TEXT_OF(span && e->name.len ? e->name.text : NULL),
					       LH_CELL_OR_NULL(span, span && !span->hidden),
					       LH_CELL_OR_NULL(span, span && span->label == LH_LABEL_BODY)});
}

int lh_tables_edges(struct lh_tables *s)
{
	struct edge_rows e = {.s = s};
	int r = s->rows->into(s->rows, &edges);

	if (r == 0)
		r = lh_export_all_edges(s->x, "writing references", add_edge, &e);
	lh_string_fini(&e.name);
	lh_export_count(s->x, "edges", e.count);
	return r;
}

/* ---- roots ---- */

static const char *const kinds[] = {
	[LH_ROOT_MODULES] = "modules",    [LH_ROOT_SYS] = "sys",       [LH_ROOT_BUILTINS] = "builtins",
	[LH_ROOT_INTERP] = "interpreter", [LH_ROOT_THREAD] = "thread", [LH_ROOT_FRAME] = "frame"};

struct root_rows {
	struct lh_tables *s;
	uint64_t count;
};

static int add_root(void *arg, const struct lh_root *root, uint32_t number)
{
	struct root_rows *rows = arg;
	struct lh_tables *s = rows->s;
	_cleanup_string_ struct lh_string name = {0};

	rows->count++;
	if (!root)
		return s->rows->row(
			s->rows,
			(struct lh_cell[]){LH_CELL_OF(ID(number)), LH_CELL_TEXT_OF("native"), {0}, {0}, {0}});
	lh_root_text(&s->x->from->roots, root, &name);
	if (name.failed)
		return lh_nomem(s->x->heap->ctx);
	return s->rows->row(s->rows,
			    (struct lh_cell[]){LH_CELL_OF(ID(number)), LH_CELL_TEXT_OF(kinds[root->kind]),
					       LH_CELL_TEXT_OF(name.text), LH_CELL_OF(root->interp),
					       LH_CELL_OR_NULL(root->thread, root->thread)});
}

int lh_tables_roots(struct lh_tables *s)
{
	struct root_rows rows = {.s = s};
	int r = s->rows->into(s->rows, &roots);

	if (r == 0)
		r = lh_export_roots(s->x, add_root, &rows);
	lh_export_count(s->x, "roots", rows.count);
	return r;
}
