/* SPDX-License-Identifier: Apache-2.0 */
/* gc: The collector's generations, thresholds and state. */
#include "analyze/generations.h"
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

static int add_row(const struct lh_collector *collector, const struct lh_generation_size *size,
		   struct lh_result *result)
{
	const struct lh_generation *g = &size->generation;
	bool permanent = g->number == LH_GENERATION_PERMANENT;

	return lh_result_row(result,
			     (struct lh_value[]){LH_COUNT(collector->interp->id),
						 permanent ? LH_TEXT("permanent") : LH_NUMBER(g->number),
						 LH_COUNT(size->objects), LH_BYTES(size->bytes),
						 permanent ? LH_NULL : LH_COUNT(g->threshold),
						 permanent ? LH_NULL : LH_COUNT(g->count)});
}

static int warn_of_ring(const struct lh_collector *collector, const struct lh_generation_size *size,
			struct lh_result *result)
{
	int r = 0;

	if (size->broken && !collector->gc.collecting) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "gc-ring-torn", &size->broken,
				   "generation %d is torn after its object 0x%" PRIx64
				   ": %s objects were counted, those past it are not",
				   size->generation.number, size->last, LH_COUNTED(size->objects));
	}
	if (r == 0 && size->untyped) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "untyped", NULL,
				   "%s objects of generation %d have a type that cannot be read: "
				   "their bytes are not counted",
				   LH_COUNTED(size->untyped), size->generation.number);
	}
	return r;
}

static int add_rows(const struct lh_collector *collector, struct lh_result *result)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < collector->gc.generation_count; i++) {
		r = add_row(collector, &collector->sizes[i], result);
		if (r == 0)
			r = warn_of_ring(collector, &collector->sizes[i], result);
	}
	if (r == 0 && collector->gc.collecting) {
		lh_result_incomplete(result);
		r = lh_result_warn(result, "collecting", NULL,
				   "a garbage collection was running: the objects that it was examining are "
				   "in no generation");
	}
	return r;
}

/* Why the collector does not run, and what waits for it.
 * *ret_waits is unchanged if it runs as it should. */
static int note_when(const struct lh_gc *gc, const char *whose, struct lh_result *result, bool *ret_waits)
{
	const struct lh_generation *young = &gc->generations[0], *oldest = &gc->generations[2];
	bool put_off = gc->has_long_lived && oldest->count > oldest->threshold &&
		       gc->long_lived_pending <
			       gc->long_lived_total / 4; /* Modules/gcmodule.c gc_collect_generations() */

	*ret_waits |= !gc->enabled || !young->threshold || young->count > young->threshold || put_off;
	if (!gc->enabled || !young->threshold)
		return lh_result_note(result,
				      "%sAutomatic collection is off (gc.%s): reference cycles stay until "
				      "gc.collect() is called.",
				      whose, gc->enabled ? "set_threshold(0)" : "disable()");
	if (young->count > young->threshold)
		return lh_result_note(result,
				      "%sA collection is due: %s more container objects were created than "
				      "freed since the last one; the threshold is %s.",
				      whose, LH_COUNTED(young->count), LH_COUNTED(young->threshold));
	if (put_off)
		return lh_result_note(
			result,
			"%sA full collection is deferred: only %s objects have joined the oldest "
			"generation since the last one left %s there, and a quarter of that is "
			"needed.",
			whose, LH_COUNTED(gc->long_lived_pending), LH_COUNTED(gc->long_lived_total));
	return 0;
}

static int note_garbage(struct lh_heap *heap, const struct lh_collector *c, const char *whose,
			struct lh_result *result)
{
	uint64_t flags = lh_gc_field(heap, c->interp, LH_F_GC_DEBUG);
	uint32_t debug = 0;

	if (c->garbage <= 0)
		return 0;
	if (flags)
		(void)lh_target_read(heap->target, flags, &debug, sizeof(debug));
	return lh_result_note(
		result, "%sgc.garbage keeps %s object%s %s.", whose, LH_COUNTED(c->garbage),
		c->garbage == 1 ? "" : "s",
		debug & DEBUG_SAVEALL
			? "alive: gc.set_debug(gc.DEBUG_SAVEALL) stores there what would be freed"
			: "alive until it is emptied: what could not be freed, or what the "
			  "program put there");
}

static int add_notes(struct lh_heap *heap, const struct lh_collectors *collectors, struct lh_result *result)
{
	bool worth_looking = false;
	int r = 0;

	for (size_t i = 0; r == 0 && i < collectors->count; i++) {
		const struct lh_collector *c = &collectors->items[i];
		char whose[48] = "";

		if (collectors->count > 1)
			snprintf(whose, sizeof(whose), "Interpreter %" PRId64 ": ", c->interp->id);
		worth_looking |= c->garbage > 0;
		r = note_when(&c->gc, whose, result, &worth_looking);
		if (r == 0)
			r = note_garbage(heap, c, whose, result);
	}
	return r == 0 && worth_looking ? lh_result_next(result, "what gc.collect() would find now", "garbage")
				       : r;
}

static int add_summary(const struct lh_collectors *collectors, struct lh_result *result)
{
	const struct lh_gc *gc = &collectors->items[0].gc;
	bool collecting = false, garbage_known = true;
	uint64_t objects = 0;
	int64_t garbage = 0;

	for (size_t i = 0; i < collectors->count; i++) {
		const struct lh_collector *c = &collectors->items[i];

		collecting |= c->gc.collecting;
		garbage_known &= c->garbage >= 0;
		garbage += c->garbage;
		for (unsigned g = 0; g < c->gc.generation_count; g++)
			objects += c->sizes[g].objects;
	}
	return lh_result_summarize(
		result,
		(struct lh_summary[]){
			{"enabled", "enabled", gc->flags_known ? LH_BOOL(gc->enabled) : LH_NULL},
			{"collecting", "collecting now", LH_BOOL(collecting)},
			{"objects", "objects", LH_COUNT(objects)},
			{"garbage_list", "in gc.garbage", garbage_known ? LH_COUNT(garbage) : LH_NULL},
			{},
		});
}

static int run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result)
{
	_cleanup_(lh_collectors_fini) struct lh_collectors collectors = {0};
	int r = lh_collectors_read(heap, &collectors);

	(void)invocation;
	if (r < 0)
		return r;
	lh_result_columns(result, collectors.count > 1 ? columns_of_several : columns, NULL);
	r = add_summary(&collectors, result);
	for (size_t i = 0; r == 0 && i < collectors.count; i++)
		r = add_rows(&collectors.items[i], result);
	return r == 0 ? add_notes(heap, &collectors, result) : r;
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
	.run = run,
};
