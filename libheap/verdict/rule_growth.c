/* SPDX-License-Identifier: Apache-2.0 */
/* What grew since an earlier moment, if one is given: containers with all that is in them, and memory that no object owns. */
#include "analyze/growth_holders.h"
#include "describe/path_text.h"
#include "inventory/whole.h"
#include "verdict/leaks.h"
#include "verdict/words.h"

#define BYTES_LEAST (1u << 20)
#define SHARE 10 /* it stands out from one part in this many of all growth on */

static int64_t growth_of(const struct lh_growth *g)
{
	int64_t all = 0;

	for (size_t i = 0; i < g->count; i++)
		all += lh_growth_bytes(&g->types[i]);
	return all;
}

static bool stands_out(int64_t bytes, int64_t all)
{
	return bytes >= BYTES_LEAST && bytes >= all / SHARE;
}

static void add_size(struct lh_string *out, int64_t bytes)
{
	char text[LH_SIZE_MAX];

	lh_string_add(out, lh_size_text((uint64_t)bytes, text));
}

/* What most of the growth is. */
static void add_reason(const struct lh_growth_holders *h, const struct lh_growth_holder *holder,
		       struct lh_leak *leak)
{
	const struct lh_path_growth *most = holder->most;
	_cleanup_string_ struct lh_string root = {0};
	uint64_t count = most->count[LH_AFTER] - most->count[LH_BEFORE];

	if (most->count[LH_AFTER] > most->count[LH_BEFORE])
		lh_words_many(count, most->type, &leak->reason);
	else
		lh_string_add(&leak->reason, most->type);
	lh_string_add(&leak->reason, ", at ");
	lh_growth_paths_text(&h->paths, most, &leak->reason, &root);
	lh_string_add(&leak->reason, ", grew most: by ");
	add_size(&leak->reason, (int64_t)(most->bytes[LH_AFTER] - most->bytes[LH_BEFORE]));
	lh_string_add(&leak->reason, ".");
	lh_string_add(&leak->type, most->type);
	lh_string_addf(&leak->next, "why 0x%" PRIx64, most->example);
	leak->reason.failed |= root.failed;
}

static int add_holder(struct lh_leaks *leaks, const struct lh_leak_rule *rule,
		      const struct lh_growth_holders *h, const struct lh_growth_holder *holder)
{
	struct lh_leak *leak;
	int r = lh_leaks_add(leaks, rule, (uint64_t)holder->bytes,
			     holder->objects > 0 ? (uint64_t)holder->objects : 0, &leak);

	if (r < 0)
		return r;
	leak->growth = true;
	lh_path_shape_text(&h->paths.shapes[LH_AFTER], holder->shape, &leak->title);
	lh_string_add(&leak->title, " grew by ");
	add_size(&leak->title, holder->bytes);
	add_reason(h, holder, leak);
	return 0;
}

static int add_memory(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_growth_type *t)
{
	struct lh_leak *leak;
	int64_t bytes = lh_growth_bytes(t);
	uint64_t blocks =
		t->count[LH_AFTER] > t->count[LH_BEFORE] ? t->count[LH_AFTER] - t->count[LH_BEFORE] : 0;
	int r = lh_leaks_add(leaks, rule, (uint64_t)bytes, 0, &leak);

	if (r < 0)
		return r;
	leak->growth = true;
	lh_string_addf(&leak->title, "%s grew by ", t->name);
	add_size(&leak->title, bytes);
	lh_string_addf(&leak->reason, "No object owns it: native code has %s blocks more.",
		       LH_COUNTED(blocks));
	lh_string_add(&leak->next, "memory");
	return 0;
}

static int add_all(struct lh_leaks *leaks, const struct lh_leak_rule *rule, const struct lh_growth *g,
		   const struct lh_growth_holders *h)
{
	int64_t all = growth_of(g);
	char text[LH_SIZE_MAX];
	int r = 0;

	for (size_t i = 0; r == 0 && i < h->count && stands_out(h->items[i].bytes, all); i++)
		r = add_holder(leaks, rule, h, &h->items[i]);
	for (size_t i = 0; r == 0 && i < g->count; i++)
		if (g->types[i].is_memory && stands_out(lh_growth_bytes(&g->types[i]), all))
			r = add_memory(leaks, rule, &g->types[i]);
	if (r == 0)
		lh_leaks_looked(leaks,
				lh_leaks_saw_all(leaks, &g->counts[LH_BEFORE].findings) &&
					lh_heap_is_whole(leaks->since),
				"Growth: %s%s since the earlier moment", all < 0 ? "-" : "",
				lh_size_text(all < 0 ? -(uint64_t)all : (uint64_t)all, text));
	return r;
}

int lh_rule_growth(struct lh_leaks *leaks, const struct lh_leak_rule *rule)
{
	struct lh_growth growth = {0};
	struct lh_growth_holders holders = {0};
	int r;

	if (!leaks->since)
		return 0;
	r = lh_growth_find(leaks->since, leaks->heap, &growth);
	if (r == 0)
		r = lh_growth_holders_find(leaks->since, leaks->heap, &holders);
	if (r == 0)
		r = add_all(leaks, rule, &growth, &holders);
	lh_growth_holders_fini(&holders);
	lh_growth_fini(&growth);
	return r;
}
