/* SPDX-License-Identifier: Apache-2.0 */
/* bytes-by-module CORE|PID: how many bytes do the objects take by the module of their type? Bytes, objects, module. */
#include "../open.h"

#include <inttypes.h>
#include <string.h>

struct module {
	const char *name; /* length bytes */
	size_t length;
	uint64_t bytes, objects;
};

static int by_name(const void *a, const void *b)
{
	const struct module *x = a, *y = b;
	int order = strncmp(x->name, y->name, x->length < y->length ? x->length : y->length);

	return order ? order : (x->length > y->length) - (x->length < y->length);
}

static int bytes_by_module(struct lh_heap *heap, char **words)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_type_info type = {.size = sizeof(type)};
	struct lh_object_iter *iter;
	struct module *types; /* one each, by its number; then those of one module are side by side */
	size_t count;
	int r = lh_object_iter_new(heap, NULL, &iter);

	(void)words;
	if (r < 0)
		return r;
	count = lh_type_count(heap);
	types = calloc(count, sizeof(*types));
	while (types && (r = lh_object_iter_next(iter, &object)) == 0) {
		lh_type_info(heap, object.type, &type);
		types[type.index].bytes += object.bytes;
		types[type.index].objects++;
	}
	lh_object_iter_free(iter);
	for (size_t i = 0; types && i < count; i++) {
		size_t length = lh_type_module(heap, lh_type_nth(heap, i));

		types[i].length = length ? length : strlen("builtins");
		types[i].name = length ? lh_type_name(heap, lh_type_nth(heap, i)) : "builtins";
	}
	qsort(types, types ? count : 0, sizeof(*types), by_name);
	for (size_t i = 0; types && i < count; i++) {
		if (i + 1 < count && by_name(&types[i], &types[i + 1]) == 0) {
			types[i + 1].bytes += types[i].bytes;
			types[i + 1].objects += types[i].objects;
		} else if (types[i].objects)
			printf("%" PRIu64 " %" PRIu64 " %.*s\n", types[i].bytes, types[i].objects,
			       (int)types[i].length, types[i].name);
	}
	r = types ? r : -LH_ENOMEM;
	free(types);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", bytes_by_module);
}
