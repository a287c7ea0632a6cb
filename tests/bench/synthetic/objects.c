/* SPDX-License-Identifier: Apache-2.0 */
#include "objects.h"

#include <stdio.h>
#include <string.h>

struct id object_new(struct heap *h, uint32_t population, int type, uint32_t size, uint64_t sizeof_)
{
	const struct type_info *t = &h->types[type];
	struct id id = block_new(h, population, t->head + size);
	struct block *b = block_of(h, id);

	b->head = t->head;
	b->type = type;
	b->tracked = t->head != 0;
	b->sizeof_ = sizeof_ + t->head;
	/* Who is an instance of a static type does not count it. */
	if (t->heap_type)
		refer(h, id, off(h, LH_F_OBJECT_TYPE), t->id, TO_BLOCK);
	else
		point(h, id, off(h, LH_F_OBJECT_TYPE), t->id, 0);
	return id;
}

struct id int_new(struct heap *h, uint32_t population, uint32_t value, bool serial)
{
	uint32_t at = off(h, LH_F_LONG_DIGITS);
	struct id id = object_new(h, population, INT, at + 4, at + 4);

	/* One digit: 3.12+ has the number of digits in lv_tag, above three bits of sign and flags. */
	if (has(h, LH_F_LONG_TAG))
		put_u64(h, id, off(h, LH_F_LONG_TAG), 1 << 3);
	else
		put_u64(h, id, off(h, LH_F_VAR_SIZE), 1);
	put(h, id, at, &value, 4);
	if (serial)
		patch_add(h, id, (struct patch){.at = at, .add = value, .kind = SERIAL_INT});
	return id;
}

struct id float_new(struct heap *h, uint32_t population, uint32_t add)
{
	uint32_t size = off(h, LH_F_FLOAT_VALUE) + 8;
	struct id id = object_new(h, population, FLOAT, size, size);

	patch_add(h, id, (struct patch){.at = size - 8, .add = add, .kind = SERIAL_FLOAT});
	return id;
}

/* state: interned 2 bits, kind 3, compact 1, ascii 1 (Include/cpython/unicodeobject.h) */
static struct id text_new(struct heap *h, uint32_t population, const char *text, uint32_t interned)
{
	uint32_t at = off(h, LH_F_STR_ASCII_SIZE), size = at + (uint32_t)strlen(text) + 1;
	uint32_t state = interned | 1 << 2 | 1 << 5 | 1 << 6;
	struct id id = object_new(h, population, STR, size, size);
	const char *serial = strstr(text, "########");

	put_u64(h, id, off(h, LH_F_STR_LENGTH), strlen(text));
	put(h, id, off(h, LH_F_STR_STATE), &state, 4);
	put(h, id, at, text, strlen(text));
	if (serial)
		patch_add(h, id, (struct patch){.at = at + (uint32_t)(serial - text), .kind = SERIAL_TEXT});
	return id;
}

struct id str_new(struct heap *h, uint32_t population, const char *text)
{
	return text_new(h, population, text, 0);
}

struct id name_new(struct heap *h, uint32_t population, const char *text)
{
	return text_new(h, population, text, 1);
}

struct id bytes_new(struct heap *h, uint32_t population, uint32_t size)
{
	uint32_t all = off(h, LH_F_BYTES_DATA) + size + 1;
	struct id id = object_new(h, population, BYTES, all, all);

	put_u64(h, id, off(h, LH_F_VAR_SIZE), size);
	return id;
}

struct id tuple_new(struct heap *h, uint32_t population, const struct id *items, uint32_t count, bool tracked)
{
	uint32_t at = off(h, LH_F_TUPLE_ITEMS), size = at + count * 8;
	struct id id = object_new(h, population, TUPLE, size, size);

	block_of(h, id)->tracked = tracked;
	put_u64(h, id, off(h, LH_F_VAR_SIZE), count);
	for (uint32_t i = 0; i < count; i++)
		refer(h, id, at + i * 8, items[i], TO_BLOCK);
	return id;
}

