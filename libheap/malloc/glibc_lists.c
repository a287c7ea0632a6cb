/* SPDX-License-Identifier: Apache-2.0 */
/* Walking fastbins and threads' caches; see glibc_lists.h. */
#include "malloc/glibc_lists.h"
#include "malloc/glibc_chunk.h"
#include "util/array.h"
#include "util/bytes.h"

#define CHUNKS_MAX (1u << 30) /* of one list */
#define LOOKS 8 /* at each chunk: a list is counted with masked links, and plain ones, and told */
#define LOOKS_LEAST (1u << 20)

/** struct list - chunks of one list: sizes from @least to @most, links to @bias before a chunk's user's
 * memory */
struct list {
	uint64_t first, least, most;
	uint32_t bias;
};

struct lh_glibc_lists lh_glibc_lists_of(struct lh_target *target, lh_free_range_fn fn, void *arg)
{
	return (struct lh_glibc_lists){.view = lh_view_of(target),
				       .fn = fn,
				       .arg = arg,
				       .most = lh_target_bytes(target) / LH_CHUNK_MIN * LOOKS + LOOKS_LEAST};
}

static uint64_t chunk_size(struct lh_glibc_lists *l, const struct list *list, uint64_t user)
{
	const uint8_t *p = user & 15 ? NULL : lh_view_at(&l->view, user - 8, 16);
	uint64_t word = p ? lh_u64(p) : 0, size = word & ~(uint64_t)LH_CHUNK_FLAGS;

	return word & LH_CHUNK_IS_MMAPPED || size < list->least || size > list->most ? 0 : size;
}

/*
 * Links are masked by their own place since 2.32 (PROTECT_PTR). A masked one may look like a plain one to
 * another chunk of the same size, so a list is judged as a whole.
 */
static uint64_t follow(struct lh_glibc_lists *l, const struct list *list, uint64_t user, bool masked)
{
	uint64_t link = lh_u64(lh_view_at(&l->view, user, 8)) ^ (masked ? user >> 12 : 0);

	return link ? link + list->bias : 0;
}

/*
 * Return: how many chunks the list has; -1: it does not end. A chunk that was seen at the last power of two
 * comes again if the list is circular.
 */
static int64_t walk(struct lh_glibc_lists *l, const struct list *list, bool masked, uint64_t most, bool tell)
{
	uint64_t user = list->first, seen = 0, n = 0;

	for (; user && n < most; n++) {
		uint64_t size = user == seen || l->steps++ >= l->most ? 0 : chunk_size(l, list, user);

		if (!size)
			return -1;
		if ((n & (n + 1)) == 0)
			seen = user;
		if (tell) {
			l->fn(l->arg, user, size - 8);
			l->chunks++;
		}
		user = follow(l, list, user, masked);
	}
	return user ? -1 : (int64_t)n;
}

/* Return: how many chunks the list has, and whether its links are masked; -1 if it does not end either way. */
static int64_t count(struct lh_glibc_lists *l, const struct list *list, uint64_t most, bool *ret_masked)
{
	int64_t n = walk(l, list, true, most, false);

	*ret_masked = true;
	if (n < 0 && (n = walk(l, list, false, most, false)) >= 0)
		*ret_masked = false;
	if (n > 0)
		l->plain = !*ret_masked;
	else if (n < 0)
		*ret_masked = !l->plain;
	return n;
}

static void tell(struct lh_glibc_lists *l, const struct list *list, uint64_t most)
{
	bool masked;

	l->torn += count(l, list, most, &masked) < 0;
	walk(l, list, masked, most, true);
}

/* ---- an arena's ---- */

void lh_glibc_tell_fastbins(struct lh_glibc_lists *l, const struct lh_glibc *glibc,
			    const struct lh_glibc_arena *arena)
{
	const uint8_t *p = glibc->form->fastbins ? lh_view_at(&l->view, arena->addr + glibc->form->fastbins,
							      LH_FASTBINS * 8)
						 : NULL;

	for (unsigned i = 0; p && i < LH_FASTBINS; i++) {
		uint64_t first = lh_u64(p + 8 * i), size = LH_CHUNK_MIN + 16 * i;
		const struct list list = {first ? first + LH_CHUNK_HEAD : 0, size, size, LH_CHUNK_HEAD};

		tell(l, &list, CHUNKS_MAX);
	}
}

/* ---- a thread's ---- */

/*
 * tcache_perthread_struct, in a chunk of its own: numbers of a list's chunks, or of those that it has room
 * for yet; then the lists. Bin i has chunks of 32 + 16 * i bytes; after SMALL_BINS, twice as large each
 * time.
 */
#define SMALL_BINS 64
#define LARGE_LEAST 1024u

