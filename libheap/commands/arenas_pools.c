/* SPDX-License-Identifier: Apache-2.0 */
/* The pools of one arena, and what types are in them. */
#include "commands/arenas_map.h"
#include "cpython/heap.h"
#include "util/array.h"
#include "util/bsearch.h"

#include <stdlib.h>

#define TYPES_MAX 3 /* named of each pool */

const struct lh_column lh_arena_pool_columns[] = {
	{"pool", NULL, LH_K_ADDR},           {"block_size", "SIZE", LH_K_COUNT},
	{"blocks_used", "USED", LH_K_COUNT}, {"blocks_free", "FREE", LH_K_COUNT},
	{"percent", NULL, LH_K_PERCENT},     {"objects", NULL, LH_K_COUNT, .spare = 1},
	{"types", NULL, LH_K_LIST},          {},
};

/** struct seen - objects of one type in one pool */
struct seen {
	uint64_t pool;
	struct lh_type *type;
	uint64_t type_addr; /* decides between types with as many objects */
	uint64_t count;
};

struct lister {
	struct lh_heap *heap;
	struct lh_arena_info arena;
	size_t index; /* of the arena */
	uint32_t pool_size;
	struct seen *seen;
	size_t count, capacity;
};

static uint64_t pool_of(const struct lister *l, uint64_t addr)
{
	return addr & ~(uint64_t)(l->pool_size - 1);
}

/* Objects come in ascending order: those of a pool follow each other. */
static int note_object(struct lister *l, const struct lh_object_info *o)
{
	struct seen one = {.pool = pool_of(l, o->addr), .type = o->type, .count = 1};
	struct lh_type_info type = {.size = sizeof(type)};

	for (size_t i = l->count; i && l->seen[i - 1].pool == one.pool; i--)
		if (l->seen[i - 1].type == one.type) {
			l->seen[i - 1].count++;
			return 0;
		}
	lh_type_info(l->heap, o->type, &type);
	one.type_addr = type.addr;
	return lh_append(l->heap->ctx, l->seen, l->count, l->capacity, one);
}

static int find_objects(struct lister *l)
{
	const struct lh_object_query query = {.size = sizeof(query)};
	struct lh_object_info o = {.size = sizeof(o)};
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(l->heap, &query, &iter);

	if (r < 0)
		return r;
	while ((r = lh_object_iter_next(iter, &o)) == 0 && o.addr < l->arena.end) {
		if (o.addr >= l->arena.addr)
			r = note_object(l, &o);
		if (r < 0)
			break;
	}
	lh_object_iter_free(iter);
	return r < 0 ? r : 0;
}

static int by_pool(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->pool != y->pool)
		return x->pool > y->pool ? 1 : -1;
	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->type_addr > y->type_addr) - (x->type_addr < y->type_addr);
}

/* "str (212)", and so on, of the types with most objects. Return: objects in the pool. */
static uint64_t add_types(const struct lister *l, uint64_t pool, struct lh_string *out)
{
	size_t first = lh_bsearch_first(l->count, i, l->seen[i].pool < pool), i = first;
	uint64_t objects = 0;

	for (; i < l->count && l->seen[i].pool == pool; i++) {
		objects += l->seen[i].count;
		if (i - first < TYPES_MAX)
			lh_string_addf(out, "%s%s (%s)", i > first ? "\n" : "",
				       lh_type_name(l->heap, l->seen[i].type), LH_COUNTED(l->seen[i].count));
	}
	if (i - first > TYPES_MAX)
		lh_string_add(out, "\n\xe2\x80\xa6");
	return objects;
}

static int add_row(const struct lister *l, const struct lh_pool_info *pool, struct lh_result *result)
{
	_cleanup_string_ struct lh_string types = {0};
	uint64_t objects = add_types(l, pool->addr, &types);

	if (types.failed)
		return lh_nomem(l->heap->ctx);
	return lh_result_row(
		result,
		(struct lh_value[]){
			LH_ADDR(pool->addr), pool->block_size ? LH_COUNT(pool->block_size) : LH_NULL,
			LH_COUNT(pool->used), LH_COUNT(pool->blocks - (pool->blocks ? pool->used : 0)),
			LH_PERCENT(pool->blocks ? (uint64_t)pool->used * 100 / pool->blocks : 0),
			LH_COUNT(objects), types.text ? LH_LIST(types.text) : LH_NULL});
}

static int add_rows(const struct lister *l, struct lh_result *result)
{
	struct lh_pool_info pool = {.size = sizeof(pool)};
	uint64_t damaged = 0, missing = 0;
	int r = 0;

	for (size_t i = 0; (r = lh_pool_at(l->heap, l->index, i, &pool)) == 0 || r == LH_ABSENT; i++) {
		missing += r == LH_ABSENT;
		damaged += r == 0 && pool.damaged;
		r = r == 0 && !pool.damaged ? add_row(l, &pool, result) : 0;
		if (r < 0)
			return r;
	}
	if (r < 0 || !(missing + damaged))
		return r < 0 ? r : 0;
	lh_result_incomplete(result);
	return lh_result_warn(
		result, "pools-left-out", &l->arena.addr,
		"%s pools of this arena could not be read, %s contradict themselves: they are left out",
		LH_COUNTED(missing), LH_COUNTED(damaged));
}

static int find_arena(struct lister *l, uint64_t addr)
{
	int r;

	for (l->index = 0; (r = lh_arena_at(l->heap, l->index, &l->arena)) == 0; l->index++)
		if (addr >= l->arena.addr && addr < l->arena.end)
			return 0;
	return r < 0 ? r
		     : lh_fail_at(l->heap->ctx, LH_EFAULT, addr, "no arena of pymalloc has 0x%" PRIx64, addr);
}

int lh_arena_pool_rows(const struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	uint64_t addr = 0;
	struct lh_allocator_info all = {.size = sizeof(all)};
	struct lister l = {.heap = heap, .arena = {.size = sizeof(l.arena)}};
	int r = lh_invocation_address(heap->ctx, invocation, 0, &addr);

	if (r == 0)
		r = lh_allocator_info(heap, &all);

	l.pool_size = all.pool_size;
	lh_result_columns(result, lh_arena_pool_columns, NULL);
	lh_result_all(result);
	if (r == 0)
		r = find_arena(&l, addr);
	if (r == 0)
		r = find_objects(&l);
	if (r == 0) {
		if (l.count)
			qsort(l.seen, l.count, sizeof(*l.seen), by_pool);
		r = add_rows(&l, result);
	}
	free(l.seen);
	return r;
}
