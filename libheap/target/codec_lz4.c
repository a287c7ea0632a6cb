/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lz4's frame format, by liblz4.
 *
 * It gets as much as it asks for, a block at a time: a call that fails does not report what it has decompressed.
 */
#include "target/codec.h"

#include <lz4frame.h>
#include <stdlib.h>
#include <string.h>

struct lz4 {
	LZ4F_dctx *ctx;
	size_t wanted; /* bytes of input of the next step */
};

static void close_stream(void *state)
{
	struct lz4 *lz4 = state;

	LZ4F_freeDecompressionContext(lz4->ctx);
	free(lz4);
}

static void *open_stream(void)
{
	struct lz4 *lz4 = calloc(1, sizeof(*lz4));

	if (!lz4)
		return NULL;
	lz4->wanted = LZ4F_HEADER_SIZE_MIN;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4->ctx, LZ4F_VERSION))) {
		free(lz4);
		return NULL;
	}
	return lz4;
}

static int step(void *state, struct lh_flow *flow)
{
	struct lz4 *lz4 = state;
	size_t in = flow->in_left < lz4->wanted ? flow->in_left : lz4->wanted, out = flow->out_left;
	size_t r = LZ4F_decompress(lz4->ctx, flow->out, &out, flow->in, &in, NULL);

	if (LZ4F_isError(r)) {
		flow->why = LZ4F_getErrorName(r);
		return strcmp(flow->why, "ERROR_allocation_failed") == 0 ? -LH_ENOMEM : -LH_EFORMAT;
	}
	flow->in += in;
	flow->in_left -= in;
	flow->out += out;
	flow->out_left -= out;
	lz4->wanted = r ? r : LZ4F_HEADER_SIZE_MIN;
	return r ? 0 : LH_DONE;
}

const struct lh_codec lh_codec_lz4 = {open_stream, step, close_stream};
