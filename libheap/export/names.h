/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of a file that names each by a number: each text once, numbered from 0 as they come. */
#ifndef LH_EXPORT_NAMES_H
#define LH_EXPORT_NAMES_H

#include "util/index.h"
#include "util/string.h"

struct lh_export;

#define LH_NAMES_MAX (1u << 20)           /* texts */
#define LH_NAMES_BYTES_MAX (128ull << 20) /* bytes of all of them */

struct lh_names {
	struct lh_ctx *ctx;
	struct lh_string text; /* one after the other, a NUL after each */
	size_t *starts;        /* in it */
	size_t count, capacity;
	struct lh_index index;
	struct lh_string valid; /* the last text that was not UTF-8 */
	uint32_t other;         /* the number of those that are not kept: of "…" */
	uint64_t refused;       /* how often one was not kept */
};

/** lh_names_set_other() - "…" is the next text. Return: 0; -LH_ENOMEM. */
int lh_names_set_other(struct lh_names *names);
/**
 * lh_names_number() - the number of @text, in which what is not UTF-8 is replaced
 * Memory is bounded: at most LH_NAMES_MAX texts and LH_NAMES_BYTES_MAX bytes are kept; of another it is names->other.
 * Return: 0; -LH_ENOMEM.
 */
int lh_names_number(struct lh_names *names, const char *text, uint32_t *ret);
/** lh_names_nth() - below names->count; valid until the next lh_names_number() */
const char *lh_names_nth(const struct lh_names *names, size_t i);
/** lh_names_count_refused() - say in the answer how many names the file lacks, if any */
void lh_names_count_refused(const struct lh_names *names, struct lh_export *x);
void lh_names_fini(struct lh_names *names);

#endif
