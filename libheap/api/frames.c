/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on the calls that threads are in, and their locals. */
#include "cpython/code.h"
#include "cpython/lines.h"
#include "cpython/locals.h"
#include "cpython/text.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/info.h"
#include "util/sort.h"

#include <stdlib.h>

/* ---- which addresses are threads: 8 bytes per thread, or asking each for its calls would walk all of them ---- */

struct thread_set {
	uint64_t *addrs; /* ascending */
	size_t count, capacity;
};

static int add_threads(struct lh_heap *heap, const struct lh_interp *interp, struct thread_set *set)
{
	struct lh_frames walk;
	int r = 0;

	lh_frames_init(&walk, heap, interp);
	while (r == 0 && lh_frames_next_thread(&walk))
		r = lh_append(heap->ctx, set->addrs, set->count, set->capacity, walk.thread.addr);
	return r;
}

static int make_set(struct lh_heap *heap, void *ret)
{
	struct thread_set *set = ret;
	int r = 0;

	for (size_t i = 0; r == 0 && i < heap->interp_count; i++)
		r = add_threads(heap, &heap->interps[i], set);
	if (r == 0)
		lh_sort_words(set->addrs, set->count);
	return r;
}

static void fini_set(void *kept)
{
	free(((struct thread_set *)kept)->addrs);
}

/* Return: 0; LH_ABSENT; -LH_ENOMEM. */
static int find_thread(struct lh_heap *heap, uint64_t addr)
{
	static const struct lh_keeper keeper = {sizeof(struct thread_set), make_set, fini_set};
	const struct thread_set *set;
	int r = lh_heap_keep(heap, &keeper, &set);
	size_t at;

	if (r < 0)
		return r;
	at = lh_bsearch_first(set->count, i, set->addrs[i] < addr);
	return at < set->count && set->addrs[at] == addr ? 0 : LH_ABSENT;
}

/* ---- frames ---- */

struct lh_frame_iter {
	struct lh_frames walk;
	bool has_frame, told; /* told: that the chain is broken */
	struct lh_string function, file;
};

static void forget_texts(struct lh_frame_iter *iter)
{
	lh_string_fini(&iter->function);
	lh_string_fini(&iter->file);
}

int lh_frame_iter_new(struct lh_heap *heap, uint64_t thread, struct lh_frame_iter **ret)
{
	struct lh_frame_iter *iter;
	int r = find_thread(heap, thread);

	if (r != 0)
		return r;
	iter = lh_new0(struct lh_frame_iter, 1);
	if (!iter)
		return lh_nomem(heap->ctx);
	if (!lh_frames_of(&iter->walk, heap, thread)) {
		free(iter);
		return LH_ABSENT;
	}
	*ret = iter;
	return 0;
}

struct lh_frame_iter *lh_frame_iter_free(struct lh_frame_iter *iter)
{
	if (iter)
		forget_texts(iter);
	free(iter);
	return NULL;
}

int lh_frame_iter_next(struct lh_frame_iter *iter, struct lh_frame_info *ret)
{
	struct lh_frames *walk = &iter->walk;
	const struct lh_frame *frame = &walk->frame;

	forget_texts(iter);
	iter->has_frame = !iter->told && lh_frames_next(walk);
	if (!iter->has_frame && walk->incomplete && !iter->told) {
		iter->told = true;
		return lh_fail_at(walk->heap->ctx, LH_ECORRUPT, walk->thread.addr,
				  "read the calls of thread 0x%" PRIx64
				  ": their chain is broken, or leads to memory that the target does not have",
				  walk->thread.addr);
	}
	if (!iter->has_frame)
		return LH_DONE;
	lh_info_give(ret,
		     &(struct lh_frame_info){.addr = frame->addr,
					     .code = frame->code,
					     .globals = frame->globals,
					     .line = lh_frame_line(walk->heap, &walk->view, frame)},
		     sizeof(*ret));
	return 0;
}

static int give_text(struct lh_frame_iter *iter, bool (*add)(struct lh_heap *, uint64_t, struct lh_string *),
		     struct lh_string *text, const char **ret)
{
	if (!iter->has_frame || (!text->text && !add(iter->walk.heap, iter->walk.frame.code, text)))
		return LH_ABSENT;
	if (text->failed)
		return lh_nomem(iter->walk.heap->ctx);
	*ret = text->text ? text->text : "";
	return 0;
}

int lh_frame_iter_function(struct lh_frame_iter *iter, const char **ret)
{
	return give_text(iter, lh_code_name, &iter->function, ret);
}

int lh_frame_iter_file(struct lh_frame_iter *iter, const char **ret)
{
	return give_text(iter, lh_code_file, &iter->file, ret);
}

/* ---- locals ---- */

struct local {
	uint64_t name, value;
};

struct lh_local_iter {
	struct lh_heap *heap;
	struct local *items;
	size_t count, capacity, at;
	struct lh_string name;
};

static int add_local(void *arg, uint64_t name, uint64_t value)
{
	struct lh_local_iter *iter = arg;

	return lh_append(iter->heap->ctx, iter->items, iter->count, iter->capacity,
			 ((struct local){name, value}));
}

LH_DEFINE_CLEANUP(struct lh_local_iter, lh_local_iter_free);

int lh_local_iter_new(struct lh_heap *heap, uint64_t frame, struct lh_local_iter **ret)
{
	_cleanup_(lh_local_iter_freep) struct lh_local_iter *iter = lh_new0(struct lh_local_iter, 1);
	struct lh_view view = lh_view_of(heap->target);
	struct lh_frame call;
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	if (!lh_frame_at(heap, &view, frame, &call))
		return LH_ABSENT;
	r = lh_frame_locals(heap, &view, &call, add_local, iter);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_local_iter_next(struct lh_local_iter *iter, struct lh_local_info *ret)
{
	if (iter->at >= iter->count)
		return LH_DONE;
	lh_info_give(ret,
		     &(struct lh_local_info){.name = iter->items[iter->at].name,
					     .addr = iter->items[iter->at].value},
		     sizeof(*ret));
	iter->at++;
	return 0;
}

int lh_local_iter_name(struct lh_local_iter *iter, const char **ret)
{
	lh_string_fini(&iter->name);
	if (!iter->at ||
	    lh_str_append(iter->heap, iter->items[iter->at - 1].name, UINT64_MAX, &iter->name) == LH_ABSENT)
		lh_string_add(&iter->name, "?");
	if (iter->name.failed)
		return lh_nomem(iter->heap->ctx);
	*ret = iter->name.text ? iter->name.text : "";
	return 0;
}

struct lh_local_iter *lh_local_iter_free(struct lh_local_iter *iter)
{
	if (!iter)
		return NULL;
	lh_string_fini(&iter->name);
	free(iter->items);
	free(iter);
	return NULL;
}
