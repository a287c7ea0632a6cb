/* SPDX-License-Identifier: Apache-2.0 */
#include "result/shades.h"

#define EIGHTHS 8

char lh_shade(uint64_t part, uint64_t whole)
{
	if (!part || !whole)
		return '0';
	if (part >= whole)
		return '0' + EIGHTHS;
	return (char)('0' + (part * EIGHTHS > whole ? part * EIGHTHS / whole : 1));
}

void lh_show_shades(struct lh_string *out, const char *marks)
{
	static const char *const shades[] = {"·", "░", "░", "▒", "▒", "▓", "▓", "█", "█"};

	for (; *marks; marks++)
		lh_string_add(out, *marks >= '0' && *marks <= '0' + EIGHTHS ? shades[*marks - '0']
				   : *marks == ' '                          ? " "
									    : "?");
}

/* Of the 256 colours: from grey over green to red; what is not there has the terminal's own. */
static int color_of(char mark)
{
	static const int colors[] = {236, 22, 28, 34, 70, 106, 142, 172, 160};

	if (mark >= '0' && mark <= '0' + EIGHTHS)
		return colors[mark - '0'];
	return mark == '?' ? 201 : -1;
}

void lh_show_halves(struct lh_string *out, const char *marks)
{
	while (*marks) {
		int upper = color_of(*marks++), lower = *marks ? color_of(*marks++) : -1;

		if (upper < 0 && lower < 0) {
			lh_string_add(out, " ");
			continue;
		}
		/* The half that has a colour is drawn, the other one is behind it. */
		lh_string_addf(out, "\033[38;5;%dm", upper >= 0 ? upper : lower);
		if (upper >= 0 && lower >= 0)
			lh_string_addf(out, "\033[48;5;%dm", lower);
		lh_string_add(out, upper >= 0 ? "▀" : "▄");
		lh_string_add(out, "\033[0m");
	}
}
