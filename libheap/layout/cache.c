/* SPDX-License-Identifier: Apache-2.0 */
/* Cached layouts: files in a folder of the user's cache (util/user_cache.h), one a build-id. */
#include "layout/cache.h"

#include "target/file.h"
#include "util/cleanup.h"
#include "util/user_cache.h"

#include <errno.h>
#include <string.h>

#define FOLDER "layouts"
#define FILE_MAX (64u << 10) /* a layout takes some 8 KB */
#define HEX_MAX (2 * LH_BUILD_ID_MAX + 1)

static const char *file_name(const uint8_t *id, size_t id_len, char buf[HEX_MAX])
{
	return id_len < LH_BUILD_ID_MIN ? NULL : lh_build_id_format(id, id_len, buf);
}

/* The target's version may not be known yet. */
static bool same_build(const struct lh_build *kept, const struct lh_build *wanted)
{
	return kept->debug == wanted->debug && kept->free_threaded == wanted->free_threaded &&
	       (!wanted->version || lh_versions_same_minor(kept->version, wanted->version));
}

int lh_layout_from_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_build *build,
			 struct lh_layout *ret)
{
	_cleanup_free_ char *text = NULL;
	struct lh_layout layout;
	char hex[HEX_MAX];
	ssize_t len;
	int r;

	if (!file_name(id, id_len, hex))
		return LH_ABSENT;
	text = malloc(FILE_MAX);
	if (!text)
		return lh_nomem(ctx);
	len = lh_user_cache_read(FOLDER, hex, text, FILE_MAX - 1);
	if (len < 0)
		return LH_ABSENT;
	text[len] = 0;
	r = lh_layout_read_text(text, (size_t)len, hex, &layout);
	if (r == -LH_ENOMEM)
		return lh_nomem(ctx);
	if (r == 0 && !same_build(&layout.build, build))
		r = LH_ABSENT;
	if (r != 0) {
		lh_log(ctx, 6, "layout: the cached one of build-id %s is damaged or stale", hex);
		return r;
	}
	layout.build = *build;
	*ret = layout;
	return 0;
}

void lh_layout_to_cache(struct lh_ctx *ctx, const uint8_t *id, size_t id_len, const struct lh_layout *layout)
{
	_cleanup_string_ struct lh_string text = {0};
	char hex[HEX_MAX];

	if (!file_name(id, id_len, hex))
		return;
	lh_layout_write_text(&text, hex, layout);
	if (text.failed)
		return;
	if (!lh_user_cache_write(FOLDER, hex, text.text, text.len))
		lh_log(ctx, 7, "layout: not cached: %s", errno ? strerror(errno) : "no folder for it");
}
