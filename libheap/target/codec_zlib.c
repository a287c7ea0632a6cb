/* SPDX-License-Identifier: Apache-2.0 */
/* gzip, by zlib. */
#include "target/codec.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#define GZIP_ONLY (MAX_WBITS + 16)

static void *open_stream(void)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (z && inflateInit2(z, GZIP_ONLY) != Z_OK) {
		free(z);
		return NULL;
	}
	return z;
}

static unsigned clamp(size_t len)
{
	return len < UINT_MAX ? (unsigned)len : UINT_MAX;
}

static int step(void *state, struct lh_flow *flow)
{
	z_stream *z = state;
	unsigned in = clamp(flow->in_left), out = clamp(flow->out_left);
	int r;

	z->next_in = (Bytef *)flow->in; /* zlib only reads it; not const unless ZLIB_CONST */
	z->avail_in = in;
	z->next_out = flow->out;
	z->avail_out = out;
	r = inflate(z, Z_NO_FLUSH);
	flow->in += in - z->avail_in;
	flow->in_left -= in - z->avail_in;
	flow->out += out - z->avail_out;
	flow->out_left -= out - z->avail_out;
	if (r == Z_STREAM_END)
		return inflateReset(z) == Z_OK ? LH_DONE : -LH_ENOMEM;
	if (r == Z_MEM_ERROR)
		return -LH_ENOMEM;
	if (r == Z_OK || r == Z_BUF_ERROR)
		return 0;
	flow->why = z->msg ? z->msg : "invalid data";
	return -LH_EFORMAT;
}

static void close_stream(void *state)
{
	inflateEnd(state);
	free(state);
}

const struct lh_codec lh_codec_zlib = {open_stream, step, close_stream};
