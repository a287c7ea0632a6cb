/* SPDX-License-Identifier: Apache-2.0 */
/* One list on the terminal. Texts have no control characters when they come here. */
#include "browse.h"

#include <curses.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#define TEXT_MAX 4096 /* characters of a line that are looked at */
#define NAMING_MS 40  /* a key is answered before all names are known */
#define BAR 8

enum { LINE_TITLE, LINE_WHERE, LINE_COLUMNS, LINES_ABOVE, LINES_BELOW = 3 };

/** struct columns - where those of the rows are; 0 wide: there is no room */
struct columns {
	int own, type_at, type, name_at, name;
};

size_t browse_page(void)
{
	return LINES > LINES_ABOVE + LINES_BELOW ? (size_t)(LINES - LINES_ABOVE - LINES_BELOW) : 1;
}

/* ---- text ---- */

static int width_of(wchar_t c)
{
	int width = wcwidth(c);

	return width < 0 ? 1 : width;
}

/* Characters of @text; those without a width here are replaced. Return: how many. */
static size_t decode(const char *text, wchar_t out[TEXT_MAX])
{
	mbstate_t state = {0};
	size_t count = 0;

	while (*text && count < TEXT_MAX) {
		size_t len = mbrtowc(&out[count], text, MB_CUR_MAX, &state);

		if (len == (size_t)-1 || len == (size_t)-2 || wcwidth(out[count]) < 0) {
			out[count] = L'?';
			state = (mbstate_t){0};
			len = len == (size_t)-1 || len == (size_t)-2 ? 1 : len;
		}
		text += len;
		count++;
	}
	return count;
}

/* How many of the characters from the start, or from the end, fit into @width columns. */
static size_t fit(const wchar_t *text, size_t count, int width, bool from_end)
{
	size_t n = 0;

	while (n < count && width_of(text[from_end ? count - 1 - n : n]) <= width) {
		width -= width_of(text[from_end ? count - 1 - n : n]);
		n++;
	}
	return n;
}

static int width_of_all(const wchar_t *text, size_t count)
{
	int width = 0;

	for (size_t i = 0; i < count; i++)
		width += width_of(text[i]);
	return width;
}

int browse_put(int y, int x, int width, const char *text)
{
	static wchar_t all[TEXT_MAX];
	size_t count = decode(text, all), head, tail;

	if (width <= 0 || y < 0 || y >= LINES || x >= COLS)
		return 0;
	if (width > COLS - x)
		width = COLS - x;
	move(y, x);
	if (width_of_all(all, count) <= width) {
		addnwstr(all, (int)count);
		return width_of_all(all, count);
	}
	head = fit(all, count, (width - 1) / 2, false);
	tail = fit(all, count, width - 1 - (width - 1) / 2, true);
	while (tail && width_of(all[count - tail]) == 0) /* a mark without its letter */
		tail--;
	addnwstr(all, (int)head);
	addnwstr(L"\u2026", 1);
	addnwstr(all + count - tail, (int)tail);
	return width_of_all(all, head) + 1 + width_of_all(all + count - tail, tail);
}

/* At the right end of @width columns. */
static void put_right(int y, int x, int width, const char *text)
{
	int len = (int)strlen(text);

	browse_put(y, len < width ? x + width - len : x, width, text);
}

/* ---- rows ---- */

static struct columns columns_for(int width)
{
	struct columns c = {.own = width >= 100 ? 10 : 0};
	int left;

	c.type_at = 19 + BAR + c.own + 13;
	left = width - c.type_at;
	c.type = left > 90 ? 36 : left > 60 ? left * 2 / 5 : left / 3;
	c.name_at = c.type_at + c.type + 1;
	c.name = width - c.name_at;
	return c;
}

static void put_bar(int y, int x, uint64_t part, uint64_t whole)
{
	int full = whole ? (int)(BAR * ((double)part / (double)whole) + 0.5) : 0;

	for (int i = 0; i < BAR; i++)
		mvaddch(y, x + i, i < full ? '#' : ' ');
}

static void put_numbers(int y, const struct columns *c, const struct browse_list *list,
			const struct browse_row *row)
{
	char text[BROWSE_WORD];

	if (row->dead) {
		put_right(y, 1, 9, "-");
	} else {
		put_right(y, 1, 9, browse_size(row->retained, text));
		snprintf(text, sizeof(text), "%.1f%%",
			 list->parent ? 100.0 * (double)row->retained / (double)list->parent : 0.0);
		put_right(y, 11, 6, text);
		put_bar(y, 18, row->retained, list->parent);
		put_right(y, 19 + BAR + c->own, 12, browse_count(row->objects, text));
	}
	if (c->own)
		put_right(y, 19 + BAR, 9, browse_size(row->own, text));
}

