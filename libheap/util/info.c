/* SPDX-License-Identifier: Apache-2.0 */
/* Structs that cross the ABI: as much of them as the caller's size has; see info.h. */
#include "util/info.h"

/* No struct of ours grows to this: a size that large was not set, and what is there may end before. */
#define SIZE_MAX_PLAUSIBLE 4096

int lh_info_take(struct lh_ctx *ctx, const char *name, const void *options, void *full, size_t full_size)
{
	size_t size = options ? *(const size_t *)options : 0;
	const char *bytes = options;

	if (options && (size < sizeof(size_t) || size > SIZE_MAX_PLAUSIBLE))
		return lh_fail(ctx, LH_EUSAGE,
			       "struct %s: its size is not set: it is %zu, not sizeof(struct %s)", name, size,
			       name);
	for (size_t i = full_size; i < size; i++)
		if (bytes[i])
			return lh_fail(
				ctx, LH_EUSAGE,
				"struct %s: the caller sets byte %zu, this library (%s) knows %zu bytes of it: "
				"use a newer libheap.so, or compile with its own libheap.h",
				name, i, lh_version(), full_size);
	if (options)
		memcpy(full, options, size < full_size ? size : full_size);
	return 0;
}
