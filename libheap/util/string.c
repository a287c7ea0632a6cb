/* SPDX-License-Identifier: Apache-2.0 */
/* A string that grows. Every add may fail silently; lh_string_take() reports it once. */
#include "util/string.h"
#include "util/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 64

void lh_string_fini(struct lh_string *s)
{
	free(s->text);
	*s = (struct lh_string){0};
}

void lh_string_clear(struct lh_string *s)
{
	s->len = 0;
	if (s->text)
		s->text[0] = '\0';
}

/* Room for @more bytes and the terminator. */
static bool reserve(struct lh_string *s, size_t more)
{
	size_t room = s->capacity ? s->capacity : FIRST_CAPACITY;
	char *grown;

	if (s->failed || more > SIZE_MAX / 2 - s->len - 1)
		return !(s->failed = true);
	if (s->len + more < s->capacity)
		return true;
	while (room <= s->len + more)
		room *= 2;
	grown = realloc(s->text, room);
	if (!grown)
		return !(s->failed = true);
	s->text = grown;
	s->capacity = room;
	return true;
}

void lh_string_add_bytes(struct lh_string *s, const char *bytes, size_t len)
{
	if (len == 0 || !reserve(s, len))
		return;
	memcpy(s->text + s->len, bytes, len);
	s->len += len;
	s->text[s->len] = 0;
}

void lh_string_add(struct lh_string *s, const char *text)
{
	lh_string_add_bytes(s, text, strlen(text));
}

void lh_string_addv(struct lh_string *s, const char *format, va_list args)
{
	va_list again;
	int len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		s->failed = true;
	if (len <= 0 || !reserve(s, (size_t)len))
		return;
	vsnprintf(s->text + s->len, (size_t)len + 1, format, args);
	s->len += (size_t)len;
}

void lh_string_addf(struct lh_string *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	lh_string_addv(s, format, args);
	va_end(args);
}

char *lh_string_take(struct lh_string *s)
{
	char *text = NULL;

	if (!s->failed) {
		text = s->text ? s->text : strdup("");
		s->text = NULL;
	}
	lh_string_fini(s);
	return text;
}

int lh_string_give(struct lh_ctx *ctx, struct lh_string *s, char **ret)
{
	char *text = lh_string_take(s);

	if (!text)
		return lh_nomem(ctx);
	*ret = text;
	return 0;
}

const char *lh_base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path;
}

const char *lh_count_text(uint64_t number, char buf[LH_COUNT_MAX])
{
	char digits[LH_COUNT_MAX];
	int len = snprintf(digits, sizeof(digits), "%" PRIu64, number), at = 0;

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf[at++] = ',';
		buf[at++] = digits[i];
	}
	buf[at] = '\0';
	return buf;
}

const char *lh_size_text(uint64_t bytes, char buf[LH_SIZE_MAX])
{
	static const char units[] = "KMGTPE";
	double size = (double)bytes;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(buf, LH_SIZE_MAX, "%u B", (unsigned)bytes);
		return buf;
	}
	for (size /= 1024; size >= 1023.95; size /= 1024)
		unit++;
	snprintf(buf, LH_SIZE_MAX, "%.1f %cB", size, units[unit]);
	return buf;
}
