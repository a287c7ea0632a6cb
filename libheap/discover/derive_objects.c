/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of objects, by what they refer to in each object of a sample (the rows of prove_fields.c).
 *
 * A member that a version added or removed shifts everything after it, so a field is looked for first where
 * the shift of the field before it puts it. Fields without a row shift with their neighbours.
 */
#include "discover/derive_tools.h"
#include "discover/prove.h"
#include "util/array.h"

#include <string.h>

#define STRUCT_MAX 1024
#define NEIGHBOURS 6 /* tables that may be right about a struct */

/* How many objects of the sample have the row's field at @at; -1: one contradicts it. */
static int holds(struct lh_derive *d, const struct lh_sample *sample, const struct lh_field_row *row,
		 uint32_t at)
{
	bool of_class = strncmp(lh_field_infos[row->field].name, "HEAPTYPE_", 9) == 0;
	uint32_t flags = lh_layout_at(&d->heap->layout, LH_F_TYPE_FLAGS);
	int n = 0, silent = 0;

	for (unsigned i = 0; i < sample->count; i++) {
		if (of_class && !(lh_derive_word(d, sample->objects[i] + flags) & LH_TPFLAG_HEAPTYPE))
			continue;
		switch (lh_field_judge(d->heap, row, lh_derive_word(d, sample->objects[i] + at))) {
		case LH_FIELD_HOLDS:
			n++;
			break;
		case LH_FIELD_SILENT:
			silent++;
			break;
		case LH_FIELD_LOST:
		case LH_FIELD_WRONG:
			return -1;
		}
	}
	return row->always && silent > n ? -1 : n; /* some may be missing from the core */
}

/* Coroutines and asynchronous generators begin as generators do. */
static const char *struct_of(int field)
{
	if (field == LH_F_CORO_ORIGIN || field == LH_F_ASYNCGEN_FINALIZER)
		field = LH_F_GEN_SIZE;
	return lh_field_infos[field].types;
}

static bool same_struct(int a, int b)
{
	return strcmp(struct_of(a), struct_of(b)) == 0;
}

/* Whether a proved field of the same struct is at @at. */
static bool is_taken(struct lh_derive *d, enum lh_field field, uint32_t at)
{
	const struct lh_layout *l = &d->heap->layout;

	for (int f = 0; f < LH_F_COUNT; f++)
		if (l->off1[f] == at + 1 && l->proof[f] && f != (int)field && same_struct(f, (int)field))
			return true;
	return false;
}

/* The place nearest to @near, in the whole struct, at which the row holds. */
static int search_field(struct lh_derive *d, const struct lh_sample *sample, const struct lh_field_row *row,
			uint32_t near, uint32_t *ret)
{
	uint32_t nearest = UINT32_MAX;

	for (uint32_t at = lh_layout_at(&d->heap->layout, LH_F_OBJECT_SIZE); at < STRUCT_MAX; at += 8) {
		uint32_t distance = at > near ? at - near : near - at;

		if (distance >= nearest || is_taken(d, row->field, at) || holds(d, sample, row, at) <= 0)
			continue;
		nearest = distance;
		*ret = at;
	}
	return nearest != UINT32_MAX ? 0 : LH_ABSENT;
}

/*
 * A field is where the shift of the one before it puts it, or where the guess has it, if objects confirm
 * that. Only what they contradict is searched for; a field that none of them has set follows its neighbours.
 */
static int find_field(struct lh_derive *d, const struct lh_sample *sample, const struct lh_field_row *row,
		      int32_t shift, uint32_t *ret)
{
	uint32_t guess = lh_layout_at(&d->heap->layout, row->field), moved = guess + (uint32_t)shift;
	int there = is_taken(d, row->field, moved) ? -1 : holds(d, sample, row, moved);

	*ret = moved;
	if (there >= 0)
		return there > 0 ? 0 : LH_ABSENT;
	*ret = guess;
	if (shift && !is_taken(d, row->field, guess) && holds(d, sample, row, guess) > 0)
		return 0;
	return search_field(d, sample, row, moved, ret);
}

/* Whether, in the guess, the field of @row comes after that of @other; of two at one place, the later row
 * does. */
