/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export.h"
#include "export/writers.h"

#include <string.h>

const struct lh_export_format lh_export_formats[] = {
#define LH_EXPORT_FORMAT(name, suffix, folder, open_with) \
	{#name, suffix, folder, open_with, lh_export_##name},
#include "export/formats.def"
#undef LH_EXPORT_FORMAT
	{},
};

const char *const lh_export_format_names[] = {
#define LH_EXPORT_FORMAT(name, ...) #name,
#include "export/formats.def"
#undef LH_EXPORT_FORMAT
	NULL,
};

static bool ends_in(const char *path, const char *suffix)
{
	size_t length = strlen(path), n = suffix ? strlen(suffix) : length;

	return length > n && strcmp(path + length - n, suffix) == 0;
}

const struct lh_export_format *lh_export_format_of(const char *name, const char *path)
{
	for (const struct lh_export_format *f = lh_export_formats; f->name; f++)
		if (name ? strcmp(f->name, name) == 0 : ends_in(path, f->suffix))
			return f;
	return NULL;
}

/* It is opened first: who may not write it need not wait for hours. */
static int open_place(struct lh_export *x, const struct lh_export_format *format, const char *path)
{
	struct lh_ctx *ctx = x->heap->ctx;

	return format->folder ? lh_folder_open(ctx, path, &x->folder) : lh_output_open(ctx, path, &x->output);
}

static int find_and_write(struct lh_export *x, const struct lh_export_format *format)
{
	int r = lh_inventory_get(x->heap,
				 &x->inventory); /* first: then nothing else walks over all objects */

	if (r == 0)
		r = lh_retained_get(x->heap, &x->from);
	return r == 0 ? format->write(x) : r;
}

int lh_export_file(struct lh_heap *heap, const struct lh_export_format *format, const char *path,
		   struct lh_export *ret)
{
	int r;

	*ret = (struct lh_export){.heap = heap, .output.fd = -1};
	r = open_place(ret, format, path);
	if (r < 0)
		return r;
	heap->iterators++; /* what is asked for meanwhile frees nothing that is kept */
	r = find_and_write(ret, format);
	heap->iterators--;
	if (r < 0)
		return r;
	if (!ret->bytes)
		ret->bytes = ret->output.bytes;
	return format->folder ? lh_folder_finish(&ret->folder) : lh_output_finish(&ret->output);
}

void lh_export_fini(struct lh_export *x)
{
	lh_output_fini(&x->output);
	lh_folder_fini(&x->folder);
}
