/* SPDX-License-Identifier: Apache-2.0 */
#include "command/process.h"
#include "util/cleanup.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AFTER_STATE "%*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d"

/* State and starttime of /proc/PID/stat (man 5 proc). Return: false: it has ended, or is about to. */
static bool read_start(uint64_t pid, uint64_t *ret)
{
	char name[64], text[1024], state = 0, *end;
	size_t len;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%" PRIu64 "/stat", pid);
	f = fopen(name, "re");
	if (!f)
		return false;
	len = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[len] = 0;
	end = strrchr(text, ')'); /* the name before it may hold anything */
	return end && sscanf(end + 1, " %c " AFTER_STATE " %" SCNu64, &state, ret) == 2 && state != 'Z' &&
	       state != 'X';
}

int lh_process_number(struct lh_ctx *ctx, uint64_t number, pid_t *ret)
{
	if (number == 0 || number > INT32_MAX)
		return lh_fail(ctx, LH_ESRCH, "no process has the id %" PRIu64, number);
	*ret = (pid_t)number;
	return 0;
}

int lh_process_identify(struct lh_ctx *ctx, uint64_t pid, struct lh_process_id *ret)
{
	*ret = (struct lh_process_id){.pid = (pid_t)pid};
	if (pid && pid <= INT32_MAX && read_start(pid, &ret->started))
		return 0;
	return lh_fail(ctx, LH_ESRCH, "watch process %" PRIu64 ": no such process", pid);
}

bool lh_process_is_replaced(const struct lh_process_id *process)
{
	uint64_t started;

	return read_start((uint64_t)process->pid, &started) && started != process->started;
}

int lh_process_check(struct lh_ctx *ctx, const struct lh_process_id *process)
{
	uint64_t started;

	if (!read_start((uint64_t)process->pid, &started))
		return lh_fail(ctx, LH_ESRCH, "process %d has ended", (int)process->pid);
	if (started != process->started)
		return lh_fail(ctx, LH_ESRCH, "process %d has ended, and another one has its number now",
			       (int)process->pid);
	return 0;
}
