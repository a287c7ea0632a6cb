/* SPDX-License-Identifier: Apache-2.0 */
/*
 * References of every kind, in the order and to the extent of CPython's tp_traverse, and those besides that
 * an object holds without being asked by the collector (spans marked hidden).
 */
#include "cpython/visit.h"
#include "cpython/items.h"
#include "cpython/text.h"
#include "cpython/visit_parts.h"

static void visit_rows(struct lh_visitor *v, const struct lh_object *o)
{
	for (const struct lh_ref_row *rows = o->type->kind->refs; rows && rows->edge; rows++)
		if (lh_layout_has(&v->heap->layout, rows->field))
			lh_visit_word(v, o->bytes + lh_layout_at(&v->heap->layout, rows->field), rows->edge,
				      !o->type->presize || v->heap->build.version < rows->visited_since);
}

static void emit_entries(struct lh_visitor *v, const struct lh_keys *keys, uint64_t first, uint64_t count)
{
	const uint8_t *entries = keys->entries + first * keys->stride;

	lh_visit_emit(v, &(struct lh_span){.words = entries + keys->key_offset,
					   .count = count,
					   .stride = keys->stride,
					   .label = LH_LABEL_KEY,
					   .hidden = !keys->general});
	lh_visit_emit(v, &(struct lh_span){.words = entries + keys->value_offset,
					   .count = count,
					   .stride = keys->stride,
					   .label = LH_LABEL_VALUE,
					   .keys = entries + keys->key_offset,
					   .key_stride = keys->stride});
}

/* 2.7: runs of entries between deleted ones, which hold the static 'dummy' as key and no value. */
static void visit_table27(struct lh_visitor *v, const struct lh_dict *d)
{
	uint64_t first = 0, key, value;

	for (uint64_t i = 0; i <= d->keys.entry_count; i++) {
		if (i < d->keys.entry_count && lh_dict_entry(d, i, &key, &value))
			continue;
		emit_entries(v, &d->keys, first, i - first);
		first = i + 1;
	}
}

/* dict_traverse(): a table whose keys are all str has no cycles
 * through them, so only its values are visited. */
void lh_visit_dict(struct lh_visitor *v, const struct lh_object *o)
{
	bool shared = lh_layout_constant(&v->heap->layout, LH_C_VISITS_SHARED_DICT);
	struct lh_dict d;

	if (lh_dict_read(v->heap, &v->view, o->bytes, &d) != 0 || !d.keys.entries ||
	    (d.values_addr && !d.values)) {
		v->incomplete = true;
		return;
	}
	if (lh_layout_is_python2(&v->heap->layout)) {
		visit_table27(v, &d);
		return;
	}
	if (d.values_addr) {
		lh_visit_emit(v, &(struct lh_span){.words = d.values,
						   .count = d.keys.entry_count,
						   .stride = 8,
						   .label = LH_LABEL_VALUE,
						   .keys = d.keys.entries + d.keys.key_offset,
						   .key_stride = d.keys.stride,
						   .hidden = d.embedded && !shared});
		return;
	}
	emit_entries(v, &d.keys, 0, d.keys.entry_count);
}

static void visit_array(struct lh_visitor *v, uint64_t items, uint64_t count, enum lh_label label,
			uint32_t stride)
{
	const uint8_t *words =
		count ? lh_view_at(&v->view, items, count > UINT32_MAX * 64ull ? UINT64_MAX : count * stride)
		      : NULL;

	if (count && !words)
		v->incomplete = true;
	lh_visit_emit(v, &(struct lh_span){.words = words, .count = count, .stride = stride, .label = label});
}

void lh_visit_list(struct lh_visitor *v, const struct lh_object *o)
{
	int64_t n = lh_i64(lh_visit_at(v, o->bytes, LH_F_VAR_SIZE));

	if (n > 0)
		visit_array(v, lh_u64(lh_visit_at(v, o->bytes, LH_F_LIST_ITEMS)), (uint64_t)n, LH_LABEL_INDEX,
			    8);
}

