/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of lists about references: what holds an object, what it holds, how a root leads to it. */
#include "browse.h"

#include <stdlib.h>

#define HOLDERS_MAX 1000
#define STEPS_MAX 1000 /* of a path, the last ones */

/* The name of the last reference, for a terminal. Return: 0; -LH_ENOMEM. The caller frees *@ret. */
static int name_of(struct browse *b, struct lh_reference_iter *iter, char **ret)
{
	const char *name;
	int r = lh_reference_iter_name(iter, &name);

	return r == 0 ? lh_text_for_terminal(b->session->ctx, name, ret) : r;
}

/* A row for the object at @addr, named by the last reference. */
static int add_named(struct browse *b, struct browse_list *list, struct lh_reference_iter *iter,
		     uint64_t addr)
{
	char *name;
	int r = name_of(b, iter, &name);

	return r == 0 ? browse_add_object(b, list, addr, name) : r;
}

int browse_add_holders(struct browse *b, struct browse_list *list)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_reference_iter *iter;
	int r = lh_referrer_first_new(b->heap, list->addr, HOLDERS_MAX, &iter, &list->holders);

	if (r != 0)
		return r;
	while (list->count < HOLDERS_MAX && (r = lh_reference_iter_next(iter, &reference)) == 0) {
		r = add_named(b, list, iter, reference.from);
		if (r < 0)
			break;
	}
	list->incomplete = !lh_reference_iter_complete(iter);
	lh_reference_iter_free(iter);
	return r < 0 ? r : 0;
}

/* Whether there is another reference than those that have rows is known when it is asked for. */
static int add_more_row(struct browse *b, struct browse_list *list)
{
	int r = browse_add_object(b, list, 0, NULL);

	list->rows[list->count - 1].kind = BROWSE_MORE;
	list->items--;
	return r;
}

int browse_add_held(struct browse *b, struct browse_list *list)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	size_t end = list->count + BROWSE_ROWS;
	int r = list->more ? 0 : lh_reference_iter_new(b->heap, list->addr, &list->more);

	if (r != 0)
		return r;
	while (r == 0 && list->count < end && (r = lh_reference_iter_next(list->more, &reference)) == 0)
		r = add_named(b, list, list->more, reference.to);
	list->incomplete = !lh_reference_iter_complete(list->more);
	if (r == 0)
		return add_more_row(b, list);
	list->more = lh_reference_iter_free(list->more);
	return r == LH_DONE ? 0 : r;
}

/* The path to the first object in words. */
static char *root_of(const struct browse *b, uint64_t first)
{
	char *text, *shown;

	if (lh_object_path_text(b->heap, first, &text) != 0)
		return NULL;
	if (lh_text_for_terminal(b->session->ctx, text, &shown) != 0)
		shown = NULL;
	free(text);
	return shown;
}

int browse_add_path(struct browse *b, struct browse_list *list)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_reference_iter *iter;
	int r = lh_object_path_steps(b->heap, list->addr, STEPS_MAX, &iter);

	if (r != 0)
		return r;
	while ((r = lh_reference_iter_next(iter, &reference)) == 0) {
		if (!list->count)
			r = browse_add_object(b, list, reference.from, root_of(b, reference.from));
		if (r == 0)
			r = add_named(b, list, iter, reference.to);
		if (r < 0)
			break;
	}
	lh_reference_iter_free(iter);
	if (r == LH_DONE && !list->count) /* the root holds the object itself */
		r = browse_add_object(b, list, list->addr, root_of(b, list->addr));
	return r < 0 ? r : 0;
}
