/* SPDX-License-Identifier: Apache-2.0 */
/* who-refers CORE|PID ADDR: every reference to an object: its holder, how it is written in Python, the holder's type. */
#include "open.h"

#include <inttypes.h>

static int who_refers(struct lh_heap *heap, char **words)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_object_info holder = {.size = sizeof(holder)};
	struct lh_reference_iter *iter;
	uint64_t addr = strtoull(words[0], NULL, 16);
	int r = lh_referrer_iter_new(heap, addr, &iter);

	if (r == LH_ABSENT)
		printf("there is no object at 0x%" PRIx64 "\n", addr);
	if (r != 0)
		return r;
	while ((r = lh_reference_iter_next(iter, &reference)) == 0) {
		const char *name;

		r = lh_reference_iter_name(iter, &name);
		if (r < 0)
			break;
		if (lh_object_info(heap, reference.from, &holder) == 0)
			printf("0x%" PRIx64 " %s %s\n", reference.from, lh_type_name(heap, holder.type),
			       name);
	}
	lh_reference_iter_free(iter);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 1, " ADDR", who_refers);
}
