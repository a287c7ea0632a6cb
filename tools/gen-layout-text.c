/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts given as text, for builds that are hard to get. Lines, TAB separated:
 *
 *	S name size ...				a struct, union or typedef of an unnamed one
 *	F struct.field offset size type		members of unnamed members are flattened
 *	A typedef target			"A PyObject struct _object"
 *
 * Other lines are passed over. The first line of a name serves.
 */
#include "gen-layout.h"

#include "util/array.h"
#include "util/cleanup.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS = 5, DEPTH_MAX = 8, KEY_MAX = 256 };

struct line {
	char *column[COLUMNS]; /* "" where there are fewer */
};

struct text {
	char *bytes;
	struct line *lines;
	size_t count, capacity;
};

static void text_fini(struct text *text)
{
	free(text->bytes);
	free(text->lines);
}

static const struct line *find_line(const struct text *text, char kind, const char *name)
{
	for (size_t i = 0; i < text->count; i++)
		if (text->lines[i].column[0][0] == kind && strcmp(text->lines[i].column[1], name) == 0)
			return &text->lines[i];
	return NULL;
}

/* "struct _object" -> "_object", "struct gc_generation [3]" -> "gc_generation" */
static void bare_type(const char *type, char *ret)
{
	if (strncmp(type, "struct ", 7) == 0)
		type += 7;
	else if (strncmp(type, "union ", 6) == 0)
		type += 6;
	snprintf(ret, KEY_MAX, "%.*s", (int)strcspn(type, " "), type);
}

static bool find_size(const struct text *text, const char *type, int depth, uint32_t *ret)
{
	const struct line *line = find_line(text, 'S', type);
	char target[KEY_MAX];

	if (line) {
		*ret = (uint32_t)strtoul(line->column[2], NULL, 10);
		return true;
	}
	line = find_line(text, 'A', type);
	if (!line || depth >= DEPTH_MAX)
		return false;
	bare_type(line->column[2], target);
	return find_size(text, target, depth + 1, ret);
}

static bool find_offset(const struct text *text, const char *type, const char *path, int depth,
			uint32_t *ret);

/* The first @len characters of @path are one F line; the rest is a path in its type. */
static bool find_offset_at(const struct text *text, const char *type, const char *path, size_t len, int depth,
			   uint32_t *ret)
{
	char key[KEY_MAX], inner[KEY_MAX];
	const struct line *line;
	uint32_t rest = 0;

	snprintf(key, sizeof(key), "%s.%.*s", type, (int)len, path);
	line = find_line(text, 'F', key);
	if (!line)
		return false;
	bare_type(line->column[4], inner);
	if (path[len] && !find_offset(text, inner, path + len + 1, depth + 1, &rest))
		return false;
	*ret = (uint32_t)strtoul(line->column[2], NULL, 10) + rest;
	return true;
}

static bool find_offset(const struct text *text, const char *type, const char *path, int depth, uint32_t *ret)
{
	const struct line *alias = find_line(text, 'A', type);
	char target[KEY_MAX];

	if (depth >= DEPTH_MAX)
		return false;
	for (size_t len = strlen(path); len > 0; len--)
		if ((path[len] == 0 || path[len] == '.') && find_offset_at(text, type, path, len, depth, ret))
			return true;
	if (!alias)
		return false;
	bare_type(alias->column[2], target);
	return find_offset(text, target, path, depth + 1, ret);
}

/* One of the alternatives in @list, which is cut by '|'; false past the last. */
static bool next_word(const char **list, char *ret)
{
	size_t len = strcspn(*list, "|");

	if (len == 0)
		return false;
	snprintf(ret, KEY_MAX, "%.*s", (int)len, *list);
	*list += len + ((*list)[len] == '|');
	return true;
}

static bool answer(const struct text *text, const struct lh_field_info *info, uint32_t *ret)
{
	char type[KEY_MAX], path[KEY_MAX];

	for (const char *types = info->types; next_word(&types, type);) {
		if (!info->paths[0] && find_size(text, type, 0, ret))
			return true;
		for (const char *paths = info->paths; next_word(&paths, path);)
			if (find_offset(text, type, path, 0, ret))
				return true;
	}
	return false;
}

static int split_lines(struct lh_ctx *ctx, struct text *text)
{
	static char empty[] = "";

	for (char *rest = text->bytes, *row; (row = strsep(&rest, "\n"));) {
		struct line line;

		for (int i = 0; i < COLUMNS; i++) {
			line.column[i] = row ? strsep(&row, "\t") : NULL;
			if (!line.column[i])
				line.column[i] = empty;
		}
		if (!strchr("SFA", line.column[0][0]) || !line.column[0][0])
			continue;
		if (lh_append(ctx, text->lines, text->count, text->capacity, line) < 0)
			return -1;
	}
	return 0;
}

int gen_text_read(struct lh_ctx *ctx, const char *path, struct lh_layout *layout, const char **ret_error)
{
	_cleanup_(text_fini) struct text text = {0};
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	size_t capacity = 0;
	uint32_t value;

	*ret_error = "cannot read it";
	if (!file || getdelim(&text.bytes, &capacity, 0, file) < 0)
		return -1;
	*ret_error = "out of memory";
	if (split_lines(ctx, &text) < 0)
		return -1;
	for (int i = 0; i < LH_F_COUNT; i++)
		if (answer(&text, &lh_field_infos[i], &value))
			lh_layout_set(layout, (enum lh_field)i, value, LH_LAYOUT_TABLE);
	if (file != stdin)
		fclose(file);
	return 0;
}