static struct id list_of(struct heap *h, uint32_t population, uint64_t count)
{
	uint32_t size = off(h, LH_F_LIST_ALLOCATED) + 8;
	struct id id = object_new(h, population, LIST, size, size + count * 8);

	put_u64(h, id, off(h, LH_F_VAR_SIZE), count);
	put_u64(h, id, off(h, LH_F_LIST_ALLOCATED), count);
	return id;
}

struct id list_open(struct heap *h, uint32_t population, uint32_t count)
{
	struct id id = list_of(h, population, count);

	if (count)
		point(h, id, off(h, LH_F_LIST_ITEMS), block_new(h, population, count * 8), 0);
	return id;
}

void list_set(struct heap *h, struct id list, uint32_t i, struct id value)
{
	refer(h, (struct id){list.population, list.block + 1}, i * 8, value, TO_BLOCK);
}

struct id list_new(struct heap *h, uint32_t population, const struct id *items, uint32_t count)
{
	struct id id = list_open(h, population, count);

	for (uint32_t i = 0; i < count; i++)
		list_set(h, id, i, items[i]);
	return id;
}

/* The array's address is the object's @field. */
static void array_add(struct heap *h, struct id id, enum lh_field field, struct array a)
{
	patch_add(h, id,
		  (struct patch){.at = off(h, field), .kind = TO_ARRAY, .to = {0, (uint32_t)h->array_count}});
	PUSH(h->arrays, h->array_count, h->array_capacity, a);
}

struct id big_list_new(struct heap *h, struct id item)
{
	uint64_t count = population_of(h, item)->count;
	struct id id = list_of(h, 0, count);
	struct array a = {.size = count * 8, .stride = 8, .columns = {item}, .column_count = 1};

	array_add(h, id, LH_F_LIST_ITEMS, a);
	block_of(h, item)->refs++;
	return id;
}

/* ---- dicts ---- */

enum { KEYS_UNICODE = 1, KEYS_SPLIT = 2 }; /* Include/internal/pycore_dict.h: DictKeysKind (3.11) */

struct table {
	uint8_t log2, log2_index_bytes;
	uint64_t room, entries_at, size;
};

/* Entries of str keys, without hash: {key, value}; USABLE_FRACTION() of the slots have room for one. */
static struct table table_for(const struct heap *h, uint64_t count)
{
	struct table t = {.log2 = 3};

	while ((2ull << t.log2) / 3 < count)
		t.log2++;
	t.log2_index_bytes = (uint8_t)(t.log2 + (t.log2 >= 16 ? 2 : t.log2 >= 8));
	t.room = (2ull << t.log2) / 3;
	t.entries_at = off(h, LH_F_KEYS_INDICES) + (1ull << t.log2_index_bytes);
	t.size = t.entries_at + t.room * 16;
	return t;
}

static void put_table(const struct heap *h, const struct table *t, uint8_t *out, uint64_t count, uint8_t kind)
{
	uint64_t one = 1, usable = t->room - count;

	memcpy(out + off(h, LH_F_KEYS_REFCNT), &one, 8);
	out[off(h, LH_F_KEYS_LOG2_SIZE)] = t->log2;
	out[off(h, LH_F_KEYS_LOG2_INDEX_BYTES)] = t->log2_index_bytes;
	out[off(h, LH_F_KEYS_KIND)] = kind;
	memcpy(out + off(h, LH_F_KEYS_USABLE), &usable, 8);
	memcpy(out + off(h, LH_F_KEYS_NENTRIES), &count, 8);
}

struct id keys_new(struct heap *h, uint32_t population, uint32_t count, bool split, uint32_t *ret_entries_at)
{
	struct table t = table_for(h, count);
	struct id id = block_new(h, population, (uint32_t)t.size);

	put_table(h, &t, block_of(h, id)->bytes, split ? count : 0, split ? KEYS_SPLIT : KEYS_UNICODE);
	*ret_entries_at = (uint32_t)t.entries_at;
	return id;
}

