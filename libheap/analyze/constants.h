/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constants of extension modules among the suspects, with one reference too many: tuples of what static
 * variables of an extension have (Cython's names and texts), and code objects that C code makes for
 * tracebacks through its functions. Nothing reads the variables that hold them, so the compiler left those
 * out.
 *
 * An extension makes each once as it is imported. There are no more equal ones than modules, nor more equal
 * tuples of variables' names than functions; if there are more, they were made while the program ran: a leak.
 */
#ifndef LH_ANALYZE_CONSTANTS_H
#define LH_ANALYZE_CONSTANTS_H

#include "analyze/refaudit.h"

struct lh_constants {
	struct lh_heap *heap;
	const struct lh_refaudit *audit;
	const struct lh_addrset *suspects;
	struct lh_addrset parts; /* of tuples, and the suspects that are str */
	bool *held;              /* by number of the part: static data of an extension leads to it */
	bool *is_constant;       /* by number of the suspect; after lh_constants_decide() */
	uint64_t *functions;     /* of code objects for tracebacks: hash of their variables' names */
	size_t function_count, function_capacity;
};

/** lh_constants_init() - Return: 0, -LH_E*. Free with lh_constants_fini() in any case. */
int lh_constants_init(struct lh_constants *constants, struct lh_heap *heap, const struct lh_refaudit *audit,
		      const struct lh_addrset *suspects);
void lh_constants_fini(struct lh_constants *constants);
/** lh_constants_code() - take note of a code object of the heap. Return: 0, -LH_ENOMEM. */
int lh_constants_code(struct lh_constants *constants, const struct lh_object *code);
/** lh_constants_hold() - take note of @word in the static data of an extension */
void lh_constants_hold(struct lh_constants *constants, uint64_t word);
/** lh_constants_held() - whether static data of an extension leads to the part at @addr */
bool lh_constants_held(const struct lh_constants *constants, uint64_t addr);
/** lh_constants_decide() - after all words; @modules: how many are made in C. Return: 0, -LH_ENOMEM. */
int lh_constants_decide(struct lh_constants *constants, uint64_t modules);

#endif
