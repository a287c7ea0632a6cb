/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a live process without changing it.
 *
 * process_vm_readv() pins pages, and pinning one that a fork shares gives the process a copy of its own (mm/gup.c:
 * gup_must_unshare(), Linux 5.19): a worker that is looked at would lose what it shares. Reading /proc/PID/mem leaves pages as they
 * are; it takes half as long again, so it is for processes that have such pages.
 */
#include "target/live.h"
#include "target/live_hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

void lh_live_close(struct lh_target *target)
{
	struct lh_live *live = target->medium;

	if (!live)
		return;
	lh_hold_free(live->hold);
	lh_pages_close(&live->pages);
	close(live->mem);
	free(live);
	target->medium = NULL;
}

int lh_live_open(struct lh_target *target)
{
	static const struct lh_target_ops ops = {.fetch = lh_live_read, .free = lh_live_close};
	struct lh_live *live;
	char name[64];
	int fd;

	lh_live_close(target);
	snprintf(name, sizeof(name), "/proc/%d/mem", (int)target->pid);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return lh_fail_process(target->ctx, target->pid, "open the memory of",
				       errno == ENOENT   ? ESRCH
				       : errno == EACCES ? EPERM
							 : errno);
	live = malloc(sizeof(*live));
	if (!live) {
		close(fd);
		return lh_nomem(target->ctx);
	}
	*live = (struct lh_live){.mem = fd, .pages.fd = -1};
	target->medium = live;
	target->ops = &ops;
	return 0;
}

int64_t lh_live_read(struct lh_target *target, uint64_t addr, void *buf, uint64_t len)
{
	const struct lh_live *live = target->medium;
	uint64_t done = 0;

	/* From page to page at the end: the kernel may refuse a whole piece for one bad page. */
	while (done < len) {
		ssize_t n = pread(live->mem, (uint8_t *)buf + done, len - done, (off_t)(addr + done));

		if (n <= 0)
			break;
		done += (uint64_t)n;
	}
	return (int64_t)done;
}