static struct id dict_of(struct heap *h, uint32_t population, uint64_t count)
{
	struct table t = table_for(h, count);
	struct id id =
		object_new(h, population, DICT, off(h, LH_F_DICT_SIZE), off(h, LH_F_DICT_SIZE) + t.size);

	put_u64(h, id, off(h, LH_F_DICT_USED), count);
	return id;
}

struct id dict_open(struct heap *h, uint32_t population, uint32_t room)
{
	struct id id = dict_of(h, population, room), keys;
	uint32_t at;

	keys = keys_new(h, population, room, false, &at);
	point(h, id, off(h, LH_F_DICT_KEYS), keys, 0);
	put_u64(h, id, off(h, LH_F_DICT_USED), 0);
	return id;
}

void dict_add(struct heap *h, struct id dict, struct entry entry)
{
	struct id keys = {dict.population, dict.block + 1};
	uint8_t *bytes = block_of(h, keys)->bytes;
	uint64_t used, at;

	memcpy(&used, bytes + off(h, LH_F_KEYS_NENTRIES), 8);
	at = off(h, LH_F_KEYS_INDICES) + (1ull << bytes[off(h, LH_F_KEYS_LOG2_INDEX_BYTES)]) + used++ * 16;
	refer(h, keys, (uint32_t)at, entry.key, TO_BLOCK);
	refer(h, keys, (uint32_t)at + 8, entry.value, entry.first ? TO_FIRST : TO_BLOCK);
	put_u64(h, dict, off(h, LH_F_DICT_USED), used);
	put_u64(h, keys, off(h, LH_F_KEYS_NENTRIES), used);
	put_u64(h, keys, off(h, LH_F_KEYS_USABLE), (2ull << bytes[off(h, LH_F_KEYS_LOG2_SIZE)]) / 3 - used);
}

struct id dict_new(struct heap *h, uint32_t population, const struct entry *entries, uint32_t count)
{
	struct id id = dict_open(h, population, count);

	for (uint32_t i = 0; i < count; i++)
		dict_add(h, id, entries[i]);
	return id;
}

struct id big_dict_new(struct heap *h, struct id key, struct id value)
{
	uint64_t count = population_of(h, key)->count;
	struct table t = table_for(h, count);
	struct id id = dict_of(h, 0, count);
	struct array a = {.size = t.size,
			  .head_size = (uint32_t)t.entries_at,
			  .stride = 16,
			  .columns = {key, value},
			  .column_count = 2};

	a.head = zeros(a.head_size);
	put_table(h, &t, a.head, count, KEYS_UNICODE);
	array_add(h, id, LH_F_DICT_KEYS, a);
	block_of(h, key)->refs++;
	block_of(h, value)->refs++;
	return id;
}

/* ---- functions ---- */

struct id cell_new(struct heap *h, uint32_t population, struct id content)
{
	struct id id = object_new(h, population, CELL, h->types[CELL].basicsize, h->types[CELL].basicsize);

	refer(h, id, off(h, LH_F_CELL_REF), content, TO_BLOCK);
	return id;
}

struct id function_new(struct heap *h, uint32_t population, struct id code, struct id globals,
		       struct id builtins, struct id name, struct id closure)
{
	uint32_t size = h->types[FUNCTION].basicsize;
	struct id id = object_new(h, population, FUNCTION, size, size);

	refer(h, id, off(h, LH_F_FUNCTION_CODE), code, TO_BLOCK);
	refer(h, id, off(h, LH_F_FUNCTION_GLOBALS), globals, TO_BLOCK);
	refer(h, id, off(h, LH_F_FUNCTION_BUILTINS), builtins, TO_BLOCK);
	refer(h, id, off(h, LH_F_FUNCTION_NAME), name, TO_BLOCK);
	refer(h, id, off(h, LH_F_FUNCTION_QUALNAME), name, TO_BLOCK);
	refer(h, id, off(h, LH_F_FUNCTION_CLOSURE), closure, TO_BLOCK);
	return id;
}

/* ---- instances ---- */

