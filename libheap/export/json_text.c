/* SPDX-License-Identifier: Apache-2.0 */
#include "export/json_text.h"
#include "util/utf8.h"

#include <string.h>

void lh_json_text(struct lh_output *out, const char *text)
{
	uint32_t c;
	size_t len;

	lh_output_add(out, "\"", 1);
	for (; *text; text += len ? len : 1) {
		len = lh_utf8_next(text, &c);
		if (len && c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			lh_output_add(out, text, len);
		else if (len && c >= 0x20 && c != 0x7f)
			lh_output_addf(out, "\\%c", (int)c);
		else
			lh_output_addf(out, "\\u%04x", len ? c : 0xfffd);
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
