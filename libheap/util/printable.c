/* SPDX-License-Identifier: Apache-2.0 */
#include "util/printable.h"
#include "util/array.h"
#include "util/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/*
 * Characters that move the cursor, start an escape sequence, break a line, turn the reading direction around
 * or are not seen: Unicode's Cc, Zl, Zp, and those of Cf that make two different names look the same.
 */
bool lh_is_control(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0, 0x1f},        {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},   {0x61c, 0x61c},
		{0x115f, 0x1160}, {0x17b4, 0x17b5},   {0x180b, 0x180f},   {0x200b, 0x200f}, {0x2028, 0x202e},
		{0x2060, 0x206f}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
		{0xfff9, 0xfffb}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(ranges) && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

static void escape(struct lh_string *out, uint32_t c)
{
	if (c == '\n')
		lh_string_add(out, "\\n");
	else if (c == '\t')
		lh_string_add(out, "\\t");
	else if (c == '\r')
		lh_string_add(out, "\\r");
	else
		lh_string_addf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

void lh_printable_add(struct lh_string *out, const char *text)
{
	uint32_t c;
	size_t len;

	for (; *text; text += len ? len : 1) {
		len = lh_utf8_next(text, &c);
		if (len == 0)
			lh_string_add(out, REPLACEMENT);
		else if (lh_is_control(c))
			escape(out, c);
		else
			lh_string_add_bytes(out, text, len);
	}
}
