/* SPDX-License-Identifier: Apache-2.0 */
/* histogram CORE|PID: how many objects of each type there are, and their bytes. */
#include "open.h"

#include <inttypes.h>

struct count {
	struct lh_type *type;
	uint64_t objects, bytes;
};

static int by_bytes(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

static int histogram(struct lh_heap *heap, char **words)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_type_info type = {.size = sizeof(type)};
	struct lh_object_iter *iter;
	struct count *counts;
	int r = lh_object_iter_new(heap, NULL, &iter);

	(void)words;
	if (r < 0)
		return r;
	/* Every object was found by now, and with them all types. */
	counts = calloc(lh_type_count(heap) + 1, sizeof(*counts));
	while (counts && (r = lh_object_iter_next(iter, &object)) == 0) {
		lh_type_info(heap, object.type, &type);
		counts[type.index].type = object.type;
		counts[type.index].objects++;
		counts[type.index].bytes += object.bytes;
	}
	lh_object_iter_free(iter);
	if (counts)
		qsort(counts, lh_type_count(heap), sizeof(*counts), by_bytes);
	for (size_t i = 0; counts && counts[i].type; i++)
		printf("%12" PRIu64 " %10" PRIu64 " %s\n", counts[i].bytes, counts[i].objects,
		       lh_type_name(heap, counts[i].type));
	free(counts);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", histogram);
}
