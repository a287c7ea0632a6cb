/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One compression library, reduced to what they have in common: bytes go in, bytes come out, a stream ends.
 * A library that was missing when libheap was built is NULL here.
 */
#ifndef LH_TARGET_CODEC_H
#define LH_TARGET_CODEC_H

#include "libheap.h"

/* What a hostile stream may make a library allocate: zstd --long=31 and the largest xz dictionary fit. */
#define LH_CODEC_MEMORY (UINT64_C(3) << 30)

/** struct lh_flow - where the next bytes are and where they go; a step moves both on */
struct lh_flow {
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	const char *why; /* when the stream is damaged: what the library says; static storage */
};

/**
 * struct lh_codec - how a library decompresses
 * @open: its state, NULL if memory runs out
 * @step: go on until input or room for output is used up. Return: 0; LH_DONE after the end of a stream,
 * where another may begin; -LH_EFORMAT with flow->why; -LH_ENOMEM.
 */
struct lh_codec {
	void *(*open)(void);
	int (*step)(void *state, struct lh_flow *flow);
	void (*close)(void *state);
};

#ifdef HAVE_ZLIB
extern const struct lh_codec lh_codec_zlib;
#define LH_CODEC_ZLIB (&lh_codec_zlib)
#else
#define LH_CODEC_ZLIB NULL
#endif

#ifdef HAVE_LZMA
extern const struct lh_codec lh_codec_lzma;
#define LH_CODEC_LZMA (&lh_codec_lzma)
#else
#define LH_CODEC_LZMA NULL
#endif

#ifdef HAVE_LZ4
extern const struct lh_codec lh_codec_lz4;
#define LH_CODEC_LZ4 (&lh_codec_lz4)
#else
#define LH_CODEC_LZ4 NULL
#endif

#ifdef HAVE_ZSTD
extern const struct lh_codec lh_codec_zstd;
#define LH_CODEC_ZSTD (&lh_codec_zstd)
#else
#define LH_CODEC_ZSTD NULL
#endif

#endif
