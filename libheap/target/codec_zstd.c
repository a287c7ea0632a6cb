/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zstd, by libzstd.
 *
 * It gets as much as it asks for, a block at a time: a call that fails does not report what it has decompressed.
 */
#include "target/codec.h"

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define WINDOW_LOG 31 /* the most that a frame may ask for; 27 unless it is allowed */

struct zstd {
	ZSTD_DCtx *ctx;
	size_t first, wanted; /* bytes of input: of a frame's start, and of the next step */
};

static void close_stream(void *state)
{
	struct zstd *zstd = state;

	ZSTD_freeDCtx(zstd->ctx);
	free(zstd);
}

static void *open_stream(void)
{
	struct zstd *zstd = calloc(1, sizeof(*zstd));

	if (!zstd)
		return NULL;
	zstd->ctx = ZSTD_createDCtx();
	if (!zstd->ctx) {
		free(zstd);
		return NULL;
	}
	zstd->first = zstd->wanted = ZSTD_initDStream(zstd->ctx);
	ZSTD_DCtx_setParameter(zstd->ctx, ZSTD_d_windowLogMax, WINDOW_LOG);
	return zstd;
}

static int step(void *state, struct lh_flow *flow)
{
	struct zstd *zstd = state;
	ZSTD_inBuffer in = {flow->in, flow->in_left < zstd->wanted ? flow->in_left : zstd->wanted, 0};
	ZSTD_outBuffer out = {flow->out, flow->out_left, 0};
	size_t r = ZSTD_decompressStream(zstd->ctx, &out, &in);

	flow->in += in.pos;
	flow->in_left -= in.pos;
	flow->out += out.pos;
	flow->out_left -= out.pos;
	if (ZSTD_isError(r)) {
		flow->why = ZSTD_getErrorName(r);
		return ZSTD_getErrorCode(r) == ZSTD_error_memory_allocation ? -LH_ENOMEM : -LH_EFORMAT;
	}
	zstd->wanted = r ? r : zstd->first;
	return r ? 0 : LH_DONE;
}

const struct lh_codec lh_codec_zstd = {open_stream, step, close_stream};
