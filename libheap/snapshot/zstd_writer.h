/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of zstd, into an output. */
#ifndef LH_SNAPSHOT_ZSTD_WRITER_H
#define LH_SNAPSHOT_ZSTD_WRITER_H

#include "util/output.h"

struct lh_zstd_writer;

/** lh_zstd_writer_new() - Return: 0; LH_ABSENT: libheap was built without libzstd; -LH_ENOMEM. */
int lh_zstd_writer_new(struct lh_output *out, struct lh_zstd_writer **ret);
struct lh_zstd_writer *lh_zstd_writer_free(struct lh_zstd_writer *writer);
/** lh_zstd_writer_add() - compress @len bytes; the output remembers failures */
void lh_zstd_writer_add(struct lh_zstd_writer *writer, const void *bytes, size_t len);
void lh_zstd_writer_end(struct lh_zstd_writer *writer);

#endif
