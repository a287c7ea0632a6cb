/* SPDX-License-Identifier: Apache-2.0 */
/* Lists are made when they are entered, and kept until they are left. */
#include "browse.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

/* A zeroed row at the end. NULL: no memory. */
static struct browse_row *add_row(struct browse_list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = 2 * list->capacity + 64;
		struct browse_row *rows = realloc(list->rows, capacity * sizeof(*rows));

		if (!rows)
			return NULL;
		list->rows = rows;
		list->capacity = capacity;
	}
	list->rows[list->count] = (struct browse_row){.kind = BROWSE_OBJECT, .place = list->count};
	return &list->rows[list->count++];
}

static void add_sums(struct browse_list *list, const struct browse_row *row)
{
	list->own += row->own;
	list->retained += row->retained;
	list->items += row->kind == BROWSE_TYPE ? 1 : row->count;
}

int browse_add_object(struct browse *b, struct browse_list *list, uint64_t addr, char *name)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_retained_info kept = {.size = sizeof(kept)};
	struct browse_row *row = add_row(list);
	int r;

	if (!row) {
		free(name);
		return -LH_ENOMEM;
	}
	row->addr = addr;
	row->name = name;
	row->count = 1;
	r = lh_object_info(b->heap, addr, &object);
	if (r == 0) {
		row->type = object.type;
		row->own = object.bytes;
		r = lh_retained_info(b->heap, addr, &kept);
	}
	row->dead = r == LH_ABSENT;
	if (r == 0) {
		row->retained = kept.bytes;
		row->objects = kept.objects;
	}
	add_sums(list, row);
	return r < 0 ? r : 0;
}

static int add_group(struct browse_list *list, const struct lh_dominated_group_info *group)
{
	struct browse_row *row = add_row(list);

	if (!row)
		return -LH_ENOMEM;
	row->kind = BROWSE_GROUP;
	row->type = group->type;
	row->count = group->count;
	row->own = group->bytes;
	row->retained = group->retained;
	row->objects = group->objects;
	add_sums(list, row);
	return 0;
}

/* ---- what retains most ---- */

static int add_largest(struct browse *b, struct browse_list *list, struct lh_dominated_iter *iter)
{
	struct lh_dominated_group_info group = {.size = sizeof(group)};
	uint64_t addr;
	int r;

	while ((r = lh_dominated_iter_next(iter, &addr)) == 0) {
		r = browse_add_object(b, list, addr, NULL);
		if (r < 0)
			return r;
	}
	while ((r = lh_dominated_iter_rest(iter, &group)) == 0) {
		r = add_group(list, &group);
		if (r < 0)
			return r;
	}
	return r == LH_DONE ? 0 : r;
}

static int add_dominated(struct browse *b, struct browse_list *list)
{
	const struct lh_dominated_query query = {.size = sizeof(query),
						 .under = list->addr,
						 .all = list->kind == BROWSE_OF_TYPE,
						 .type = list->type,
						 .after = list->after,
						 .limit = BROWSE_ROWS};
	struct lh_dominated_iter *iter;
	int r = lh_dominated_query_new(b->heap, &query, &iter);

	if (r != 0)
		return r;
	r = add_largest(b, list, iter);
	lh_dominated_iter_free(iter);
	return r;
}

/* What the object itself has of its 100%. */
static int measure(struct browse *b, struct browse_list *list)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_retained_info kept = {.size = sizeof(kept)};
	int r = lh_object_info(b->heap, list->addr, &object);

	if (r == 0)
		r = lh_retained_info(b->heap, list->addr, &kept);
	if (r == 0) {
		list->parent = kept.bytes;
		list->itself = object.bytes;
	}
	return r;
}

/* ---- types ---- */

static size_t column_of(const struct lh_result *result, const char *key)
{
	struct lh_column_info column = {.size = sizeof(column)};
	size_t i = 0;

	while (lh_result_column_at(result, i, &column) == 0 && strcmp(column.key, key) != 0)
		i++;
	return i;
}

