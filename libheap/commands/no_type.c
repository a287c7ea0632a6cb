/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/no_type.h"
#include "util/guess.h"

#include <string.h>

static const char *likeliest(struct lh_heap *heap, const char *wanted)
{
	struct lh_guess guess = lh_guess_start(wanted);

	for (size_t i = 0; i < lh_type_count(heap); i++) {
		const char *name = lh_type_name(heap, lh_type_nth(heap, i)), *dot = strrchr(name, '.');

		lh_guess_offer(&guess, name);
		lh_guess_offer(&guess, dot ? dot + 1 : name);
	}
	return guess.best;
}

int lh_no_type_fail(struct lh_ctx *ctx, struct lh_heap *heap, const char *command, const char *option,
		    const char *wanted)
{
	const char *best = likeliest(heap, wanted);

	if (best)
		return lh_fail(ctx, LH_EUSAGE, "%s: --%s: no object has the type '%s', did you mean '%s'?",
			       command, option, wanted, best);
	return lh_fail(ctx, LH_EUSAGE,
		       "%s: --%s: no object has the type '%s' ('types' lists the types there "
		       "are)",
		       command, option, wanted);
}
