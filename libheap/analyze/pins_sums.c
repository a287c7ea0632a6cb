/* SPDX-License-Identifier: Apache-2.0 */
/* What each owner and each arena has of pins. */
#include "analyze/pins_parts.h"
#include "util/array.h"
#include "util/index.h"

#include <stdlib.h>

/** struct tally - the number with most bytes so far */
struct tally {
	uint64_t *bytes; /* by number */
	uint32_t best;
};

static void count_bytes(struct tally *t, uint32_t number, uint32_t bytes)
{
	t->bytes[number] += bytes;
	if (t->best == UINT32_MAX || t->bytes[number] > t->bytes[t->best])
		t->best = number;
}

/* The last number of each tally stands for: none. */
struct tallies {
	struct tally owners, types;
	uint32_t no_owner, no_type;
};

static void sum_up_arena(struct lh_pins *p, struct lh_pinned_arena *a, struct tallies *t)
{
	const struct lh_pin *end = p->pins + a->first + a->count;
	uint32_t first = p->pins[a->first].owner;
	bool alone = true;

	t->owners.best = t->types.best = UINT32_MAX;
	for (const struct lh_pin *pin = p->pins + a->first; pin < end; pin++) {
		uint32_t owner = pin->owner == LH_NO_OWNER ? t->no_owner : pin->owner;

		if (owner != t->no_owner)
			p->owners[owner].arenas += !t->owners.bytes[owner];
		count_bytes(&t->owners, owner, pin->size);
		count_bytes(&t->types, pin->type ? pin->type->index : t->no_type, pin->size);
		alone &= pin->owner == first;
	}
	if (alone && first != LH_NO_OWNER)
		p->owners[first].alone++;
	a->owner = t->owners.best == t->no_owner ? LH_NO_OWNER : t->owners.best;
	a->type = t->types.best == t->no_type ? NULL : p->heap->types.items[t->types.best];
	for (const struct lh_pin *pin = p->pins + a->first; pin < end; pin++) {
		t->owners.bytes[pin->owner == LH_NO_OWNER ? t->no_owner : pin->owner] = 0;
		t->types.bytes[pin->type ? pin->type->index : t->no_type] = 0;
	}
}

static int sum_up_arenas(struct lh_pins *p)
{
	struct tallies t = {.no_owner = (uint32_t)p->owner_count, .no_type = (uint32_t)p->heap->types.count};
	_cleanup_free_ uint64_t *owners = lh_new0(uint64_t, p->owner_count + 1);
	_cleanup_free_ uint64_t *types = lh_new0(uint64_t, p->heap->types.count + 1);

	if (!owners || !types)
		return lh_nomem(p->heap->ctx);
	t.owners.bytes = owners;
	t.types.bytes = types;
	for (size_t i = 0; i < p->arena_count; i++)
		sum_up_arena(p, &p->arenas[i], &t);
	return 0;
}

static void sum_up_pins(struct lh_pins *p)
{
	for (size_t i = 0; i < p->count; i++) {
		const struct lh_pin *pin = &p->pins[i];
		struct lh_pin_owner *owner = pin->owner == LH_NO_OWNER ? NULL : &p->owners[pin->owner];

		p->kinds[pin->kind]++;
		p->bytes += pin->size;
		if (!owner)
			continue;
		owner->blocks++;
		owner->bytes += pin->size;
		if (!owner->example)
			owner->example = pin->object;
	}
}

/* ---- types ---- */

static uint64_t use_key(uint32_t owner, const struct lh_type *type)
{
	return ((uint64_t)owner << 32 | (type ? type->index + 1 : 0)) * 0x9e3779b97f4a7c15u;
}

/* What the owner has of this type, made if there is none yet. */
static int use_of(struct lh_pins *p, struct lh_index *index, const struct lh_pin *pin,
		  struct lh_pin_use **ret)
{
	uint64_t key = use_key(pin->owner, pin->type);
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(index, key, &probe, &n);)
		if (p->uses[n].owner == pin->owner && p->uses[n].type == pin->type) {
			*ret = &p->uses[n];
			return 0;
		}
	r = lh_append(p->heap->ctx, p->uses, p->use_count, p->use_capacity,
		      ((struct lh_pin_use){.owner = pin->owner, .type = pin->type}));
	if (r == 0)
		r = lh_index_add(p->heap->ctx, index, key, (uint32_t)p->use_count - 1);
	*ret = &p->uses[p->use_count - 1];
	return r;
}

static int by_owner(const void *a, const void *b)
{
	const struct lh_pin_use *x = a, *y = b;

	if (x->owner != y->owner)
		return x->owner > y->owner ? 1 : -1;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return x->blocks < y->blocks ? 1 : -1;
}

static int sum_up_types(struct lh_pins *p)
{
	_cleanup_(lh_index_fini) struct lh_index index = {0};
	int r = 0;

	for (size_t i = 0; r == 0 && i < p->count; i++) {
		struct lh_pin_use *use;

		if (p->pins[i].owner == LH_NO_OWNER)
			continue;
		r = use_of(p, &index, &p->pins[i], &use);
		if (r < 0)
			return r;
		use->blocks++;
		use->bytes += p->pins[i].size;
	}
	if (p->use_count)
		qsort(p->uses, p->use_count, sizeof(*p->uses), by_owner);
	for (size_t i = 0; i < p->use_count; i++) {
		struct lh_pin_owner *owner = &p->owners[p->uses[i].owner];

		if (!owner->use_count++)
			owner->first_use = (uint32_t)i;
	}
	return 0;
}

/* ---- order ---- */

static int by_arenas(const void *a, const void *b)
{
	const struct lh_pin_owner *x = a, *y = b;

	if (x->arenas != y->arenas)
		return x->arenas < y->arenas ? 1 : -1;
	if (x->bytes != y->bytes)
		return x->bytes < y->bytes ? 1 : -1;
	return (x->shape > y->shape) - (x->shape < y->shape);
}

static int sort_owners(struct lh_pins *p)
{
	_cleanup_free_ uint32_t *moved = lh_new0(uint32_t, p->shapes.count + 1);
	_cleanup_free_ uint32_t *shapes = lh_new0(uint32_t, p->owner_count + 1);

	if (!moved || !shapes)
		return lh_nomem(p->heap->ctx);
	for (size_t i = 0; i < p->owner_count; i++)
		shapes[i] = p->owners[i].shape;
	qsort(p->owners, p->owner_count, sizeof(*p->owners), by_arenas);
	for (size_t i = 0; i < p->owner_count; i++)
		moved[p->owners[i].shape] = (uint32_t)i;
	for (size_t i = 0; i < p->count; i++)
		if (p->pins[i].owner != LH_NO_OWNER)
			p->pins[i].owner = moved[shapes[p->pins[i].owner]];
	for (size_t i = 0; i < p->arena_count; i++)
		if (p->arenas[i].owner != LH_NO_OWNER)
			p->arenas[i].owner = moved[shapes[p->arenas[i].owner]];
	return 0;
}

int lh_pins_sum_up(struct lh_pins *p)
{
	int r = sum_up_arenas(p);

	if (r < 0)
		return r;
	sum_up_pins(p);
	r = p->owner_count ? sort_owners(p) : 0;
	return r == 0 ? sum_up_types(p) : r;
}
