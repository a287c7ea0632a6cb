/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts read from DWARF, kept on disk by build-id (util/user_cache.h): the next run opens in milliseconds.
 */
#ifndef LH_LAYOUT_CACHE_H
#define LH_LAYOUT_CACHE_H

#include "layout/layout.h"
#include "util/string.h"

#define LH_BUILD_ID_MIN 8 /* bytes: a shorter one may be another build's too, and is not cached */

/**
 * lh_layout_from_cache() - the layout that was kept for a build-id
 * @build: goes into the layout; a kept one of another version or kind of build is passed over
 * Return: 0; LH_ABSENT if there is none that is whole, current and ours; -LH_ENOMEM.
 */
int lh_layout_from_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_build *build,
			 struct lh_layout *ret);
/**
 * lh_layout_to_cache() - keep what DWARF said in @layout, once it has been proved
 * If that cannot be done, nothing happens, and the log says why.
 */
void lh_layout_to_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_layout *layout);

/* The text of a file in the cache, see cache_text.c. */

/** lh_layout_write_text() - append the fields of @layout that came from DWARF, with head and checksum. */
void lh_layout_write_text(struct lh_string *s, const char *id, const struct lh_layout *layout);
/**
 * lh_layout_read_text() - the opposite; @ret has the build that was written
 * @text: @len bytes and a NUL, hostile
 * Return: 0; LH_ABSENT when it is not what lh_layout_write_text() of this library writes for @id, to the
 * byte; -LH_ENOMEM.
 */
int lh_layout_read_text(const char *text, size_t len, const char *id, struct lh_layout *ret);

#endif
