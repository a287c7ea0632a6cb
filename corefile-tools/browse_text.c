/* SPDX-License-Identifier: Apache-2.0 */
/* Texts over the whole screen, and a line that is asked for. */
#include "browse.h"

#include <curses.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

const char browse_keys[] = "Enter, Right      into an object: what only it keeps alive\n"
			   "Left, Backspace   back to the list before\n"
			   "Up, Down, PgUp, PgDn, Home, End   move\n"
			   "u                 what refers to the object (users)\n"
			   "r                 what it refers to\n"
			   "p                 the path from a root to it\n"
			   "t                 types; Enter lists a type's objects\n"
			   "/  n              find text in this list; the next one\n"
			   "s                 sort by retained size, own size, objects\n"
			   "m                 mark, or not any more: the last line but one has what\n"
			   "                  all marked objects keep alive, each byte once\n"
			   "v                 contents of the object (hidden by --no-values)\n"
			   "y                 the command that gives this list\n"
			   "w                 warnings: what is missing or odd in this target\n"
			   "?                 this page\n"
			   "q                 quit\n"
			   "\n"
			   "RETAINED  bytes that would be freed with the object: its own, and those of\n"
			   "          all that only it keeps alive\n"
			   "OF ALL    the share of what is listed; of references, paths, types: of the heap\n"
			   "OWN       its own bytes (terminals of 100 columns or more)\n"
			   "OBJECTS   how many would be freed, itself included; of a type: how many there\n"
			   "          are\n"
			   "WHERE     the reference that leads to it: .name ['key'] [3]; ….name: from an\n"
			   "          object between the two, one of several\n"
			   "\n"
			   "A list has rows for the 200 objects that retain most, and one per type for the\n"
			   "others, which can be entered. Sums are of all of them.\n";

/* Where the line that begins at @text ends on the screen: at its end, or where it is full. */
static const char *end_of_line(const char *text, int width)
{
	const char *end = text + strcspn(text, "\n");
	mbstate_t state = {0};
	int used = 0;

	for (const char *p = text; p < end;) {
		wchar_t c;
		size_t len = mbrtowc(&c, p, (size_t)(end - p), &state);
		int columns = len == 0 || len > (size_t)(end - p) || wcwidth(c) < 0 ? 1 : wcwidth(c);

		if (len == 0 || len > (size_t)(end - p)) {
			state = (mbstate_t){0};
			len = 1;
		}
		if (used + columns > width)
			return p > text ? p : p + len;
		used += columns;
		p += len;
	}
	return end;
}

/* @line lines are left out. Return: lines of the whole text. */
static size_t put_lines(const char *text, size_t line)
{
	size_t n = 0;

	while (*text) {
		const char *end = end_of_line(text, COLS - 2);
		char *copy = strndup(text, (size_t)(end - text));

		if (copy && n >= line && n - line < (size_t)(LINES - 3))
			browse_put((int)(n - line) + 1, 1, COLS - 2, copy);
		free(copy);
		text = end + (*end == '\n');
		n++;
	}
	return n;
}

static size_t draw(const char *title, const char *text, size_t line)
{
	size_t lines;

	erase();
	attrset(A_REVERSE);
	mvhline(0, 0, ' ', COLS);
	browse_put(0, 1, COLS - 2, title);
	attrset(A_NORMAL);
	lines = put_lines(text, line);
	browse_put(LINES - 1, 1, COLS - 2, "q, Left: back");
	refresh();
	return lines;
}

void browse_show(const char *title, const char *text)
{
	size_t line = 0, lines, page;

	timeout(500);
	while (!browse_is_over()) {
		lines = draw(title, text, line);
		page = LINES > 4 ? (size_t)LINES - 3 : 1;
		switch (getch()) {
		case ERR:
		case KEY_RESIZE:
			break;
		case KEY_DOWN:
		case 'j':
			line += line + page < lines;
			break;
		case KEY_UP:
		case 'k':
			line -= line > 0;
			break;
		case KEY_NPAGE:
		case ' ':
			line += line + page < lines ? page : 0;
			break;
		case KEY_PPAGE:
			line -= line < page ? line : page;
			break;
		default:
			return;
		}
	}
}

static void draw_question(const char *question, const char *line)
{
	int used;

	mvhline(LINES - 1, 0, ' ', COLS);
	used = browse_put(LINES - 1, 1, COLS / 2, question) + 1;
	used += browse_put(LINES - 1, used, COLS - used - 1, line);
	move(LINES - 1, used < COLS ? used : COLS - 1);
	refresh();
}

/* A character as UTF-8 at the end of the line. */
static void append(char *line, size_t size, wint_t c)
{
	char bytes[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t len = wcrtomb(bytes, (wchar_t)c, &state), used = strlen(line);

	if (len == (size_t)-1 || used + len >= size)
		return;
	memcpy(line + used, bytes, len);
	line[used + len] = '\0';
}

static void remove_last(char *line)
{
	size_t len = strlen(line);

	while (len && ((unsigned char)line[--len] & 0xc0) == 0x80)
		;
	line[len] = '\0';
}

bool browse_ask(const char *question, char *line, size_t size)
{
	wint_t c;

	*line = '\0';
	curs_set(1);
	timeout(500);
	while (!browse_is_over()) {
		int kind;

		draw_question(question, line);
		kind = get_wch(&c);
		if (kind == ERR || (kind == KEY_CODE_YES && c == KEY_RESIZE))
			continue;
		if (c == 27 || c == '\r' || c == '\n' || (kind == KEY_CODE_YES && c == KEY_ENTER))
			break;
		if ((kind == KEY_CODE_YES && c == KEY_BACKSPACE) || c == 127 || c == 8)
			remove_last(line);
		else if (kind == OK && c >= ' ')
			append(line, size, c);
	}
	curs_set(0);
	return !browse_is_over() && c != 27 && *line;
}
