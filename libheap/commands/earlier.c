/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/earlier.h"
#include "command/findings.h"
#include "cpython/heap.h"

#include <stdlib.h>
#include <string.h>

/* Of several targets a message has to say which one is meant. */
static int fail_named(struct lh_ctx *ctx, const char *word, int r)
{
	_cleanup_free_ char *text = strdup(lh_ctx_error(ctx)->text);

	if (!text)
		return lh_nomem(ctx);
	return r == -LH_ENOMEM || r == -LH_EINTR ? r : lh_fail(ctx, -r, "%s: %s", word, text);
}

int lh_earlier_take(const char *word, const struct lh_heap *heap, struct lh_result *result,
		    struct lh_earlier *earlier)
{
	int r;

	earlier->heap->hide_values = heap->hide_values;
	lh_result_about(result, word);
	r = lh_result_missing(result, earlier->heap);
	lh_result_about(result, NULL);
	return r;
}

int lh_earlier_open(const struct lh_invocation *invocation, const char *word, const struct lh_heap *heap,
		    struct lh_result *result, struct lh_earlier *ret)
{
	int r = lh_invocation_open_word(invocation, word, &ret->target);

	if (r < 0)
		return r; /* it has the word */
	r = lh_invocation_open_heap(invocation, ret->target, &ret->heap);
	if (r < 0)
		return fail_named(heap->ctx, word, r);
	return lh_earlier_take(word, heap, result, ret);
}

void lh_earlier_fini(struct lh_earlier *earlier)
{
	lh_heap_free(earlier->heap);
	lh_target_free(earlier->target);
}
