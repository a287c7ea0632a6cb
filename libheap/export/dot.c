/* SPDX-License-Identifier: Apache-2.0 */
/* The top of the dominator tree as a picture for graphviz: what retains a hundredth of all bytes, and what is left. */
#include "export/json_text.h"
#include "export/tree.h"
#include "export/writers.h"

struct dot {
	struct lh_export *x;
	struct lh_output *out;
	uint64_t nodes;
	uint64_t path[LH_TREE_DEPTH_MAX + 1]; /* numbers of the items from the heap down to the last one */
};

/* Quotes and backslashes are escaped in DOT as in JSON; what JSON writes as \u0000 is no character of a name. */
static void add_label(struct dot *d, const struct lh_tree_item *item)
{
	char size[LH_SIZE_MAX];
	struct lh_string label = {0};

	lh_string_addf(&label, "%s, %s", item->text, lh_size_text(item->retained, size));
	if (item->place && item->objects > 1)
		lh_string_addf(&label, ", %s objects", LH_COUNTED(item->objects));
	lh_json_text(d->out, label.text ? label.text : "");
	lh_string_fini(&label);
}

static int enter(void *arg, const struct lh_tree_item *item)
{
	struct dot *d = arg;
	uint64_t all = d->x->from->bytes[0] + d->x->from->unreachable_bytes;
	unsigned share = all ? (unsigned)(item->retained * 60 / all) : 0;

	d->path[item->depth] = ++d->nodes;
	lh_output_addf(d->out, "  n%" PRIu64 " [label=", d->nodes);
	add_label(d, item);
	lh_output_addf(d->out, ", fillcolor=\"0.08 %.2f 1.0\"%s];\n", 0.05 + share / 100.0,
		       item->place ? "" : ", style=\"filled,dashed\"");
	lh_output_addf(d->out, "  n%" PRIu64 " -> n%" PRIu64 ";\n", d->path[item->depth - 1], d->nodes);
	return d->out->error;
}

int lh_export_dot(struct lh_export *x)
{
	struct dot d = {.x = x, .out = &x->output};
	uint64_t all = x->from->bytes[0] + x->from->unreachable_bytes;
	const struct lh_tree_limits limits = {.least = all / 100 + 1, .depth = 30};
	char size[LH_SIZE_MAX];
	int r;

	lh_output_addf(
		d.out,
		"digraph heap {\n  rankdir=LR;\n  node [shape=box, style=filled, fontname=\"Helvetica\", "
		"fontsize=10];\n  n0 [label=\"heap, %s\", fillcolor=\"0.08 0.65 1.0\"];\n",
		lh_size_text(all, size));
	r = lh_tree_walk(x, &limits, &(struct lh_tree_visitor){enter, NULL, &d});
	lh_output_addf(d.out, "}\n");
	lh_export_count(x, "nodes", d.nodes + 1);
	return r;
}
