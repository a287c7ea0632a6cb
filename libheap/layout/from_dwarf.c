/* SPDX-License-Identifier: Apache-2.0 */
/* All of fields.def put to the DWARF of one file, as one batch of questions. */
#include "layout/layout.h"

#include "debuginfo/dwarf.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <stdio.h>
#include <string.h>

static void take_answers(struct lh_layout *layout, const struct lh_dwarf_field *fields)
{
	for (int i = 0; i < LH_F_COUNT; i++)
		if (fields[i].found)
			lh_layout_set(layout, (enum lh_field)i, fields[i].offset, LH_LAYOUT_DWARF);
}

int lh_layout_from_dwarf(struct lh_ctx *ctx, const char *path, const struct lh_build *build,
			 struct lh_layout *ret)
{
	_cleanup_free_ struct lh_dwarf_field *fields = lh_new0(struct lh_dwarf_field, LH_F_COUNT);
	int r;

	if (!fields)
		return lh_nomem(ctx);
	for (int i = 0; i < LH_F_COUNT; i++) {
		fields[i].type = lh_field_infos[i].types;
		fields[i].path = lh_field_infos[i].paths;
	}
	r = lh_dwarf_fields(ctx, path, fields, LH_F_COUNT);
	if (r != 0)
		return r;
	memset(ret, 0, sizeof(*ret));
	ret->build = *build;
	ret->main = LH_LAYOUT_DWARF;
	take_answers(ret, fields);
	lh_layout_set_constants(ret);
	snprintf(ret->origin, sizeof(ret->origin), "DWARF of %s", path);
	return 0;
}
