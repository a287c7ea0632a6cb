/* SPDX-License-Identifier: Apache-2.0 */
/* What a key does. */
#include "browse.h"

#include <curses.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define PREVIEW_CHARS 2000

static void say(struct browse *b, const char *text)
{
	snprintf(b->status, sizeof(b->status), "%s", text);
}

void browse_failed(struct browse *b, int r)
{
	char *shown;

	if (r == -LH_ENOMEM) {
		say(b, "out of memory");
	} else if (lh_text_for_terminal(b->session->ctx, lh_ctx_error(b->session->ctx)->text, &shown) == 0) {
		say(b, shown);
		free(shown);
	}
}

/* ---- lists ---- */

static void open_list(struct browse *b, enum browse_kind kind, uint64_t addr, struct lh_type *type,
		      uint64_t after, const char *empty)
{
	int r = browse_open(b, kind, addr, type, after);

	if (r < 0)
		browse_failed(b, r);
	else if (r > 0)
		say(b, empty);
}

/* The last of the rows that are objects: the others come after it in the order by retained size. */
static uint64_t last_object(const struct browse_list *list)
{
	const struct browse_row *last = NULL;

	for (size_t i = 0; i < list->count; i++) {
		const struct browse_row *row = &list->rows[i];

		if (row->kind == BROWSE_OBJECT && (!last || row->place > last->place))
			last = row;
	}
	return last ? last->addr : 0;
}

static void enter(struct browse *b, struct browse_list *list, const struct browse_row *row)
{
	int r;

	switch (row->kind) {
	case BROWSE_OBJECT:
		if (row->dead)
			say(b, "no root leads to this object: it is garbage, or it is none");
		else
			open_list(b, BROWSE_BELOW, row->addr, NULL, 0,
				  "it keeps only itself alive; r: what it refers to");
		break;
	case BROWSE_GROUP:
		if (row->type)
			open_list(b, list->kind == BROWSE_OF_TYPE ? BROWSE_OF_TYPE : BROWSE_PART, list->addr,
				  row->type, last_object(list), "nothing is there");
		else
			say(b, "their types cannot be read");
		break;
	case BROWSE_TYPE:
		if (row->type)
			open_list(b, BROWSE_OF_TYPE, 0, row->type, 0,
				  "no root leads to an object of this type");
		break;
	case BROWSE_MORE:
		r = browse_more(b, list);
		if (r < 0)
			browse_failed(b, r);
		break;
	}
}

/* A list about the selected object. */
static void about(struct browse *b, enum browse_kind kind, const struct browse_row *row, const char *empty)
{
	if (row->kind == BROWSE_OBJECT)
		open_list(b, kind, row->addr, NULL, 0, empty);
	else
		say(b, "this row is not one object: Enter lists its objects");
}

static void mark(struct browse *b, struct browse_list *list, const struct browse_row *row)
{
	int r;

	if (row->kind != BROWSE_OBJECT || row->dead) {
		say(b, row->dead ? "no root leads to this object: nothing is freed with it"
				 : "this row is not one object: Enter lists its objects");
		return;
	}
	r = browse_mark(b, row->addr);
	if (r < 0)
		browse_failed(b, r);
	list->at += list->at + 1 < list->count;
}

/* ---- texts ---- */

static void show_contents(struct browse *b, const struct browse_row *row)
{
	char own[BROWSE_WORD], kept[BROWSE_WORD], *preview = NULL, *all = NULL, *shown = NULL;
	int r = row->kind == BROWSE_OBJECT ? lh_object_preview(b->heap, row->addr, PREVIEW_CHARS, &preview)
					   : LH_ABSENT;

	if (r == LH_ABSENT) {
		say(b, "this row is not one object: Enter lists its objects");
		return;
	}
	if (r == 0)
		r = lh_text_for_terminal(b->session->ctx, preview, &shown);
	free(preview);
	if (r == 0 &&
	    asprintf(&all,
		     "%s\n\n%s itself, %s retained\n\n" CLI_NAME " object %s 0x%" PRIx64 " tells more\n",
		     shown, browse_size(row->own, own),
		     row->dead ? "nothing" : browse_size(row->retained, kept), b->target, row->addr) < 0)
		r = -LH_ENOMEM;
	free(shown);
	if (r == 0)
		browse_show("Contents", all);
	else
		browse_failed(b, r);
	free(all);
}

static void show_command(struct browse *b, const struct browse_list *list)
{
	char *command = browse_command(b, list), *shown = NULL;

	if (!command || lh_text_for_terminal(b->session->ctx, command, &shown) != 0) {
		say(b, "out of memory");
	} else if (strlen(shown) + 2 <= (size_t)COLS && strlen(shown) < sizeof(b->status)) {
		say(b, shown);
	} else {
		browse_show("The command that gives this list", shown);
	}
	free(shown);
	free(command);
}

/* ---- find ---- */

