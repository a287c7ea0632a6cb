/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/no_type.h"
#include "command/options.h"
#include "cpython/type_name.h"
#include "util/guess.h"

static const char *likeliest(struct lh_heap *heap, const char *wanted)
{
	struct lh_guess guess = lh_guess_start(wanted);

	for (size_t i = 0; i < heap->types.count; i++) {
		const char *name = lh_type_name(heap, heap->types.items[i]);

		lh_guess_offer(&guess, name);
		lh_guess_offer(&guess, lh_last_name(name));
	}
	return guess.best;
}

int lh_no_type_fail(struct lh_heap *heap, const char *command, const char *option, const char *wanted)
{
	const char *best = likeliest(heap, wanted);

	if (best)
		return lh_fail(heap->ctx, LH_EUSAGE,
			       "%s: --%s: no object has the type '%s', did you mean '%s'?", command, option,
			       wanted, best);
	return lh_fail(heap->ctx, LH_EUSAGE,
		       "%s: --%s: no object has the type '%s' ('types' lists the types there "
		       "are)",
		       command, option, wanted);
}
