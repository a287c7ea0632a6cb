/* SPDX-License-Identifier: Apache-2.0 */
#include "util/shell.h"

#include <string.h>

void lh_shell_word(struct lh_string *out, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";

	if (*word && word[strspn(word, plain)] == '\0') {
		lh_string_add(out, word);
		return;
	}
	lh_string_add(out, "'");
	for (; *word; word++)
		if (*word == '\'')
			lh_string_add(out, "'\\''");
		else
			lh_string_add_bytes(out, word, 1);
	lh_string_add(out, "'");
}
