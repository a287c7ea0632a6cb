/* SPDX-License-Identifier: Apache-2.0 */
/* Debug files from the servers that DEBUGINFOD_URLS names. */
#ifndef LH_DEBUGINFO_DEBUGINFOD_H
#define LH_DEBUGINFO_DEBUGINFOD_H

#include "util/error.h"

#include <stdbool.h>

/**
 * lh_debuginfod_cached() - where an earlier fetch, by us or by another program, left the file of a build-id
 * Nothing is contacted, and the file need not be there.
 * Return: 0; LH_ABSENT when the environment names no folder.
 */
int lh_debuginfod_cached(const char *hex, char *ret_path, size_t size);
/** lh_debuginfod_folder() - the folder of all that was fetched, which need not be there. Return: as lh_debuginfod_cached(). */
int lh_debuginfod_folder(char *ret_path, size_t size);
/** lh_debuginfod_forget() - remove @path, which is not of the build-id @hex, from that folder: it is asked for anew */
void lh_debuginfod_forget(const char *hex, const char *path);
/** lh_debuginfod_asks() - whether servers would be asked: DEBUGINFOD_URLS names some */
bool lh_debuginfod_asks(void);

/**
 * lh_debuginfod_fetch() - ask the servers for the debug information of a build-id
 * @hex: the build-id, lower-case hexadecimal
 * @ret_path: of the local copy; the caller frees it
 * What comes is as little to be trusted as any file: compare its build-id. It is no longer than DEBUGINFOD_MAXSIZE, or
 * 2 GiB.
 * Return: 0; LH_ABSENT when DEBUGINFOD_URLS is unset or empty, and nothing was contacted; -LH_EIO when no
 * server has it or none answers; -LH_EINTR; -LH_ENOMEM.
 */
int lh_debuginfod_fetch(struct lh_ctx *ctx, const char *hex, char **ret_path);

#endif
