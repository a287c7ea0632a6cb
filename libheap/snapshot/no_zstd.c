/* SPDX-License-Identifier: Apache-2.0 */
/* A build without libzstd. */
#include "snapshot/zstd_writer.h"

int lh_zstd_writer_new(struct lh_output *out, struct lh_zstd_writer **ret)
{
	return LH_ABSENT;
}

struct lh_zstd_writer *lh_zstd_writer_free(struct lh_zstd_writer *w)
{
	return NULL;
}

void lh_zstd_writer_add(struct lh_zstd_writer *w, const void *bytes, size_t len)
{
}

void lh_zstd_writer_end(struct lh_zstd_writer *w)
{
}
