/* SPDX-License-Identifier: Apache-2.0 */
/* In place of sqlite*.c in a build without SQLite. */
#include "export/export.h"
#include "export/writers.h"

int lh_export_sqlite(struct lh_export *x)
{
	return lh_fail(
		x->heap->ctx, LH_EIO,
		"write %s: this build cannot write databases: it was made without SQLite (libsqlite3-dev)",
		x->output.path);
}
