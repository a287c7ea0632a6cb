/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/data_stack.h"
#include "util/bytes.h"

#define CHUNKS_MAX (1u << 16)
#define CHUNK_MAX (1ull << 30) /* bytes: no thread has more */
#define SIZE_AT 8
#define TOP_AT 16
#define DATA_AT 24

static bool makes_sense(const struct lh_data_stack *s)
{
	return s->chunk && s->data <= s->top && s->top <= s->limit && s->limit - s->chunk <= CHUNK_MAX;
}

bool lh_data_stack_first(struct lh_heap *heap, struct lh_view *view, uint64_t thread,
			 struct lh_data_stack *ret)
{
	const struct lh_layout *l = &heap->layout;
	const uint8_t *p =
		lh_layout_has(l, LH_F_THREAD_DATASTACK_CHUNK)
			? lh_view_at(view, thread + lh_layout_at(l, LH_F_THREAD_DATASTACK_CHUNK), 24)
			: NULL;

	if (!p)
		return false;
	*ret = (struct lh_data_stack){.chunk = lh_u64(p),
				      .data = lh_u64(p) + DATA_AT,
				      .top = lh_u64(p + 8),
				      .limit = lh_u64(p + 16)};
	return makes_sense(ret);
}

bool lh_data_stack_next(struct lh_view *view, struct lh_data_stack *s)
{
	const uint8_t *p = lh_view_at(view, s->chunk, DATA_AT);
	uint64_t chunk = p ? lh_u64(p) : 0;

	p = chunk ? lh_view_at(view, chunk, DATA_AT) : NULL;
	if (!p || ++s->seen >= CHUNKS_MAX || lh_u64(p + SIZE_AT) > CHUNK_MAX ||
	    lh_u64(p + TOP_AT) > CHUNK_MAX)
		return false;
	s->chunk = chunk;
	s->data = chunk + DATA_AT;
	s->top = s->data + 8 * lh_u64(p + TOP_AT);
	s->limit = chunk + lh_u64(p + SIZE_AT);
	return makes_sense(s);
}
