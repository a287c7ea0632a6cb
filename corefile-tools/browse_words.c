/* SPDX-License-Identifier: Apache-2.0 */
#include "browse.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As commands write them: 1 KB is 1024 bytes. */
const char *browse_size(uint64_t bytes, char buf[BROWSE_WORD])
{
	static const char units[] = "KMGTPE";
	double value = (double)bytes;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(buf, BROWSE_WORD, "%" PRIu64 " B", bytes);
		return buf;
	}
	for (value /= 1024; value >= 1023.95 && units[unit + 1]; unit++)
		value /= 1024;
	snprintf(buf, BROWSE_WORD, "%.1f %cB", value, units[unit]);
	return buf;
}

const char *browse_count(uint64_t number, char buf[BROWSE_WORD])
{
	char digits[BROWSE_WORD];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

/* The list that a part is a part of. */
static const struct browse_list *whole_of(const struct browse *b, const struct browse_list *list)
{
	size_t i = b->depth;

	while (i && b->lists[i - 1] != list)
		i--;
	while (i > 1 && b->lists[i - 1]->kind == BROWSE_PART)
		i--;
	return i ? b->lists[i - 1] : list;
}

static char *under(const struct browse *b, uint64_t addr, const char *limit)
{
	char *text = NULL;
	int n = addr ? asprintf(&text, CLI_NAME " retained %s --under 0x%" PRIx64 "%s", b->target, addr,
				limit)
		     : asprintf(&text, CLI_NAME " retained %s%s", b->target, limit);

	return n < 0 ? NULL : text;
}

static char *about(const struct browse *b, const char *command, uint64_t addr)
{
	char *text = NULL;

	return asprintf(&text, CLI_NAME " %s %s 0x%" PRIx64, command, b->target, addr) < 0 ? NULL : text;
}

/* A type by its address: a name may be one that others have, too. */
static char *of_type(const struct browse *b, struct lh_type *type)
{
	struct lh_type_info info = {.size = sizeof(info)};
	char *text = NULL;

	lh_type_info(b->heap, type, &info);
	return asprintf(&text, CLI_NAME " find %s --type 0x%" PRIx64, b->target, info.addr) < 0 ? NULL : text;
}

char *browse_command(const struct browse *b, const struct browse_list *list)
{
	const struct browse_list *whole = whole_of(b, list);
	char *text = NULL;

	switch (whole->kind) {
	case BROWSE_BELOW:
	case BROWSE_PART:
		return under(b, whole->addr, list == whole ? "" : " --limit 0");
	case BROWSE_TYPES:
		return asprintf(&text, CLI_NAME " retained %s --by-type", b->target) < 0 ? NULL : text;
	case BROWSE_OF_TYPE:
		return of_type(b, whole->type);
	case BROWSE_HOLDERS:
		return about(b, "referrers", whole->addr);
	case BROWSE_HELD:
		return about(b, "refs", whole->addr);
	case BROWSE_PATH:
		return about(b, "why", whole->addr);
	}
	return NULL;
}
