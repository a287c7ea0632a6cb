/* SPDX-License-Identifier: Apache-2.0 */
/* unused-slots CORE|PID: which dict has most room that it does not use? Slots unused, items, address. */
#include "../open.h"

#include <inttypes.h>

static int unused_slots(struct lh_heap *heap, char **words)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_dict_info dict = {.size = sizeof(dict)};
	uint64_t addr = 0, items = 0, most = 0;
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(heap, NULL, &iter);

	(void)words;
	if (r < 0)
		return r;
	while ((r = lh_object_iter_next(iter, &object)) == 0) {
		if (lh_dict_info(heap, object.addr, &dict) != 0 || dict.slots - dict.used <= most)
			continue;
		most = dict.slots - dict.used;
		items = dict.used;
		addr = object.addr;
	}
	lh_object_iter_free(iter);
	printf("%" PRIu64 " %" PRIu64 " 0x%" PRIx64 "\n", most, items, addr);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", unused_slots);
}
