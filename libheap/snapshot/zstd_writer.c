/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/zstd_writer.h"
#include "util/array.h"

#include <stdlib.h>
#include <zstd.h>

#define LEVEL 6       /* of 1 to 19: twice as small as 3 would be worth, at a third of the speed of a disk */
#define WINDOW_LOG 27 /* the most that others decompress without being asked to */
#define BUFFER (1u << 17)

struct lh_zstd_writer {
	ZSTD_CCtx *ctx;
	struct lh_output *out;
	char buffer[BUFFER];
};

int lh_zstd_writer_new(struct lh_output *out, struct lh_zstd_writer **ret)
{
	struct lh_zstd_writer *w = lh_new0(struct lh_zstd_writer, 1);

	if (!w || !(w->ctx = ZSTD_createCCtx())) {
		free(w);
		return lh_nomem(out->ctx);
	}
	w->out = out;
	ZSTD_CCtx_setParameter(w->ctx, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(w->ctx, ZSTD_c_windowLog, WINDOW_LOG);
	ZSTD_CCtx_setParameter(w->ctx, ZSTD_c_enableLongDistanceMatching, 1);
	ZSTD_CCtx_setParameter(w->ctx, ZSTD_c_checksumFlag, 1);
	*ret = w;
	return 0;
}

struct lh_zstd_writer *lh_zstd_writer_free(struct lh_zstd_writer *w)
{
	if (w)
		ZSTD_freeCCtx(w->ctx);
	free(w);
	return NULL;
}

static void compress(struct lh_zstd_writer *w, ZSTD_inBuffer in, ZSTD_EndDirective mode)
{
	size_t left;

	do {
		ZSTD_outBuffer out = {w->buffer, sizeof(w->buffer), 0};

		left = ZSTD_compressStream2(w->ctx, &out, &in, mode);
		if (ZSTD_isError(left) && w->out->error == 0)
			w->out->error = lh_fail(w->out->ctx, LH_EIO, "write %s: zstd: %s", w->out->path,
						ZSTD_getErrorName(left));
		lh_output_add(w->out, w->buffer, out.pos);
	} while (w->out->error == 0 && (mode == ZSTD_e_end ? left != 0 : in.pos < in.size));
}

void lh_zstd_writer_add(struct lh_zstd_writer *w, const void *bytes, size_t len)
{
	compress(w, (ZSTD_inBuffer){bytes, len, 0}, ZSTD_e_continue);
}

void lh_zstd_writer_end(struct lh_zstd_writer *w)
{
	compress(w, (ZSTD_inBuffer){0}, ZSTD_e_end);
}
