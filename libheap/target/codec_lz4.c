/* SPDX-License-Identifier: Apache-2.0 */
/* lz4's frame format, by liblz4. */
#include "target/codec.h"

#include <lz4frame.h>
#include <string.h>

static void *open_stream(void)
{
	LZ4F_dctx *lz4 = NULL;

	return LZ4F_isError(LZ4F_createDecompressionContext(&lz4, LZ4F_VERSION)) ? NULL : lz4;
}

static int step(void *state, struct lh_flow *flow)
{
	size_t in = flow->in_left, out = flow->out_left, r;

	r = LZ4F_decompress(state, flow->out, &out, flow->in, &in, NULL);
	if (LZ4F_isError(r)) {
		flow->why = LZ4F_getErrorName(r);
		return strcmp(flow->why, "ERROR_allocation_failed") == 0 ? -LH_ENOMEM : -LH_EFORMAT;
	}
	flow->in += in;
	flow->in_left -= in;
	flow->out += out;
	flow->out_left -= out;
	return r == 0 ? LH_DONE : 0;
}

static void close_stream(void *state)
{
	LZ4F_freeDecompressionContext(state);
}

const struct lh_codec lh_codec_lz4 = {open_stream, step, close_stream};
