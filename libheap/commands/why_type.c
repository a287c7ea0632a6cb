/* SPDX-License-Identifier: Apache-2.0 */
/* why --type: all objects of a type, grouped by what keeps them alive. */
#include "analyze/fates.h"
#include "analyze/path_groups.h"
#include "commands/no_type.h"
#include "commands/why.h"
#include "cpython/size.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "roots/find_paths.h"
#include "util/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP 65536
#define NAMED 3 /* groups in the sentence above the rows */

const struct lh_column lh_why_type_columns[] = {
	{"count", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"root", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"path", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE},
	{"example", NULL, LH_K_ADDR},
	{"example_path", NULL, LH_K_TEXT, .hidden = true},
	{},
};

struct instance {
	uint64_t addr, bytes;
};

struct instances {
	struct lh_why *why;
	struct lh_paths paths;
	struct lh_path_shapes shapes;
	struct lh_type_filter type;
	struct lh_type *one; /* the type of all; NULL: there are several */
	struct instance *all;
	size_t count, capacity;
	size_t reached; /* at least so many of them, from the first on, have a place */
	struct lh_view view;
	struct lh_path_groups groups;
	struct lh_path_group lost;     /* those that no root leads to */
	uint64_t fates[LH_FATE_COUNT]; /* of those */
	uint64_t bytes;
};

/* ---- all of them ---- */

static int see(void *arg, const struct lh_item *items, size_t count)
{
	struct instances *c = arg;
	int r = 0;

	for (size_t i = 0; i < count && r >= 0; i++) {
		struct instance it = {.addr = items[i].object.addr};

		bool matches;

		r = lh_type_filter_matches(c->why->heap, &c->type, items[i].object.type, &matches);
		if (r < 0 || !matches)
			continue;
		it.bytes = lh_object_bytes(c->why->heap, &c->view, &items[i].object);
		c->one = c->count == 0 || c->one == items[i].object.type ? items[i].object.type : NULL;
		r = lh_append(c->why->heap->ctx, c->all, c->count, c->capacity, it);
	}
	return r < 0 ? r : 0;
}

static bool misses(void *arg, const struct lh_paths *paths)
{
	struct instances *c = arg;

	while (c->reached < c->count && lh_paths_place(paths, c->all[c->reached].addr) != LH_NO_PLACE)
		c->reached++;
	return c->reached < c->count;
}

static int classify(void *arg, struct lh_type *type)
{
	struct instances *c = arg;

	return lh_path_types_classify(&c->why->types, type);
}

static int find(struct instances *c)
{
	struct lh_paths_request request = lh_path_types_request(&c->why->types);

	if (request.classify)
		request.classify = classify;
	request.see = see;
	request.misses = misses;
	request.arg = c;
	return lh_paths_find(c->why->heap, &request, &c->paths);
}

/* ---- groups ---- */

static int add_instance(struct instances *c, uint32_t number)
{
	const struct instance *it = &c->all[number];
	uint32_t place = lh_paths_place(&c->paths, it->addr), shape;
	struct lh_path_group *group = &c->lost;
	int r = 0;

	c->bytes += it->bytes;
	if (place != LH_NO_PLACE) {
		r = lh_path_shape_of(&c->shapes, place, &shape);
		if (r == 0)
			r = lh_path_group_of(c->why->heap->ctx, &c->groups, shape, number, &group);
	}
	if (r < 0)
		return r;
	if (group == &c->lost && !group->count)
		group->first = number;
	/* The object with the shortest path is the example. */
	if (place != LH_NO_PLACE && place < lh_paths_place(&c->paths, c->all[group->first].addr))
		group->first = number;
	group->count++;
	group->bytes += it->bytes;
	return 0;
}