static bool is_behind(const struct lh_layout *before, const struct lh_field_row *row,
		      const struct lh_field_row *other)
{
	uint32_t at = before->off1[row->field], there = before->off1[other->field];

	return at > there || (at == there && row > other);
}

/* The row of @holder that comes next after @after; NULL after the last. */
static const struct lh_field_row *next_row(struct lh_derive *d, const struct lh_layout *before,
					   const char *holder, const struct lh_field_row *after)
{
	const struct lh_field_row *found = NULL;

	for (const struct lh_field_row *row = lh_field_rows; row->holder; row++)
		if (strcmp(row->holder, holder) == 0 && lh_layout_has(&d->heap->layout, row->field) &&
		    (!after || is_behind(before, row, after)) && (!found || is_behind(before, found, row)))
			found = row;
	return found;
}

/* Whether a version added or removed a member between two places of the struct of @field. */
static bool has_change_between(struct lh_derive *d, const struct lh_layout *before, int field, uint32_t from,
			       uint32_t to)
{
	for (int f = 0; f < LH_F_COUNT; f++) {
		uint32_t at = d->guess.off1[f] ? d->guess.off1[f] : before->off1[f];

		if (at > from && at <= to && same_struct(f, field) && !d->guess.off1[f] != !before->off1[f])
			return true;
	}
	return false;
}

/*
 * By how much the nearest proved field of the same struct has moved, unless a version added or removed one in
 * between. The object's header never moves.
 */
static int32_t shift_of(struct lh_derive *d, const struct lh_layout *before, int field)
{
	const struct lh_layout *l = &d->heap->layout;
	uint32_t here = before->off1[field], nearest = here - lh_layout_at(l, LH_F_OBJECT_SIZE);
	int32_t shift = 0;

	if (has_change_between(d, before, field, lh_layout_at(l, LH_F_OBJECT_SIZE), here))
		nearest = UINT32_MAX;
	for (int f = 0; f < LH_F_COUNT; f++) {
		uint32_t there = before->off1[f], distance = there > here ? there - here : here - there;

		if (!there || !(l->proof[f] || lh_derive_is_told(d, (enum lh_field)f)) ||
		    !same_struct(f, field) || distance > nearest || (distance == nearest && there > here) ||
		    has_change_between(d, before, field, there < here ? there : here,
				       there < here ? here : there))
			continue;
		nearest = distance;
		shift = (int32_t)(l->off1[f] - there);
	}
	return shift % 8 ? 0 : shift; /* a byte may shift by less than other members can */
}

/* Rows of generators lead to the frames in them, too. */
static bool is_of_holder(const char *holder, int field)
{
	if (strcmp(holder, "generator") == 0 && same_struct(field, LH_F_IFRAME_OWNER))
		return true;
	for (const struct lh_field_row *row = lh_field_rows; row->holder; row++)
		if (strcmp(row->holder, holder) == 0 && same_struct(row->field, field))
			return true;
	return false;
}

/* What came from another table than the guess is for the target's minor version, and stays. */
static void move(struct lh_derive *d, const struct lh_layout *before, enum lh_field field)
{
	int32_t shift;

	if (!before->off1[field] || !d->guess.off1[field] || d->heap->layout.proof[field])
		return;
	shift = shift_of(d, before, (int)field);
	if (shift)
		lh_derive_set(d, field, before->off1[field] - 1 + (uint32_t)shift, NULL);
}

static void move_rest(struct lh_derive *d, const struct lh_layout *before, const char *holder)
{
	for (int f = 0; f < LH_F_COUNT; f++)
		if (is_of_holder(holder, f))
			move(d, before, (enum lh_field)f);
}

/* How many rows of @holder the sample contradicts where @layout has their fields. */
static unsigned contradictions(struct lh_derive *d, const char *holder, const struct lh_sample *sample,
			       const struct lh_layout *layout)
{
	unsigned n = 0;

	for (const struct lh_field_row *row = lh_field_rows; row->holder; row++)
		if (strcmp(row->holder, holder) == 0 && lh_layout_has(&d->heap->layout, row->field))
			n += !lh_layout_has(layout, row->field) ||
			     holds(d, sample, row, lh_layout_at(layout, row->field)) < 0;
	return n;
}

