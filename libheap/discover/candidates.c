/* SPDX-License-Identifier: Apache-2.0 */
#include "discover/candidates.h"
#include "util/string.h"

#include <string.h>

/* Whether the module was loaded to run: a debugger maps other programs' files too, only to read them. */
static bool is_loaded(const struct lh_target *t, const struct lh_module *module)
{
	const struct lh_mapping *m = lh_target_mapping(t, module->start);

	for (; m && m < &t->mappings[t->mapping_count] && m->start < module->end; m++)
		if (m->writable || m->executable)
			return true;
	return false;
}

/* Files that are likely to hold _PyRuntime come first: libpython,
 * python, the program itself, then any other. */
unsigned lh_candidate_rank(const struct lh_target *target, const struct lh_module *m)
{
	const char *base = lh_base_name(m->path);

	if (!is_loaded(target, m))
		return LH_RANK_LAST;
	if (strncmp(base, "libpython", 9) == 0)
		return LH_RANK_LIBPYTHON;
	if (strncmp(base, "python", 6) == 0)
		return LH_RANK_PYTHON;
	return m->main ? LH_RANK_MAIN : LH_RANK_LAST;
}
