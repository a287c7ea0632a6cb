/* SPDX-License-Identifier: Apache-2.0 */
#include "compressor.h"

#include <stdlib.h>

__attribute__((unused)) static uint8_t *room_for(size_t len, size_t *ret_room)
{
	*ret_room = len + len / 8 + 65536;
	return calloc(1, *ret_room);
}

#ifdef HAVE_ZLIB
#include <zlib.h>

static uint8_t *to_gzip(const uint8_t *data, size_t len, size_t *ret_len)
{
	size_t room;
	uint8_t *out = room_for(len, &room);
	z_stream z = {
		.next_in = (Bytef *)data, .avail_in = (uInt)len, .next_out = out, .avail_out = (uInt)room};

	deflateInit2(&z, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
	deflate(&z, Z_FINISH);
	*ret_len = z.total_out;
	deflateEnd(&z);
	return out;
}
#else
#define to_gzip NULL
#endif

#ifdef HAVE_LZMA
#include <lzma.h>

static uint8_t *to_xz(const uint8_t *data, size_t len, size_t *ret_len)
{
	size_t room;
	uint8_t *out = room_for(len, &room);

	*ret_len = 0;
	lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, data, len, out, ret_len, room);
	return out;
}
#else
#define to_xz NULL
#endif

#ifdef HAVE_LZ4
#include <lz4frame.h>

static uint8_t *to_lz4(const uint8_t *data, size_t len, size_t *ret_len)
{
	LZ4F_preferences_t how = {.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
	size_t room;
	uint8_t *out = room_for(len, &room);

	*ret_len = LZ4F_compressFrame(out, room, data, len, &how);
	return out;
}
#else
#define to_lz4 NULL
#endif

#ifdef HAVE_ZSTD
#include <zstd.h>

static uint8_t *to_zstd(const uint8_t *data, size_t len, size_t *ret_len)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t room;
	uint8_t *out = room_for(len, &room);

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	*ret_len = ZSTD_compress2(zstd, out, room, data, len);
	ZSTD_freeCCtx(zstd);
	return out;
}
#else
#define to_zstd NULL
#endif

const struct compressor compressors[COMPRESSORS] = {
	{"gzip", "zlib", "\x1f\x8b\x08", to_gzip},
	{"xz", "liblzma", "\3757zXZ", to_xz},
	{"lz4", "liblz4", "\x04\x22\x4d\x18", to_lz4},
	{"zstd", "libzstd", "\x28\xb5\x2f\xfd", to_zstd},
};
