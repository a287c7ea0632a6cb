/* SPDX-License-Identifier: Apache-2.0 */
/* Where a snapshot goes: a file with holes, a pipe, or either compressed by zstd. From start to end, never back. */
#ifndef LH_SNAPSHOT_SINK_H
#define LH_SNAPSHOT_SINK_H

#include "util/output.h"

struct lh_snapshot_sink {
	struct lh_output out;
	struct lh_zstd_writer *zstd; /* NULL: as it is */
	uint64_t bytes;              /* that went in */
	uint64_t stored;             /* of them that are not zeros in holes */
};

/** lh_sink_compresses() - whether @path asks for zstd, by its suffix */
bool lh_sink_compresses(const char *path);
/** lh_sink_open() - @path: "-" is standard output, NULL a file that nobody else sees. Free with lh_sink_fini() in any case. Return: 0, -LH_EIO, -LH_EUSAGE, -LH_ENOMEM. */
int lh_sink_open(struct lh_ctx *ctx, const char *path, struct lh_snapshot_sink *ret);
/** lh_sink_add() - failures are remembered for lh_sink_finish() */
void lh_sink_add(struct lh_snapshot_sink *sink, const void *bytes, size_t len);
void lh_sink_zeros(struct lh_snapshot_sink *sink, uint64_t len);
/** lh_sink_finish() - it is complete. Return: 0, -LH_EIO, -LH_ENOMEM. */
int lh_sink_finish(struct lh_snapshot_sink *sink);
void lh_sink_fini(struct lh_snapshot_sink *sink);

#endif
