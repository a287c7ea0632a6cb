/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/leaks.h"
#include "analyze/memory.h"
#include "analyze/refaudit.h"
#include "inventory/inventory.h"
#include "inventory/whole.h"
#include "util/array.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_BYTES (1u << 20)
#define LEAST_SHARE 10 /* one part in this many */

static const struct lh_leak_rule rules[] = {
#define LH_LEAK_RULE(name) {#name, lh_rule_##name},
#include "verdict/rules.def"
#undef LH_LEAK_RULE
};

int lh_leaks_add(struct lh_leaks *leaks, const struct lh_leak_rule *rule, uint64_t bytes, uint64_t objects,
		 struct lh_leak **ret)
{
	int r = lh_append(leaks->heap->ctx, leaks->items, leaks->count, leaks->capacity,
			  ((struct lh_leak){.rule = rule->name, .bytes = bytes, .objects = objects}));

	if (r == 0)
		*ret = &leaks->items[leaks->count - 1];
	leaks->left_changed = true;
	return r;
}

void lh_leaks_claim(struct lh_leaks *leaks, uint64_t addr)
{
	uint32_t node = lh_addrset_index(&leaks->retained->graph.set, addr);

	if (node != LH_NO_INDEX)
		leaks->claimed[node] = LH_CLAIMED;
	leaks->left_changed = true;
}

void lh_leaks_looked(struct lh_leaks *leaks, bool whole, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lh_string_addv(&leaks->looked, format, args);
	va_end(args);
	lh_string_add(&leaks->looked, whole ? ".\n" : ", as far as memory could be read.\n");
	leaks->partly |= !whole;
}

void lh_leaks_counted(struct lh_leaks *leaks, bool whole, const char *what, uint64_t count)
{
	leaks->partly |= !whole;
	if (count || !whole)
		lh_string_addf(&leaks->counted, "%s%s: %s", leaks->counted.len ? "; " : "", what,
			       LH_COUNTED(count));
}

/* It is one of the sentences. */
static void end_counted(struct lh_leaks *leaks)
{
	if (leaks->counted.len)
		lh_leaks_looked(leaks, !leaks->partly, "Also counted: %s", leaks->counted.text);
}

bool lh_leaks_saw_all(struct lh_leaks *leaks, const struct lh_findings *findings)
{
	lh_findings_add(&leaks->findings, findings);
	return lh_heap_is_whole(leaks->heap) && lh_findings_are_whole(findings);
}

int lh_leaks_tasks(struct lh_leaks *leaks)
{
	struct lh_findings findings = {0};
	int r;

	if (leaks->tasks_known)
		return 0;
	lh_tasks_fini(&leaks->tasks); /* another rule's try may have failed */
	r = lh_tasks_find(leaks->heap, &leaks->tasks, &findings);
	leaks->tasks_known = r == 0;
	leaks->tasks_whole = lh_leaks_saw_all(leaks, &findings);
	return r;
}

/* What kept a rule from being asked; suspects that it found before count. */
static int add_unlooked(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	struct lh_ctx *ctx = leaks->heap->ctx;
	struct lh_unlooked unlooked = {.rule = rule->name, .reason = strdup(lh_ctx_error(ctx)->text)};
	int r = unlooked.reason ? lh_append(ctx, leaks->unlooked, leaks->unlooked_count,
					    leaks->unlooked_capacity, unlooked)
				: lh_nomem(ctx);

	if (r < 0)
		free(unlooked.reason);
	return r;
}

static int most_first(const void *a, const void *b)
{
	const struct lh_leak *x = a, *y = b;

	if (x->growth != y->growth)
		return x->growth ? -1 : 1;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return strcmp(x->title.text ? x->title.text : "", y->title.text ? y->title.text : "");
}

static bool is_whole(const struct lh_leaks *leaks)
{
	bool failed = leaks->looked.failed || leaks->counted.failed;

	for (size_t i = 0; i < leaks->count; i++)
		failed |= leaks->items[i].title.failed || leaks->items[i].reason.failed ||
			  leaks->items[i].type.failed || leaks->items[i].next.failed;
	return !failed;
}

int lh_leaks_find(struct lh_heap *heap, struct lh_leaks *ret)
{
	return lh_leaks_find_since(heap, NULL, ret);
}

/* While one thread searches, what later rules ask of all objects. */
static int find_retained(struct lh_leaks *leaks)
{
	_cleanup_(lh_search_freep) struct lh_search *search = NULL;
	const struct lh_inventory *inventory;
	const struct lh_refaudit *audit;
	const struct lh_memory *memory;
	int r = lh_inventory_get(leaks->heap,
				 &inventory); /* first: then nothing else looks for all objects */

	if (r == 0)
		r = lh_retained_search(leaks->heap, &search);
	if (r >= 0)
		r = lh_memory_get(leaks->heap, &memory);
	if (r >= 0 && search)
		r = lh_refaudit_get(leaks->heap, &audit);
	if ((r == 0 || r == -LH_ELAYOUT) && search)
		r = lh_search_finish(search);
	return r == 0 || r == -LH_ELAYOUT ? lh_retained_get(leaks->heap, &leaks->retained) : r;
}

int lh_leaks_find_since(struct lh_heap *heap, struct lh_heap *since, struct lh_leaks *ret)
{
	int r;

	*ret = (struct lh_leaks){.heap = heap, .since = since};
	r = find_retained(ret);
	if (r < 0)
		return r;
	ret->claimed = lh_new0(uint8_t, (size_t)ret->retained->graph.count + 1);
	if (!ret->claimed)
		return lh_nomem(heap->ctx);
	ret->least = (ret->retained->bytes[0] + ret->retained->unreachable_bytes) / LEAST_SHARE;
	if (ret->least < LEAST_BYTES)
		ret->least = LEAST_BYTES;
	ret->findings = ret->retained->graph.findings;
	for (size_t i = 0; r == 0 && i < LH_ARRAY_SIZE(rules); i++) {
		r = rules[i].find(ret, &rules[i]);
		if (r == -LH_ELAYOUT)
			r = add_unlooked(ret, &rules[i]);
	}
	end_counted(ret);
	ret->partly |= ret->unlooked_count || !lh_leaks_saw_all(ret, &ret->findings);
	if (r == 0 && ret->count)
		qsort(ret->items, ret->count, sizeof(*ret->items), most_first);
	return r == 0 && !is_whole(ret) ? lh_nomem(heap->ctx) : r;
}

void lh_leaks_fini(struct lh_leaks *leaks)
{
	for (size_t i = 0; i < leaks->count; i++) {
		lh_string_fini(&leaks->items[i].title);
		lh_string_fini(&leaks->items[i].reason);
		lh_string_fini(&leaks->items[i].type);
		lh_string_fini(&leaks->items[i].next);
	}
	for (size_t i = 0; i < leaks->unlooked_count; i++)
		free(leaks->unlooked[i].reason);
	free(leaks->unlooked);
	free(leaks->items);
	free(leaks->claimed);
	free(leaks->sums);
	free(leaks->sum_objects);
	free(leaks->namespace);
	lh_children_fini(&leaks->children);
	lh_tasks_fini(&leaks->tasks);
	lh_retained_paths_fini(&leaks->paths);
	lh_string_fini(&leaks->looked);
	lh_string_fini(&leaks->counted);
}
