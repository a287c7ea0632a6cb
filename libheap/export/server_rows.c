/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the text format of COPY ("COPY" in PostgreSQL's manual). */
#include "export/server_impl.h"
#include "util/utf8.h"

#include <string.h>

#define SEND_BYTES ((size_t)64 << 10)

static struct lh_server *of_rows(struct lh_rows *rows)
{
	return (struct lh_server *)rows;
}

static int send_rows(struct lh_server *s)
{
	if (s->row.failed || s->valid.failed)
		return lh_nomem(s->ctx);
	if (s->row.len && s->pq.PQputCopyData(s->connection, s->row.text, (int)s->row.len) < 0)
		return lh_server_lost(s);
	s->bytes += s->row.len;
	lh_string_clear(&s->row);
	return lh_server_flush(s);
}

int lh_server_rows_end(struct lh_server *s)
{
	PGresult *result;
	int r;

	if (!s->columns)
		return 0;
	s->columns = 0;
	r = send_rows(s);
	if (r == 0)
		r = s->pq.PQputCopyEnd(s->connection, NULL) < 0 ? lh_server_lost(s) : lh_server_flush(s);
	while (r == 0 && (r = lh_server_next(s, &result)) == 0 && result)
		s->pq.PQclear(result);
	return r;
}

static int into(struct lh_rows *rows, const struct lh_table *table)
{
	struct lh_server *s = of_rows(rows);
	_cleanup_string_ struct lh_string statement = {0};
	PGresult *result = NULL;
	int r = lh_server_rows_end(s);

	lh_string_addf(&statement, "COPY %s (%s) FROM STDIN", table->name, table->columns);
	if (statement.failed)
		return lh_nomem(s->ctx);
	if (r == 0)
		r = lh_server_say(s, statement.text);
	if (r == 0)
		r = lh_server_next(s, &result); /* the last one until the rows have ended */
	s->pq.PQclear(result);
	s->columns = lh_table_width(table);
	return r;
}

static void add_text(struct lh_server *s, const char *text)
{
	const char *p = lh_utf8_valid(text, &s->valid);

	for (size_t len; *p; p += len) {
		len = strcspn(p, "\\\t\n\r");
		lh_string_add_bytes(&s->row, p, len);
		if (!p[len])
			return;
		lh_string_addf(&s->row, "\\%c",
			       p[len] == '\t'   ? 't'
			       : p[len] == '\n' ? 'n'
			       : p[len] == '\r' ? 'r'
						: '\\');
		len++;
	}
}

static int add_row(struct lh_rows *rows, const struct lh_cell *cells)
{
	struct lh_server *s = of_rows(rows);

	for (unsigned i = 0; i < s->columns; i++) {
		if (cells[i].kind == LH_CELL_NUMBER)
			lh_string_addf(&s->row, "%" PRId64, cells[i].number);
		else if (cells[i].kind == LH_CELL_TEXT && cells[i].text)
			add_text(s, cells[i].text);
		else
			lh_string_add(&s->row, "\\N");
		lh_string_add(&s->row, i + 1 < s->columns ? "\t" : "\n");
	}
	return s->row.len < SEND_BYTES && !s->row.failed ? 0 : send_rows(s);
}

void lh_server_rows_init(struct lh_server *s)
{
	s->rows = (struct lh_rows){into, add_row};
}

struct lh_rows *lh_server_rows(struct lh_server *s)
{
	return &s->rows;
}