static int add_type(struct browse *b, struct browse_list *list, size_t at)
{
	struct lh_value addr = lh_result_value(b->types, at, column_of(b->types, "type_address"));
	struct browse_row *row = add_row(list);
	int r = 0;

	if (!row)
		return -LH_ENOMEM;
	row->kind = BROWSE_TYPE;
	row->count = row->objects =
		(uint64_t)lh_result_value(b->types, at, column_of(b->types, "count")).number;
	row->own = (uint64_t)lh_result_value(b->types, at, column_of(b->types, "bytes")).number;
	row->retained = (uint64_t)lh_result_value(b->types, at, column_of(b->types, "retained")).number;
	if (addr.kind == LH_K_ADDR)
		r = lh_type_at(b->heap, addr.addr, &row->type);
	add_sums(list, row);
	return r < 0 ? r : 0;
}

static int add_types(struct browse *b, struct browse_list *list)
{
	struct lh_result_info info = {.size = sizeof(info)};
	int r = 0;

	lh_result_info(b->types, &info);
	for (size_t i = 0; r == 0 && i < info.rows; i++)
		r = add_type(b, list, i);
	return r;
}

/* ---- order ---- */

static uint64_t key_of(const struct browse_row *row, enum browse_order order)
{
	return order == BROWSE_BY_RETAINED ? row->retained : order == BROWSE_BY_OWN ? row->own : row->objects;
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct browse_row *l = a, *r = b;
	const struct browse_list *list = arg;
	uint64_t x = key_of(l, list->order), y = key_of(r, list->order);

	if (l->kind != r->kind && list->type) /* others of the same type are what comes next */
		return l->kind < r->kind ? -1 : 1;
	if (x != y)
		return x < y ? 1 : -1;
	if (l->kind != r->kind)
		return l->kind < r->kind ? -1 : 1;
	return l->addr < r->addr ? -1 : l->addr > r->addr;
}

bool browse_is_sorted(const struct browse_list *list)
{
	return list->kind != BROWSE_HELD && list->kind != BROWSE_PATH;
}

void browse_sort(struct browse_list *list)
{
	if (browse_is_sorted(list) && list->count)
		qsort_r(list->rows, list->count, sizeof(*list->rows), compare, list);
	list->named = 0;
}

/* ---- lists ---- */

static void list_free(struct browse_list *list)
{
	if (!list)
		return;
	for (size_t i = 0; i < list->count; i++)
		free(list->rows[i].name);
	lh_reference_iter_free(list->more);
	free(list->rows);
	free(list->where);
	free(list);
}

static int fill(struct browse *b, struct browse_list *list)
{
	switch (list->kind) {
	case BROWSE_BELOW:
	case BROWSE_PART:
	case BROWSE_OF_TYPE:
		return add_dominated(b, list);
	case BROWSE_TYPES:
		return add_types(b, list);
	case BROWSE_HOLDERS:
		return browse_add_holders(b, list);
	case BROWSE_HELD:
		return browse_add_held(b, list);
	case BROWSE_PATH:
		return browse_add_path(b, list);
	}
	return 0;
}

static int make(struct browse *b, struct browse_list *list)
{
	int r = 0;

	list->parent = list->kind == BROWSE_PART ? browse_top(b)->parent : b->bytes;
	if (list->kind == BROWSE_BELOW && list->addr)
		r = measure(b, list);
	if (r == 0)
		r = fill(b, list);
	if (r == 0 && !list->count)
		r = LH_ABSENT;
	if (r == 0)
		r = browse_title(b, list);
	if (r == 0)
		browse_sort(list);
	return r;
}

static int push(struct browse *b, struct browse_list *list)
{
	if (b->depth == b->capacity) {
		size_t capacity = 2 * b->capacity + 16;
		struct browse_list **lists = realloc(b->lists, capacity * sizeof(struct browse_list *));

		if (!lists)
			return -LH_ENOMEM;
		b->lists = lists;
		b->capacity = capacity;
	}
	b->lists[b->depth++] = list;
	return 0;
}

int browse_open(struct browse *b, enum browse_kind kind, uint64_t addr, struct lh_type *type, uint64_t after)
{
	struct browse_list *list = calloc(1, sizeof(*list));
	int r;

	if (!list)
		return -LH_ENOMEM;
	*list = (struct browse_list){.kind = kind, .addr = addr, .type = type, .after = after};
	r = make(b, list);
	if (r == 0)
		r = push(b, list);
	if (r != 0)
		list_free(list);
	return r;
}

void browse_close(struct browse *b)
{
	list_free(b->lists[--b->depth]);
}

int browse_more(struct browse *b, struct browse_list *list)
{
	list->count--; /* has no name */
	return browse_add_held(b, list);
}