struct form {
	uint32_t chunk;  /* size of its chunk, at least: what is left of a chunk may be too small to be one */
	uint32_t number; /* bytes of a number */
	uint32_t bins, entries;
	bool room;
	const char *citation;
};

static const struct form forms[] = {
	{0x290, 2, 64, 128, false, "glibc 2.30 to 2.41: {uint16_t counts[64]; entries[64]}"},
	{0x250, 1, 64, 64, false, "glibc 2.26 to 2.29: {char counts[64]; entries[64]}"},
	{0x300, 2, 76, 152, true, "glibc 2.42, 2.43: {uint16_t num_slots[76]; entries[76]}"},
};

static struct list bin_of(const struct form *form, const uint8_t *cache, uint32_t i)
{
	uint64_t first = lh_u64(cache + form->entries + 8 * i), least = LH_CHUNK_MIN + 16 * i;

	if (i >= SMALL_BINS) {
		least = (uint64_t)LARGE_LEAST << (i - SMALL_BINS);
		return (struct list){first, least, 2 * least - 16, 0};
	}
	return (struct list){first, least, least, 0};
}

static uint64_t number_of(const struct form *form, const uint8_t *cache, uint32_t i)
{
	return form->number == 1 ? cache[i] : lh_u16(cache + 2 * i);
}

#define NUMBER_MAX 65536u

/* How many more each list has room for when it is empty, if the cache has that */
static uint64_t room_of(const struct form *form, const uint8_t *cache)
{
	uint64_t room = 0;

	for (uint32_t i = 0; i < form->bins && form->room; i++)
		if (!lh_u64(cache + form->entries + 8 * i) && room < number_of(form, cache, i))
			room = number_of(form, cache, i);
	return room;
}

static uint64_t chunks_of(const struct form *form, const uint8_t *cache, uint64_t room, uint32_t i)
{
	uint64_t number = number_of(form, cache, i);

	return form->room ? room - number : number;
}

#define OTHER_MAX \
	3 /* numbers that are not the lists': a thread was about to change it, a freed chunk was written to \
	   */

/* By its own words alone, since most chunks of this size are not one: the numbers must agree with lists. */
static bool may_be_cache(const struct form *form, const uint8_t *cache, uint64_t room)
{
	unsigned other = 0, lists = 0;

	for (uint32_t i = 0; i < form->bins && other <= OTHER_MAX; i++) {
		uint64_t first = lh_u64(cache + form->entries + 8 * i),
			 chunks = chunks_of(form, cache, room, i);

		other += !first != !chunks || first & 15 || chunks >= NUMBER_MAX;
		lists += first != 0;
	}
	return lists && other <= OTHER_MAX;
}

/*
 * Whether the numbers are the lists'. A word of any chunk may lead to another; that a number says how far, is
 * not by chance.
 */
static bool is_cache(struct lh_glibc_lists *l, const struct form *form, const uint8_t *cache)
{
	uint64_t room = room_of(form, cache);
	unsigned same = 0, other = 0;

	if (!may_be_cache(form, cache, room))
		return false;
	for (uint32_t i = 0; i < form->bins && other <= OTHER_MAX; i++) {
		const struct list list = bin_of(form, cache, i);
		bool masked;

		if (!list.first)
			continue;
		if (count(l, &list, NUMBER_MAX, &masked) == (int64_t)chunks_of(form, cache, room, i))
			same++;
		else
			other++;
	}
	return other <= OTHER_MAX && same > 3 * other;
}

/* A chunk has the first word of the next one too. */
static const struct form *form_of(struct lh_glibc_lists *l, uint64_t chunk, uint64_t size,
				  const uint8_t **ret_cache)
{
	for (const struct form *form = forms; form < forms + LH_ARRAY_SIZE(forms); form++)
		if (size == form->chunk || size == form->chunk + 16) {
			*ret_cache =
				lh_view_at(&l->view, chunk + LH_CHUNK_HEAD, form->chunk - LH_CHUNK_HEAD + 8);
			return *ret_cache ? form : NULL;
		}
	return NULL;
}

bool lh_glibc_may_be_cache(struct lh_glibc_lists *l, uint64_t chunk, uint64_t size)
{
	const uint8_t *cache;
	const struct form *form = form_of(l, chunk, size, &cache);

	return form && may_be_cache(form, cache, room_of(form, cache));
}

void lh_glibc_tell_cache(struct lh_glibc_lists *l, uint64_t chunk, uint64_t size)
{
	const uint8_t *cache;
	const struct form *form = form_of(l, chunk, size, &cache);

	if (!form || !is_cache(l, form, cache))
		return;
	l->caches++;
	for (uint32_t i = 0; i < form->bins; i++) {
		const struct list list = bin_of(form, cache, i);

		tell(l, &list, NUMBER_MAX);
	}
}
