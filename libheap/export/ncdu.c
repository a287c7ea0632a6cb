/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dominator tree as folders and files for ncdu (https://dev.yorhel.nl/ncdu/jsonfmt): what an object retains is its folder.
 * ncdu walks the tree by recursion, so the depth is bounded.
 */
#include "export/json_text.h"
#include "export/tree.h"
#include "export/writers.h"
#include "libheap.h"

struct ncdu {
	struct lh_output *out;
	uint64_t items;
};

/* A folder is a list that begins with itself. */
static int enter(void *arg, const struct lh_tree_item *item)
{
	struct ncdu *n = arg;

	lh_output_addf(n->out, item->leaf ? ",\n{\"name\":" : ",\n[{\"name\":");
	lh_json_text(n->out, item->text);
	lh_output_addf(n->out, ",\"asize\":%" PRIu64 ",\"dsize\":%" PRIu64 "}", item->bytes, item->bytes);
	n->items++;
	return n->out->error;
}

static int leave(void *arg)
{
	struct ncdu *n = arg;

	lh_output_add(n->out, "]", 1);
	return n->out->error;
}

int lh_export_ncdu(struct lh_export *x)
{
	struct ncdu n = {.out = &x->output};
	const struct lh_tree_limits limits = {
		.least = (x->from->bytes[0] + x->from->unreachable_bytes) / 10000 + 1,
		.most = 100,
		.depth = 100};
	int r;

	lh_output_addf(
		n.out,
		"[1,0,{\"progname\":\"py-heap\",\"progver\":\"%s\",\"timestamp\":0},\n[{\"name\":\"/heap\"}",
		lh_version());
	r = lh_tree_walk(x, &limits, &(struct lh_tree_visitor){enter, leave, &n});
	lh_output_addf(n.out, "]]\n");
	lh_export_count(x, "items", n.items);
	return r;
}