static void put_type(struct browse *b, int y, const struct columns *c, const struct browse_row *row)
{
	char *shown;

	if (row->type &&
	    lh_text_for_terminal(b->session->ctx, lh_type_name(b->heap, row->type), &shown) == 0) {
		browse_put(y, c->type_at, c->type, shown);
		free(shown);
	} else if (row->kind != BROWSE_MORE) {
		browse_put(y, c->type_at, c->type, "?");
	}
}

static void put_row(struct browse *b, const struct browse_list *list, const struct browse_row *row, int y,
		    bool selected)
{
	struct columns c = columns_for(COLS);

	attrset(selected ? A_REVERSE : A_NORMAL);
	mvhline(y, 0, ' ', COLS);
	if (row->kind == BROWSE_OBJECT && browse_is_marked(b, row->addr))
		mvaddch(y, 0, '*');
	if (row->kind != BROWSE_MORE)
		put_numbers(y, &c, list, row);
	put_type(b, y, &c, row);
	if (row->name)
		browse_put(y, c.name_at, c.name, row->name);
	attrset(A_NORMAL);
}

/* ---- what is around them ---- */

static void put_head(const struct browse *b, const struct browse_list *list)
{
	static const char *const names[] = {"RETAINED", "OWN", "OBJECTS"};
	struct columns c = columns_for(COLS);
	const char *keys = *b->warnings ? "w warnings  ? help" : "? help";
	char title[sizeof(b->target) + 32];
	char *shown;

	attrset(A_REVERSE);
	mvhline(LINE_TITLE, 0, ' ', COLS);
	snprintf(title, sizeof(title), CLI_NAME " browse %s", b->target);
	if (lh_text_for_terminal(b->session->ctx, title, &shown) == 0) {
		browse_put(LINE_TITLE, 1, COLS - (int)strlen(keys) - 3, shown);
		free(shown);
	}
	put_right(LINE_TITLE, 0, COLS - 1, keys);
	attrset(A_NORMAL);
	browse_put(LINE_WHERE, 1, COLS - 2, list->where);
	attrset(A_BOLD);
	put_right(LINE_COLUMNS, 1, 9, names[BROWSE_BY_RETAINED]);
	put_right(LINE_COLUMNS, 11, 6, "OF ALL");
	if (c.own)
		put_right(LINE_COLUMNS, 19 + BAR, 9, names[BROWSE_BY_OWN]);
	put_right(LINE_COLUMNS, 19 + BAR + c.own, 12, names[BROWSE_BY_OBJECTS]);
	browse_put(LINE_COLUMNS, c.type_at, c.type, "TYPE");
	browse_put(LINE_COLUMNS, c.name_at, c.name, "WHERE");
	attrset(A_NORMAL);
}

/* "12,345 objects", of the list's rows. */
static void count_items(const struct browse_list *list, char *text, size_t size)
{
	static const char *const nouns[] = {
		[BROWSE_TYPES] = "type", [BROWSE_HOLDERS] = "reference", [BROWSE_HELD] = "reference"};
	const char *noun = list->kind < sizeof(nouns) / sizeof(*nouns) ? nouns[list->kind] : NULL;
	char count[BROWSE_WORD];

	snprintf(text, size, "%s%s %s%s", list->more ? "first " : "", browse_count(list->items, count),
		 noun ? noun : "object", list->items == 1 ? "" : "s");
}

/* What the rows come to. */
static void sum_up(const struct browse *b, const struct browse_list *list, FILE *out)
{
	char items[64], text[BROWSE_WORD];

	count_items(list, items, sizeof(items));
	fputs(items, out);
	if (list->kind == BROWSE_BELOW && list->addr) {
		fprintf(out, " right below: %s", browse_size(list->retained, text));
		fprintf(out, " + %s itself", browse_size(list->itself, text));
		fprintf(out, " = %s", browse_size(list->parent, text));
	} else if (list->kind == BROWSE_BELOW || list->kind == BROWSE_PART) {
		fprintf(out, ": %s", browse_size(list->retained, text));
	}
	if (list->kind == BROWSE_HOLDERS)
		fprintf(out, " of %s%s object%s", list->holders > list->count ? "the first of " : "",
			browse_count(list->holders, text), list->holders == 1 ? "" : "s");
	if (b->depth == 1 && b->dead) {
		fprintf(out, "; no root leads to %s more", browse_count(b->dead, text));
		fprintf(out, " (%s)", browse_size(b->dead_bytes, text));
	}
	if (list->incomplete)
		fputs("; memory is missing: there may be more", out);
	if (browse_is_sorted(list) && list->order != BROWSE_BY_RETAINED)
		fprintf(out, "; by %s", list->order == BROWSE_BY_OWN ? "own size" : "objects");
}

