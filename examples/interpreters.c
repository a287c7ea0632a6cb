/* SPDX-License-Identifier: Apache-2.0 */
/*
 * interpreters CORE|PID: what each interpreter of a process has of its own: a line each of how many objects its
 * collector tracks, and their bytes; then the types that most of them are of. Since Python 3.9.
 */
#include "open.h"

#include <inttypes.h>

#define SHOWN 10

struct count {
	struct lh_type *type;
	uint64_t objects;
};

static int by_objects(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	return (x->objects < y->objects) - (x->objects > y->objects);
}

static int count_objects(struct lh_heap *heap, const struct lh_interpreter_info *interpreter,
			 struct count *counts)
{
	const struct lh_object_query query = {.size = sizeof(query), .interpreter = interpreter->addr};
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_type_info type = {.size = sizeof(type)};
	uint64_t objects = 0, bytes = 0;
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(heap, &query, &iter);

	if (r < 0)
		return r;
	while ((r = lh_object_iter_next(iter, &object)) == 0) {
		lh_type_info(heap, object.type, &type);
		counts[type.index].type = object.type;
		counts[type.index].objects++;
		objects++;
		bytes += object.bytes;
	}
	lh_object_iter_free(iter);
	printf("interpreter %" PRId64 ": %" PRIu64 " objects, %" PRIu64 " bytes\n", interpreter->id, objects,
	       bytes);
	return r;
}

static int interpreters(struct lh_heap *heap, char **words)
{
	struct lh_interpreter_info interpreter = {.size = sizeof(interpreter)};
	int r = lh_heap_read(heap); /* all types are known from here on */

	(void)words;
	for (size_t i = 0; r >= 0 && lh_interpreter_at(heap, i, &interpreter) == 0; i++) {
		struct count *counts = calloc(lh_type_count(heap) + SHOWN, sizeof(*counts));

		r = counts ? count_objects(heap, &interpreter, counts) : -LH_ENOMEM;
		if (r >= 0)
			qsort(counts, lh_type_count(heap), sizeof(*counts), by_objects);
		for (size_t t = 0; r >= 0 && t < SHOWN && counts[t].type; t++)
			printf("%10" PRIu64 " %s\n", counts[t].objects, lh_type_name(heap, counts[t].type));
		free(counts);
	}
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", interpreters);
}
