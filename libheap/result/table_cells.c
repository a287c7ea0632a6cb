/* SPDX-License-Identifier: Apache-2.0 */
/* A table's titles and cells, each as one text. */
#include "result/shades.h"
#include "result/show.h"
#include "result/table_parts.h"

#include <ctype.h>
#include <string.h>

bool lh_table_is_text(const struct lh_column *column)
{
	return (column->kind == LH_K_TEXT || column->kind == LH_K_LIST) && !column->shades;
}

bool lh_table_is_hidden(const struct lh_table *t, size_t column)
{
	return column == t->below || t->result->columns[column].below == LH_BELOW_LINE ||
	       ((t->hidden | t->dropped) >> column & 1);
}

void lh_table_title(struct lh_string *out, const struct lh_column *column)
{
	char c;

	if (column->title) {
		lh_string_add(out, column->title);
		return;
	}
	for (const char *p = column->name; *p; p++) {
		c = *p == '_' ? ' ' : (char)toupper((unsigned char)*p);
		lh_string_add_bytes(out, &c, 1);
	}
}

void lh_table_cell(const struct lh_result *result, size_t shown, size_t column, struct lh_string *out)
{
	size_t row = result->order[shown], apart = 0;
	const char *other = result->columns[column].apart;
	struct lh_value value = lh_result_cell(result, row, column);

	if (result->columns[column].shades && value.kind == LH_K_TEXT)
		lh_show_shades(out, value.text);
	else if (!lh_result_tree_step(result, column, &value, out))
		lh_show_value(out, &value);
	if (!other || !result->ambiguous || !result->ambiguous[row])
		return;
	while (strcmp(result->columns[apart].name, other) != 0)
		apart++;
	value = lh_result_cell(result, row, apart);
	lh_string_add(out, " at ");
	lh_show_value(out, &value);
}
