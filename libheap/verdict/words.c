/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/words.h"
#include "cpython/code.h"
#include "cpython/lines.h"

#include <string.h>

void lh_words_call(struct lh_heap *heap, const struct lh_frame *call, struct lh_string *out)
{
	lh_code_name(heap, call->code, out);
	lh_string_add(out, " (");
	lh_code_file(heap, call->code, out);
	lh_string_addf(out, ":%" PRIu32 ")", lh_frame_line(heap, &heap->view, call));
}

void lh_words_many(uint64_t count, const char *type, struct lh_string *out)
{
	if (strcmp(type, "bytes") == 0)
		lh_string_addf(out, "%s object%s of type bytes", LH_COUNTED(count), count == 1 ? "" : "s");
	else
		lh_string_addf(out, "%s %s", LH_COUNTED(count), type);
}

int lh_words_path(struct lh_leaks *leaks, uint32_t place, struct lh_string *out)
{
	int r = leaks->paths.holder ? 0 : lh_retained_paths_begin(leaks->retained, &leaks->paths);

	if (r < 0)
		return r;
	lh_retained_paths_add(&leaks->paths, &place, 1);
	return lh_retained_path_text(&leaks->paths, place, out);
}

int lh_words_example(struct lh_leaks *leaks, uint32_t place, struct lh_string *out)
{
	_cleanup_string_ struct lh_string path = {0};
	int r = lh_words_path(leaks, place, &path);

	if (r == 0 && path.text)
		lh_string_addf(out, " One of them is %s.", path.text);
	return r;
}