static void take_struct(struct lh_derive *d, const char *holder, const struct lh_layout *from,
			struct lh_layout *before)
{
	const struct lh_layout *l = &d->heap->layout;

	for (int f = 0; f < LH_F_COUNT; f++) {
		if (!is_of_holder(holder, f) || l->proof[f] || !lh_layout_has(l, (enum lh_field)f) ||
		    !from->off1[f])
			continue;
		before->off1[f] = from->off1[f];
		lh_derive_set(d, (enum lh_field)f, from->off1[f] - 1, NULL);
	}
}

/* Minor versions reorder members now and then: one of the neighbours may have the right order. */
static int choose_struct(struct lh_derive *d, const char *holder, const struct lh_sample *sample,
			 struct lh_layout *before)
{
	_cleanup_free_ struct lh_layout *other = lh_new0(struct lh_layout, 1);
	unsigned fewest = contradictions(d, holder, sample, &d->heap->layout);

	if (!other)
		return lh_nomem(d->heap->ctx);
	for (size_t i = 0; fewest && i < NEIGHBOURS && lh_heap_neighbour(d->heap, i, other) != LH_ABSENT; i++)
		if (contradictions(d, holder, sample, other) == 0) {
			take_struct(d, holder, other, before);
			break;
		}
	return 0;
}

static void derive_rows(struct lh_derive *d, const char *holder, const struct lh_sample *sample,
			const struct lh_layout *before)
{
	const struct lh_layout *l = &d->heap->layout;
	const struct lh_field_row *row = NULL;
	int32_t shift = 0;

	while ((row = next_row(d, before, holder, row))) {
		uint32_t guess = lh_layout_at(l, row->field), at;

		if (l->proof[row->field] || find_field(d, sample, row, shift, &at) != 0)
			continue;
		shift = (int32_t)(at - guess);
		lh_derive_set(d, row->field, at, row->proof);
	}
}

static int derive_kind(struct lh_derive *d, const char *holder, struct lh_layout *before)
{
	_cleanup_free_ struct lh_sample *sample = lh_new0(struct lh_sample, 1);
	int r;

	if (!sample)
		return lh_nomem(d->heap->ctx);
	r = lh_derive_sample(d, holder, sample);
	if (r == 0)
		r = choose_struct(d, holder, sample, before);
	lh_derive_sizes(d);
	if (r == 0 && sample->count)
		derive_rows(d, holder, sample, before);
	if (r == 0 && strcmp(holder, "generator") == 0)
		lh_derive_frames(d, sample);
	if (r == 0)
		move_rest(d, before, holder);
	return r;
}

/* Types that may have no tracked instance: every CPython exports them. */
static void meet_types(struct lh_derive *d)
{
	static const char *const names[] = {"PyCode_Type", "PyFrame_Type", "PyGen_Type", "PyTuple_Type"};
	struct lh_type *type;
	uint64_t addr;

	if (d->heap->python && lh_modfile_symbol(d->heap->python, "PyExc_BaseException", &addr, NULL) == 0)
		lh_types_get(d->heap, lh_derive_word(d, addr), &type);
	for (size_t i = 0; d->heap->python && i < LH_ARRAY_SIZE(names); i++)
		if (lh_modfile_symbol(d->heap->python, names[i], &addr, NULL) == 0)
			lh_types_get(d->heap, addr, &type);
}

/* Whether an earlier row has the same @holder. */
static bool is_done(const struct lh_field_row *row)
{
	for (const struct lh_field_row *other = lh_field_rows; other < row; other++)
		if (strcmp(other->holder, row->holder) == 0)
			return true;
	return false;
}

int lh_derive_objects(struct lh_derive *d)
{
	_cleanup_free_ struct lh_layout *before = lh_new0(struct lh_layout, 1);
	int r = 0;

	if (!before)
		return lh_nomem(d->heap->ctx);
	*before = d->heap->layout;
	meet_types(d);
	for (const struct lh_field_row *row = lh_field_rows; r == 0 && row->holder; row++)
		if (!is_done(row))
			r = derive_kind(d, row->holder, before);
	lh_derive_rest(d);
	return r;
}
