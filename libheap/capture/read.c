/* SPDX-License-Identifier: Apache-2.0 */
/* Reads small files of the system. */
#include "capture/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIRST_PIDS "pid:[4026531836]" /* PROC_PID_INIT_INO, include/linux/proc_ns.h */

bool lh_read_line(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");

	*buf = '\0';
	if (!f)
		return false;
	if (fgets(buf, (int)size, f))
		buf[strcspn(buf, "\n")] = '\0';
	fclose(f);
	return true;
}

long lh_read_number(const char *path, long otherwise)
{
	char text[64], *end = text;
	long value = lh_read_line(path, text, sizeof(text)) ? strtol(text, &end, 10) : otherwise;

	return end != text ? value : otherwise;
}

static bool read_link(const char *path, char *buf, size_t size)
{
	ssize_t len = readlink(path, buf, size - 1);

	buf[len > 0 ? len : 0] = '\0';
	return len > 0;
}

bool lh_other_namespace(pid_t pid, const char *kind)
{
	char path[64], ours[64], theirs[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", (int)pid, kind);
	if (!read_link(path, theirs, sizeof(theirs)))
		return false;
	snprintf(path, sizeof(path), "/proc/self/ns/%s", kind);
	return read_link(path, ours, sizeof(ours)) && strcmp(ours, theirs) != 0;
}

/* Only root may compare with the first process; others are believed if they see all processes. */
bool lh_sees_host(void)
{
	char ours[64];

	return read_link("/proc/self/ns/pid", ours, sizeof(ours)) && strcmp(ours, FIRST_PIDS) == 0 &&
	       !lh_other_namespace(1, "mnt");
}
