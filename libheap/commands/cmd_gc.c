/* SPDX-License-Identifier: Apache-2.0 */
/* gc: The collector's generations, thresholds and state. */
#include "command/command.h"
#include "commands/records.h"

#include <stdio.h>

#define DEBUG_SAVEALL 32 /* Include/internal/pycore_gc.h: gc.set_debug() */

static const struct lh_column columns[] = {
	{"interpreter", NULL, LH_K_COUNT, .hidden = true},
	{"generation", NULL, LH_K_TEXT},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"threshold", NULL, LH_K_COUNT},
	{"count", NULL, LH_K_COUNT},
	{},
};

/* The same with the interpreter, for when there are several. */
static const struct lh_column columns_of_several[] = {
	{"interpreter", NULL, LH_K_COUNT},
	{"generation", NULL, LH_K_TEXT},
	{"objects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"threshold", NULL, LH_K_COUNT},
	{"count", NULL, LH_K_COUNT},
	{},
};

static const char *const examples[] = {
	"gc core.1234",
	"gc -p 1234 --format json",
	NULL,
};

static int add_row(const struct lh_collector_info *c, const struct lh_generation_info *g,
		   struct lh_result *result)
{
	bool permanent = g->number < 0;

	return lh_result_row(result,
			     (struct lh_value[]){LH_COUNT(c->interpreter),
						 permanent ? LH_TEXT("permanent") : LH_NUMBER(g->number),
						 LH_COUNT(g->objects), LH_BYTES(g->bytes),
						 permanent ? LH_NULL : LH_COUNT(g->threshold),
						 permanent ? LH_NULL : LH_COUNT(g->count)});
}

static int warn_of_list(const struct lh_collector_info *c, const struct lh_generation_info *g,
			struct lh_result *result)
{
	int r = 0;

	if (g->broken && !c->collecting) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "gc-ring-torn", &g->broken,
				   "generation %d is torn after its object 0x%" PRIx64
				   ": %s objects were counted, those past it are not",
				   g->number, g->last, LH_COUNTED(g->objects));
	}
	if (r == 0 && g->untyped) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "untyped", NULL,
				   "%s objects of generation %d have a type that cannot be read: "
				   "their bytes are not counted",
				   LH_COUNTED(g->untyped), g->number);
	}
	return r;
}

/** struct state - what the collectors are like together */
struct state {
	struct lh_heap *heap;
	struct lh_result *result;
	bool several, collecting, garbage_known;
	int enabled; /* of the main interpreter's */
	uint64_t objects;
	int64_t garbage;
	bool worth_looking; /* a collector does not run as it should */
};

static int add_rows(struct state *s, size_t index, const struct lh_collector_info *c)
{
	struct lh_generation_info g = {.size = sizeof(g)};
	int r;

	for (size_t i = 0; (r = lh_generation_at(s->heap, index, i, &g)) == 0; i++) {
		s->objects += g.objects;
		r = add_row(c, &g, s->result);
		if (r == 0)
			r = warn_of_list(c, &g, s->result);
		if (r < 0)
			return r;
	}
	if (r == LH_DONE && c->collecting) {
		lh_result_incomplete(s->result);
		r = lh_result_warn(s->result, "collecting", NULL,
				   "a garbage collection was running: the objects that it was examining are "
				   "in no generation");
	}
	return r < 0 ? r : 0;
}

/* A full collection is due, but waits. Modules/gcmodule.c gc_collect_generations() */
static bool is_put_off(const struct lh_collector_info *c, const struct lh_generation_info *oldest)
{
	return c->long_lived_total >= 0 && oldest->count > oldest->threshold &&
	       c->long_lived_pending < c->long_lived_total / 4;
}

