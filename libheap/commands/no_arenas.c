/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/no_arenas.h"

int lh_no_arenas(struct lh_heap *heap, bool found, struct lh_result *result)
{
	struct lh_heap_info info = {.size = sizeof(info)};

	lh_heap_info(heap, &info);
	if (info.free_threaded)
		return lh_result_note(result,
				      "This is a free-threaded Python: its objects are in mimalloc's memory; "
				      "there are no pymalloc arenas.");
	if (found)
		return lh_result_note(
			result, "pymalloc has no arenas: it is disabled (PYTHONMALLOC=malloc, or a build "
				"without it); objects are in malloc's memory.");
	lh_result_incomplete(result);
	return lh_result_warn(result, "arenas-unknown", NULL,
			      "no arenas were found: either pymalloc is disabled "
			      "(PYTHONMALLOC=malloc), or its list of arenas was not recognized because "
			      "%s is stripped; its debug symbols would settle that",
			      info.module ? info.module : "the interpreter");
}
