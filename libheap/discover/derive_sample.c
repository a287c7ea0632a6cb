/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of objects of one kind, on which fields are tested. */
#include "cpython/gc.h"
#include "discover/derive_tools.h"

#include <string.h>

#define INTERPS 8    /* interpreters that a sample is taken from */
#define LOOKED 20000 /* objects of each generation that a sample is taken from */

static void add(struct lh_sample *sample, uint64_t object)
{
	if (sample->count < LH_SAMPLE)
		sample->objects[sample->count++] = object;
}

static bool is_kind(struct lh_derive *d, uint64_t addr, const char *kind, struct lh_object *o)
{
	return lh_object_at(d->heap, &d->view, addr, o) == 0 && strcmp(o->type->kind->tp_name, kind) == 0;
}

/* Code objects are not in a ring: functions lead to them. */
static void add_member(struct lh_derive *d, const struct lh_object *o, const char *kind,
		       struct lh_sample *sample)
{
	const struct lh_layout *l = &d->heap->layout;
	struct lh_object code;
	uint64_t word;

	if (strcmp(kind, "code") != 0 || o->type->kind->id != LH_KIND_FUNCTION)
		return;
	word = lh_derive_word(d, o->addr + lh_layout_at(l, LH_F_FUNCTION_CODE));
	if (is_kind(d, word, kind, &code))
		add(sample, word);
}

static void sample_interp(struct lh_derive *d, struct lh_gc_iter *iter, const char *kind,
			  struct lh_sample *sample)
{
	struct lh_object o;
	uint64_t object;

	while (sample->count < LH_SAMPLE && lh_gc_iter_next(iter, &object) == 0) {
		if (lh_object_at(d->heap, &d->view, object, &o) != 0)
			continue;
		if (strcmp(o.type->kind->tp_name, kind) == 0)
			add(sample, object);
		else
			add_member(d, &o, kind, sample);
	}
}

int lh_derive_sample(struct lh_derive *d, const char *kind, struct lh_sample *sample)
{
	int r = 0;

	sample->count = 0;
	for (size_t i = 0; r == 0 && i < d->heap->interp_count && i < INTERPS; i++) {
		struct lh_gc_iter iter;

		r = lh_gc_iter_begin(d->heap, &d->heap->interps[i], LOOKED, &iter);
		if (r == 0)
			sample_interp(d, &iter, kind, sample);
	}
	return r;
}
