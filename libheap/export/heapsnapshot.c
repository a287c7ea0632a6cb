/* SPDX-License-Identifier: Apache-2.0 */
/*
 * V8's heap snapshots, which Chrome DevTools and VS Code open: one JSON document of numbers, and its strings at the end.
 *
 * Node 0 leads to groups of roots, these to objects. What a reader makes of it (front_end/entrypoints/heap_snapshot_worker/
 * HeapSnapshot.ts of chrome-devtools-frontend 1.0.1705227) decides how it is written:
 *
 * - Groups are synthetic: if node 0 led to any other node, objects that no such "user root" leads to would be far away, and bytes of
 *   nodes of type "array" and "hidden" would move to their owners. All objects are of type "object", with their type's name; but one
 *   that is called "Object" would be renamed after its properties.
 * - A "shortcut" edge from node 0 would cut off all that is reached without one: there is none.
 * - Sizes are kept in 32 bits: an object with more bytes has nodes for the rest.
 * - What no root leads to is below a group of its own. Its references to other objects are "weak": they keep nothing alive, and retained
 *   sizes stay what they are.
 */
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "export/json_text.h"
#include "export/names.h"
#include "export/nodes.h"
#include "export/writers.h"
#include "util/array.h"

#include <string.h>

#define SIZE_MAX_OF_NODE UINT32_MAX
#define NODE_FIELDS 7
#define STEP (1u << 16)

enum node_type { NODE_OBJECT = 3, NODE_SYNTHETIC = 9 }; /* indices in node_types below */
enum edge_type { EDGE_ELEMENT = 1, EDGE_PROPERTY, EDGE_INTERNAL, EDGE_WEAK = 6 };

enum group { GROUP_INTERPRETER, GROUP_THREADS, GROUP_NATIVE, GROUP_UNREACHABLE, GROUPS };

static const char *const group_names[GROUPS] = {"(modules and interpreter)", "(threads and frames)",
						"(native code)", "(unreachable)"};

#define FIRST_OBJECT (1 + GROUPS)

static const char head[] =
	"{\"snapshot\":{\"meta\":{\n"
	"\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\",\"trace_node_id\",\"detachedness\"],\n"
	"\"node_types\":[[\"hidden\",\"array\",\"string\",\"object\",\"code\",\"closure\",\"regexp\",\"number\","
	"\"native\",\"synthetic\",\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\",\"object shape\"],"
	"\"string\",\"number\",\"number\",\"number\",\"number\",\"number\"],\n"
	"\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],\n"
	"\"edge_types\":[[\"context\",\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\",\"weak\"],"
	"\"string_or_number\",\"node\"],\n"
	"\"trace_function_info_fields\":[\"function_id\",\"name\",\"script_name\",\"script_id\",\"line\",\"column\"],\n"
	"\"trace_node_fields\":[\"id\",\"function_info_index\",\"count\",\"size\",\"children\"],\n"
	"\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"],\n"
	"\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]},\n";

struct snapshot {
	struct lh_export *x;
	struct lh_output *out;
	struct lh_names names;
	uint32_t *type_names; /* by lh_type.index: 1 + the name's number; 0: not asked yet */
	uint64_t roots[GROUPS];
	uint64_t rests, rests_given; /* nodes for bytes that do not fit; their references that were written */
	uint64_t nodes, edges;       /* written */
	struct lh_string name;
};

static void snapshot_fini(struct snapshot *s)
{
	lh_names_fini(&s->names);
	free(s->type_names);
	lh_string_fini(&s->name);
}

/* Nodes that an object of @bytes needs besides its own. */
static uint64_t rests_of(uint64_t bytes)
{
	return bytes ? (bytes - 1) / SIZE_MAX_OF_NODE : 0;
}

/* ---- nodes ---- */

struct node {
	enum node_type type;
	uint32_t name;
	uint64_t bytes, edges;
};

static void write_node(struct snapshot *s, const struct node *n)
{
	struct lh_output *o = s->out;

	lh_output_add(o, s->nodes ? ",\n" : "\n", s->nodes ? 2 : 1);
	lh_json_number(o, '\0', n->type);
	lh_json_number(o, ',', n->name);
	lh_json_number(o, ',', 2 * s->nodes + 1); /* V8's ids of objects are odd */
	lh_json_number(o, ',', n->bytes);
	lh_json_number(o, ',', n->edges);
	lh_output_add(o, ",0,0", 4);
	s->nodes++;
}