/* Struct sequences have fields past their length as a tuple. */
void lh_visit_tuple(struct lh_visitor *v, const struct lh_object *o)
{
	int64_t n = lh_i64(lh_visit_at(v, o->bytes, LH_F_VAR_SIZE)), fields = o->type->sequence_fields;
	uint64_t items = o->addr + lh_layout_at(&v->heap->layout, LH_F_TUPLE_ITEMS);
	const uint8_t *past;

	if (n > 0)
		visit_array(v, items, (uint64_t)n, LH_LABEL_INDEX, 8);
	if (n < 0 || n >= fields)
		return;
	past = lh_view_at(&v->view, items + (uint64_t)n * 8, (uint64_t)(fields - n) * 8);
	v->incomplete |= !past;
	lh_visit_emit(v, &(struct lh_span){.words = past,
					   .count = (uint64_t)(fields - n),
					   .stride = 8,
					   .label = LH_LABEL_INDEX,
					   .first = (uint64_t)n,
					   .hidden = !o->type->c_traversed,
					   .type = o->type});
}

void lh_visit_set(struct lh_visitor *v, const struct lh_object *o)
{
	uint64_t mask = lh_u64(lh_visit_at(v, o->bytes, LH_F_SET_MASK));

	uint64_t fill = lh_u64(lh_visit_at(v, o->bytes, LH_F_SET_FILL)),
		 used = lh_u64(lh_visit_at(v, o->bytes, LH_F_SET_USED)), table;
	const uint8_t *words;

	table = lh_u64(lh_visit_at(v, o->bytes, LH_F_SET_TABLE)) +
		lh_layout_at(&v->heap->layout, LH_F_SETENTRY_KEY);
	if (fill == used || mask >> 40) {
		visit_array(v, table, mask + 1, LH_LABEL_MEMBER, 16);
		return;
	}
	words = lh_view_at(&v->view, lh_u64(lh_visit_at(v, o->bytes, LH_F_SET_TABLE)), (mask + 1) * 16);
	for (uint64_t i = 0; words && i <= mask; i++)
		if (!lh_set_is_deleted(v->heap, words + i * 16))
			visit_array(v, table + i * 16, 1, LH_LABEL_MEMBER, 16);
}

/* deque_traverse(): blocks of pointers from leftindex of the first to rightindex of the last. */
void lh_visit_deque(struct lh_visitor *v, const struct lh_object *o)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t block, left, count = lh_deque_length(l, o->bytes), index = 0;
	uint64_t room = lh_layout_constant(l, LH_C_DEQUE_BLOCK_ITEMS);

	if (!lh_layout_has(l, LH_F_DEQUE_LEFTBLOCK) || !lh_layout_has(l, LH_F_DEQUE_BLOCK_DATA))
		return;
	block = lh_u64(lh_visit_at(v, o->bytes, LH_F_DEQUE_LEFTBLOCK));
	left = lh_u64(lh_visit_at(v, o->bytes, LH_F_DEQUE_LEFTINDEX));
	while (count && left < room) {
		const uint8_t *p = lh_view_at(&v->view, block, lh_layout_at(l, LH_F_DEQUE_BLOCK_SIZE));
		uint64_t n = count < room - left ? count : room - left;

		if (!p)
			break;
		lh_visit_emit(
			v, &(struct lh_span){.words = p + lh_layout_at(l, LH_F_DEQUE_BLOCK_DATA) + left * 8,
					     .count = n,
					     .stride = 8,
					     .label = LH_LABEL_INDEX,
					     .first = index});
		index += n;
		count -= n;
		left = 0;
		block = lh_u64(p + lh_layout_at(l, LH_F_DEQUE_BLOCK_RIGHTLINK));
	}
	v->incomplete |= count != 0;
}

static void visit_kind(struct lh_visitor *v, const struct lh_object *o)
{
	if (o->type->conservative || o->type->body)
		lh_visit_body(v, o);
	if (o->type->kind->visit)
		o->type->kind->visit(v, o);
	visit_rows(v, o);
}

/* Attributes kept in an array named by the class's shared keys. */
static void visit_attributes(struct lh_visitor *v, const uint8_t *words, uint64_t capacity,
			     const struct lh_type *type, bool hidden)
{
	struct lh_keys keys = {0};
	bool named = type->cached_keys && lh_keys_read(v->heap, &v->view, type->cached_keys, &keys) == 0;

	if (named && keys.entry_count < capacity)
		capacity = keys.entry_count;
	lh_visit_emit(v,
		      &(struct lh_span){.words = words,
					.count = capacity,
					.stride = 8,
					.label = LH_LABEL_ATTRIBUTE,
					.hidden = hidden,
					.keys = named && keys.entries ? keys.entries + keys.key_offset : NULL,
					.key_stride = keys.stride});
}

/*
 * 3.13+: values inside the object while they are valid, and a dict that shares them once somebody asked for
 * it. PyObject_VisitManagedDict() visits one or the other.
 */
