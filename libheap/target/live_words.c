/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for words in a process that runs, on all processors, without keeping what is read. */
#include "target/live.h"
#include "target/uncopied.h"
#include "util/array.h"
#include "util/parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PART ((uint64_t)4 << 20)
#define BLOCK ((size_t)256 << 10) /* stays in the processor's cache */

struct work {
	struct lh_looked_words *search;
	struct lh_range *parts;
	size_t count, capacity;
	pthread_mutex_t lock; /* of what was found */
};

static int on_run(void *arg, uint64_t start, uint64_t end)
{
	struct work *w = arg;
	int r = 0;

	for (uint64_t at = start, next; at < end && r == 0; at = next) {
		next = end - at < PART ? end : at + PART;
		r = lh_append(w->search->target->ctx, w->parts, w->count, w->capacity,
			      ((struct lh_range){at, next}));
	}
	return r;
}

static int find_parts(struct work *w)
{
	struct lh_target *target = w->search->target;
	const struct lh_live *live = target->medium;
	const struct lh_page_runs runs = {on_run, w};
	_cleanup_(lh_vmas_fini) struct lh_vmas vmas = {0};
	int r = lh_vmas_read(target, &vmas);

	for (size_t i = 0; i < vmas.count && r == 0; i++)
		if (lh_vma_when(&vmas.all[i], live->pages.scans) == LH_STOPPED &&
		    !lh_vma_is_file(&vmas.all[i]))
			r = lh_pages_runs(&live->pages, vmas.all[i].map.start, vmas.all[i].map.end, &runs);
	return r;
}

static bool is_wanted(const struct lh_looked_words *s, uint64_t word)
{
	for (size_t k = 0; k < s->word_count; k++)
		if (word == s->words[k])
			return true;
	return false;
}

static int add(struct work *w, struct lh_ctx *ctx, uint64_t addr)
{
	struct lh_looked_words *s = w->search;
	int r;

	pthread_mutex_lock(&w->lock);
	r = lh_append(ctx, s->found, s->found_count, s->found_capacity, addr);
	pthread_mutex_unlock(&w->lock);
	return r;
}

/* The last word of a run has none after it. */
static int look(struct work *w, struct lh_ctx *ctx, uint64_t at, const uint64_t *words, size_t count)
{
	const struct lh_looked_words *s = w->search;
	int r = 0;

	for (size_t i = 0; i + 1 < count && r == 0; i++)
		if (is_wanted(s, words[i]) && words[i + 1] >= s->least && words[i + 1] <= s->most)
			r = add(w, ctx, at + 8 * i);
	return r;
}

static int look_in_part(void *arg, struct lh_ctx *ctx, unsigned worker, size_t i)
{
	struct work *w = arg;
	const struct lh_range *part = &w->parts[i];
	_cleanup_free_ uint64_t *words = malloc(BLOCK + 8);
	int r = 0;

	(void)worker;
	if (!words)
		return lh_nomem(ctx);
	for (uint64_t at = part->start; at < part->end && r == 0; at += BLOCK) {
		uint64_t rest = part->end - at, len = rest < BLOCK + 8 ? rest : BLOCK + 8;
		int64_t got = lh_live_read(w->search->target, at, words, len);

		r = look(w, ctx, at, words, (size_t)got / 8);
	}
	return r;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int lh_looked_words_find(struct lh_looked_words *s)
{
	struct work w = {.search = s, .lock = PTHREAD_MUTEX_INITIALIZER};
	int r = find_parts(&w);

	if (r == 0)
		r = lh_parallel_run(&(struct lh_parallel){.ctx = s->target->ctx,
							  .phase = "looking for large objects",
							  .count = w.count,
							  .run = look_in_part,
							  .arg = &w},
				    lh_workers(s->target->ctx));
	if (r == 0 && s->found_count)
		qsort(s->found, s->found_count, sizeof(*s->found), compare);
	free(w.parts);
	return r;
}
