/* SPDX-License-Identifier: Apache-2.0 */
/* largest-dicts CORE|PID COUNT: the dicts of most bytes, subclasses included: bytes, items, address, type. */
#include "open.h"

#include <inttypes.h>

struct found {
	struct lh_object_info object;
	uint64_t items;
};

static int by_bytes(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->object.bytes != y->object.bytes)
		return x->object.bytes < y->object.bytes ? 1 : -1;
	return x->object.addr < y->object.addr ? -1 : 1;
}

static int read_dicts(struct lh_heap *heap, struct lh_object_iter *iter, struct found **all, size_t *count)
{
	struct found next = {.object.size = sizeof(next.object)};
	struct lh_dict_info dict = {.size = sizeof(dict)};
	int r;

	while ((r = lh_object_iter_next(iter, &next.object)) == 0) {
		if (lh_dict_info(heap, next.object.addr, &dict) != 0)
			continue;
		if ((*count & (*count + 1)) == 0) { /* room for 2^n - 1 of them is used up */
			void *more = realloc(*all, (2 * *count + 1) * sizeof(next));

			if (!more)
				return -LH_ENOMEM;
			*all = more;
		}
		next.items = dict.used;
		(*all)[(*count)++] = next;
	}
	return r;
}

static int largest_dicts(struct lh_heap *heap, char **words)
{
	size_t most = strtoul(words[0], NULL, 10), count = 0;
	struct found *all = NULL;
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(heap, NULL, &iter);

	if (r < 0)
		return r;
	r = read_dicts(heap, iter, &all, &count);
	lh_object_iter_free(iter);
	if (count)
		qsort(all, count, sizeof(*all), by_bytes);
	for (size_t i = 0; r >= 0 && i < count && i < most; i++)
		printf("%12" PRIu64 " %10" PRIu64 " 0x%" PRIx64 " %s\n", all[i].object.bytes, all[i].items,
		       all[i].object.addr, lh_type_name(heap, all[i].object.type));
	free(all);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 1, " COUNT", largest_dicts);
}
