/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heap as a file of a format that other tools open: objects and references, or the dominator tree.
 *
 * Objects and references are those of retained sizes (analyze/retained.h): numbers, edges and roots are the same, so that sums
 * over a file are what the commands say. Contents are left out unless heap->hide_values is false, see cpython/redact.h.
 *
 * Memory: that of retained sizes and of the inventory. What is written is not kept: a file of any size costs nothing more, but
 * for what the comment of a format says.
 */
#ifndef LH_EXPORT_EXPORT_H
#define LH_EXPORT_EXPORT_H

#include "analyze/retained.h"
#include "inventory/inventory.h"
#include "util/folder.h"

#define LH_EXPORT_PARTS_MAX 8

/** struct lh_export_part - what a file has many of: "objects" */
struct lh_export_part {
	const char *name; /* static storage */
	uint64_t count;
};

/** struct lh_export - a file, and what is written to it */
struct lh_export {
	struct lh_heap *heap;
	const struct lh_retained *from;
	const struct lh_inventory *inventory; /* its numbers are those of from->graph */
	struct lh_output output;              /* fd -1: 'folder' is written */
	struct lh_folder folder;
	uint64_t bytes; /* of all that was written; valid at the end */
	struct lh_export_part parts[LH_EXPORT_PARTS_MAX];
	size_t part_count;
};

/** struct lh_export_format - @write: writes the whole file, and sets x->bytes unless they are the output's. Return: 0, -LH_E*. */
struct lh_export_format {
	const char *name, *suffix; /* "sqlite", ".sqlite"; NULL: no suffix means it */
	bool folder;               /* it is a folder of files */
	const char *open_with;     /* what to do with a file, in words; "%s" is its name */
	int (*write)(struct lh_export *x);
};

/** lh_export_formats - ended by name NULL */
extern const struct lh_export_format lh_export_formats[];
/** lh_export_format_names - the same, for an option's choices; ended by NULL */
extern const char *const lh_export_format_names[];
/** lh_export_format_of() - the format called @name; if that is NULL, the one that the suffix of @path means. Return: NULL: none. */
const struct lh_export_format *lh_export_format_of(const char *name, const char *path);

/** lh_export_file() - write the file at @path, or leave it as it was. Return: 0, -LH_E*. Free with lh_export_fini() in any case. */
int lh_export_file(struct lh_heap *heap, const struct lh_export_format *format, const char *path,
		   struct lh_export *ret);
void lh_export_fini(struct lh_export *x);

#endif
