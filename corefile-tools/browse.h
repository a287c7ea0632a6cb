/* SPDX-License-Identifier: Apache-2.0 */
/*
 * py-heap browse: lists of objects, each entered from a row of the one before, on a terminal.
 *
 * browse.c opens the heap and answers keys, browse_list.c makes lists, browse_name.c says where objects are, browse_marks.c adds up
 * those that are marked, browse_screen.c draws, browse_text.c shows texts. All that is known of the heap comes from libheap.
 */
#ifndef CLI_BROWSE_H
#define CLI_BROWSE_H

#include "cli.h"

#define BROWSE_ROWS 200 /* objects of a list that have rows of their own; the others are added up by type */

enum browse_row_kind {
	BROWSE_OBJECT,
	BROWSE_GROUP, /* objects of one type that have no rows of their own */
	BROWSE_TYPE,  /* all objects of a type */
	BROWSE_MORE,  /* further references of an object: the row is replaced by them */
};

struct browse_row {
	enum browse_row_kind kind;
	uint64_t addr; /* of an object */
	struct lh_type *type;
	bool dead; /* no root leads to it, or it is no object: nothing is known of what it retains */
	uint64_t retained, own, objects;
	uint64_t count; /* of a group or type: its objects */
	size_t place;   /* the order in which rows came */
	char *name;     /* where it is, for a terminal; NULL: not asked yet, see browse_name() */
};

enum browse_kind {
	BROWSE_BELOW,   /* objects right below one in the dominator tree; address 0: below none */
	BROWSE_PART,    /* those of one type that have no rows in such a list, or in a list like this */
	BROWSE_TYPES,   /* types */
	BROWSE_OF_TYPE, /* objects of a type */
	BROWSE_HOLDERS, /* what refers to an object */
	BROWSE_HELD,    /* what an object refers to */
	BROWSE_PATH,    /* from a root to an object */
};

enum browse_order { BROWSE_BY_RETAINED, BROWSE_BY_OWN, BROWSE_BY_OBJECTS, BROWSE_ORDERS };

/** struct browse_list - rows, and where the user is among them */
struct browse_list {
	enum browse_kind kind;
	uint64_t addr; /* the object that it is about; 0: none */
	struct lh_type *type;
	uint64_t
		after; /* BROWSE_PART, BROWSE_OF_TYPE: those after this object in the order by retained size; 0: all */
	struct browse_row *rows;
	size_t count, capacity;
	size_t at, first; /* the cursor, and the first row on the screen */
	enum browse_order order;
	uint64_t holders;        /* BROWSE_HOLDERS: objects that refer to it, with those that have no rows */
	uint64_t items;          /* objects or types, with those that are added up */
	uint64_t own, retained;  /* sums of the rows */
	uint64_t parent, itself; /* what 100% is; BROWSE_BELOW: bytes of the object itself */
	struct lh_reference_iter *more; /* BROWSE_HELD: references that have no rows yet */
	bool incomplete;                /* memory is missing in the target: rows may be, too */
	size_t named;                   /* rows before it have names */
	char *where;                    /* its title, for a terminal */
};

struct browse {
	struct cli_session *session;
	struct lh_heap *heap;
	struct lh_result *types;   /* 'retained --by-type' */
	uint64_t objects, bytes;   /* of all that roots lead to */
	uint64_t dead, dead_bytes; /* objects that no root leads to */
	char *warnings;            /* lines; "": there are none */
	char target[4096];         /* as it is typed */
	struct browse_list **lists;
	size_t depth, capacity; /* lists; the last one is shown */
	uint64_t *marks;
	size_t mark_count, mark_capacity;
	uint64_t marked_bytes;
	char status[512]; /* for the last line, until the next key */
	char sought[128]; /* by / */
};

static inline struct browse_list *browse_top(const struct browse *b)
{
	return b->lists[b->depth - 1];
}

static inline struct browse_row *browse_selected(const struct browse_list *list)
{
	return list->at < list->count ? &list->rows[list->at] : NULL;
}

/*
 * browse_list.c: open a list on top of the others. Functions that ask the library fail with its -LH_E*, with the text in the context.
 * Return: 0; LH_ABSENT: it would be empty, and nothing was opened; -LH_E*.
 */
int browse_open(struct browse *b, enum browse_kind kind, uint64_t addr, struct lh_type *type, uint64_t after);
/* The list on top is closed. */
void browse_close(struct browse *b);
/* Rows in the place of BROWSE_MORE, the last row. Return: 0, -LH_E*. */
int browse_more(struct browse *b, struct browse_list *list);
void browse_sort(struct browse_list *list);
bool browse_is_sorted(const struct browse_list *list);
/* browse_rows.c: the rows of a list about references. Return: 0, -LH_E*. */
int browse_add_holders(struct browse *b, struct browse_list *list);
int browse_add_held(struct browse *b, struct browse_list *list);
int browse_add_path(struct browse *b, struct browse_list *list);
/* browse_list.c: a row for the object at @addr, with @name, which the row owns from now on. Return: 0, -LH_E*. */
int browse_add_object(struct browse *b, struct browse_list *list, uint64_t addr, char *name);

/* browse_name.c: give a row its name. Return: 0, -LH_E*. */
int browse_name(struct browse *b, struct browse_list *list, struct browse_row *row);
/* A title for a list: where its object is. Return: 0, -LH_ENOMEM. */
int browse_title(struct browse *b, struct browse_list *list);

/* browse_marks.c: mark an object, or not any more. Return: 0, -LH_E*. */
int browse_mark(struct browse *b, uint64_t addr);
bool browse_is_marked(const struct browse *b, uint64_t addr);

/* browse_screen.c */
bool browse_screen_begin(void);
void browse_screen_end(void);
/* Draw the list on top; give names to rows on the screen while there is time for it. Return: whether rows are without; -LH_E*. */
int browse_draw(struct browse *b);
/* Rows that fit. */
size_t browse_page(void);
/* At (@y, @x): @text, cut in its middle to @width columns. Return: columns that it takes. */
int browse_put(int y, int x, int width, const char *text);
/* browse_text.c: lines of text until a key closes them. */
void browse_show(const char *title, const char *text);
/* browse_text.c: a line that the user types. Return: false: it was given up. */
bool browse_ask(const char *question, char *line, size_t size);
extern const char browse_keys[];

/* browse_words.c: numbers for people. Return: @buf. */
#define BROWSE_WORD 32
const char *browse_size(uint64_t bytes, char buf[BROWSE_WORD]);
const char *browse_count(uint64_t number, char buf[BROWSE_WORD]);
/* browse_words.c: the command that gives the list as an answer, as it is typed. The caller frees it; NULL: no memory. */
char *browse_command(const struct browse *b, const struct browse_list *list);

/* browse_answer.c: do what @key stands for. Return: false: the user leaves. */
bool browse_answer(struct browse *b, int key);
/* browse_answer.c: @r of the library's is told in the last line. */
void browse_failed(struct browse *b, int r);

/* Whether a signal has ended the run: browse.c. */
bool browse_is_over(void);

#endif
