/* SPDX-License-Identifier: Apache-2.0 */
/* list, tuple, set and frozenset. */
#include "cpython/items.h"
#include "verify/damage.h"
#include "verify/object_damage.h"
#include "verify/objects.h"

#define ROOM_MAX (1ull << 40) /* items: no list has room for more */
#define SET_ENTRY 16u         /* {key, hash} */

static uint64_t field_at(struct lh_verify *v, const struct lh_object *o, enum lh_field field)
{
	return o->addr + lh_layout_at(&v->heap->layout, field);
}

static int unreadable(struct lh_verify *v, const struct lh_object *o, const char *kind, uint64_t word,
		      uint64_t storage)
{
	struct lh_damage d = lh_verify_object_damage(v, kind, o, word);

	if (lh_target_has_room(v->heap->target, storage, 1)) {
		v->now->skipped++; /* the process has it, the dump does not */
		return 0;
	}
	return lh_damage_add(v, &d, "the items of a %s are at 0x%" PRIx64 ", where no memory is mapped", kind,
			     storage);
}

/* NULL among the items: while C code fills what it has just made. */
static int check_words(struct lh_verify *v, const struct lh_object *o, const char *kind, const uint8_t *words,
		       uint64_t count, uint64_t storage)
{
	for (uint64_t i = 0; i < count; i++) {
		struct lh_damage d;

		if (lh_u64(words + i * 8))
			continue;
		d = lh_verify_object_damage(v, kind, o, storage + i * 8);
		return lh_damage_add(v, &d, "item %s of a %s of %s is NULL", LH_COUNTED(i), kind,
				     LH_COUNTED(count));
	}
	return 0;
}

int lh_verify_list(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	int64_t size = lh_i64(o->bytes + lh_layout_at(l, LH_F_VAR_SIZE)),
		room = lh_i64(o->bytes + lh_layout_at(l, LH_F_LIST_ALLOCATED));
	uint64_t items = lh_u64(o->bytes + lh_layout_at(l, LH_F_LIST_ITEMS));
	bool sorting = room == -1 && !size; /* Objects/listobject.c list_sort_impl() empties it */
	struct lh_damage d;
	const uint8_t *words;

	if (size < 0 || (size > room && !sorting) || (uint64_t)room + 1 > ROOM_MAX) {
		bool bad_room = room < -1 || (uint64_t)room + 1 > ROOM_MAX ||
				(room == -1 && size > 0 && size < (int64_t)ROOM_MAX);

		if (lh_verify_is_moving(v, o, items, 8))
			return 0;
		d = lh_verify_object_damage(v, "list", o,
					    field_at(v, o, bad_room ? LH_F_LIST_ALLOCATED : LH_F_VAR_SIZE));
		return lh_damage_add(v, &d,
				     "a list says that it has %" PRId64 " items, and room for %" PRId64, size,
				     room);
	}
	if (size <= 0)
		return 0;
	words = lh_view_at(&v->view, items, (uint64_t)size * 8);
	return words ? check_words(v, o, "list", words, (uint64_t)size, items)
		     : unreadable(v, o, "list", field_at(v, o, LH_F_LIST_ITEMS), items);
}

int lh_verify_tuple(struct lh_verify *v, const struct lh_object *o)
{
	int64_t size = lh_i64(o->bytes + lh_layout_at(&v->heap->layout, LH_F_VAR_SIZE));
	uint64_t items = field_at(v, o, LH_F_TUPLE_ITEMS);
	const uint8_t *words;

	if (size < 0) {
		struct lh_damage d = lh_verify_object_damage(v, "tuple", o, field_at(v, o, LH_F_VAR_SIZE));

		return lh_damage_add(v, &d, "a tuple says that it has %" PRId64 " items", size);
	}
	words = size && o->type->exact ? lh_view_at(&v->view, items, (uint64_t)size * 8) : NULL;
	return words ? check_words(v, o, "tuple", words, (uint64_t)size, items) : 0;
}

/* ---- set ---- */

struct set {
	uint64_t fill, used, mask, table;
	uint64_t keys, deleted; /* as its table has them */
};

static void count_entries(struct lh_verify *v, const uint8_t *entries, struct set *s)
{
	uint32_t key_at = lh_layout_at(&v->heap->layout, LH_F_SETENTRY_KEY);

	for (uint64_t i = 0; i <= s->mask; i++) {
		const uint8_t *entry = entries + i * SET_ENTRY;

		if (!lh_u64(entry + key_at))
			continue;
		if (lh_set_is_deleted(v->heap, entry))
			s->deleted++;
		else
			s->keys++;
	}
}

int lh_verify_set(struct lh_verify *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	struct set s = {.fill = lh_field_u64(l, o->bytes, LH_F_SET_FILL),
			.used = lh_field_u64(l, o->bytes, LH_F_SET_USED),
			.mask = lh_field_u64(l, o->bytes, LH_F_SET_MASK),
			.table = lh_field_u64(l, o->bytes, LH_F_SET_TABLE)};
	struct lh_damage d = lh_verify_object_damage(v, "set", o, field_at(v, o, LH_F_SET_MASK));
	const uint8_t *entries;

	if (s.mask & (s.mask + 1) || s.mask >= ROOM_MAX)
		return lh_damage_add(v, &d, "the mask of a set is 0x%" PRIx64 ", which no table has", s.mask);
	entries = lh_view_at(&v->view, s.table, (s.mask + 1) * SET_ENTRY);
	if (!entries)
		return unreadable(v, o, "set", field_at(v, o, LH_F_SET_TABLE), s.table);
	count_entries(v, entries, &s);
	if (s.keys == s.used && s.fill == s.keys + s.deleted)
		return 0;
	if (lh_verify_is_moving(v, o, s.table, (s.mask + 1) * SET_ENTRY))
		return 0;
	d.addr = field_at(v, o, s.keys != s.used ? LH_F_SET_USED : LH_F_SET_FILL);
	return lh_damage_add(
		v, &d, "a set says that it has %s items and %s used entries, and its table has %s and %s",
		LH_COUNTED(s.used), LH_COUNTED(s.fill), LH_COUNTED(s.keys), LH_COUNTED(s.keys + s.deleted));
}
