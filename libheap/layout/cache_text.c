/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A layout as text:
 *
 *	py-heap layout 1
 *	fields 5c0f1e2d3b4a5968		of fields.def: another list makes the file stale
 *	build-id 49daf84ed369fe589b73ea876f2591cd4c3588bb
 *	build 0x030b07f0 debug 0 free-threaded 0
 *	origin DWARF of /usr/lib/libpython3.11.so.1.0
 *	OBJECT_SIZE 16			one line a field, in the order of fields.def
 *	...
 *	checksum 0f1e2d3c4b5a6978	of all before
 *
 * There is one text for a layout. So a reader takes what it can and writes it again: any difference is
 * damage, and no check is forgotten.
 */
#include "layout/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMAT 1 /* count up when the form changes, or what from_dwarf.c answers for the same DWARF */
#define CACHED ", cached"
#define ORIGIN_MAX (sizeof(((struct lh_layout *)0)->origin) - sizeof(CACHED))
#define FNV_BASIS 14695981039346656037u

static uint64_t fnv1a(uint64_t h, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)bytes[i]) * 1099511628211u;
	return h;
}

static uint64_t hash_of_fields(void)
{
	uint64_t h = FNV_BASIS;

	for (int i = 0; i < LH_F_COUNT; i++) {
		const struct lh_field_info *f = &lh_field_infos[i];

		h = fnv1a(h, f->name, strlen(f->name) + 1);
		h = fnv1a(h, f->types, strlen(f->types) + 1);
		h = fnv1a(h, f->paths, strlen(f->paths) + 1);
	}
	return h;
}

/* What is known of a text before it is read. */
static void add_head(struct lh_string *s, const char *id)
{
	lh_string_addf(s, "py-heap layout %d\nfields %016" PRIx64 "\nbuild-id %s\n", FORMAT, hash_of_fields(),
		       id);
}

/* One line, with room for CACHED. */
static void add_origin(struct lh_string *s, const char *origin)
{
	char line[ORIGIN_MAX + 1];

	snprintf(line, sizeof(line), "%.*s", (int)ORIGIN_MAX, origin);
	for (char *p = line; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	lh_string_addf(s, "origin %s\n", line);
}

void lh_layout_write_text(struct lh_string *s, const char *id, const struct lh_layout *layout)
{
	const struct lh_build *build = &layout->build;

	add_head(s, id);
	lh_string_addf(s, "build 0x%08" PRIx32 " debug %d free-threaded %d\n", build->version, build->debug,
		       build->free_threaded);
	add_origin(s, layout->origin);
	for (int i = 0; i < LH_F_COUNT; i++)
		if (layout->off1[i] && layout->source[i] == LH_LAYOUT_DWARF)
			lh_string_addf(s, "%s %" PRIu32 "\n", lh_field_infos[i].name, layout->off1[i] - 1);
	if (s->text)
		lh_string_addf(s, "checksum %016" PRIx64 "\n", fnv1a(FNV_BASIS, s->text, s->len));
}

/* Step over @word, if it is there. */
static bool take(const char **p, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*p, word, len) != 0)
		return false;
	*p += len;
	return true;
}

static bool take_number(const char **p, int base, uint32_t *ret)
{
	char *end;
	unsigned long long value = strtoull(*p, &end, base);

	if (end == *p || value >= UINT32_MAX)
		return false;
	*p = end;
	*ret = (uint32_t)value;
	return true;
}

static bool take_build(const char **p, struct lh_build *ret)
{
	uint32_t debug, free_threaded;

	if (!take(p, "build ") || !take_number(p, 16, &ret->version) || !take(p, " debug ") ||
	    !take_number(p, 10, &debug) || !take(p, " free-threaded ") ||
	    !take_number(p, 10, &free_threaded) || !take(p, "\n"))
		return false;
	ret->debug = debug == 1;
	ret->free_threaded = free_threaded == 1;
	return true;
}

static bool take_origin(const char **p, struct lh_layout *layout)
{
	size_t len;

	if (!take(p, "origin "))
		return false;
	len = strcspn(*p, "\n");
	if ((*p)[len] != '\n' || len > ORIGIN_MAX)
		return false;
	memcpy(layout->origin, *p, len);
	layout->origin[len] = 0;
	*p += len + 1;
	return true;
}

/* Fields that the text leaves out are absent. */
static bool take_fields(const char **p, struct lh_layout *layout)
{
	for (int i = 0; i < LH_F_COUNT; i++) {
		const char *at = *p;
		uint32_t value;

		if (!take(&at, lh_field_infos[i].name) || !take(&at, " "))
			continue;
		if (!take_number(&at, 10, &value) || !take(&at, "\n"))
			return false;
		lh_layout_set(layout, (enum lh_field)i, value, LH_LAYOUT_DWARF);
		*p = at;
	}
	return true;
}

static bool parse(const char *text, const char *head, struct lh_layout *ret)
{
	return take(&text, head) && take_build(&text, &ret->build) && take_origin(&text, ret) &&
	       take_fields(&text, ret);
}

int lh_layout_read_text(const char *text, size_t len, const char *id, struct lh_layout *ret)
{
	_cleanup_string_ struct lh_string head = {0}, again = {0};
	struct lh_layout layout = {.main = LH_LAYOUT_DWARF};

	add_head(&head, id);
	if (head.failed)
		return -LH_ENOMEM;
	if (!parse(text, head.text, &layout))
		return LH_ABSENT;
	lh_layout_write_text(&again, id, &layout);
	if (again.failed)
		return -LH_ENOMEM;
	if (again.len != len || memcmp(again.text, text, len) != 0)
		return LH_ABSENT;
	strcat(layout.origin, CACHED);
	lh_layout_set_constants(&layout);
	*ret = layout;
	return 0;
}
