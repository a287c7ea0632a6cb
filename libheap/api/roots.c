/* SPDX-License-Identifier: Apache-2.0 */
/* Typed answers on roots. */
#include "api/root_info.h"
#include "describe/path_text.h"
#include "roots/process_roots.h"
#include "util/array.h"
#include "util/info.h"

#include <stdlib.h>

void lh_root_give(const struct lh_roots *roots, const struct lh_root *root, struct lh_root_info *ret)
{
	bool native = lh_root_is_native(root->kind);

	lh_info_give(ret,
		     &(struct lh_root_info){.kind = root->kind,
					    .object = root->to,
					    .word = lh_root_word(roots, root),
					    .interpreter = native ? -1 : root->interp,
					    .thread = root->thread,
					    .code = root->code,
					    .line = root->line,
					    .stale = lh_root_may_be_stale(root)},
		     sizeof(*ret));
}

int lh_root_name(const struct lh_roots *roots, const struct lh_root *root, struct lh_string *text,
		 const char **ret)
{
	lh_string_fini(text);
	lh_root_text(roots, root, text);
	if (text->failed)
		return lh_nomem(roots->heap->ctx);
	*ret = text->text ? text->text : "";
	return 0;
}

struct lh_root_iter {
	struct lh_roots roots;
	size_t at;
	struct lh_string name; /* of the last */
};

struct lh_root_iter *lh_root_iter_free(struct lh_root_iter *iter)
{
	if (!iter)
		return NULL;
	lh_string_fini(&iter->name);
	lh_roots_fini(&iter->roots);
	free(iter);
	return NULL;
}

LH_DEFINE_CLEANUP(struct lh_root_iter, lh_root_iter_free);

int lh_root_iter_new(struct lh_heap *heap, struct lh_root_iter **ret)
{
	_cleanup_(lh_root_iter_freep) struct lh_root_iter *iter = lh_new0(struct lh_root_iter, 1);
	int r;

	if (!iter)
		return lh_nomem(heap->ctx);
	r = lh_roots_find(heap, &iter->roots);
	if (r < 0)
		return r;
	*ret = lh_take(iter);
	return 0;
}

int lh_root_iter_next(struct lh_root_iter *iter, struct lh_root_info *ret)
{
	struct lh_heap *heap = iter->roots.heap;

	while (iter->at < iter->roots.count) {
		const struct lh_root *root = &iter->roots.all[iter->at++];
		struct lh_object o;

		/* A field that is a pointer to an object in one version may be one to a struct in another. */
		if (lh_object_at(heap, &heap->view, root->to, &o) != 0)
			continue;
		lh_root_give(&iter->roots, root, ret);
		return 0;
	}
	return LH_DONE;
}

int lh_root_iter_name(struct lh_root_iter *iter, const char **ret)
{
	if (!iter->at) {
		*ret = "";
		return 0;
	}
	return lh_root_name(&iter->roots, &iter->roots.all[iter->at - 1], &iter->name, ret);
}
