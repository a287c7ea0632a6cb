/* SPDX-License-Identifier: Apache-2.0 */
#include "export/export.h"
#include "export/postgresql.h"
#include "export/server_url.h"
#include "export/writers.h"

#include <string.h>

/* Ended by name NULL. */
static const struct lh_export_format formats[] = {
#define LH_EXPORT_FORMAT(name, suffix, place, open_with) \
	{#name, suffix, LH_EXPORT_##place, open_with, lh_export_##name},
#include "export/formats.def"
#undef LH_EXPORT_FORMAT
	{},
};

static const struct lh_export_format server_tables = {"postgresql", NULL, LH_EXPORT_SERVER, "psql %s",
						      lh_postgresql_write};

const char *const lh_export_choices[] = {
#define LH_EXPORT_FORMAT(name, ...) #name,
#include "export/formats.def"
#undef LH_EXPORT_FORMAT
	LH_SERVER_SCHEMES,
	NULL,
};

static bool ends_in(const char *path, const char *suffix)
{
	size_t length = strlen(path), n = suffix ? strlen(suffix) : length;

	return length > n && strcmp(path + length - n, suffix) == 0;
}

const struct lh_export_format *lh_export_format_of(const char *name, const char *path)
{
	if (lh_server_is_url(name))
		return &server_tables;
	for (const struct lh_export_format *f = formats; f->name; f++)
		if (name ? strcmp(f->name, name) == 0 : ends_in(path, f->suffix))
			return f;
	return NULL;
}

/* It is opened first: who may not write it need not wait for hours. */
static int open_place(struct lh_export *x, enum lh_export_place place, const char *path)
{
	struct lh_ctx *ctx = x->heap->ctx;

	switch (place) {
	case LH_EXPORT_FILE:
		return lh_output_open(ctx, path, &x->output);
	case LH_EXPORT_FOLDER:
		return lh_folder_open(ctx, path, &x->folder);
	case LH_EXPORT_SERVER:
		return lh_postgresql_begin(x);
	}
	return lh_fail(ctx, LH_EUSAGE, "write %s: it is no place", path);
}

static int find_and_write(struct lh_export *x, const struct lh_export_format *format)
{
	int r = lh_inventory_get(x->heap,
				 &x->inventory); /* first: then nothing else walks over all objects */

	if (r == 0)
		r = lh_retained_get(x->heap, &x->from);
	return r == 0 ? format->write(x) : r;
}

struct lh_export lh_export_start(struct lh_heap *heap)
{
	return (struct lh_export){.heap = heap, .output.fd = -1};
}

int lh_export_write(struct lh_export *x, const struct lh_export_format *format, const char *path)
{
	int r = open_place(x, format->place, path);

	if (r < 0)
		return r;
	x->heap->iterators++; /* what is asked for meanwhile frees nothing that is kept */
	r = find_and_write(x, format);
	x->heap->iterators--;
	if (r < 0 || format->place == LH_EXPORT_SERVER)
		return r;
	if (!x->bytes)
		x->bytes = x->output.bytes;
	return format->place == LH_EXPORT_FOLDER ? lh_folder_finish(&x->folder)
						 : lh_output_finish(&x->output);
}

void lh_export_fini(struct lh_export *x)
{
	lh_output_fini(&x->output);
	lh_folder_fini(&x->folder);
}
