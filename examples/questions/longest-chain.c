/* SPDX-License-Identifier: Apache-2.0 */
/* longest-chain CORE|PID TYPE NAME: the longest chain of objects of TYPE, each of which is the attribute NAME of the one
 * before. How many, and the first's address. Each is walked to its end: where many join, that takes its time. */
#include "../open.h"

#include <inttypes.h>
#include <string.h>

static struct node {
	uint64_t addr, next;
	bool has_one_before;
	const struct node *seen_from;
} * nodes, *longest;
static size_t count, most;

static int by_addr(const void *a, const void *b)
{
	return *(const uint64_t *)a < *(const uint64_t *)b ? -1 : *(const uint64_t *)a > *(const uint64_t *)b;
}

static struct node *after(const struct node *n)
{
	return bsearch(&n->next, nodes, count, sizeof(*n), by_addr);
}

static void walk(struct node *start)
{
	size_t steps = 0;

	for (struct node *n = start; n && n->seen_from != start; n = after(n), steps++)
		n->seen_from = start;
	longest = steps > most ? start : longest;
	most = steps > most ? steps : most;
}

static int longest_chain(struct lh_heap *heap, char **words)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(heap, NULL, &iter);

	if (r < 0)
		return r;
	while ((r = lh_object_iter_next(iter, &object)) == 0) {
		struct node n = {.addr = object.addr};

		if (strcmp(lh_type_name(heap, object.type), words[0]) != 0)
			continue;
		lh_object_attribute(heap, n.addr, words[1], &n.next);
		nodes = realloc(nodes, (count + 1) * sizeof(n));
		if (!nodes)
			return -LH_ENOMEM;
		nodes[count++] = n;
	}
	lh_object_iter_free(iter);
	for (size_t i = 0; i < count; i++)
		if (after(&nodes[i]))
			after(&nodes[i])->has_one_before = true;
	for (int rings = 0; rings < 2; rings++) /* which have no first object */
		for (size_t i = 0; i < count; i++)
			if (rings ? !nodes[i].seen_from : !nodes[i].has_one_before)
				walk(&nodes[i]);
	if (longest)
		printf("%zu 0x%" PRIx64 "\n", most, longest->addr);
	free(nodes);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 2, " TYPE NAME", longest_chain);
}
