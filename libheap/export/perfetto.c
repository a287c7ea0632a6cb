/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Perfetto's heap graphs, as its Heap Dump Explorer reads them (protos/third_party/android/art/heap_graph.proto; src/trace_processor/
 * importers/proto/heap_graph_tracker.cc of google/perfetto): a trace of packets with some objects each.
 *
 * - Each reference has the number of a field name: without them a reader takes the names of the type.
 * - An object's heap is the app's: objects of others (zygote, boot image) would be roots.
 * - Kinds of roots are those of Android's runtime.
 * - The format has no place for contents, but names of keys.
 *
 * Memory: a packet, and so up to 10 bytes per reference of the object that has most of them.
 */
#include "cpython/type_name.h"
#include "export/names.h"
#include "export/nodes.h"
#include "export/wire.h"
#include "export/writers.h"
#include "util/array.h"
#include "util/utf8.h"

#include <stdlib.h>
#include <string.h>

enum { TRACE_PACKET = 1 };
enum { PACKET_TIMESTAMP = 8, PACKET_SEQUENCE = 10, PACKET_HEAP_GRAPH = 56 };
enum {
	GRAPH_PID = 1,
	GRAPH_OBJECT = 2,
	GRAPH_FIELD_NAME = 4,
	GRAPH_CONTINUED = 5,
	GRAPH_INDEX = 6,
	GRAPH_ROOT = 7,
	GRAPH_TYPE = 9
};
enum { OBJECT_ID = 1, OBJECT_TYPE, OBJECT_SIZE, OBJECT_FIELDS, OBJECT_REFERENCES, OBJECT_HEAP = 9 };
enum { TYPE_ID = 1, TYPE_NAME = 3, TYPE_KIND = 7 };
enum { ROOT_OBJECTS = 1, ROOT_TYPE };
enum { NAME_ID = 1, NAME_TEXT };

enum {
	ROOT_JNI_GLOBAL = 1,
	ROOT_JAVA_FRAME = 3,
	ROOT_STICKY_CLASS = 5,
	ROOT_THREAD_OBJECT = 8,
	ROOT_VM_INTERNAL = 13
};
enum { KIND_NORMAL = 1, HEAP_APP = 1 };

#define PACKET_BYTES 65536 /* about so many */

#define ID(number) ((uint64_t)(number) + 1)

struct perfetto {
	struct lh_export *x;
	struct lh_names names;
	int32_t pid;
	bool *typed; /* by lh_type.index: it has objects */
	uint64_t packets, types, edges;
	struct lh_string graph; /* of the next packet */
	struct lh_string message, fields, references, name, valid;
};

static void perfetto_fini(struct perfetto *p)
{
	lh_names_fini(&p->names);
	free(p->typed);
	lh_string_fini(&p->graph);
	lh_string_fini(&p->message);
	lh_string_fini(&p->fields);
	lh_string_fini(&p->references);
	lh_string_fini(&p->name);
	lh_string_fini(&p->valid);
}

/* ---- packets ---- */

static int write_packet(struct perfetto *p, bool last)
{
	_cleanup_string_ struct lh_string packet = {0};

	lh_wire_number(&p->graph, GRAPH_PID, (uint64_t)p->pid);
	lh_wire_number(&p->graph, GRAPH_CONTINUED, !last);
	lh_wire_number(&p->graph, GRAPH_INDEX, p->packets++);
	lh_wire_number(&packet, PACKET_TIMESTAMP, 1);
	lh_wire_number(&packet, PACKET_SEQUENCE, 1);
	lh_wire_message(&packet, PACKET_HEAP_GRAPH, &p->graph);
	lh_wire_write(&p->x->output, TRACE_PACKET, &packet);
	return p->x->output.error;
}

/* The message becomes a field of the graph. */
static int add(struct perfetto *p, unsigned field)
{
	lh_wire_message(&p->graph, field, &p->message);
	return p->graph.len >= PACKET_BYTES ? write_packet(p, false) : 0;
}

/* ---- types, roots, names ---- */

static int write_types(struct perfetto *p)
{
	const struct lh_graph *g = &p->x->from->graph;
	struct lh_heap *heap = p->x->heap;
	int r = 0;

	for (uint32_t i = 0; i < g->count; i++)
		if (g->types[i] != LH_GRAPH_NO_TYPE)
			p->typed[g->types[i]] = true;
	for (size_t i = 0; r == 0 && i < heap->types.count; i++) {
		const char *name =
			p->typed[i] ? lh_utf8_valid(lh_type_name(heap, heap->types.items[i]), &p->valid)
				    : NULL;

		if (!name)
			continue;
		if (p->valid.failed)
			return lh_nomem(heap->ctx);
		p->types++;
		lh_wire_number(&p->message, TYPE_ID, ID(i));
		lh_wire_bytes(&p->message, TYPE_NAME, name, strlen(name));
		lh_wire_number(&p->message, TYPE_KIND, KIND_NORMAL);
		r = add(p, GRAPH_TYPE);
	}
	return r;
}

