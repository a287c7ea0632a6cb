/* SPDX-License-Identifier: Apache-2.0 */
#include "truth.h"

#include <inttypes.h>
#include <string.h>

#define PAIR "\"objects\": %" PRIu64 ", \"bytes\": %" PRIu64

struct sum {
	uint64_t objects, bytes;
};

/* Which objects are added up. */
struct query {
	int type;       /* -1: all */
	bool tracked;   /* only those */
	bool garbage;   /* only records that are */
	int population; /* -1: all */
	int generation; /* -1: all */
};

static const struct query all = {.type = -1, .population = -1, .generation = -1};

static uint64_t records(const struct population *p, int generation)
{
	uint32_t first = 0, end = p->count;

	if (generation >= 0)
		records_of(p, (unsigned)generation, &first, &end);
	return end - first;
}

static struct sum sum_up(const struct heap *h, const struct query *q)
{
	struct sum sum = {0};

	for (uint32_t i = 0; i < h->population_count; i++) {
		const struct population *p = &h->populations[i];

		if ((q->garbage && !p->garbage) || (q->population >= 0 && i != (uint32_t)q->population))
			continue;
		for (size_t k = 0; k < p->block_count; k++) {
			const struct block *b = &p->blocks[k];

			if (b->type < 0 || (q->type >= 0 && b->type != q->type) ||
			    (q->tracked && !b->tracked))
				continue;
			sum.objects += records(p, q->generation);
			sum.bytes += records(p, q->generation) * b->sizeof_;
		}
	}
	return sum;
}

static void types_write(const struct heap *h, struct query q, FILE *out)
{
	const char *comma = "";

	for (size_t i = 0; i < h->type_count; i++) {
		struct sum sum, tracked;

		q.type = (int)i;
		sum = sum_up(h, &q);
		q.tracked = true;
		tracked = sum_up(h, &q);
		q.tracked = false;
		if (q.garbage)
			sum = tracked;
		if (!sum.objects)
			continue;
		fprintf(out,
			"%s\n    \"%s\": {\"count\": %" PRIu64 ", \"bytes\": %" PRIu64
			", \"tracked\": %" PRIu64 "}",
			comma, h->types[i].name, sum.objects, sum.bytes, tracked.objects);
		comma = ",";
	}
}

static void generations_write(const struct heap *h, FILE *out)
{
	for (int g = 0; g < GENERATIONS; g++) {
		struct sum sum = sum_up(
			h, &(struct query){.type = -1, .tracked = true, .population = -1, .generation = g});

		fprintf(out, "%s{" PAIR "}", g ? ", " : "", sum.objects, sum.bytes);
	}
}

static void cycles_write(const struct program *program, FILE *out)
{
	struct cycles sum = {0};
	uint64_t garbage = 0;

	for (unsigned i = 0; i < program->cycle_count; i++) {
		const struct cycles *c = &program->cycles[i];

		sum.components += c->components;
		sum.objects += c->objects;
		sum.bytes += c->bytes;
		garbage += c->garbage ? c->components : 0;
	}
	fprintf(out, "{\"components\": %" PRIu64 ", " PAIR ", \"garbage\": %" PRIu64 "}", sum.components,
		sum.objects, sum.bytes, garbage);
}

/* Roots of garbage are components: each record is one. */
static void garbage_write(const struct heap *h, FILE *out)
{
	struct query q = all;
	struct sum tracked, both;
	uint64_t components = 0;

	q.garbage = true;
	both = sum_up(h, &q);
	q.tracked = true;
	tracked = sum_up(h, &q);
	for (uint32_t i = 0; i < h->population_count; i++)
		components += h->populations[i].garbage ? h->populations[i].count : 0;
	fprintf(out,
		"{" PAIR ", \"components\": %" PRIu64 ", \"unreachable\": %" PRIu64
		", \"unreachable_bytes\": %" PRIu64 ", \"types\": {",
		tracked.objects, tracked.bytes, components, both.objects, both.bytes);
	q.tracked = false;
	types_write(h, q, out);
	fprintf(out, "}}");
}

static void retained_write(const struct heap *h, const struct program *program, FILE *out)
{
	for (unsigned i = 0; i < program->keeper_count; i++) {
		const struct keeper *k = &program->keepers[i];
		const struct block *b = &h->populations[k->id.population].blocks[k->id.block];
		struct query q = all;
		struct sum sum;

		q.population = (int)k->population;
		sum = sum_up(h, &q);
		/* The first record's object is one of them. */
		if (k->id.population != k->population) {
			sum.objects++;
			sum.bytes += b->sizeof_;
		}
		fprintf(out,
			"%s\n    {\"address\": \"0x%" PRIx64 "\", \"type\": \"%s\", \"bytes\": %" PRIu64
			", \"retained\": %" PRIu64 ", \"dominated\": %" PRIu64 ", \"path\": \"%s\"}",
			i ? "," : "", address_of(h, k->id, 0), h->types[b->type].name, b->sizeof_, sum.bytes,
			sum.objects - 1, k->path);
	}
}

