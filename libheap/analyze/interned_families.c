/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prefix of a name is the part before its first number, up to the last separator there: "column_" of
 * column_17_a, "key" of key12. Of a name without a number it is the first word with its separator: "user_" of
 * user_smith; __init__ and plain words have none.
 */
#include "analyze/interned_families.h"
#include "cpython/size.h"
#include "cpython/text.h"
#include "util/array.h"
#include "util/hash.h"
#include "util/index.h"

#include <stdlib.h>

#define LOOKED_AT 64 /* characters of a string */
#define LEAST 10     /* strings of a family; fewer are names without a family */

struct finder {
	struct lh_heap *heap;
	struct lh_interned_families *out;
	struct lh_view view;
	struct lh_string text;
	struct lh_index index; /* of families, by prefix */
};

/* ---- prefixes ---- */

static bool is_separator(char c)
{
	return c && strchr("_-.:/ ,|@#", c);
}

static size_t prefix_before_number(const char *text, size_t digit)
{
	size_t end = digit;

	while (end && !is_separator(text[end - 1]))
		end--;
	return end ? end : digit;
}

static size_t prefix_of_words(const char *text)
{
	size_t word = strspn(text, "_-.:/ ,|@#"), end = word;

	while (text[end] && !is_separator(text[end]))
		end++;
	while (is_separator(text[end]))
		end++;
	return text[end] ? end : 0;
}

static size_t prefix_of(const char *text)
{
	size_t digit = strcspn(text, "0123456789");

	return text[digit] ? prefix_before_number(text, digit) : prefix_of_words(text);
}

/* ---- families ---- */

static int add_family(struct finder *f, const char *prefix, size_t len)
{
	struct lh_family family = {.prefix = strndup(prefix, len)};
	int r = family.prefix
			? lh_append(f->heap->ctx, f->out->items, f->out->count, f->out->capacity, family)
			: lh_nomem(f->heap->ctx);

	if (r < 0)
		free(family.prefix);
	return r;
}

static int get_family(struct finder *f, const char *prefix, size_t len, struct lh_family **ret)
{
	uint64_t hash = lh_hash(LH_HASH_START, prefix, len);
	uint32_t n;
	int r;

	for (size_t probe = 0; lh_index_next(&f->index, hash, &probe, &n);) {
		*ret = &f->out->items[n];
		if (strncmp((*ret)->prefix, prefix, len) == 0 && !(*ret)->prefix[len])
			return 0;
	}
	r = add_family(f, prefix, len);
	if (r == 0)
		r = lh_index_add(f->heap->ctx, &f->index, hash, (uint32_t)f->out->count - 1);
	if (r == 0)
		*ret = &f->out->items[f->out->count - 1];
	return r;
}

static void add_to(struct lh_family *family, uint64_t addr, uint64_t bytes, bool immortal)
{
	family->count++;
	family->bytes += bytes;
	family->immortal += immortal;
	if (!family->example)
		family->example = addr;
}

/* ---- strings ---- */

/* Up to 3.11 the state alone says so, since 3.12 the count does too (SSTATE_INTERNED_IMMORTAL is 2). */
static bool is_immortal(const struct finder *f, const struct lh_item *item, unsigned state)
{
	const struct lh_layout *l = &f->heap->layout;
	bool immortal;

	lh_object_refcnt(item->object.bytes + lh_layout_at(l, LH_F_OBJECT_REFCNT), lh_refcnt_kind_of(l),
			 &immortal);
	return immortal || state > 1;
}

static int take(struct finder *f, const struct lh_item *item, unsigned state)
{
	uint64_t bytes = lh_object_bytes(f->heap, &f->view, &item->object);
	bool immortal = is_immortal(f, item, state);
	struct lh_family *family = NULL;
	const char *text;
	int r;

	lh_string_clear(&f->text);
	lh_str_append(f->heap, item->object.addr, LOOKED_AT, &f->text);
	if (f->text.failed)
		return lh_nomem(f->heap->ctx);
	text = f->text.len ? f->text.text : "";
	r = get_family(f, text, prefix_of(text), &family);
	if (r < 0)
		return r;
	add_to(family, item->object.addr, bytes, immortal);
	f->out->strings++;
	f->out->bytes += bytes;
	f->out->immortal += immortal;
	f->out->immortal_bytes += immortal ? bytes : 0;
	return 0;
}

static int look(void *arg, const struct lh_item *items, size_t count)
{
	struct finder *f = arg;
	enum lh_kind_id text = lh_text_kind(&f->heap->layout);
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		unsigned state = items[i].object.type->kind->id == text
					 ? lh_str_interned(f->heap, &f->view, items[i].object.addr)
					 : 0;

		if (state)
			r = take(f, &items[i], state);
	}
	return r;
}

/* Names of small families go to the first family. */
static void fold_small(struct lh_interned_families *out)
{
	struct lh_family *names = &out->items[0];
	size_t kept = 1;

	for (size_t i = 1; i < out->count; i++) {
		struct lh_family *small = &out->items[i];

		if (small->count >= LEAST) {
			out->items[kept++] = *small;
			continue;
		}
		names->count += small->count;
		names->bytes += small->bytes;
		names->immortal += small->immortal;
		if (!names->example)
			names->example = small->example;
		free(small->prefix);
	}
	out->count = kept;
}

static bool wants(void *arg, struct lh_type *type)
{
	const struct finder *f = arg;

	return type->kind->id == lh_text_kind(&f->heap->layout);
}

static bool takes(void *arg, struct lh_view *view, const struct lh_object *object)
{
	const struct finder *f = arg;

	return lh_str_interned(f->heap, view, object->addr);
}

int lh_interned_families_find(struct lh_heap *heap, struct lh_interned_families *ret)
{
	struct finder f = {.heap = heap, .out = ret, .view = lh_view_of(heap->target)};
	const struct lh_walk_filter texts = {.wants = wants, .takes = takes, .arg = &f};
	struct lh_family *names;
	int r;

	*ret = (struct lh_interned_families){0};
	r = get_family(&f, "", 0, &names);
	if (r == 0)
		r = lh_objects_walk_filtered(heap, &texts, look, &f, &ret->findings);
	if (r == 0)
		fold_small(ret);
	lh_index_fini(&f.index);
	lh_string_fini(&f.text);
	return r;
}

void lh_interned_families_fini(struct lh_interned_families *families)
{
	for (size_t i = 0; i < families->count; i++)
		free(families->items[i].prefix);
	free(families->items);
	*families = (struct lh_interned_families){0};
}