static int add_root(void *arg, const struct lh_root *root, uint32_t number)
{
	static const unsigned types[] = {
		[LH_ROOT_MODULES] = ROOT_STICKY_CLASS,  [LH_ROOT_SYS] = ROOT_STICKY_CLASS,
		[LH_ROOT_BUILTINS] = ROOT_STICKY_CLASS, [LH_ROOT_INTERP] = ROOT_VM_INTERNAL,
		[LH_ROOT_THREAD] = ROOT_THREAD_OBJECT,  [LH_ROOT_FRAME] = ROOT_JAVA_FRAME};
	struct perfetto *p = arg;

	lh_wire_varint(&p->references, ID(number));
	lh_wire_message(&p->message, ROOT_OBJECTS, &p->references);
	lh_wire_number(&p->message, ROOT_TYPE, root ? types[root->kind] : ROOT_JNI_GLOBAL);
	return add(p, GRAPH_ROOT);
}

static int write_names(struct perfetto *p)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->names.count; i++) {
		const char *text = lh_names_nth(&p->names, i);

		lh_wire_number(&p->message, NAME_ID, ID(i));
		lh_wire_bytes(&p->message, NAME_TEXT, text, strlen(text));
		r = add(p, GRAPH_FIELD_NAME);
	}
	return r;
}

/* ---- objects ---- */

/* An index tells nothing here: "[…]". */
static int name_of(struct perfetto *p, const struct lh_export_edge *edge, uint32_t *ret)
{
	const char *text;

	lh_string_clear(&p->name);
	if (edge->span && edge->span->label == LH_LABEL_INDEX && !edge->span->type)
		lh_string_add(&p->name, "[…]");
	else
		lh_export_edge_name(p->x, edge, &p->name);
	if (p->name.failed)
		return lh_nomem(p->x->heap->ctx);
	text = p->name.len ? p->name.text : "…";
	return lh_names_number(&p->names, *text == '.' ? text + 1 : text, ret);
}

static int add_reference(void *arg, const struct lh_export_edge *edge)
{
	struct perfetto *p = arg;
	uint32_t name;
	int r = name_of(p, edge, &name);

	if (r < 0)
		return r;
	lh_wire_varint(&p->fields, ID(name));
	lh_wire_varint(&p->references, ID(edge->to));
	p->edges++;
	return 0;
}

/* The heap is said once in a packet, and holds for the objects after that. */
static int add_object(void *arg, const struct lh_export_node *node)
{
	struct perfetto *p = arg;
	uint32_t type = p->x->from->graph.types[node->number];
	int r = lh_export_edges(p->x, node, add_reference, p);

	if (r < 0)
		return r;
	lh_wire_number(&p->message, OBJECT_ID, ID(node->number));
	lh_wire_number(&p->message, OBJECT_TYPE, type == LH_GRAPH_NO_TYPE ? 0 : ID(type));
	lh_wire_number(&p->message, OBJECT_SIZE, node->bytes);
	if (p->references.len) {
		lh_wire_message(&p->message, OBJECT_FIELDS, &p->fields);
		lh_wire_message(&p->message, OBJECT_REFERENCES, &p->references);
	}
	if (!p->graph.len || !node->number)
		lh_wire_number(&p->message, OBJECT_HEAP, HEAP_APP);
	return add(p, GRAPH_OBJECT);
}

static int write_all(struct perfetto *p)
{
	int r = lh_names_set_other(&p->names);

	if (r == 0)
		r = write_types(p);
	if (r == 0)
		r = lh_export_roots(p->x, add_root, p);
	if (r == 0)
		r = lh_export_nodes(p->x, "writing objects", add_object, p);
	if (r == 0)
		r = write_names(p);
	return r == 0 ? write_packet(p, true) : r;
}

int lh_export_perfetto(struct lh_export *x)
{
	_cleanup_(perfetto_fini) struct perfetto p = {.x = x, .names.ctx = x->heap->ctx};
	struct lh_heap_description d;
	int r = lh_heap_describe(x->heap, &d);

	p.pid = r == 0 && d.pid > 0 ? d.pid : 1;
	p.typed = lh_new0(bool, x->heap->types.count + 1);
	if (!p.typed)
		return lh_nomem(x->heap->ctx);
	r = write_all(&p);
	lh_export_count(x, "objects", x->from->graph.count);
	lh_export_count(x, "types", p.types);
	lh_export_count(x, "edges", p.edges);
	lh_export_count(x, "packets", p.packets);
	lh_names_count_refused(&p.names, x);
	return r;
}
