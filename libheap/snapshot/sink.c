/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot/sink.h"
#include "snapshot/zstd_writer.h"

#include <string.h>

bool lh_sink_compresses(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strcmp(dot, ".zst") == 0;
}

int lh_sink_open(struct lh_ctx *ctx, const char *path, struct lh_snapshot_sink *ret)
{
	int r;

	*ret = (struct lh_snapshot_sink){.out = {.ctx = ctx, .fd = -1}};
	if (!path)
		return lh_output_open_unlinked(ctx, &ret->out);
	r = strcmp(path, "-") == 0 ? lh_output_open_stdout(ctx, &ret->out)
				   : lh_output_open(ctx, path, &ret->out);
	if (r < 0 || !lh_sink_compresses(path))
		return r;
	r = lh_zstd_writer_new(&ret->out, &ret->zstd);
	if (r == LH_ABSENT)
		return lh_fail(
			ctx, LH_EUSAGE,
			"write %s: this py-heap was built without libzstd: give a name without .zst, or "
			"compress the file",
			path);
	return r;
}

void lh_sink_add(struct lh_snapshot_sink *s, const void *bytes, size_t len)
{
	s->bytes += len;
	s->stored += len;
	if (s->zstd)
		lh_zstd_writer_add(s->zstd, bytes, len);
	else
		lh_output_add(&s->out, bytes, len);
}

void lh_sink_zeros(struct lh_snapshot_sink *s, uint64_t len)
{
	static const char zeros[1 << 16];

	s->bytes += len;
	if (!s->zstd)
		lh_output_zeros(&s->out, len);
	for (uint64_t n; s->zstd && len && s->out.error == 0; len -= n) {
		n = len < sizeof(zeros) ? len : sizeof(zeros);
		lh_zstd_writer_add(s->zstd, zeros, n);
	}
}

int lh_sink_finish(struct lh_snapshot_sink *s)
{
	if (s->zstd)
		lh_zstd_writer_end(s->zstd);
	return lh_output_finish(&s->out);
}

void lh_sink_fini(struct lh_snapshot_sink *s)
{
	lh_zstd_writer_free(s->zstd);
	lh_output_fini(&s->out);
}
