/* SPDX-License-Identifier: Apache-2.0 */
/* Compresses in memory, with checksums, by each library that this build has. */
#ifndef TESTS_COMPRESSOR_H
#define TESTS_COMPRESSOR_H

#include <stddef.h>
#include <stdint.h>

/* @compress: NULL when the library is missing. Return: data to free(). */
struct compressor {
	const char *name, *library;
	uint8_t magic[6];
	uint8_t *(*compress)(const uint8_t *data, size_t len, size_t *ret_len);
};

#define COMPRESSORS 4
extern const struct compressor compressors[COMPRESSORS];

#endif
