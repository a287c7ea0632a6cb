/* SPDX-License-Identifier: Apache-2.0 */
/* xz, by liblzma. */
#include "target/codec.h"

#include <lzma.h>
#include <stdlib.h>

static void close_stream(void *state)
{
	lzma_end(state);
	free(state);
}

static void *open_stream(void)
{
	lzma_stream *lzma = calloc(1, sizeof(*lzma)); /* all zero is LZMA_STREAM_INIT */

	if (lzma && lzma_stream_decoder(lzma, LH_CODEC_MEMORY, 0) != LZMA_OK) {
		free(lzma);
		return NULL;
	}
	return lzma;
}

static const char *describe(lzma_ret r)
{
	switch (r) {
	case LZMA_MEMLIMIT_ERROR:
		return "it wants more than 3 GiB of memory";
	case LZMA_FORMAT_ERROR:
		return "not an xz header";
	case LZMA_OPTIONS_ERROR:
		return "options that this liblzma does not know";
	default:
		return "invalid data";
	}
}

static int step(void *state, struct lh_flow *flow)
{
	lzma_stream *lzma = state;
	lzma_ret r;

	lzma->next_in = flow->in;
	lzma->avail_in = flow->in_left;
	lzma->next_out = flow->out;
	lzma->avail_out = flow->out_left;
	r = lzma_code(lzma, LZMA_RUN);
	flow->in = lzma->next_in;
	flow->in_left = lzma->avail_in;
	flow->out = lzma->next_out;
	flow->out_left = lzma->avail_out;
	if (r == LZMA_STREAM_END)
		return lzma_stream_decoder(lzma, LH_CODEC_MEMORY, 0) == LZMA_OK ? LH_DONE : -LH_ENOMEM;
	if (r == LZMA_MEM_ERROR)
		return -LH_ENOMEM;
	if (r == LZMA_OK || r == LZMA_BUF_ERROR)
		return 0;
	flow->why = describe(r);
	return -LH_EFORMAT;
}

const struct lh_codec lh_codec_lzma = {open_stream, step, close_stream};