static int type_name(struct snapshot *s, struct lh_type *type, uint32_t *ret)
{
	const char *name = type ? lh_type_name(s->x->heap, type) : "?";
	int r;

	if (type && s->type_names[type->index]) {
		*ret = s->type_names[type->index] - 1;
		return 0;
	}
	r = lh_names_number(&s->names, strcmp(name, "Object") == 0 ? "builtins.Object" : name, ret);
	if (r == 0 && type)
		s->type_names[type->index] = *ret + 1;
	return r;
}

static int write_object(void *arg, const struct lh_export_node *node)
{
	struct snapshot *s = arg;
	uint64_t rests = rests_of(node->bytes);
	struct node n = {NODE_OBJECT, 0, rests ? SIZE_MAX_OF_NODE : node->bytes, node->edges + rests};
	int r = type_name(s, node->type, &n.name);

	if (r == 0)
		write_node(s, &n);
	return r < 0 ? r : s->out->error;
}

static int write_groups(struct snapshot *s)
{
	uint32_t name;
	int r = lh_names_number(&s->names, "", &name);

	write_node(s, &(struct node){NODE_SYNTHETIC, name, 0, GROUPS});
	for (int g = 0; r == 0 && g < GROUPS; g++) {
		r = lh_names_number(&s->names, group_names[g], &name);
		write_node(s, &(struct node){NODE_SYNTHETIC, name, 0, s->roots[g]});
	}
	return r;
}

/* Bytes of objects that do not fit into their own nodes, in the order of the objects. */
static int write_rests(struct snapshot *s)
{
	const struct lh_graph *g = &s->x->from->graph;
	uint32_t name;
	int r = lh_names_number(&s->names, "(the rest of it)", &name);

	for (uint32_t i = 0; r == 0 && s->rests && i < g->count; i++) {
		uint64_t left = lh_graph_bytes(g, i);

		while (left > SIZE_MAX_OF_NODE) {
			left -= SIZE_MAX_OF_NODE;
			write_node(s, &(struct node){NODE_OBJECT, name,
						     left < SIZE_MAX_OF_NODE ? left : SIZE_MAX_OF_NODE, 0});
		}
	}
	return r;
}

/* ---- edges ---- */

/* @to: a node's number */
static void write_edge(struct snapshot *s, enum edge_type type, uint64_t name, uint64_t to)
{
	lh_output_add(s->out, s->edges ? ",\n" : "\n", s->edges ? 2 : 1);
	lh_json_number(s->out, '\0', type);
	lh_json_number(s->out, ',', name);
	lh_json_number(s->out, ',', to * NODE_FIELDS);
	s->edges++;
}

static bool is_index(const struct lh_export_edge *edge, uint64_t *ret)
{
	*ret = edge->span ? edge->span->first + edge->i : 0;
	return edge->span && edge->span->label == LH_LABEL_INDEX && !edge->span->type && *ret < UINT32_MAX;
}

static int add_edge(void *arg, const struct lh_export_edge *edge)
{
	struct snapshot *s = arg;
	const uint32_t *place = s->x->from->tree.place;
	bool weak = !place[edge->from] && place[edge->to];
	uint32_t number = s->names.other;
	enum edge_type type = EDGE_INTERNAL;
	const char *name;
	uint64_t index;
	int r = s->out->error;

	if (is_index(edge, &index)) {
		write_edge(s, weak ? EDGE_WEAK : EDGE_ELEMENT, weak ? s->names.other : index,
			   FIRST_OBJECT + edge->to);
		return r;
	}
	lh_string_clear(&s->name);
	lh_export_edge_name(s->x, edge, &s->name);
	if (s->name.failed)
		return lh_nomem(s->x->heap->ctx);
	name = s->name.text ? s->name.text : "";
	if (name[0] == '[' || (name[0] == '.' && name[1] != '<'))
		type = EDGE_PROPERTY;
	if (r == 0 && *name)
		r = lh_names_number(&s->names, name[0] == '.' ? name + 1 : name, &number);
	write_edge(s, weak ? EDGE_WEAK : type, number, FIRST_OBJECT + edge->to);
	return r;
}

static int add_edges(void *arg, const struct lh_export_node *node)
{
	struct snapshot *s = arg;
	int r = lh_export_edges(s->x, node, add_edge, s);

	for (uint64_t i = rests_of(node->bytes); r == 0 && i; i--)
		write_edge(s, EDGE_INTERNAL, s->names.other,
			   FIRST_OBJECT + (uint64_t)s->x->from->graph.count + s->rests_given++);
	return r;
}

/* ---- roots ---- */

static enum group group_of(const struct lh_root *root)
{
	if (!root)
		return GROUP_NATIVE;
	return root->kind >= LH_ROOT_THREAD ? GROUP_THREADS : GROUP_INTERPRETER;
}