/*
 * Where values of attributes are: inside, behind {capacity, size, embedded, valid} (3.13+); before that in
 * storage, behind a prefix that keeps their order (Objects/dictobject.c new_values(), 3.11 and 3.12).
 */
static uint32_t prefix_of(unsigned attributes)
{
	return (attributes + 2 + 7) & ~7u;
}

struct id instance_new(struct heap *h, uint32_t population, int type)
{
	const struct type_info t = h->types[type];
	bool inline_ = has(h, LH_F_VALUES_CAPACITY);
	uint32_t values = inline_ ? off(h, LH_F_VALUES_VALUES) + t.attributes * 8 : 0;
	struct id id = object_new(h, population, type,
				  t.basicsize + values + (values ? (t.attributes + 7) & ~7u : 0),
				  t.basicsize),
		  storage;
	uint8_t header[8] = {0};

	if (inline_) {
		header[off(h, LH_F_VALUES_CAPACITY)] = header[off(h, LH_F_VALUES_SIZE)] =
			(uint8_t)t.attributes;
		header[off(h, LH_F_VALUES_EMBEDDED)] = header[off(h, LH_F_VALUES_VALID)] = 1;
		put(h, id, t.basicsize, header, 4);
		return id;
	}
	storage = block_new(h, population, prefix_of(t.attributes) + t.attributes * 8);
	/* Four words in front of the object in 3.11; three, with a tag, in 3.12. */
	if (lh_layout_constant(&h->layout, LH_C_TPFLAG_MANAGED_WEAKREF))
		point(h, id, (uint32_t)-24, storage, prefix_of(t.attributes) - 1);
	else
		point(h, id, (uint32_t)-32, storage, prefix_of(t.attributes));
	return id;
}

void instance_set(struct heap *h, struct id instance, unsigned attribute, struct id value,
		  enum patch_kind kind)
{
	const struct type_info *t = &h->types[block_of(h, instance)->type];

	if (has(h, LH_F_VALUES_CAPACITY)) {
		refer(h, instance, t->basicsize + off(h, LH_F_VALUES_VALUES) + attribute * 8, value, kind);
		return;
	}
	instance.block++;
	refer(h, instance, prefix_of(t->attributes) + attribute * 8, value, kind);
}

/* Each dict refers to the keys that it shares with its class (Objects/dictobject.c dictkeys_incref()). */
static void share_keys(struct heap *h, struct id keys, uint32_t holders)
{
	uint8_t *count = block_of(h, keys)->bytes + off(h, LH_F_KEYS_REFCNT);
	uint64_t sum;

	memcpy(&sum, count, 8);
	sum += holders;
	memcpy(count, &sum, 8);
}

/* Before 3.13 the values become the dict's: nothing else in front of the object leads to them. */
static void drop_values(struct heap *h, struct id instance)
{
	struct block *b = block_of(h, instance);

	for (size_t i = 0; i < b->patch_count; i++)
		if (b->patches[i].to.population == instance.population &&
		    b->patches[i].to.block == instance.block + 1)
			b->patches[i--] = b->patches[--b->patch_count];
}

struct id instance_dict_new(struct heap *h, struct id instance)
{
	const struct type_info t = h->types[block_of(h, instance)->type];
	uint32_t size = off(h, LH_F_DICT_SIZE);
	struct table table = table_for(h, t.attributes);
	struct id dict = object_new(h, instance.population, DICT, size, size + table.room * 8),
		  values = {instance.population, instance.block + 1};

	put_u64(h, dict, off(h, LH_F_DICT_USED), t.attributes);
	point(h, dict, off(h, LH_F_DICT_KEYS), t.keys, 0);
	share_keys(h, t.keys, population_of(h, instance)->count);
	if (has(h, LH_F_VALUES_CAPACITY)) {
		point(h, dict, off(h, LH_F_DICT_VALUES), instance, t.basicsize);
	} else {
		drop_values(h, instance);
		point(h, dict, off(h, LH_F_DICT_VALUES), values, prefix_of(t.attributes));
	}
	refer(h, instance, (uint32_t)-24, dict, TO_BLOCK);
	return dict;
}
