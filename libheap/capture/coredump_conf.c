/* SPDX-License-Identifier: Apache-2.0 */
/* What systemd-coredump keeps: the first coredump.conf in the order of its folders, then all *.conf by name. */
#include "capture/handler.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILES_MAX 64

static const char *const folders[] = {"/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
				      "/usr/lib/systemd"};

/* "1G", "512M", "infinity" */
static uint64_t size_of(const char *text)
{
	static const char units[] = "KMGTPE";
	char *end;
	uint64_t value = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;

	if (end == text || value > (UINT64_MAX - 1) >> shift)
		return UINT64_MAX - 1;
	return value << shift;
}

static enum lh_core_storage storage_of(const char *text)
{
	if (strncmp(text, "none", 4) == 0)
		return LH_STORAGE_NONE;
	return strncmp(text, "journal", 7) == 0 ? LH_STORAGE_JOURNAL : LH_STORAGE_EXTERNAL;
}

/* Return: the value, if @line sets @key. */
static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len) != 0)
		return NULL;
	line += len + strspn(line + len, " \t");
	return *line == '=' ? line + 1 + strspn(line + 1, " \t") : NULL;
}

void lh_coredump_conf_take(const char *line, struct lh_coredump_conf *conf)
{
	const char *value;

	line += strspn(line, " \t");
	if (*line == '[')
		conf->ours = strncmp(line, "[Coredump]", 10) == 0;
	else if (!conf->ours)
		return;
	else if ((value = value_of(line, "Storage")))
		conf->storage = storage_of(value);
	else if ((value = value_of(line, "ExternalSizeMax")))
		conf->external_max = size_of(value);
	else if ((value = value_of(line, "JournalSizeMax")))
		conf->journal_max = size_of(value);
}

/* Return: whether the file is there. */
static bool read_file(const char *path, struct lh_coredump_conf *conf)
{
	_cleanup_free_ char *line = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");

	if (!f)
		return false;
	conf->ours = false;
	while (getline(&line, &size, f) > 0)
		lh_coredump_conf_take(line, conf);
	fclose(f);
	return true;
}

struct names {
	char all[FILES_MAX][NAME_MAX + 1];
	size_t count;
};

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->all[i], name) == 0)
			return true;
	return false;
}

static void add_names(struct names *names, const char *root, const char *folder)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s%s/coredump.conf.d", root, folder);
	dir = opendir(path);
	while (dir && names->count < FILES_MAX && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len > 5 && strcmp(entry->d_name + len - 5, ".conf") == 0 &&
		    !has_name(names, entry->d_name))
			snprintf(names->all[names->count++], NAME_MAX + 1, "%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A file hides those of its name in later folders. */
static void read_first(const char *root, const char *name, struct lh_coredump_conf *conf)
{
	char path[PATH_MAX];
	bool found = false;

	for (size_t i = 0; i < LH_ARRAY_SIZE(folders) && !found; i++) {
		snprintf(path, sizeof(path), "%s%s/%s", root, folders[i], name);
		found = read_file(path, conf);
	}
}

int lh_coredump_conf_read(struct lh_ctx *ctx, const char *root, struct lh_coredump_conf *conf)
{
	_cleanup_free_ struct names *names = lh_new0(struct names, 1);
	char name[NAME_MAX + 32];

	if (!names)
		return lh_nomem(ctx);
	*conf = (struct lh_coredump_conf){.external_max = LH_NOT_SET, .journal_max = LH_NOT_SET};
	read_first(root, "coredump.conf", conf);
	for (size_t i = 0; i < LH_ARRAY_SIZE(folders); i++)
		add_names(names, root, folders[i]);
	qsort(names->all, names->count, sizeof(names->all[0]), by_name);
	for (size_t i = 0; i < names->count; i++) {
		snprintf(name, sizeof(name), "coredump.conf.d/%s", names->all[i]);
		read_first(root, name, conf);
	}
	return 0;
}
