/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A heap as a file of a format that other tools open, or as tables of a server: objects and references, or the dominator tree.
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

/** enum lh_export_place - where a format is written to: lh_export.output, .folder or .server */
enum lh_export_place { LH_EXPORT_FILE, LH_EXPORT_FOLDER, LH_EXPORT_SERVER };

/** struct lh_export - a file, and what is written to it */
struct lh_export {
	struct lh_heap *heap;
	const struct lh_retained *from;
	const struct lh_inventory *inventory; /* its numbers are those of from->graph */
	struct lh_output output;
	struct lh_folder folder;
	struct lh_server *server; /* the caller's */
	uint64_t bytes;           /* of all that was written; valid at the end */
	struct lh_export_part parts[LH_EXPORT_PARTS_MAX];
	size_t part_count;
};

/** struct lh_export_format - @write: writes the whole file, and sets x->bytes unless they are the output's. Return: 0, -LH_E*. */
struct lh_export_format {
	const char *name, *suffix; /* "sqlite", ".sqlite"; NULL: no suffix means it */
	enum lh_export_place place;
	const char *open_with; /* what to do with it, in words; "%s" is its name */
	int (*write)(struct lh_export *x);
};

/** lh_export_choices - what may be asked for: names of formats, and how URLs of servers begin; ended by NULL */
extern const char *const lh_export_choices[];
/**
 * lh_export_format_of() - the format called @name, or that of servers if it is the URL of one; if that is NULL, the one that
 * the suffix of @path means. Return: NULL: none.
 */
const struct lh_export_format *lh_export_format_of(const char *name, const char *path);

/** lh_export_start() - nothing yet, of @heap. Free with lh_export_fini(). */
struct lh_export lh_export_start(struct lh_heap *heap);
/**
 * lh_export_write() - write all of it, or leave what is there as it was
 * @path: of a file or folder; of a server, x->server is connected to it, and that is not used. Return: 0, -LH_E*.
 */
int lh_export_write(struct lh_export *x, const struct lh_export_format *format, const char *path);
void lh_export_fini(struct lh_export *x);

#endif
