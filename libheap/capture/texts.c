/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of /proc/PID/status, limits and smaps. */
#include "capture/process.h"
#include "util/array.h"
#include "util/string.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Return: what follows @name and blanks in @line; NULL if it begins otherwise. */
static const char *value_of(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(line, name, len) != 0)
		return NULL;
	return line + len + strspn(line + len, " \t");
}

static int take_groups(struct lh_ctx *ctx, const char *value, struct lh_capture_process *p)
{
	int r = 0;
	char *end;

	for (; r == 0; value = end) {
		uint32_t group = (uint32_t)strtoul(value, &end, 10);

		if (end == value)
			break;
		r = lh_append(ctx, p->groups, p->group_count, p->group_capacity, group);
	}
	return r;
}

/* The last number is that of the innermost namespace. */
static pid_t last_number(const char *value)
{
	pid_t last = 0;
	char *end;

	for (;; value = end) {
		long number = strtol(value, &end, 10);

		if (end == value)
			return last;
		last = (pid_t)number;
	}
}

static void take_name(const char *value, struct lh_capture_process *p)
{
	snprintf(p->name, sizeof(p->name), "%.*s", (int)strcspn(value, "\n"), value);
}

int lh_status_take(struct lh_ctx *ctx, const char *line, struct lh_capture_process *p)
{
	const char *value;

	if ((value = value_of(line, "Name:")))
		take_name(value, p);
	else if ((value = value_of(line, "State:")))
		p->state = *value;
	else if ((value = value_of(line, "TracerPid:")))
		p->tracer = (pid_t)strtol(value, NULL, 10);
	else if ((value = value_of(line, "Uid:")))
		sscanf(value, "%" SCNu32 " %" SCNu32 " %*u %" SCNu32, &p->uid, &p->euid, &p->fsuid);
	else if ((value = value_of(line, "Gid:")))
		sscanf(value, "%" SCNu32 " %" SCNu32 " %*u %" SCNu32, &p->gid, &p->egid, &p->fsgid);
	else if ((value = value_of(line, "Groups:")))
		return take_groups(ctx, value, p);
	else if ((value = value_of(line, "NSpid:")))
		p->own_pid = last_number(value);
	else if ((value = value_of(line, "CapEff:")))
		p->capabilities = strtoull(value, NULL, 16);
	else if (value_of(line, "VmSize:"))
		p->has_memory = true;
	return 0;
}

static uint64_t limit_of(const char *word)
{
	return strcmp(word, "unlimited") == 0 ? LH_UNLIMITED : strtoull(word, NULL, 10);
}

void lh_limits_take(const char *line, struct lh_capture_process *p)
{
	const char *core = value_of(line, "Max core file size"), *file = value_of(line, "Max file size");
	struct lh_capture_limit *limit = core ? &p->core : &p->file;
	char soft[32], hard[32];

	if ((!core && !file) || sscanf(core ? core : file, "%31s %31s", soft, hard) != 2)
		return;
	limit->soft = limit_of(soft);
	limit->hard = limit_of(hard);
}

/* Words of two letters, each with a blank after it. */
static bool has_flag(const char *flags, const char *flag)
{
	const char *found = strstr(flags, flag);

	return found && (found == flags || found[-1] == ' ') && strchr(" \n", found[2]);
}

/* As debuggers guess it, by the file's name. */
static bool is_python(const char *path)
{
	const char *name = lh_base_name(path);

	return strncmp(name, "python", 6) == 0 || strncmp(name, "libpython", 9) == 0;
}

static bool take_head(const char *line, struct lh_capture_mapping *m)
{
	static const char deleted[] = " (deleted)\n";
	unsigned long inode;
	size_t len = strlen(line);
	char mode[8];
	int path = 0;

	if (sscanf(line, "%*x-%*x %7s %*x %*x:%*x %lu %n", mode, &inode, &path) < 2)
		return false;
	*m = (struct lh_capture_mapping){.shared = mode[3] == 's', .file = inode != 0};
	m->python = path && is_python(line + path);
	m->special = path && line[path] == '[' && line[path + 1] == 'v';
	m->deleted = len >= strlen(deleted) && strcmp(line + len - strlen(deleted), deleted) == 0;
	return true;
}

bool lh_smaps_take(const char *line, struct lh_capture_mapping *m)
{
	static const struct {
		const char *name;
		size_t at;
	} sizes[] = {{"Size:", offsetof(struct lh_capture_mapping, bytes)},
		     {"Rss:", offsetof(struct lh_capture_mapping, resident)},
		     {"Anonymous:", offsetof(struct lh_capture_mapping, anonymous)},
		     {"Swap:", offsetof(struct lh_capture_mapping, swap)}};
	const char *value;

	for (size_t i = 0; i < LH_ARRAY_SIZE(sizes); i++)
		if ((value = value_of(line, sizes[i].name))) {
			*(uint64_t *)((char *)m + sizes[i].at) = strtoull(value, NULL, 10) << 10;
			return false;
		}
	value = value_of(line, "VmFlags:");
	if (!value) {
		take_head(line, m);
		return false;
	}
	m->io = has_flag(value, "io");
	m->dontdump = has_flag(value, "dd");
	m->huge = has_flag(value, "ht");
	return true;
}