static void refaudit_write(const struct heap *h, FILE *out)
{
	uint64_t audited = 0, suspects = 0, excess = 0;
	const char *comma = "";

	fprintf(out, "{\"types\": {");
	for (uint32_t i = 0; i < h->population_count; i++) {
		const struct population *p = &h->populations[i];

		for (size_t k = 0; k < p->block_count; k++) {
			const struct block *b = &p->blocks[k];

			audited += b->type >= 0 && !b->immortal ? p->count : 0;
			if (b->type < 0 || !b->extra)
				continue;
			suspects += p->count;
			excess += (uint64_t)p->count * b->extra;
			fprintf(out, "%s\"%s\": [%u, %" PRIu64 "]", comma, h->types[b->type].name, p->count,
				(uint64_t)p->count * b->extra);
			comma = ", ";
		}
	}
	fprintf(out,
		"}, \"audited\": %" PRIu64 ", \"suspects\": %" PRIu64 ", \"excess\": %" PRIu64
		", \"deficit\": 0}",
		audited, suspects, excess);
}

/* "2": as a word; null for what the collector does not track. */
static const char *generation_of(const struct population *p, const struct block *b, uint32_t record)
{
	if (!b->tracked)
		return "null";
	return record < p->limit[2] ? "\"2\"" : record < p->limit[1] ? "\"1\"" : "\"0\"";
}

static void samples_write(const struct heap *h, const struct program *program, FILE *out)
{
	for (unsigned i = 0; i < program->sample_count; i++) {
		const struct sample *s = &program->samples[i];
		const struct population *p = &h->populations[s->id.population];
		const struct block *b = &p->blocks[s->id.block];

		fprintf(out,
			"%s\n    {\"address\": \"0x%" PRIx64 "\", \"type\": \"%s\", \"refcount\": %" PRIu64
			", \"bytes\": %" PRIu64 ", \"tracked\": %s, \"generation\": %s, \"path\": \"%s\"}",
			i ? "," : "", address_of(h, s->id, s->record), h->types[b->type].name,
			b->refs + b->extra, b->sizeof_, b->tracked ? "true" : "false",
			generation_of(p, b, s->record), s->path);
	}
}

static void arenas_write(const struct heap *h, FILE *out)
{
	uint64_t per_arena = h->arena_size / h->pool_size, pools = h->arena_count * per_arena, carved = 0,
		 used = 0, bytes = 0;
	const char *comma = "";

	fprintf(out, "{\"classes\": {");
	for (int i = 0; i < CLASSES; i++) {
		const struct class_range *c = &h->classes[i];

		carved += c->pools;
		used += c->blocks;
		bytes += c->blocks * c->size;
		if (!c->blocks)
			continue;
		fprintf(out, "%s\"%u\": [%" PRIu64 ", %" PRIu64 ", %" PRIu64 "]", comma, c->size, c->pools,
			c->blocks, c->pools * c->per_pool - c->blocks);
		comma = ", ";
	}
	fprintf(out,
		"}, \"arenas\": %u, \"pools\": %" PRIu64 ", \"pools_free\": %" PRIu64
		", \"blocks_used\": %" PRIu64 ", \"bytes_used\": %" PRIu64 "}",
		h->arena_count, pools, pools - carved, used, bytes);
}

void truth_write(const struct heap *h, const struct program *program, FILE *out)
{
	struct sum sum = sum_up(h, &all);
	char version[LH_VERSION_TEXT_MAX];

	lh_version_text(h->layout.build.version, version);
	fprintf(out, "{\"python\": \"%s\", " PAIR ",\n  \"types\": {", version, sum.objects, sum.bytes);
	types_write(h, all, out);
	fprintf(out, "},\n  \"generations\": [");
	generations_write(h, out);
	fprintf(out, "],\n  \"garbage\": ");
	garbage_write(h, out);
	fprintf(out, ",\n  \"cycles\": ");
	cycles_write(program, out);
	fprintf(out, ",\n  \"retained\": [");
	retained_write(h, program, out);
	fprintf(out, "],\n  \"refaudit\": ");
	refaudit_write(h, out);
	fprintf(out, ",\n  \"arenas\": ");
	arenas_write(h, out);
	fprintf(out, ",\n  \"samples\": [");
	samples_write(h, program, out);
	fprintf(out, "]\n}\n");
}
