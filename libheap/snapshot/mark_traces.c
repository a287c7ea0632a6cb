/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of tracemalloc: sizes of blocks, and lines of calls. */
#include "analyze/traces.h"
#include "snapshot/mark.h"

static void on_memory(void *arg, uint64_t addr, uint64_t len)
{
	struct lh_mark_objects *w = arg;

	lh_kept_keep(w->marks, addr, len);
}

/* Blocks that one line made share their traceback. */
static int on_trace(void *arg, const struct lh_trace *trace)
{
	struct lh_mark_objects *w = arg;
	struct lh_trace_frame frame;

	if (lh_kept_has(w->marks, trace->traceback))
		return 0;
	lh_kept_keep(w->marks, trace->traceback, lh_trace_bytes(w->heap, &w->view, trace->traceback));
	for (uint32_t i = 0; lh_trace_frame(w->heap, &w->view, trace->traceback, i, &frame) == 0; i++)
		if (lh_layout_constant(&w->heap->layout, LH_C_TRACE_FILE_CHARS))
			lh_kept_string(w->marks, frame.file);
		else
			lh_mark_text(w, frame.file);
	return 0;
}

int lh_mark_traces(struct lh_mark_objects *w)
{
	return lh_traces_memory(w->heap, on_memory, on_trace, w);
}
