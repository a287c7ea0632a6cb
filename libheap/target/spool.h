/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An unlinked file in $TMPDIR or /var/tmp, written from start to end: blocks of zeros take no room in
 * it.
 */
#ifndef LH_TARGET_SPOOL_H
#define LH_TARGET_SPOOL_H

#include "util/error.h"

#define LH_SPOOL_BLOCK 4096u

struct lh_spool {
	struct lh_ctx *ctx;
	const char *name;   /* of what is written, for messages */
	const char *folder; /* where the file is */
	int fd;
	uint64_t len;         /* bytes so far, blocks of zeros included */
	uint64_t stored;      /* of them: written */
	uint64_t longest;     /* what len may become */
	uint64_t most_stored; /* what stored may become: the file system has no more */
};

/**
 * lh_spool_open() - make the file
 * Return: 0, -LH_EIO naming the folder. The caller closes @ret->fd; the file is gone with its last user.
 */
int lh_spool_open(struct lh_ctx *ctx, const char *name, struct lh_spool *ret);
/**
 * lh_spool_write() - append; all calls but the last are of whole LH_SPOOL_BLOCKs
 * Return: 0; -LH_EIO when the disk is full or would be, or the file would become absurdly long.
 */
int lh_spool_write(struct lh_spool *spool, const uint8_t *data, size_t len);
/** lh_spool_finish() - give the file its length: its end may be zeros. Return: 0, -LH_EIO. */
int lh_spool_finish(struct lh_spool *spool);

#endif
