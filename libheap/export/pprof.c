/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dominator tree as a profile (https://github.com/google/pprof/blob/main/proto/profile.proto): a sample is an item with its bytes, its
 * stack are the objects that dominate it. Indices and keys do not count, so that what has one shape is one line of a flame graph.
 *
 * Viewers draw by recursion, so stacks are not deep.
 */
#include "export/names.h"
#include "export/tree.h"
#include "export/wire.h"
#include "export/writers.h"

#include <ctype.h>

enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING = 6,
	PROFILE_DEFAULT_TYPE = 14
};
enum { TYPE_NAME = 1, TYPE_UNIT };
enum { SAMPLE_LOCATIONS = 1, SAMPLE_VALUES };
enum { LOCATION_ID = 1, LOCATION_LINE = 4 };
enum { LINE_FUNCTION = 1 };
enum { FUNCTION_ID = 1, FUNCTION_NAME };

#define DEPTH 60

struct pprof {
	struct lh_export *x;
	struct lh_names names;                 /* number 0 is "", as the string table wants it */
	uint32_t stack[LH_TREE_DEPTH_MAX + 1]; /* names of items, by depth */
	uint64_t samples;
	struct lh_string message, part, text;
};

static void pprof_fini(struct pprof *p)
{
	lh_names_fini(&p->names);
	lh_string_fini(&p->message);
	lh_string_fini(&p->part);
	lh_string_fini(&p->text);
}

/* "[3]", "[<str of 12>]": one of many alike */
static bool is_varied(const char *name)
{
	return name[0] == '[' && (isdigit((unsigned char)name[1]) || name[1] == '<');
}

/* "['cache']  dict", "[…]  app.Session", "dict", "others" */
static int label(struct pprof *p, const struct lh_tree_item *item, uint32_t *ret)
{
	const char *what = lh_tree_type_name(p->x, item->type, "others"),
		   *name = is_varied(item->name) ? "[…]" : item->name;

	lh_string_clear(&p->text);
	lh_string_addf(&p->text, "%s%s%s", name, *name ? "  " : "", what);
	return p->text.failed ? lh_nomem(p->x->heap->ctx) : lh_names_number(&p->names, p->text.text, ret);
}

/* Locations have the numbers of their names. */
static int enter(void *arg, const struct lh_tree_item *item)
{
	struct pprof *p = arg;
	int r = label(p, item, &p->stack[item->depth]);

	for (unsigned i = item->depth; i; i--)
		lh_wire_varint(&p->part, p->stack[i]);
	lh_wire_message(&p->message, SAMPLE_LOCATIONS, &p->part);
	lh_wire_varint(&p->part, item->place ? 1 : item->objects);
	lh_wire_varint(&p->part, item->bytes);
	lh_wire_message(&p->message, SAMPLE_VALUES, &p->part);
	lh_wire_write(&p->x->output, PROFILE_SAMPLE, &p->message);
	p->samples++;
	return r < 0 ? r : p->x->output.error;
}

static int write_sample_type(struct pprof *p, const char *name, const char *unit, uint32_t *ret)
{
	uint32_t unit_number = 0;
	int r = lh_names_number(&p->names, name, ret);

	if (r == 0)
		r = lh_names_number(&p->names, unit, &unit_number);
	lh_wire_number(&p->message, TYPE_NAME, *ret);
	lh_wire_number(&p->message, TYPE_UNIT, unit_number);
	lh_wire_write(&p->x->output, PROFILE_SAMPLE_TYPE, &p->message);
	return r;
}

/* A location and a function for each name, whether it is one or not: the tables have no holes. */
static void write_tables(struct pprof *p)
{
	struct lh_output *out = &p->x->output;

	for (uint32_t i = 1; i < p->names.count; i++) {
		lh_wire_number(&p->message, LOCATION_ID, i);
		lh_wire_number(&p->part, LINE_FUNCTION, i);
		lh_wire_message(&p->message, LOCATION_LINE, &p->part);
		lh_wire_write(out, PROFILE_LOCATION, &p->message);
		lh_wire_number(&p->message, FUNCTION_ID, i);
		lh_wire_number(&p->message, FUNCTION_NAME, i);
		lh_wire_write(out, PROFILE_FUNCTION, &p->message);
	}
	for (uint32_t i = 0; i < p->names.count; i++) {
		lh_string_add(&p->message, lh_names_nth(&p->names, i));
		lh_wire_write(out, PROFILE_STRING, &p->message);
	}
}

static int write_all(struct pprof *p)
{
	const struct lh_tree_limits limits = {
		.least = (p->x->from->bytes[0] + p->x->from->unreachable_bytes) / 10000 + 1,
		.most = 100,
		.depth = DEPTH};
	char varint[2] = {PROFILE_DEFAULT_TYPE << 3, 0};
	uint32_t none, objects = 0, bytes = 0;
	int r = lh_names_number(&p->names, "", &none);

	if (r == 0)
		r = lh_names_set_other(&p->names);
	if (r == 0)
		r = write_sample_type(p, "objects", "count", &objects);
	if (r == 0)
		r = write_sample_type(p, "retained", "bytes", &bytes);
	varint[1] = (char)bytes; /* one of the first numbers */
	lh_output_add(&p->x->output, varint, sizeof(varint));
	if (r == 0)
		r = lh_tree_walk(p->x, &limits, &(struct lh_tree_visitor){enter, NULL, p});
	write_tables(p);
	return r;
}

int lh_export_pprof(struct lh_export *x)
{
	_cleanup_(pprof_fini) struct pprof p = {.x = x, .names.ctx = x->heap->ctx};
	int r = write_all(&p);

	lh_export_count(x, "samples", p.samples);
	lh_export_count(x, "strings", p.names.count);
	lh_names_count_refused(&p.names, x);
	return r;
}
