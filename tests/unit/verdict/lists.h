/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs of lists made by hand, for rules of the verdict to look at. */
#ifndef TESTS_VERDICT_LISTS_H
#define TESTS_VERDICT_LISTS_H

#include "fake_heap.h"
#include "verdict/leaks.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NODES 1200
#define EMPTY 56 /* bytes of a list without items, gc head included; 8 for each item */

#define TYPE_BYTES 1000 /* more than a type has: types are objects, too */

enum { MODULES, SYSDICT, FIRST }; /* nodes; the two are roots */

/* Lists: who holds whom, and how much room for items each has. */
struct graph {
	struct fake *fake;
	uint64_t link; /* a type derived from list */
	unsigned count, held[NODES], room[NODES];
	unsigned holder[NODES][2];
	bool is_link[NODES];
	unsigned more[NODES]; /* counted references that nobody has */
	struct lh_leaks leaks;
};

static inline struct graph *graph_new(void)
{
	struct graph *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	g->count = FIRST;
	return g;
}

/* One more list, which @holder has. Return: its number. */
static inline unsigned add(struct graph *g, unsigned holder)
{
	unsigned i = g->count++;

	assert_true(i < NODES);
	g->holder[i][g->held[i]++] = holder;
	return i;
}

static inline void hold(struct graph *g, unsigned i, unsigned holder)
{
	g->holder[i][g->held[i]++] = holder;
}

static inline void put_list(struct graph *g, unsigned i, uint64_t type)
{
	static uint64_t items[2 * NODES];
	size_t count = 0;

	for (unsigned k = FIRST; k < g->count; k++)
		for (unsigned h = 0; h < g->held[k]; h++)
			if (g->holder[k][h] == i)
				items[count++] = fake_object(k);
	for (; count < g->room[i]; count++)
		items[count] = 0;
	fake_list(g->fake, i, type, g->held[i] + (i < FIRST) + g->more[i], items, count);
}

static inline uint64_t bytes_of(const struct graph *g, unsigned i)
{
	uint64_t items = 0;

	for (unsigned k = FIRST; k < g->count; k++)
		for (unsigned h = 0; h < g->held[k]; h++)
			items += g->holder[k][h] == i;
	return EMPTY + 8 * (items > g->room[i] ? items : g->room[i]);
}

static inline void open_graph(struct graph *g)
{
	static const struct lh_module module;
	const uint64_t flags = LH_TPFLAG_LIST_SUBCLASS | LH_TPFLAG_HAVE_GC;
	struct fake *f = g->fake = fake_new();
	uint64_t list = fake_type(f, 1, "list", 40, flags);

	f->storage = fake_node(g->count) > f->storage ? fake_node(g->count) : f->storage;
	g->link = fake_type(f, 2, "app.Link", 40, flags);
	fake_put(f, g->link + lh_layout_at(&f->heap.layout, LH_F_TYPE_BASE), list);
	for (unsigned i = 0; i < g->count; i++)
		put_list(g, i, g->is_link[i] ? g->link : list);
	fake_ring(f, fake_ring_head(f, 0), 0, g->count);
	f->interp.modules = fake_object(MODULES);
	f->interp.sysdict = fake_object(SYSDICT);
	for (unsigned i = 0; i < FIRST; i++)
		fake_put(f, fake_storage(f, 8), fake_object(i));
	f->heap.module = &module;
	fake_open(f);
}

/* The heap is complete; rules can be asked of g->leaks. */
static inline void begin(struct graph *g, uint64_t least)
{
	open_graph(g);
	g->leaks = (struct lh_leaks){.heap = &g->fake->heap, .least = least};
	assert_int_equal(lh_retained_get(&g->fake->heap, &g->leaks.retained), 0);
	g->leaks.claimed = calloc(1, (size_t)g->leaks.retained->graph.count + 1);
}

static inline void ask(struct graph *g, int (*rule)(struct lh_leaks *, const struct lh_leak_rule *),
		       uint64_t least)
{
	static const struct lh_leak_rule named = {"test", NULL};

	begin(g, least);
	assert_int_equal(rule(&g->leaks, &named), 0);
	for (size_t i = 0; i < g->leaks.count; i++)
		assert_string_equal(g->leaks.items[i].rule, "test");
}

static inline void graph_free(struct graph *g)
{
	lh_leaks_fini(&g->leaks);
	fake_free(g->fake);
	free(g);
}

/* The command worth typing next names the object. */
static inline void assert_next(const struct lh_leak *leak, const char *format, unsigned node)
{
	char text[64];

	snprintf(text, sizeof(text), "%s 0x%" PRIx64, format, fake_object(node));
	assert_string_equal(leak->next.text, text);
}

static inline void assert_says(const struct lh_string *text, const char *part)
{
	if (!text->text || !strstr(text->text, part))
		fail_msg("\"%s\" does not say \"%s\"", text->text ? text->text : "", part);
}

#endif
