/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/place.h"
#include "util/folder.h"

#include <stdlib.h>

/* The database of a user who names none */
static bool default_place(struct lh_string *out)
{
	const char *data = secure_getenv("XDG_DATA_HOME"), *home = secure_getenv("HOME");

	if (data && *data == '/')
		lh_string_addf(out, "%s/py-heap/fleet.db", data);
	else if (home && *home == '/')
		lh_string_addf(out, "%s/.local/share/py-heap/fleet.db", home);
	else
		return false;
	return true;
}

int lh_fleet_place(struct lh_ctx *ctx, const char *given, bool make, struct lh_string *out)
{
	const char *set = secure_getenv("PYHEAP_FLEET");
	bool named = given || (set && *set);

	if (named)
		lh_string_add(out, given ? given : set);
	else if (!default_place(out))
		return LH_ABSENT;
	if (out->failed)
		return lh_nomem(ctx);
	if (!out->text)
		return LH_ABSENT;
	if (make && !named)
		lh_make_folders(out->text);
	return 0;
}
