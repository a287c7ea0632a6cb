/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents are hashed up to a limit, and compared as a whole where hash and length are equal: no two different ones
 * count as one.
 */
#include "analyze/duplicates.h"
#include "cpython/payload.h"
#include "util/array.h"
#include "util/hash.h"

#include <stdlib.h>

#define HASHED_MAX 4096 /* bytes of a content */
#define COMPARED_MAX 8  /* times the bytes of the target: contents of damaged lengths are each others' */

void lh_duplicates_init(struct lh_duplicates *d, struct lh_heap *heap)
{
	*d = (struct lh_duplicates){.heap = heap,
				    .view = lh_view_of(heap->target),
				    .other = lh_view_of(heap->target),
				    .max = LH_DUPLICATES_MAX,
				    .left = lh_target_bytes(heap->target) * COMPARED_MAX};
}

bool lh_duplicates_have(const struct lh_type *type)
{
	enum lh_kind_id id = type->kind->id;

	return !type->python && type->exact &&
	       (id == LH_KIND_STR || id == LH_KIND_UNICODE27 || id == LH_KIND_BYTES || id == LH_KIND_TUPLE);
}

static bool equals(struct lh_duplicates *d, const struct lh_content *content, const struct lh_type *type,
		   const struct lh_payload *payload, const uint8_t *bytes)
{
	struct lh_payload theirs;
	const uint8_t *p;

	if (content->type != type ||
	    lh_payload_of(d->heap, &d->other, type, content->example, &theirs) != 0 ||
	    theirs.len != payload->len || theirs.kind != payload->kind)
		return false;
	p = lh_view_at(&d->other, theirs.addr, theirs.len);
	if (!p || d->left < payload->len)
		return false;
	d->left -= payload->len;
	return memcmp(p, bytes, payload->len) == 0;
}

static int find(struct lh_duplicates *d, const struct lh_object *object, const struct lh_payload *payload,
		const uint8_t *bytes, struct lh_content **ret)
{
	uint64_t len = payload->len, hash = lh_hash(LH_HASH_START, &len, sizeof(len));
	struct lh_content new = {.example = object->addr, .type = object->type};
	uint32_t n;
	int r;

	new.hash = hash = lh_hash(hash, bytes, len < HASHED_MAX ? len : HASHED_MAX);
	for (size_t probe = 0; lh_index_next(&d->index, hash, &probe, &n);) {
		*ret = &d->items[n];
		if ((*ret)->hash == hash && equals(d, *ret, object->type, payload, bytes))
			return 0;
	}
	if (d->count >= d->max || d->left < payload->len)
		return LH_ABSENT;
	r = lh_append(d->heap->ctx, d->items, d->count, d->capacity, new);
	if (r == 0)
		r = lh_index_add(d->heap->ctx, &d->index, hash, (uint32_t)d->count - 1);
	*ret = r == 0 ? &d->items[d->count - 1] : NULL;
	return r;
}

int lh_duplicates_add(struct lh_duplicates *d, const struct lh_object *object, uint64_t bytes)
{
	struct lh_content *content = NULL;
	struct lh_payload payload;
	const uint8_t *p = NULL;
	int r = lh_payload_of(d->heap, &d->view, object->type, object->addr, &payload);

	if (r == 0)
		p = payload.len ? lh_view_at(&d->view, payload.addr, payload.len) : (const uint8_t *)"";
	r = p ? find(d, object, &payload, p, &content) : LH_ABSENT;
	if (r != 0) {
		d->skipped += r == LH_ABSENT;
		return r < 0 ? r : 0;
	}
	content->count++;
	content->bytes += bytes;
	if (content->largest < bytes)
		content->largest = bytes;
	return 0;
}

void lh_duplicates_fini(struct lh_duplicates *d)
{
	free(d->items);
	lh_index_fini(&d->index);
	*d = (struct lh_duplicates){0};
}
