/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on threads. */
#include "cpython/threading.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

struct lh_thread_iter {
	struct lh_heap *heap;
	size_t next_interp;
	/* of the interpreter at hand */
	const struct lh_interp *interp;
	struct lh_thread *threads;
	size_t count, capacity, at; /* at: the thread given last is the one before */
	uint64_t broken;            /* where the list of threads breaks; 0: it does not */
	struct lh_threading threading;
	struct lh_string name;
};

static void forget_interpreter(struct lh_thread_iter *iter)
{
	lh_threading_fini(&iter->threading);
	iter->threading = (struct lh_threading){0};
	iter->interp = NULL;
	iter->count = iter->at = 0;
	iter->broken = 0;
}

int lh_thread_iter_new(struct lh_heap *heap, struct lh_thread_iter **ret)
{
	struct lh_thread_iter *iter = lh_new0(struct lh_thread_iter, 1);

	if (!iter)
		return lh_nomem(heap->ctx);
	iter->heap = heap;
	*ret = iter;
	return 0;
}

struct lh_thread_iter *lh_thread_iter_free(struct lh_thread_iter *iter)
{
	if (!iter)
		return NULL;
	forget_interpreter(iter);
	lh_string_fini(&iter->name);
	free(iter->threads);
	free(iter);
	return NULL;
}

/* CPython puts new ones in front: Python/pystate.c add_threadstate(), in all versions. */
static void put_oldest_first(struct lh_thread_iter *iter)
{
	struct lh_thread oldest = iter->threads[iter->count - 1];

	memmove(&iter->threads[1], iter->threads, (iter->count - 1) * sizeof(oldest));
	iter->threads[0] = oldest;
}

static int read_interpreter(struct lh_thread_iter *iter, const struct lh_interp *interp)
{
	struct lh_frames walk;
	int r;

	forget_interpreter(iter);
	iter->interp = interp;
	lh_frames_init(&walk, iter->heap, interp);
	while (lh_frames_next_thread(&walk)) {
		r = lh_append(iter->heap->ctx, iter->threads, iter->count, iter->capacity, walk.thread);
		if (r < 0)
			return r;
	}
	iter->broken = walk.next_thread;
	if (iter->count && !walk.incomplete)
		put_oldest_first(iter);
	return lh_threading_read(iter->heap, interp, &iter->threading);
}

static int fail_broken(struct lh_thread_iter *iter)
{
	uint64_t broken = iter->broken;

	iter->broken = 0;
	return lh_fail_at(iter->heap->ctx, LH_ECORRUPT, broken,
			  "read the threads of interpreter %" PRId64 ": their list is broken at 0x%" PRIx64,
			  iter->interp->id, broken);
}

int lh_thread_iter_next(struct lh_thread_iter *iter, struct lh_thread_info *ret)
{
	const struct lh_thread *thread;
	int r;

	while (iter->at >= iter->count) {
		if (iter->broken)
			return fail_broken(iter);
		if (iter->next_interp >= iter->heap->interp_count)
			return LH_DONE;
		r = read_interpreter(iter, &iter->heap->interps[iter->next_interp++]);
		if (r < 0)
			return r;
	}
	thread = &iter->threads[iter->at++];
	lh_info_give(ret,
		     &(struct lh_thread_info){.addr = thread->addr,
					      .interpreter = iter->interp->id,
					      .id = thread->id,
					      .native_id = thread->native_id,
					      .holds_gil = lh_thread_has_gil(iter->heap, thread)},
		     sizeof(*ret));
	return 0;
}

int lh_thread_iter_name(struct lh_thread_iter *iter, const char **ret)
{
	lh_string_fini(&iter->name);
	if (!iter->at ||
	    !lh_threading_name(iter->heap, &iter->threading, iter->threads[iter->at - 1].id, &iter->name))
		return LH_ABSENT;
	if (iter->name.failed)
		return lh_nomem(iter->heap->ctx);
	*ret = iter->name.text ? iter->name.text : "";
	return 0;
}
