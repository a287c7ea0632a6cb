/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/report_pictures.h"
#include "export/tree.h"
#include "result/html.h"
#include "util/array.h"

#define ITEMS_MAX 4000
#define BYTES_MAX 1000000 /* names may be long */
#define DEPTH 40
#define TOO_MANY 1

struct writer {
	struct lh_export *x;
	struct lh_string *out;
	size_t items;
	bool opened; /* the next item is the first of its level */
};

static int enter(void *arg, const struct lh_tree_item *item)
{
	struct writer *w = arg;

	if (++w->items > ITEMS_MAX || w->out->len > BYTES_MAX)
		return TOO_MANY;
	lh_string_add(w->out, w->opened ? "\n[" : ",\n[");
	lh_html_json(w->out, item->type == LH_GRAPH_NO_TYPE ? item->text : item->name);
	lh_string_add(w->out, ",");
	lh_html_json(w->out, lh_tree_type_name(w->x, item->type, item->place ? "?" : ""));
	lh_string_addf(w->out, ",%" PRIu64 ",%" PRIu64 "%s", item->retained, item->objects,
		       item->leaf ? "]" : ",[");
	w->opened = !item->leaf;
	return w->out->failed ? lh_nomem(w->x->heap->ctx) : 0;
}

static int leave(void *arg)
{
	struct writer *w = arg;

	lh_string_add(w->out, "]]");
	w->opened = false;
	return 0;
}

/* What retains more than one of @parts; TOO_MANY: fewer have to do. */
static int write_tree(struct lh_export *x, uint64_t parts, struct lh_string *out)
{
	struct writer w = {.x = x, .out = out, .opened = true};
	uint64_t bytes = x->from->bytes[0] + x->from->unreachable_bytes,
		 objects = (uint64_t)x->from->objects[0] + x->from->unreachable;
	const struct lh_tree_limits limits = {.least = bytes / parts + 1, .depth = DEPTH, .by_type = true};
	int r;

	lh_string_addf(out, "[\"\",\"\",%" PRIu64 ",%" PRIu64 ",[", bytes, objects);
	r = lh_tree_walk(x, &limits, &(struct lh_tree_visitor){enter, leave, &w});
	lh_string_add(out, "]]");
	return r;
}

int lh_report_tree(struct lh_heap *heap, const struct lh_result *answer, struct lh_string *out)
{
	static const uint64_t parts[] = {2000, 500, 100, 20, 4};
	struct lh_export x = {.heap = heap, .output.fd = -1};
	int r = lh_inventory_get(heap, &x.inventory);

	if (r == 0)
		r = lh_retained_get(heap, &x.from);
	for (size_t i = 0; r >= 0 && i < LH_ARRAY_SIZE(parts); i++) {
		lh_string_fini(out);
		r = write_tree(&x, parts[i], out);
		if (r != TOO_MANY)
			return r;
	}
	lh_string_fini(out);
	lh_string_add(out, "null");
	return r < 0 ? r : 0;
}
