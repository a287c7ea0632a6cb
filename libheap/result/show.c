/* SPDX-License-Identifier: Apache-2.0 */
/* Text of the target made safe for a terminal, numbers made readable for people. */
#include "result/show.h"
#include "util/array.h"
#include "util/printable.h"
#include "util/utf8.h"

#include <stdio.h>
#include <string.h>

int lh_text_for_terminal(struct lh_ctx *ctx, const char *text, char **ret)
{
	_cleanup_string_ struct lh_string out = {0};

	lh_printable_add(&out, text);
	return lh_string_give(ctx, &out, ret);
}

static void show_count(struct lh_string *out, int64_t number)
{
	char text[LH_COUNT_MAX];

	lh_count_text(number < 0 ? -(uint64_t)number : (uint64_t)number, text);
	lh_string_addf(out, "%s%s", number < 0 ? "-" : "", text);
}

static void show_bytes(struct lh_string *out, int64_t number)
{
	char text[LH_SIZE_MAX];

	lh_size_text(number < 0 ? -(uint64_t)number : (uint64_t)number, text);
	lh_string_addf(out, "%s%s", number < 0 ? "-" : "", text);
}

#define LIST_SHOWN 10 /* one cell decides how wide a column is */

static size_t count_lines(const char *lines)
{
	size_t n = 1;

	while ((lines = strchr(lines, '\n'))) {
		lines++;
		n++;
	}
	return n;
}

static void show_list(struct lh_string *out, const char *lines)
{
	const char *end;

	for (unsigned n = 1; (end = strchr(lines, '\n')); lines = end + 1, n++) {
		_cleanup_string_ struct lh_string line = {};

		if (n == LIST_SHOWN && count_lines(lines) > 1) {
			lh_string_addf(out, "… %zu more", count_lines(lines));
			return;
		}
		lh_string_add_bytes(&line, lines, (size_t)(end - lines));
		lh_printable_add(out, line.text ? line.text : "");
		lh_string_add(out, ", ");
		out->failed |= line.failed;
	}
	lh_printable_add(out, lines);
}

void lh_show_value(struct lh_string *out, const struct lh_value *value)
{
	switch (value->kind) {
	case LH_K_NULL:
		lh_string_add(out, "-");
		break;
	case LH_K_BOOL:
		lh_string_add(out, value->yes ? "yes" : "no");
		break;
	case LH_K_COUNT:
		show_count(out, value->number);
		break;
	case LH_K_NUMBER:
		lh_string_addf(out, "%" PRId64, value->number);
		break;
	case LH_K_BYTES:
		show_bytes(out, value->number);
		break;
	case LH_K_ADDR:
		lh_string_addf(out, "0x%" PRIx64, value->addr);
		break;
	case LH_K_PERCENT:
		lh_string_addf(out, "%" PRId64 "%%", value->number);
		break;
	case LH_K_TEXT:
		lh_printable_add(out, value->text);
		break;
	case LH_K_LIST:
		show_list(out, value->text);
		break;
	}
}

/* Combining marks take no column; East Asian wide characters and emoji take two (Unicode TR11, in blocks). */
static size_t char_width(uint32_t c)
{
	if ((c >= 0x300 && c <= 0x36f) || (c >= 0x200b && c <= 0x200d) || (c >= 0xfe00 && c <= 0xfe0f))
		return 0;
	if ((c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
	    (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) ||
	    (c >= 0x20000 && c <= 0x3fffd))
		return 2;
	return 1;
}

/* Bytes of @text that fit in @width columns. */
static size_t fitting(const char *text, size_t width, size_t *ret_columns)
{
	size_t columns = 0, at = 0, len, w;
	uint32_t c = 0;

	for (; text[at]; at += len, columns += w) {
		len = lh_utf8_next(text + at, &c);
		w = len ? char_width(c) : 1;
		len = len ? len : 1;
		if (columns + w > width)
			break;
	}
	*ret_columns = columns;
	return at;
}

size_t lh_show_width(const char *text)
{
	size_t columns;

	fitting(text, SIZE_MAX / 2, &columns);
	return columns;
}

/* The last @width columns of @text. */
static const char *tail(const char *text, size_t width)
{
	size_t all = lh_show_width(text), columns, at;

	if (all <= width)
		return text;
	at = fitting(text, all - width, &columns);
	if (columns < all - width) /* a wide character does not fit into what is left */
		at = fitting(text, all - width + 1, &columns);
	return text + at;
}

/* The end of @text, from a slash on if one is near enough. */
static const char *folders(const char *text, size_t width)
{
	const char *end = tail(text, width), *slash = strchr(end, '/');

	return slash ? slash : end;
}

void lh_show_cut(struct lh_string *out, const char *text, size_t width, enum lh_cut cut)
{
	size_t columns, head = cut == LH_CUT_END ? width - 1 : cut == LH_CUT_MIDDLE ? width / 3 : 0;

	if (width == 0 || text[fitting(text, width, &columns)] == '\0') {
		lh_string_add(out, text);
		return;
	}
	lh_string_add_bytes(out, text, fitting(text, head, &columns));
	lh_string_add(out, "…");
	if (cut == LH_CUT_MIDDLE)
		lh_string_add(out, tail(text, width - 1 - columns));
	else if (cut == LH_CUT_FOLDERS)
		lh_string_add(out, folders(text, width - 1));
}

char *lh_show_break(char *text, size_t width)
{
	size_t columns, at = fitting(text, width, &columns);
	char *space;

	if (!text[at])
		return NULL;
	while (at > 0 && text[at] != ' ')
		at--;
	space = at ? text + at : strchr(text, ' ');
	return space;
}

void lh_show_command(struct lh_string *out, const char *command, const struct lh_style *style)
{
	size_t name = strcspn(command, " ");

	if (style->prefix && *style->prefix)
		lh_string_addf(out, "%s ", style->prefix);
	lh_string_add_bytes(out, command, name);
	if (style->target && *style->target) {
		lh_string_add(out, " ");
		lh_printable_add(out, style->target);
	}
	lh_printable_add(out, command + name);
}