static void put_sums(const struct browse *b, const struct browse_list *list, int width)
{
	char text[512] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (!out)
		return;
	sum_up(b, list, out);
	fclose(out);
	browse_put(LINES - 2, 1, width, text);
}

/* What the columns have no room for. */
static void put_selected(struct browse *b, const struct browse_row *row)
{
	const char *type = row && row->type ? lh_type_name(b->heap, row->type) : "";
	char *text = NULL, *shown = NULL;
	int n;

	if (!row)
		return;
	n = row->kind == BROWSE_OBJECT
		    ? asprintf(&text, "0x%" PRIx64 "  %s  %s", row->addr, type, row->name ? row->name : "")
		    : asprintf(&text, "%s  %s", type, row->name ? row->name : "");
	if (n >= 0 && lh_text_for_terminal(b->session->ctx, text, &shown) == 0)
		browse_put(LINES - 3, 1, COLS - 2, shown);
	free(shown);
	if (n >= 0)
		free(text);
}

static void put_foot(const struct browse *b, const struct browse_list *list)
{
	static const char keys[] =
		"Enter in  Left up  u holders  r holds  p path  t types  / find  ? all keys";
	char text[128], size[BROWSE_WORD];
	int marked = 0;

	attrset(A_REVERSE);
	mvhline(LINES - 2, 0, ' ', COLS);
	if (b->mark_count) {
		snprintf(text, sizeof(text), "%zu marked: %s", b->mark_count,
			 browse_size(b->marked_bytes, size));
		marked = (int)strlen(text) + 2;
		browse_put(LINES - 2, COLS - marked + 1, marked, text);
	}
	put_sums(b, list, COLS - marked - 2);
	attrset(A_NORMAL);
	mvhline(LINES - 1, 0, ' ', COLS);
	browse_put(LINES - 1, 1, COLS - 2, *b->status ? b->status : keys);
}

/* ---- all ---- */

static long elapsed_ms(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

static void scroll_to_cursor(struct browse_list *list)
{
	size_t page = browse_page();

	if (list->at >= list->count)
		list->at = list->count ? list->count - 1 : 0;
	if (list->at < list->first)
		list->first = list->at;
	if (list->at >= list->first + page)
		list->first = list->at - page + 1;
}

/* Of rows on the screen first. Return: whether some have none yet; -LH_E*. */
static int name_rows(struct browse *b, struct browse_list *list)
{
	size_t end = list->first + browse_page();
	struct timespec start;
	int r = 0;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (size_t i = list->first; r == 0 && i < end && i < list->count; i++) {
		if (elapsed_ms(&start) > NAMING_MS)
			return 1;
		r = browse_name(b, list, &list->rows[i]);
	}
	for (; r == 0 && list->named < list->count; list->named++) {
		if (elapsed_ms(&start) > NAMING_MS)
			return 1;
		r = browse_name(b, list, &list->rows[list->named]);
	}
	return r;
}

int browse_draw(struct browse *b)
{
	struct browse_list *list = browse_top(b);
	size_t page = browse_page();
	int r;

	scroll_to_cursor(list);
	r = name_rows(b, list);
	erase();
	put_head(b, list);
	for (size_t i = 0; i < page && list->first + i < list->count; i++)
		put_row(b, list, &list->rows[list->first + i], LINES_ABOVE + (int)i,
			list->first + i == list->at);
	put_selected(b, browse_selected(list));
	put_foot(b, list);
	refresh();
	return r;
}

bool browse_screen_begin(void)
{
	if (MB_CUR_MAX == 1) /* what is shown is UTF-8 in any locale */
		setlocale(LC_CTYPE, "C.UTF-8");
	if (!newterm(NULL, stdout, stdin))
		return false;
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, true);
	set_escdelay(25);
	curs_set(0);
	return true;
}

void browse_screen_end(void)
{
	endwin();
}
