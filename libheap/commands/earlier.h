/* SPDX-License-Identifier: Apache-2.0 */
/* An earlier moment of the process that is asked about, or another process to compare it with: a second target and its heap. */
#ifndef LH_COMMANDS_EARLIER_H
#define LH_COMMANDS_EARLIER_H

#include "command/command.h"
#include "target/target.h"

struct lh_earlier {
	struct lh_target *target;
	struct lh_heap *heap; /* NULL: none was named */
};

/** lh_earlier_open() - what @word names, and in warnings of @result what is missing in it; failures begin with the word. @heap: of the
 * target itself, whose contents may have to be hidden. Return: 0, -LH_E*. Free with lh_earlier_fini() in any case. */
int lh_earlier_open(const struct lh_invocation *invocation, const char *word, const struct lh_heap *heap,
		    struct lh_result *result, struct lh_earlier *ret);
/** lh_earlier_take() - prepare one that is open: it shows as much as @heap does, and @result says what is missing in it, as @word's.
 * Return: 0, -LH_ENOMEM. */
int lh_earlier_take(const char *word, const struct lh_heap *heap, struct lh_result *result,
		    struct lh_earlier *earlier);
void lh_earlier_fini(struct lh_earlier *earlier);

#endif
