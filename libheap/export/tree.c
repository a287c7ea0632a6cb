/* SPDX-License-Identifier: Apache-2.0 */
/* No recursion: a heap may be one chain of objects. */
#include "export/tree.h"
#include "export/tree_groups.h"
#include "export/tree_names.h"
#include "graph/children.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <stdlib.h>

/** struct level - what is right below one object, or a group */
struct level {
	struct lh_tree_child *shown;
	size_t count, next;
	struct lh_tree_groups groups;
	size_t group_count, next_group; /* shown */
	bool parts;                     /* the rest is others of those; else it is all there is */
	uint64_t rest_bytes, rest_objects;
};

struct walk {
	struct lh_export *x;
	const struct lh_tree_limits *limits;
	const struct lh_tree_visitor *visitor;
	struct lh_children children;
	struct lh_tree_grouper grouper;
	struct level levels[LH_TREE_DEPTH_MAX];
	unsigned depth; /* levels that are open */
	uint64_t entered;
	struct lh_string text;
};

static void level_fini(struct level *level)
{
	lh_tree_children_free(level->shown, level->count);
	lh_tree_groups_fini(&level->groups);
	*level = (struct level){0};
}

static void walk_fini(struct walk *w)
{
	while (w->depth)
		level_fini(&w->levels[--w->depth]);
	lh_children_fini(&w->children);
	lh_tree_grouper_fini(&w->grouper);
	lh_string_fini(&w->text);
}

/* The most first. */
static int compare_retained(const void *a, const void *b)
{
	const struct lh_tree_child *l = a, *r = b;

	if (l->retained != r->retained)
		return l->retained < r->retained ? 1 : -1;
	return l->place < r->place ? -1 : l->place > r->place;
}

static struct lh_tree_child *sorted_children(const struct walk *w, uint32_t place, size_t *ret_count)
{
	const struct lh_children *c = &w->children;
	size_t count = c->first[place + 1] - c->first[place];
	struct lh_tree_child *all = lh_new0(struct lh_tree_child, count + 1);

	for (size_t i = 0; all && i < count; i++) {
		all[i].place = c->items[c->first[place] + i];
		all[i].retained = w->x->from->bytes[all[i].place];
	}
	if (all)
		qsort(all, count, sizeof(*all), compare_retained);
	*ret_count = count;
	return all;
}

static void add_rest(struct level *level, uint64_t bytes, uint64_t objects)
{
	level->rest_bytes += bytes;
	level->rest_objects += objects;
}

/* Groups that are too small are in the rest. */
static int group(struct walk *w, struct level *level, const uint32_t *places, size_t count)
{
	struct lh_tree_groups *groups = &level->groups;
	int r = lh_tree_groups_make(&w->grouper, places, count, groups);

	for (size_t i = 0; r == 0 && i < groups->count; i++)
		if (groups->items[i].retained >= w->limits->least)
			level->group_count++;
		else
			add_rest(level, groups->items[i].retained, groups->items[i].objects);
	return r;
}

/* The objects from @first on are those that are not shown by themselves. */
static int take_rest(struct walk *w, struct level *level, const struct lh_tree_child *all, size_t first,
		     size_t count)
{
	_cleanup_free_ uint32_t *places = NULL;

	if (!w->limits->by_type) {
		for (size_t i = first; i < count; i++)
			add_rest(level, all[i].retained, w->x->from->objects[all[i].place]);
		return 0;
	}
	places = lh_new0(uint32_t, count - first + 1);
	for (size_t i = first; places && i < count; i++)
		places[i - first] = all[i].place;
	return places ? group(w, level, places, count - first) : lh_nomem(w->x->heap->ctx);
}

/* Opens the level below the object at @place. */
static int open_level(struct walk *w, uint32_t place)
{
	struct level *level = &w->levels[w->depth];
	size_t count;
	struct lh_tree_child *all = sorted_children(w, place, &count);
	int r;

	*level = (struct level){.shown = all, .parts = true};
	if (!all)
		return lh_nomem(w->x->heap->ctx);
	w->depth++;
	while (level->count < count &&
	       (level->count < w->limits->most || all[level->count].retained >= w->limits->least))
		level->count++;
	r = take_rest(w, level, all, level->count, count);
	return r == 0 ? lh_tree_name_children(w->x, place, all, level->count) : r;
}

/* Opens the level below several: of what is right below any of them. */
static int open_group(struct walk *w, const struct lh_tree_groups *groups, const struct lh_tree_group *above)
{
	const struct lh_children *c = &w->children;
	const uint32_t *places = groups->places + above->first;
	struct level *level = &w->levels[w->depth];
	_cleanup_free_ uint32_t *below = lh_new0(uint32_t, above->objects - above->count + 1);
	size_t count = 0;

	*level = (struct level){.parts = true};
	if (!below)
		return lh_nomem(w->x->heap->ctx);
	w->depth++;
	for (size_t i = 0; i < above->count; i++)
		for (uint32_t n = c->first[places[i]]; n < c->first[places[i] + 1]; n++)
			below[count++] = c->items[n];
	return group(w, level, below, count);
}

