/* SPDX-License-Identifier: Apache-2.0 */
/*
 * whole CORE|PID: all objects and, below each, all that it refers to. whole.py writes the same;
 * test_same_library.py compares them. A record ends with a NUL: names of types may have newlines.
 */
#include "../../examples/open.h"

#include <inttypes.h>

static int write_references(struct lh_heap *heap, uint64_t addr)
{
	struct lh_reference_info reference = {.size = sizeof(reference)};
	struct lh_reference_iter *iter;
	const char *name;
	int r = lh_reference_iter_new(heap, addr, &iter);

	if (r != 0)
		return r;
	while ((r = lh_reference_iter_next(iter, &reference)) == 0) {
		r = lh_reference_iter_name(iter, &name);
		if (r < 0)
			break;
		printf("\t%" PRIx64 " %d %d %s%c", reference.to, !!(reference.flags & LH_REFERENCE_VISITED),
		       !!(reference.flags & LH_REFERENCE_CONSERVATIVE), name, 0);
	}
	lh_reference_iter_free(iter);
	return r;
}

static int write_objects(struct lh_heap *heap, char **words)
{
	struct lh_object_info object = {.size = sizeof(object)};
	struct lh_object_iter *iter;
	int r = lh_object_iter_new(heap, NULL, &iter);

	(void)words;
	if (r < 0)
		return r;
	while ((r = lh_object_iter_next(iter, &object)) == 0) {
		printf("%" PRIx64 " %" PRIu64 " %" PRId64 " %d %d %s%c", object.addr, object.bytes,
		       object.refcount, !!(object.flags & LH_OBJECT_TRACKED),
		       !!(object.flags & LH_OBJECT_IMMORTAL), lh_type_name(heap, object.type), 0);
		if ((r = write_references(heap, object.addr)) < 0)
			break;
	}
	lh_object_iter_free(iter);
	return r;
}

int main(int argc, char **argv)
{
	return example(argc, argv, 0, "", write_objects);
}