static int by_count(const void *a, const void *b)
{
	const struct lh_path_group *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

static int group(struct instances *c)
{
	int r = lh_path_shapes_init(&c->shapes, &c->paths);

	for (size_t i = 0; i < c->count && r == 0; i++) {
		if (i % STEP == 0)
			r = lh_progress(c->why->heap->ctx, "comparing paths", i, c->count);
		if (r == 0)
			r = add_instance(c, (uint32_t)i);
	}
	if (r == 0 && c->groups.count)
		qsort(c->groups.all, c->groups.count, sizeof(*c->groups.all), by_count);
	return r;
}

/* ---- rows ---- */

static int add_row(struct instances *c, const struct lh_path_group *g)
{
	_cleanup_string_ struct lh_string root = {0}, path = {0}, example = {0};
	const struct lh_paths *paths = &c->paths;
	uint64_t addr = c->all[g->first].addr;
	bool lost = g == &c->lost;

	if (lost) {
		lh_string_add(&root, "none");
	} else {
		lh_path_shape_root_text(&c->shapes, g->shape, &root);
		lh_path_shape_text(&c->shapes, g->shape, &path);
		lh_place_text(paths, lh_paths_place(paths, addr), &example, NULL);
	}
	if (root.failed || path.failed || example.failed)
		return lh_nomem(c->why->heap->ctx);
	return lh_result_row(c->why->result,
			     (struct lh_value[]){LH_COUNT(g->count), LH_BYTES(g->bytes),
						 LH_TEXT(root.text ? root.text : ""),
						 lost ? LH_NULL : LH_TEXT(path.text ? path.text : ""),
						 LH_ADDR(addr),
						 lost ? LH_NULL : LH_TEXT(example.text ? example.text : "")});
}

static int add_rows(struct instances *c)
{
	int r = 0;

	for (size_t i = 0; i < c->groups.count && r == 0; i++) {
		r = lh_progress(c->why->heap->ctx, "naming paths", i, c->groups.count);
		if (r == 0)
			r = add_row(c, &c->groups.all[i]);
	}
	return r == 0 && c->lost.count ? add_row(c, &c->lost) : r;
}

/* ---- the sentence above ---- */

#define MODULES "sys.modules['"

/* sys.modules['app'].CACHE is app.CACHE to people. */
static void add_path(struct lh_string *out, const char *path)
{
	size_t prefix = strlen(MODULES), n;

	if (strncmp(path, MODULES, prefix) == 0 && (n = strcspn(path + prefix, "'")) &&
	    strncmp(path + prefix + n, "'].", 3) == 0) {
		lh_string_add_bytes(out, path + prefix, n);
		path += prefix + n + 2;
	}
	lh_string_add(out, path);
}

static enum lh_root_kind kind_of(const struct instances *c, const struct lh_path_group *g)
{
	const struct lh_paths *p = &c->paths;

	return lh_paths_root(p, lh_paths_place(p, c->all[g->first].addr))->kind;
}

static void add_group(struct instances *c, const struct lh_path_group *g, struct lh_string *out)
{
	_cleanup_string_ struct lh_string path = {0};

	if (lh_root_is_native(kind_of(c, g)))
		lh_path_shape_root_text(&c->shapes, g->shape, &path);
	else
		lh_path_shape_text(&c->shapes, g->shape, &path);
	add_path(out, path.text ? path.text : "?");
	out->failed |= path.failed;
}

static void add_count(struct lh_string *out, const char **before, uint64_t count)
{
	lh_string_add(out, *before);
	*before = ", ";
	lh_string_add(out, LH_COUNTED(count));
	lh_string_add(out, " by ");
}

static void add_groups(struct instances *c, struct lh_string *out)
{
	uint64_t frames = 0, rest = 0, named = 0;
	const char *before = ": ";

	for (size_t i = 0; i < c->groups.count; i++) {
		const struct lh_path_group *g = &c->groups.all[i];

		if (kind_of(c, g) == LH_ROOT_FRAME) {
			frames += g->count;
		} else if (named++ < NAMED) {
			add_count(out, &before, g->count);
			add_group(c, g, out);
		} else {
			rest += g->count;
		}
	}
	if (frames)
		add_count(out, &before, frames), lh_string_add(out, "frames");
	if (rest)
		add_count(out, &before, rest), lh_string_add(out, "other paths");
	if (c->lost.count)
		add_count(out, &before, c->lost.count), lh_string_add(out, "no root");
}

static int add_headline(struct instances *c)
{
	_cleanup_string_ struct lh_string text = {0};

	lh_string_add(&text, LH_COUNTED(c->count));
	lh_string_addf(&text, " %s", c->one ? lh_type_name(c->why->heap, c->one) : c->type.wanted);
	add_groups(c, &text);
	if (text.failed)
		return lh_nomem(c->why->heap->ctx);
	return lh_result_headline(c->why->result, "%s", text.text);
}

/* What becomes of those that no root leads to. */
static int count_fates(struct instances *c)
{
	struct lh_fates fates;
	int r;

	if (!c->lost.count || lh_path_types_any(&c->why->types))
		return 0;
	r = lh_fates_find(c->why->heap, &fates);
	for (size_t i = 0; r == 0 && i < c->count; i++)
		if (lh_paths_place(&c->paths, c->all[i].addr) == LH_NO_PLACE)
			c->fates[lh_fate_of(&fates, c->all[i].addr)]++;
	lh_fates_fini(&fates);
	return r;
}

static int note_lost(struct instances *c)
{
	_cleanup_string_ struct lh_string frozen = {0};
	const char *text = "Those without a root are garbage that no collection has found yet, or "
			   "held only by such garbage.";

	if (lh_path_types_any(&c->why->types))
		text = "There is no such path to those without a root.";
	else if (c->fates[LH_FATE_UNSEEN])
		text = "Those without a root are garbage, or held only by garbage; or what holds them is not "
		       "tracked by the collector, could not be read, or has counts that are in doubt.";
	else if (c->fates[LH_FATE_COLLECTED] < c->lost.count)
		text = "Those without a root are garbage, or held only by garbage.";
	lh_string_add(&frozen, LH_COUNTED(c->fates[LH_FATE_FROZEN]));
	if (frozen.failed)
		return lh_nomem(c->why->heap->ctx);
	if (!c->fates[LH_FATE_FROZEN])
		return lh_result_note(c->why->result, "%s", text);
	return lh_result_note(c->why->result,
			      "%s %s of them are frozen (gc.freeze()), or held only by frozen garbage: "
			      "no collection will see those.",
			      text, frozen.text);
}

static int tell(struct instances *c)
{
	struct lh_result *result = c->why->result;
	int r = add_headline(c);

	if (r == 0)
		r = count_fates(c);
	if (r == 0)
		r = lh_result_summarize(result,
					(struct lh_summary[]){
						{"type", NULL, LH_TEXT(c->type.wanted)},
						{"objects", "objects", LH_COUNT(c->count)},
						{"bytes", "bytes", LH_BYTES(c->bytes)},
						{"lost", "without a root", LH_COUNT(c->lost.count)},
						{"frozen", c->fates[LH_FATE_FROZEN] ? "of them frozen" : NULL,
						 LH_COUNT(c->fates[LH_FATE_FROZEN])},
						{},
					});
	if (r == 0)
		r = add_rows(c);
	return r == 0 && c->lost.count ? note_lost(c) : r;
}

int lh_why_type(struct lh_why *why, const char *type)
{
	struct instances c = {.why = why, .type.wanted = type, .view = lh_view_of(why->heap->target)};
	bool any = true;
	int r;

	lh_result_columns(why->result, lh_why_type_columns, "count");
	r = find(&c);
	if (r == 0)
		r = lh_why_check_types(why);
	if (r == 0 && !c.count)
		r = lh_type_filter_any(why->heap, &c.type, &any);
	if (r == 0 && !any)
		r = lh_no_type_fail(why->heap->ctx, why->heap, "why", "type", type);
	if (r == 0)
		r = group(&c);
	if (r == 0)
		r = tell(&c);
	free(c.all);
	lh_type_filter_fini(&c.type);
	lh_path_groups_fini(&c.groups);
	lh_path_shapes_fini(&c.shapes);
	lh_paths_fini(&c.paths);
	return r;
}
