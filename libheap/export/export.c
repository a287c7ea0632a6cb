/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export.h"
#include "export/writers.h"

#include <string.h>

const struct lh_export_format lh_export_formats[] = {
	{"sqlite", ".sqlite", "sqlite3 %s", lh_export_sqlite},
	{},
};

const char *const lh_export_format_names[] = {"sqlite", NULL};

const struct lh_export_format *lh_export_format_of(const char *name, const char *path)
{
	size_t length = strlen(path);

	for (const struct lh_export_format *f = lh_export_formats; f->name; f++) {
		size_t n = strlen(f->suffix);

		if (name ? strcmp(f->name, name) == 0
			 : length > n && strcmp(path + length - n, f->suffix) == 0)
			return f;
	}
	return NULL;
}

/* The file is opened first: who may not write it need not wait for hours. */
static int open_output(struct lh_ctx *ctx, const char *path, struct lh_output *ret)
{
	int r = lh_output_open(ctx, path, ret);

	if (r == LH_ABSENT)
		return lh_fail(
			ctx, LH_EIO,
			"write %s: nothing can take its place: it has other names, or is not yours, or its "
			"folder is read-only: give another name",
			path);
	return r;
}

int lh_export_file(struct lh_heap *heap, const struct lh_export_format *format, const char *path,
		   struct lh_export *ret)
{
	int r;

	*ret = (struct lh_export){.heap = heap, .output.fd = -1};
	r = open_output(heap->ctx, path, &ret->output);
	heap->iterators++; /* what is asked for meanwhile frees nothing that is kept */
	if (r == 0)        /* first: then nothing else walks over all objects */
		r = lh_inventory_get(heap, &ret->inventory);
	if (r == 0)
		r = lh_retained_get(heap, &ret->from);
	if (r == 0)
		r = format->write(ret);
	heap->iterators--;
	return r == 0 ? lh_output_finish(&ret->output) : r;
}

void lh_export_fini(struct lh_export *x)
{
	lh_output_fini(&x->output);
}
