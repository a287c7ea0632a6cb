/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed cores: .gz, .xz, .lz4, .zst, whatever they are called. */
#ifndef LH_TARGET_DECOMPRESS_H
#define LH_TARGET_DECOMPRESS_H

#include "util/error.h"

/** lh_compression_name() - "gzip", "zstd", ... by the first bytes; NULL if it looks like none */
const char *lh_compression_name(const uint8_t *data, size_t len);

/**
 * lh_decompress() - decompress @data into an unlinked temporary file, if it is compressed
 * @name: of the core, for messages
 * @ret_fd: the file, cut short when it is not ELF; the caller closes it
 * @ret_damage: NULL; or, when the data is damaged or cut short and the file has what came before, a sentence
 * about that, which the caller frees
 * Return: 0; LH_ABSENT when it is not; -LH_EFORMAT if nothing could be decompressed or this build lacks the
 * library; -LH_EIO; -LH_EINTR; -LH_ENOMEM.
 */
int lh_decompress(struct lh_ctx *ctx, const char *name, const uint8_t *data, size_t len, int *ret_fd,
		  char **ret_damage);

#endif
