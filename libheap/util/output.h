/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that the user names, written bit by bit, without doing harm.
 *
 * It gets all of the answer or keeps what it had: it is written beside it, then renamed. What is there stays what
 * it is: its mode and owner, a link to it, a file that is read-only; and what is being read is never written.
 */
#ifndef LH_UTIL_OUTPUT_H
#define LH_UTIL_OUTPUT_H

#include "util/error.h"

#define LH_OUTPUT_BUFFER 65536

struct lh_output {
	struct lh_ctx *ctx;
	const char *path; /* as the user gave it; borrowed */
	char *real;       /* the file that gets the answer in the end; NULL: 'fd' is it */
	char *temporary;  /* the file that is written meanwhile; likewise */
	int fd;
	uint64_t bytes; /* written so far, those in the buffer included */
	bool sparse;    /* zeros may be left out: it is a file, and has nothing yet */
	bool holes;     /* some are */
	bool unlinked;  /* it has no name, and need not outlive the machine */
	int error;      /* the first failure: 0, -LH_E*. What is added after it is dropped */
	size_t used;
	char *buffer;
};

/**
 * lh_output_open() - begin to write the file at @path. Free with lh_output_fini() in any case
 * Devices, pipes and sockets are written to directly, and files that have no name any more.
 * Return: 0; -LH_EIO, also if nothing can take the place of the file that is there; -LH_ENOMEM.
 */
int lh_output_open(struct lh_ctx *ctx, const char *path, struct lh_output *ret);
/** lh_output_open_stdout() - begin to write to standard output. Free with lh_output_fini() in any case. Return: 0; -LH_EIO, also of a
 * terminal; -LH_ENOMEM. */
int lh_output_open_stdout(struct lh_ctx *ctx, struct lh_output *ret);
/** lh_output_open_unlinked() - begin to write a file that nobody else sees (util/unlinked.h). Free with lh_output_fini() in any case.
 * Return: 0; -LH_EIO naming the folder; -LH_ENOMEM. */
int lh_output_open_unlinked(struct lh_ctx *ctx, struct lh_output *ret);
/** lh_output_add() - append @len bytes; a failure is remembered */
void lh_output_add(struct lh_output *output, const char *bytes, size_t len);
/** lh_output_zeros() - append @len zeros, which take no room in a file; a failure is remembered */
void lh_output_zeros(struct lh_output *output, uint64_t len);
/** lh_output_addf() - append what printf() would print, of any length; a failure is remembered */
void lh_output_addf(struct lh_output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** lh_output_finish() - the file is complete: it gets its name. Return: 0; -LH_E*, also of what was added before. */
int lh_output_finish(struct lh_output *output);
/** lh_output_fini() - remove what is not finished, and close */
void lh_output_fini(struct lh_output *output);

#endif
