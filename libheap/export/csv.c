/* SPDX-License-Identifier: Apache-2.0 */
/* The tables as files of csv: one header line, nothing between the commas for NULL, control characters escaped. */
#include "util/csv.h"
#include "export/tables.h"
#include "export/writers.h"
#include "util/printable.h"

struct csv {
	struct lh_rows rows; /* first: see of_rows() */
	struct lh_export *x;
	struct lh_output file; /* of the table; fd -1: none */
	unsigned columns;
	struct lh_string cell, shown;
};

static struct csv *of_rows(struct lh_rows *rows)
{
	return (struct csv *)rows;
}

static int finish_file(struct csv *c)
{
	int r = c->file.fd >= 0 ? lh_output_finish(&c->file) : 0;

	c->x->bytes += c->file.bytes;
	lh_output_fini(&c->file);
	return r;
}

static int into(struct lh_rows *rows, const struct lh_table *table)
{
	struct csv *c = of_rows(rows);
	_cleanup_string_ struct lh_string name = {0};
	int r = finish_file(c);

	lh_string_addf(&name, "%s.csv", table->name);
	if (name.failed)
		return lh_nomem(c->x->heap->ctx);
	c->columns = lh_table_width(table);
	if (r == 0)
		r = lh_folder_file(&c->x->folder, name.text, &c->file);
	if (r == 0)
		lh_output_addf(&c->file, "%s\n", table->columns);
	return r;
}

static void add_text(struct csv *c, const char *text)
{
	lh_string_clear(&c->cell);
	lh_string_clear(&c->shown);
	lh_printable_add(&c->shown, text);
	lh_csv_add(&c->cell, c->shown.text ? c->shown.text : "");
	if (c->cell.text)
		lh_output_add(&c->file, c->cell.text, c->cell.len);
}

static int row(struct lh_rows *rows, const struct lh_cell *cells)
{
	struct csv *c = of_rows(rows);

	for (unsigned i = 0; i < c->columns; i++) {
		if (cells[i].kind == LH_CELL_NUMBER)
			lh_output_addf(&c->file, "%" PRId64, cells[i].number);
		else if (cells[i].kind == LH_CELL_TEXT && cells[i].text)
			add_text(c, cells[i].text);
		lh_output_add(&c->file, i + 1 < c->columns ? "," : "\n", 1);
	}
	return c->cell.failed || c->shown.failed ? lh_nomem(c->x->heap->ctx) : c->file.error;
}

int lh_export_csv(struct lh_export *x)
{
	struct csv c = {.rows = {into, row}, .x = x, .file.fd = -1};
	int r = lh_tables_write(x, &c.rows);

	if (r == 0)
		r = finish_file(&c);
	lh_output_fini(&c.file);
	lh_string_fini(&c.cell);
	lh_string_fini(&c.shown);
	return r;
}