static void fold(const char *text, wchar_t *out, size_t size)
{
	size_t n = mbstowcs(out, text, size - 1);

	out[n == (size_t)-1 ? 0 : n] = L'\0';
	for (; *out; out++)
		*out = (wchar_t)towlower((wint_t)*out);
}

static bool has(const char *text, const wchar_t *sought)
{
	wchar_t folded[1024];

	fold(text, folded, sizeof(folded) / sizeof(*folded));
	return wcsstr(folded, sought);
}

/* As it is shown. */
static bool type_has(const struct browse *b, const struct browse_row *row, const wchar_t *sought)
{
	char *shown;
	bool found;

	if (!row->type ||
	    lh_text_for_terminal(b->session->ctx, lh_type_name(b->heap, row->type), &shown) != 0)
		return false;
	found = has(shown, sought);
	free(shown);
	return found;
}

static void find_next(struct browse *b, struct browse_list *list)
{
	wchar_t sought[sizeof(b->sought)];

	fold(b->sought, sought, sizeof(sought) / sizeof(*sought));
	for (size_t i = 1; *sought && i <= list->count; i++) {
		size_t at = (list->at + i) % list->count;
		struct browse_row *row = &list->rows[at];
		int r = browse_name(b, list, row);

		if (r < 0) {
			browse_failed(b, r);
			return;
		}
		if (has(row->name, sought) || type_has(b, row, sought)) {
			list->at = at;
			return;
		}
	}
	snprintf(b->status, sizeof(b->status), *sought ? "no row has '%s'" : "/ finds text in this list",
		 b->sought);
}

static void find(struct browse *b, struct browse_list *list)
{
	char line[sizeof(b->sought)];

	if (!browse_ask("find: ", line, sizeof(line)))
		return;
	memcpy(b->sought, line, sizeof(line));
	find_next(b, list);
}

static void sort(struct browse *b, struct browse_list *list)
{
	static const char *const said[] = {"by retained size", "by own size", "by objects"};

	if (!browse_is_sorted(list)) {
		say(b, "these are in the order in which they come");
		return;
	}
	list->order = (list->order + 1) % BROWSE_ORDERS;
	browse_sort(list);
	list->at = list->first = 0;
	say(b, said[list->order]);
}

/* ---- keys ---- */

static void move_by(struct browse_list *list, int key)
{
	size_t page = browse_page(), last = list->count ? list->count - 1 : 0;

	switch (key) {
	case KEY_UP:
	case 'k':
		list->at -= list->at > 0;
		break;
	case KEY_DOWN:
	case 'j':
		list->at += list->at < last;
		break;
	case KEY_PPAGE:
		list->at -= list->at < page ? list->at : page;
		break;
	case KEY_NPAGE:
		list->at = list->at + page < last ? list->at + page : last;
		break;
	case KEY_HOME:
		list->at = 0;
		break;
	case KEY_END:
		list->at = last;
		break;
	default:
		break;
	}
}

/* Return: whether it was a key about the selected row. */
static bool answer_row(struct browse *b, struct browse_list *list, struct browse_row *row, int key)
{
	switch (key) {
	case '\r':
	case '\n':
	case KEY_ENTER:
	case KEY_RIGHT:
	case 'l':
		enter(b, list, row);
		return true;
	case 'u':
		about(b, BROWSE_HOLDERS, row,
		      "no object refers to it: the interpreter, a frame or native code does");
		return true;
	case 'r':
		about(b, BROWSE_HELD, row, "it refers to nothing");
		return true;
	case 'p':
		about(b, BROWSE_PATH, row, "no module, frame or thread leads to it: native code holds it");
		return true;
	case 'm':
		mark(b, list, row);
		return true;
	case 'v':
		show_contents(b, row);
		return true;
	default:
		return false;
	}
}

static void go_up(struct browse *b)
{
	if (b->depth > 1)
		browse_close(b);
	else
		say(b, "this is the first list; q ends");
}

bool browse_answer(struct browse *b, int key)
{
	struct browse_list *list = browse_top(b);
	struct browse_row *row = browse_selected(list);

	if (row && answer_row(b, list, row, key))
		return true;
	switch (key) {
	case 'q':
		return false;
	case KEY_LEFT:
	case KEY_BACKSPACE:
	case 127:
	case 8:
	case 'h':
		go_up(b);
		break;
	case 't':
		open_list(b, BROWSE_TYPES, 0, NULL, 0, "there are no types");
		break;
	case '/':
		find(b, list);
		break;
	case 'n':
		find_next(b, list);
		break;
	case 's':
		sort(b, list);
		break;
	case 'y':
		show_command(b, list);
		break;
	case 'w':
		browse_show("Warnings", *b->warnings ? b->warnings : "There are none.\n");
		break;
	case '?':
		browse_show("Keys", browse_keys);
		break;
	default:
		move_by(list, key);
	}
	return true;
}
