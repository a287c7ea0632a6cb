/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/identity.h"
#include "util/hash.h"

#include <stdio.h>
#include <string.h>

#define BLOCK ((size_t)1 << 20)

/* Two chains of hashes over words. */
struct hashes {
	uint64_t a, b;
};

static void add_word(struct hashes *h, uint64_t word)
{
	h->a = (h->a ^ word) * 0x9e3779b97f4a7c15u;
	h->a ^= h->a >> 32;
	h->b = (h->b + word) * 0xff51afd7ed558ccdu;
	h->b ^= h->b >> 29;
}

/* Words that are not zero, with their places: whether zeros are in the file or are a hole makes no difference. */
static void add_bytes(struct hashes *h, uint64_t addr, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
		uint64_t word = 0;

		memcpy(&word, bytes + at, len - at < sizeof(word) ? len - at : sizeof(word));
		if (word)
			add_word(h, word ^ ((addr + at) * 0xc2b2ae3d27d4eb4fu));
	}
}

/* The first hole that ends behind @at; NULL: none. */
static const struct lh_hole *hole_after(const struct lh_target *target, const uint8_t *at)
{
	for (size_t i = 0; i < target->hole_count; i++)
		if (target->holes[i].end > at)
			return &target->holes[i];
	return NULL;
}

/* Holes are skipped: a sparse core may claim a terabyte. */
static int add_segment(const struct lh_target *target, const struct lh_segment *s, struct hashes *h)
{
	const uint8_t *end = s->data + (s->end - s->start);

	for (const uint8_t *at = s->data; at < end;) {
		const struct lh_hole *hole = hole_after(target, at);
		size_t len = (size_t)(end - at);

		if (hole && hole->start <= at) {
			at = hole->end < end ? hole->end : end;
			continue;
		}
		if (hole && hole->start < end)
			len = (size_t)(hole->start - at);
		if (len > BLOCK)
			len = BLOCK;
		if (lh_progress(target->ctx, "looking if the dump is known", 0, 0) < 0)
			return -LH_EINTR;
		add_bytes(h, s->start + (uint64_t)(at - s->data), at, len);
		at += len;
	}
	return 0;
}

int lh_identity_of(const struct lh_target *target, char ret[LH_IDENTITY_MAX])
{
	struct hashes h = {LH_HASH_START, ~LH_HASH_START};
	int r = 0;

	add_word(&h, (uint64_t)target->pid);
	for (size_t i = 0; i < target->register_count; i++)
		add_word(&h, target->registers[i].value);
	for (size_t i = 0; r == 0 && i < target->segment_count; i++)
		if (target->segments[i].writable && !target->segments[i].lazy)
			r = add_segment(target, &target->segments[i], &h);
	if (r == 0)
		snprintf(ret, LH_IDENTITY_MAX, "%016" PRIx64 "%016" PRIx64, h.a, h.b);
	return r;
}