/* The item, whose text is w->text. */
static int enter(struct walk *w, struct lh_tree_item *item)
{
	struct lh_ctx *ctx = w->x->heap->ctx;
	int r = w->entered++ % 1024 ? 0 : lh_progress(ctx, "writing the tree", w->entered, 0);

	if (w->text.failed)
		return lh_nomem(ctx);
	item->text = w->text.text;
	return r == 0 ? w->visitor->enter(w->visitor->arg, item) : r;
}

/* Below the item, of which @own objects are itself, all is one: it is further down than what is shown. */
static void sum_up_below(struct walk *w, const struct lh_tree_item *item, uint64_t own)
{
	w->levels[w->depth++] = (struct level){.rest_bytes = item->retained - item->bytes,
					       .rest_objects = item->objects - own};
}

static int enter_rest(struct walk *w, uint64_t bytes, uint64_t objects, const char *what)
{
	struct lh_tree_item item = {.depth = w->depth,
				    .type = LH_GRAPH_NO_TYPE,
				    .name = "",
				    .bytes = bytes,
				    .retained = bytes,
				    .objects = objects,
				    .leaf = true};

	lh_string_clear(&w->text);
	lh_string_addf(&w->text, "%s %s", LH_COUNTED(objects), what);
	return enter(w, &item);
}

static int enter_child(struct walk *w, const struct lh_tree_child *child)
{
	const struct lh_retained *from = w->x->from;
	uint32_t place = child->place;
	bool has_below = from->objects[place] > 1;
	struct lh_tree_item item = {.place = place,
				    .type = from->graph.types[from->tree.node[place]],
				    .depth = w->depth,
				    .name = child->name ? child->name : "",
				    .bytes = lh_graph_bytes(&from->graph, from->tree.node[place]),
				    .retained = from->bytes[place],
				    .objects = from->objects[place],
				    .leaf = !has_below};
	int r;

	lh_string_clear(&w->text);
	lh_tree_text(w->x, &item, &w->text);
	r = enter(w, &item);
	if (r != 0 || !has_below)
		return r;
	if (w->depth < w->limits->depth)
		return open_level(w, place);
	sum_up_below(w, &item, 1);
	return 0;
}

/* "12,345 app.Session" */
static int enter_group(struct walk *w, const struct lh_tree_groups *groups, const struct lh_tree_group *group)
{
	bool has_below = group->objects > group->count;
	struct lh_tree_item item = {.depth = w->depth,
				    .type = group->type,
				    .name = LH_COUNTED(group->count),
				    .bytes = group->bytes,
				    .retained = group->retained,
				    .objects = group->objects,
				    .leaf = !has_below};
	int r;

	lh_string_clear(&w->text);
	lh_string_addf(&w->text, "%s %s", item.name, lh_tree_type_name(w->x, group->type, "?"));
	r = enter(w, &item);
	if (r != 0 || !has_below)
		return r;
	if (w->depth < w->limits->depth)
		return open_group(w, groups, group);
	sum_up_below(w, &item, group->count);
	return 0;
}

/* The next item; what is left of a level when it ends. */
static int step(struct walk *w)
{
	struct level *level = &w->levels[w->depth - 1];
	int r = 0;

	if (level->next < level->count)
		return enter_child(w, &level->shown[level->next++]);
	if (level->next_group < level->group_count)
		return enter_group(w, &level->groups, &level->groups.items[level->next_group++]);
	if (level->rest_objects)
		r = enter_rest(w, level->rest_bytes, level->rest_objects,
			       level->parts ? "others" : "further down");
	if (r == 0 && w->depth == 1 && w->x->from->unreachable)
		r = enter_rest(w, w->x->from->unreachable_bytes, w->x->from->unreachable, "unreachable");
	level_fini(level);
	w->depth--;
	return r == 0 && w->depth && w->visitor->leave ? w->visitor->leave(w->visitor->arg) : r;
}

int lh_tree_walk(struct lh_export *x, const struct lh_tree_limits *limits,
		 const struct lh_tree_visitor *visitor)
{
	struct lh_tree_limits mine = *limits;
	_cleanup_(walk_fini) struct walk w = {.x = x, .limits = &mine, .visitor = visitor};
	int r = lh_children_make(x->heap->ctx, x->from->tree.dominator, x->from->tree.count, &w.children);

	if (mine.depth >= LH_TREE_DEPTH_MAX)
		mine.depth = LH_TREE_DEPTH_MAX - 1; /* one more level says what is below */
	if (r == 0 && mine.by_type)
		r = lh_tree_grouper_init(x, &w.grouper);
	if (r == 0)
		r = open_level(&w, 0);
	while (r == 0 && w.depth)
		r = step(&w);
	return r;
}
