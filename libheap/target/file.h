/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file that a module was mapped from: found, checked to be the same build, mapped read-only.
 */
#ifndef LH_TARGET_FILE_H
#define LH_TARGET_FILE_H

#include "target/target.h"

struct lh_file {
	char *path; /* where it was found */
	const uint8_t *data;
	size_t len;
};

/**
 * lh_file_open() - the file of @module: --exe for the main program; below --sysroot; the path as the target
 * names it; what a live process itself has open (in another mount namespace, or deleted since). Only regular
 * files are opened. Without a build-id in the target the ELF headers must agree instead. Return: 0; LH_ABSENT
 * if there is no file (the log says which paths were tried); -LH_EFORMAT if there are only other builds;
 * -LH_ENOMEM.
 */
int lh_file_open(struct lh_target *target, const struct lh_module *module, struct lh_file **ret);
/** lh_file_map() - map a regular, non-empty file. Return: 0; LH_ABSENT if it is not one or cannot be opened:
 * errno says why, or is 0; -LH_ENOMEM. */
int lh_file_map(struct lh_ctx *ctx, const char *path, struct lh_file **ret);
/** lh_file_descriptor() - open a regular, non-empty file, and nothing else, whatever its owner puts in its place
 * meanwhile. Return: the descriptor, *@ret is what it is; -1 as of lh_file_map(). */
int lh_file_descriptor(const char *path, struct stat *ret);
struct lh_file *lh_file_free(struct lh_file *file);
LH_DEFINE_CLEANUP(struct lh_file, lh_file_free);

/** lh_build_id_format() - lower-case hex; @buf has 2 * LH_BUILD_ID_MAX + 1 bytes. */
const char *lh_build_id_format(const uint8_t *id, size_t len, char *buf);

#endif