/* Why the collector does not run, and what waits for it. */
static int note_when(struct state *s, size_t index, const struct lh_collector_info *c, const char *whose)
{
	struct lh_generation_info young = {.size = sizeof(young)}, oldest = {.size = sizeof(oldest)};
	int r = lh_generation_at(s->heap, index, 0, &young);
	bool off = !c->enabled || !young.threshold;

	if (r == 0)
		r = lh_generation_at(s->heap, index, 2, &oldest);
	if (r != 0)
		return r < 0 ? r : 0;
	s->worth_looking |= off || young.count > young.threshold || is_put_off(c, &oldest);
	if (off)
		return lh_result_note(s->result,
				      "%sAutomatic collection is off (gc.%s): reference cycles stay until "
				      "gc.collect() is called.",
				      whose, c->enabled ? "set_threshold(0)" : "disable()");
	if (young.count > young.threshold)
		return lh_result_note(s->result,
				      "%sA collection is due: %s more container objects were created than "
				      "freed since the last one; the threshold is %s.",
				      whose, LH_COUNTED(young.count), LH_COUNTED(young.threshold));
	if (is_put_off(c, &oldest))
		return lh_result_note(
			s->result,
			"%sA full collection is deferred: only %s objects have joined the oldest "
			"generation since the last one left %s there, and a quarter of that is "
			"needed.",
			whose, LH_COUNTED(c->long_lived_pending), LH_COUNTED(c->long_lived_total));
	return 0;
}

static int note_garbage(struct state *s, const struct lh_collector_info *c, const char *whose)
{
	if (c->garbage_count <= 0)
		return 0;
	return lh_result_note(
		s->result, "%sgc.garbage keeps %s object%s %s.", whose, LH_COUNTED(c->garbage_count),
		c->garbage_count == 1 ? "" : "s",
		c->debug & DEBUG_SAVEALL
			? "alive: gc.set_debug(gc.DEBUG_SAVEALL) stores there what would be freed"
			: "alive until it is emptied: what could not be freed, or what the "
			  "program put there");
}

static int add_notes(struct state *s)
{
	struct lh_collector_info c = {.size = sizeof(c)};
	int r;

	for (size_t i = 0; (r = lh_collector_at(s->heap, i, &c)) == 0; i++) {
		char whose[48] = "";

		if (s->several)
			snprintf(whose, sizeof(whose), "Interpreter %" PRId64 ": ", c.interpreter);
		s->worth_looking |= c.garbage_count > 0;
		r = note_when(s, i, &c, whose);
		if (r == 0)
			r = note_garbage(s, &c, whose);
		if (r < 0)
			return r;
	}
	return r == LH_DONE && s->worth_looking
		       ? lh_result_next(s->result, "what gc.collect() would find now", "garbage")
		       : r;
}

static int add_collectors(struct state *s)
{
	struct lh_collector_info c = {.size = sizeof(c)};
	int r;

	s->several = lh_collector_at(s->heap, 1, &c) == 0;
	lh_result_columns(s->result, s->several ? columns_of_several : columns, NULL);
	for (size_t i = 0; (r = lh_collector_at(s->heap, i, &c)) == 0; i++) {
		if (i == 0)
			s->enabled = c.enabled;
		s->collecting |= c.collecting;
		s->garbage_known &= c.garbage_count >= 0;
		s->garbage += c.garbage_count;
		r = add_rows(s, i, &c);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : 0;
}

static int add_summary(const struct state *s)
{
	return lh_result_summarize(
		s->result,
		(struct lh_summary[]){
			{"enabled", "enabled", s->enabled < 0 ? LH_NULL : LH_BOOL(s->enabled)},
			{"collecting", "collecting now", LH_BOOL(s->collecting)},
			{"objects", "objects", LH_COUNT(s->objects)},
			{"garbage_list", "in gc.garbage", s->garbage_known ? LH_COUNT(s->garbage) : LH_NULL},
			{},
		});
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	struct state s = {.heap = heap, .result = result, .enabled = -1, .garbage_known = true};
	int r = add_collectors(&s);

	(void)invocation;
	if (r == 0)
		r = add_summary(&s);
	if (r == 0)
		r = add_notes(&s);
	return r < 0 ? r : 0;
}

const struct lh_command lh_cmd_gc = {
	.name = "gc",
	.group = "The whole heap",
	.summary = "what is the state of the garbage collector?",
	.arguments = "",
	.description = "One row per generation: the objects in it, their bytes, the threshold at which\n"
		       "it is collected, and its counter. The generation \"permanent\" holds what\n"
		       "gc.freeze() set aside. The summary shows whether collection is enabled, whether\n"
		       "one was running, and how long gc.garbage is. If there are several interpreters,\n"
		       "each has its own rows; 'enabled' is the main interpreter's.",
	.examples = examples,
	.columns = columns,
	.reads_no_contents = true,
	.run = run,
};
