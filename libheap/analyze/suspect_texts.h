/* SPDX-License-Identifier: Apache-2.0 */
/* Where the characters of suspects are: C code may hold a reference because it keeps a pointer to them. */
#ifndef LH_ANALYZE_SUSPECT_TEXTS_H
#define LH_ANALYZE_SUSPECT_TEXTS_H

#include "analyze/refaudit.h"

/** struct lh_suspect_text - a str or bytes object with one reference too many */
struct lh_suspect_text {
	uint64_t at;
	uint32_t suspect; /* number of it */
};

struct lh_suspect_texts {
	struct lh_suspect_text *items; /* by address */
	size_t count;
};

/** lh_suspect_texts_list() - Return: 0, -LH_ENOMEM. Free with lh_suspect_texts_fini() in any case. */
int lh_suspect_texts_list(struct lh_heap *heap, const struct lh_refaudit *audit,
			  struct lh_suspect_texts *ret);
void lh_suspect_texts_fini(struct lh_suspect_texts *texts);
/** lh_suspect_texts_at() - the suspect with characters that start at @word; LH_NO_INDEX: none */
uint32_t lh_suspect_texts_at(const struct lh_suspect_texts *texts, uint64_t word);

#endif
