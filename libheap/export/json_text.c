/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json_text.h"
#include "util/printable.h"
#include "util/utf8.h"

#include <string.h>

/* In JSON a character after U+FFFF is two (RFC 8259, 7). */
static void add_escape(struct lh_output *out, uint32_t c)
{
	if (c > 0xffff) {
		lh_output_addf(out, "\\u%04x", 0xd800 + ((c - 0x10000) >> 10));
		c = 0xdc00 + (c & 0x3ff);
	}
	lh_output_addf(out, "\\u%04x", c);
}

void lh_json_text(struct lh_output *out, const char *text)
{
	uint32_t c;
	size_t len;

	lh_output_add(out, "\"", 1);
	for (; *text; text += len ? len : 1) {
		len = lh_utf8_next(text, &c);
		if (len && (c == '"' || c == '\\'))
			lh_output_addf(out, "\\%c", (int)c);
		else if (len && !lh_is_control(c))
			lh_output_add(out, text, len);
		else
			add_escape(out, len ? c : 0xfffd);
	}
	lh_output_add(out, "\"", 1);
}

void lh_json_number(struct lh_output *out, char before, uint64_t number)
{
	char text[24], *at = text + sizeof(text);

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	if (before)
		*--at = before;
	lh_output_add(out, at, (size_t)(text + sizeof(text) - at));
}
