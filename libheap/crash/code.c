/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/code.h"

#include <string.h>

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

/* mov $15, %rax; syscall (glibc, sysdeps/unix/sysv/linux/x86_64/libc_sigaction.c) */
bool lh_is_signal_return(struct lh_heap *heap, uint64_t addr)
{
	static const uint8_t code[] = {0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00, 0x0f, 0x05};
	uint8_t bytes[sizeof(code)];

	return lh_is_code(heap->target, addr, 0) &&
	       lh_code_read(heap, addr, bytes, sizeof(bytes)) == sizeof(bytes) &&
	       memcmp(bytes, code, sizeof(code)) == 0;
}
