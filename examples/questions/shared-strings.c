/* SPDX-License-Identifier: Apache-2.0 */
/* shared-strings CORE|PID: which objects of two interpreters share a string? Two of what their collectors track per
 * string: its address, interpreter and address of one object, interpreter and address of the other. Since Python 3.9. */
#include "../open.h"

#include <inttypes.h>
#include <string.h>

static struct use {
	uint64_t string, interpreter, holder;
} * uses;
static size_t count;

static int by_string(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	for (int i = 0; i < 3; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

static int add_uses(struct lh_heap *heap, uint64_t interpreter, uint64_t holder)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_reference_iter *iter = NULL;
	int r = lh_reference_iter_new(heap, holder, &iter);

	while (r == 0 && (r = lh_reference_iter_next(iter, &reference)) == 0) {
		if (lh_object_info(heap, reference.to, &object) != 0 ||
		    strcmp(lh_type_name(heap, object.type), "str") != 0)
			continue;
		uses = count & (count + 1) ? uses : realloc(uses, (2 * count + 1) * sizeof(*uses));
		if (!uses)
			return -LH_ENOMEM;
		uses[count++] = (struct use){reference.to, interpreter, holder};
	}
	lh_reference_iter_free(iter);
	return r < 0 ? r : 0;
}

static int shared_strings(struct lh_heap *heap, char **words)
{
	struct lh_interpreter_info interpreter = {.size = sizeof(interpreter)};
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_object_iter *iter = NULL;
	int r = 0;

	(void)words;
	for (size_t i = 0; r >= 0 && lh_interpreter_at(heap, i, &interpreter) == 0; i++) {
		const struct lh_object_query query = {.size = sizeof(query), .interpreter = interpreter.addr};

		r = lh_object_iter_new(heap, &query, &iter);
		while (r == 0 && (r = lh_object_iter_next(iter, &object)) == 0)
			r = add_uses(heap, (uint64_t)interpreter.id, object.addr);
		lh_object_iter_free(iter);
	}
	qsort(uses, count, sizeof(*uses), by_string);
	for (struct use *a = uses, *b = uses + 1; r >= 0 && b < uses + count; a++, b++)
		if (a->string == b->string && a->interpreter != b->interpreter)
			printf("0x%" PRIx64 " %" PRIu64 " 0x%" PRIx64 " %" PRIu64 " 0x%" PRIx64 "\n",
			       a->string, a->interpreter, a->holder, b->interpreter, b->holder);
	free(uses);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", shared_strings);
}