static void visit_inline(struct lh_visitor *v, uint64_t addr, const struct lh_type *type, const uint8_t *dict)
{
	const struct lh_layout *l = &v->heap->layout;
	uint64_t at_values = addr + (uint64_t)type->basicsize, n;
	const uint8_t *values = type->inline_values ? lh_view_at(&v->view, at_values, 8) : NULL;
	bool valid = values && values[lh_layout_at(l, LH_F_VALUES_VALID)];
	bool by_dict = lh_u64(dict) && lh_layout_constant(l, LH_C_VISITS_SHARED_DICT);

	if (valid) {
		n = values[lh_layout_at(l, LH_F_VALUES_CAPACITY)];
		values = lh_view_at(&v->view, at_values + lh_layout_at(l, LH_F_VALUES_VALUES), n * 8);
		visit_attributes(v, values, n, type, by_dict);
	}
	lh_visit_word(v, dict, ".__dict__", valid && !by_dict);
}

/*
 * Managed dicts: words in front of the object, three of them ago since 3.11. 3.11 keeps the values one word
 * further, 3.12 in the same word with a tag, 3.13+ inside the object (Include/internal/pycore_object.h,
 * pycore_dict.h).
 */
static void visit_managed(struct lh_visitor *v, uint64_t addr, const struct lh_type *type)
{
	const struct lh_layout *l = &v->heap->layout;
	const uint8_t *pre = lh_view_at(&v->view, addr - 32, 32), *values;
	struct lh_keys keys;
	uint64_t word;

	if (!pre)
		return;
	if (lh_layout_has(l, LH_F_VALUES_CAPACITY)) {
		visit_inline(v, addr, type, pre + 8);
		return;
	}
	word = lh_u64(pre + 8);
	if (lh_layout_constant(l, LH_C_TPFLAG_MANAGED_WEAKREF)) {
		if (!(word & 1)) {
			lh_visit_word(v, pre + 8, ".__dict__", false);
			return;
		}
		word += 1;
	} else {
		lh_visit_word(v, pre + 8, ".__dict__", false);
		word = lh_u64(pre);
	}
	if (word && type->cached_keys && lh_keys_read(v->heap, &v->view, type->cached_keys, &keys) == 0) {
		values = lh_view_at(&v->view, word, keys.entry_count * 8);
		visit_attributes(v, values, keys.entry_count, type, false);
	}
}

/* _PyObject_GetDictPtr(): negative offsets count from the end of a var-sized object. */
static const uint8_t *dict_word(struct lh_visitor *v, const struct lh_object *o)
{
	int64_t offset = o->type->dictoffset;

	if (offset < 0) {
		int64_t n = lh_i64(lh_visit_at(v, o->bytes, LH_F_VAR_SIZE));

		n = n < 0 ? -n : n;
		if (n > (1ll << 40))
			return NULL;
		offset += (o->type->basicsize + n * o->type->itemsize + 7) & ~7ll;
		return offset > 0 ? lh_view_at(&v->view, o->addr + (uint64_t)offset, 8) : NULL;
	}
	return offset + 8 <= o->type->basicsize ? o->bytes + offset : NULL;
}

/* What subtype_traverse() adds for classes made in Python. */
static void visit_slots(struct lh_visitor *v, const struct lh_object *o)
{
	for (uint32_t i = 0; i < o->type->slot_count; i++)
		if (o->type->slots[i].offset + 8 <= (uint64_t)o->type->basicsize)
			lh_visit_emit(v, &(struct lh_span){.words = o->bytes + o->type->slots[i].offset,
							   .count = 1,
							   .stride = 8,
							   .label = LH_LABEL_SLOT,
							   .first = o->type->slots[i].offset,
							   .slot_name = o->type->slots[i].name});
}

void lh_visit(struct lh_visitor *v, const struct lh_object *o)
{
	if (o->type->python)
		visit_slots(v, o);
	if (o->type->dict_apart)
		lh_visit_word(v, dict_word(v, o), ".__dict__", false);
	if (o->type->managed_dict)
		visit_managed(v, o->addr, o->type);
	visit_kind(v, o);
	if (o->type->flags & LH_TPFLAG_HEAPTYPE)
		lh_visit_word(v, o->bytes + lh_layout_at(&v->heap->layout, LH_F_OBJECT_TYPE), ".__class__",
			      !o->type->visits_type);
}
