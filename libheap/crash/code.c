/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/code.h"

bool lh_is_code(const struct lh_target *target, uint64_t addr, uint64_t before)
{
	const struct lh_mapping *m = lh_target_mapping(target, addr);

	return m && m->executable && addr - m->start >= before;
}

size_t lh_code_read(struct lh_heap *heap, uint64_t addr, uint8_t *buf, size_t len)
{
	struct lh_modfile *file = NULL;
	size_t i;

	for (i = 0; i < len; i++) {
		const uint8_t *p = lh_view_at(&heap->view, addr + i, 1);

		if (!p && !file)
			file = lh_heap_file(heap, addr);
		if (p)
			buf[i] = *p;
		else if (!file || lh_modfile_read(file, addr + i, &buf[i], 1) != 0)
			break;
	}
	return i;
}
