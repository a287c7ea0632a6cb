/* SPDX-License-Identifier: Apache-2.0 */
/* zstd, by libzstd. */
#include "target/codec.h"

#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG 31 /* the most that a frame may ask for; 27 unless it is allowed */

static void *open_stream(void)
{
	ZSTD_DCtx *zstd = ZSTD_createDCtx();

	if (zstd)
		ZSTD_DCtx_setParameter(zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	return zstd;
}

static int step(void *state, struct lh_flow *flow)
{
	ZSTD_inBuffer in = {flow->in, flow->in_left, 0};
	ZSTD_outBuffer out = {flow->out, flow->out_left, 0};
	size_t r = ZSTD_decompressStream(state, &out, &in);

	flow->in += in.pos;
	flow->in_left -= in.pos;
	flow->out += out.pos;
	flow->out_left -= out.pos;
	if (!ZSTD_isError(r))
		return r == 0 ? LH_DONE : 0;
	flow->why = ZSTD_getErrorName(r);
	return ZSTD_getErrorCode(r) == ZSTD_error_memory_allocation ? -LH_ENOMEM : -LH_EFORMAT;
}

static void close_stream(void *state)
{
	ZSTD_freeDCtx(state);
}

const struct lh_codec lh_codec_zstd = {open_stream, step, close_stream};
