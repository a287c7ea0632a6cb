/* SPDX-License-Identifier: Apache-2.0 */
/* frequent-strings CORE|PID: which texts are there over 1,000 times, each in a str of its own? Times, text. */
#include "../open.h"

#include <string.h>

#define OFTEN 1000

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int read_texts(struct lh_heap *heap, struct lh_object_iter *iter, char ***texts, size_t *count)
{
	struct lh_object_info object = {.size = sizeof(object)};
	size_t size;
	int r;

	while ((r = lh_object_iter_next(iter, &object)) == 0) {
		if ((*count & (*count + 1)) == 0) /* room for 2^n - 1 of them is used up */
			*texts = realloc(*texts, (2 * *count + 1) * sizeof(**texts));
		if (!*texts)
			return -LH_ENOMEM;
		if (strcmp(lh_type_name(heap, object.type), "str") == 0 &&
		    lh_object_text(heap, object.addr, &(*texts)[*count], &size) == 0)
			++*count;
	}
	return r;
}

static int frequent_strings(struct lh_heap *heap, char **words)
{
	struct lh_object_iter *iter;
	char **texts = NULL;
	size_t count = 0, first = 0;
	int r = lh_object_iter_new(heap, NULL, &iter);

	(void)words;
	if (r < 0)
		return r;
	r = read_texts(heap, iter, &texts, &count);
	lh_object_iter_free(iter);
	qsort(texts, count, sizeof(*texts), by_text);
	for (size_t i = 0; r >= 0 && i < count; i++)
		if (i + 1 == count || strcmp(texts[i], texts[i + 1]) != 0) {
			if (i + 1 - first > OFTEN)
				printf("%zu %s\n", i + 1 - first, texts[i]);
			first = i + 1;
		}
	return r; /* the process ends: nobody needs the texts to be freed */
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", frequent_strings);
}