static int count_root(void *arg, const struct lh_root *root, uint32_t number)
{
	struct snapshot *s = arg;

	s->roots[group_of(root)]++;
	return 0;
}

/** struct group_roots - writes those of one group */
struct group_roots {
	struct snapshot *s;
	enum group group;
	uint64_t count; /* written, of those without names */
};

static int write_root(void *arg, const struct lh_root *root, uint32_t number)
{
	struct group_roots *g = arg;
	struct snapshot *s = g->s;
	uint32_t name;
	int r;

	if (group_of(root) != g->group)
		return 0;
	if (!root) {
		write_edge(s, EDGE_ELEMENT, g->count++, FIRST_OBJECT + number);
		return 0;
	}
	lh_string_clear(&s->name);
	lh_root_text(&s->x->from->roots, root, &s->name);
	if (s->name.failed)
		return lh_nomem(s->x->heap->ctx);
	r = lh_names_number(&s->names, s->name.text ? s->name.text : "", &name);
	write_edge(s, EDGE_PROPERTY, name, FIRST_OBJECT + number);
	return r;
}

static int write_roots(struct snapshot *s)
{
	const struct lh_retained *from = s->x->from;
	struct group_roots roots = {.s = s};
	uint64_t index = 0;
	int r = 0;

	for (uint64_t g = 0; g < GROUPS; g++)
		write_edge(s, EDGE_ELEMENT, g, 1 + g);
	for (; r == 0 && roots.group < GROUP_UNREACHABLE; roots.group++)
		r = lh_export_roots(s->x, write_root, &roots);
	for (uint32_t i = 0; r == 0 && i < from->graph.count; i++)
		if (!from->tree.place[i])
			write_edge(s, EDGE_ELEMENT, index++, FIRST_OBJECT + i);
	return r;
}

/* ---- the file ---- */

static void count_rests(struct snapshot *s)
{
	const struct lh_graph *g = &s->x->from->graph;

	for (uint32_t i = 0; i < g->count; i++)
		s->rests += rests_of(lh_graph_bytes(g, i));
}

static void write_head(struct snapshot *s)
{
	const struct lh_graph *g = &s->x->from->graph;
	uint64_t edges = GROUPS + lh_export_edge_count(s->x) + s->rests;

	for (int i = 0; i < GROUPS; i++)
		edges += s->roots[i];
	lh_output_add(s->out, head, sizeof(head) - 1);
	lh_output_addf(s->out,
		       "\"node_count\":%" PRIu64 ",\"edge_count\":%" PRIu64 ",\"trace_function_count\":0},\n",
		       FIRST_OBJECT + g->count + s->rests, edges);
}

static void write_strings(struct snapshot *s)
{
	for (size_t i = 0; i < s->names.count; i++) {
		lh_output_add(s->out, i ? ",\n" : "\n", i ? 2 : 1);
		lh_json_text(s->out, lh_names_nth(&s->names, i));
	}
}

static int write_all(struct snapshot *s)
{
	int r = lh_export_roots(s->x, count_root, s);

	s->roots[GROUP_UNREACHABLE] = s->x->from->unreachable;
	count_rests(s);
	write_head(s);
	lh_output_addf(s->out, "\"nodes\":[");
	if (r == 0)
		r = write_groups(s);
	if (r == 0)
		r = lh_export_nodes(s->x, "writing objects", write_object, s);
	if (r == 0)
		r = write_rests(s);
	lh_output_addf(s->out, "],\n\"edges\":[");
	if (r == 0)
		r = write_roots(s);
	if (r == 0)
		r = lh_export_nodes(s->x, "writing references", add_edges, s);
	lh_output_addf(
		s->out,
		"],\n\"trace_function_infos\":[],\"trace_tree\":[],\"samples\":[],\"locations\":[],\n\"strings\":[");
	write_strings(s);
	lh_output_addf(s->out, "]}\n");
	return r;
}

int lh_export_heapsnapshot(struct lh_export *x)
{
	_cleanup_(snapshot_fini) struct snapshot s = {.x = x, .out = &x->output, .names.ctx = x->heap->ctx};
	int r;

	s.type_names = lh_new0(uint32_t, x->heap->types.count + 1);
	if (!s.type_names)
		return lh_nomem(x->heap->ctx);
	r = lh_names_set_other(&s.names);
	if (r == 0)
		r = write_all(&s);
	lh_export_count(x, "nodes", s.nodes);
	lh_export_count(x, "edges", s.edges);
	lh_export_count(x, "strings", s.names.count);
	lh_names_count_refused(&s.names, x);
	return r;
}
