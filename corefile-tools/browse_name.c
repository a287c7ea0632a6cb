/* SPDX-License-Identifier: Apache-2.0 */
/* Where objects are: the reference that leads to them from the object that they are listed below, or a path from a root. */
#include "browse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFERENCES_LOOKED_AT 10000 /* where no path says which one leads to the object */

static int give(struct browse *b, const char *text, char **ret)
{
	return lh_text_for_terminal(b->session->ctx, text, ret);
}

/* The path in words, or that there is none. */
static int path_of(struct browse *b, uint64_t addr, char **ret)
{
	char *text;
	int r = lh_object_path_text(b->heap, addr, &text);

	if (r == LH_ABSENT)
		return give(b, "(held by native code)", ret);
	if (r == 0) {
		r = give(b, text, ret);
		free(text);
	}
	return r;
}

/* "….name" for a reference of an object between the two. */
static int add_dots(struct browse *b, const char *name, char **ret)
{
	char *text;
	int r;

	if (asprintf(&text, "\xe2\x80\xa6%s", name) < 0)
		return -LH_ENOMEM;
	r = give(b, text, ret);
	free(text);
	return r;
}

/* The last reference of the path. Return: LH_ABSENT: there is no path. */
static int last_step(struct browse *b, uint64_t parent, uint64_t addr, char **ret)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_reference_iter *iter;
	const char *name;
	int r = lh_object_path_steps(b->heap, addr, 1, &iter);

	if (r != 0)
		return r;
	r = lh_reference_iter_next(iter, &reference);
	if (r == 0)
		r = lh_reference_iter_name(iter, &name);
	if (r == 0)
		r = reference.from == parent ? give(b, name, ret) : add_dots(b, name, ret);
	lh_reference_iter_free(iter);
	return r == LH_DONE ? LH_ABSENT : r;
}

/* The first reference from one to the other, among the first of them. Return: LH_ABSENT: there is none. */
static int own_reference(struct browse *b, uint64_t parent, uint64_t addr, char **ret)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_reference_iter *iter;
	const char *name;
	size_t looked_at = 0;
	int r = lh_reference_iter_new(b->heap, parent, &iter);

	if (r != 0)
		return r;
	do
		r = lh_reference_iter_next(iter, &reference);
	while (r == 0 && reference.to != addr && ++looked_at < REFERENCES_LOOKED_AT);
	if (r == 0 && reference.to == addr)
		r = lh_reference_iter_name(iter, &name);
	else
		r = r < 0 ? r : LH_ABSENT;
	if (r == 0)
		r = give(b, name, ret);
	lh_reference_iter_free(iter);
	return r;
}

static int name_object(struct browse *b, const struct browse_list *list, uint64_t addr, char **ret)
{
	int r;

	if (!list->addr)
		return path_of(b, addr, ret);
	r = last_step(b, list->addr, addr, ret);
	if (r == LH_ABSENT)
		r = own_reference(b, list->addr, addr, ret);
	return r == LH_ABSENT ? give(b, "\xe2\x80\xa6", ret) : r;
}

/* "12,345 others": those of the row's type that have no rows. */
static int name_group(const struct browse_row *row, char **ret)
{
	char count[BROWSE_WORD];

	return asprintf(ret, "%s other%s", browse_count(row->count, count), row->count == 1 ? "" : "s") < 0
		       ? -LH_ENOMEM
		       : 0;
}

int browse_name(struct browse *b, struct browse_list *list, struct browse_row *row)
{
	int r = 0;

	if (row->name)
		return 0;
	if (row->kind == BROWSE_GROUP)
		r = name_group(row, &row->name);
	else if (row->kind == BROWSE_OBJECT)
		r = name_object(b, list, row->addr, &row->name);
	else
		r = give(b, row->kind == BROWSE_MORE ? "more references: Enter" : "", &row->name);
	return r;
}

/* ---- titles ---- */

static const char *type_at(struct browse *b, uint64_t addr)
{
	struct lh_type *type;

	return lh_object_type(b->heap, addr, &type) == 0 ? lh_type_name(b->heap, type) : "object";
}

static const char *title_format(enum browse_kind kind)
{
	switch (kind) {
	case BROWSE_HOLDERS:
		return "what refers to %s 0x%" PRIx64 "  %s";
	case BROWSE_HELD:
		return "what it refers to: %s 0x%" PRIx64 "  %s";
	case BROWSE_PATH:
		return "from a root to %s 0x%" PRIx64 "  %s";
	case BROWSE_PART:
		return "others below %s 0x%" PRIx64 "  %s";
	default:
		return "below %s 0x%" PRIx64 "  %s";
	}
}

static int title_of_object(struct browse *b, const struct browse_list *list, char **ret)
{
	char *path;
	int r = path_of(b, list->addr, &path);

	if (r < 0)
		return r;
	r = asprintf(ret, title_format(list->kind), type_at(b, list->addr), list->addr, path) < 0 ? -LH_ENOMEM
												  : 0;
	free(path);
	return r;
}

int browse_title(struct browse *b, struct browse_list *list)
{
	char *text = NULL;
	int r = 0;

	if (list->addr)
		r = title_of_object(b, list, &text);
	else if (list->type)
		r = asprintf(&text, "%s %s", list->after ? "others of type" : "objects of type",
			     lh_type_name(b->heap, list->type)) < 0
			    ? -LH_ENOMEM
			    : 0;
	else
		text = strdup(list->kind == BROWSE_TYPES ? "types" : "what no single object keeps alive");
	if (r == 0)
		r = text ? give(b, text, &list->where) : -LH_ENOMEM;
	free(text);
	return r;
}
