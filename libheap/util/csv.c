/* SPDX-License-Identifier: Apache-2.0 */
#include "util/csv.h"

#include <string.h>

/* What spreadsheets would take for a formula is text: a quote before it marks it as such. */
static void add_guard(struct lh_string *out, const char *text)
{
	if (*text && strchr("=+-@", *text))
		lh_string_add(out, "'");
}

void lh_csv_add(struct lh_string *out, const char *text)
{
	const char *quote;

	if (!strpbrk(text, ",\"\r\n")) {
		add_guard(out, text);
		lh_string_add(out, text);
		return;
	}
	lh_string_add(out, "\"");
	add_guard(out, text);
	for (; (quote = strchr(text, '"')); text = quote + 1) {
		lh_string_add_bytes(out, text, (size_t)(quote - text));
		lh_string_add(out, "\"\"");
	}
	lh_string_add(out, text);
	lh_string_add(out, "\"");
}
