/* SPDX-License-Identifier: Apache-2.0 */
/* All live objects, each by the rules of its kind (objects.h). */
#include "inventory/objects.h"
#include "verify/checks.h"
#include "verify/objects.h"

struct rule {
	enum lh_kind_id kind;
	int (*check)(struct lh_verify *verify, const struct lh_object *object);
};

static const struct rule rules[] = {
	{LH_KIND_STR, lh_verify_str},     {LH_KIND_BYTES, lh_verify_bytes}, {LH_KIND_INT, lh_verify_int},
	{LH_KIND_DICT, lh_verify_dict},   {LH_KIND_ODICT, lh_verify_dict},  {LH_KIND_LIST, lh_verify_list},
	{LH_KIND_TUPLE, lh_verify_tuple}, {LH_KIND_SET, lh_verify_set},
};

static int check(void *arg, const struct lh_item *items, size_t count)
{
	struct lh_verify *v = arg;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		const struct lh_object *o = &items[i].object;

		for (size_t k = 0; k < sizeof(rules) / sizeof(*rules) && r == 0; k++)
			if (rules[k].kind == o->type->kind->id) {
				v->now->checked++;
				r = rules[k].check(v, o);
				break;
			}
	}
	return r;
}

int lh_check_objects(struct lh_verify *v)
{
	struct lh_findings findings;

	return lh_objects_walk(v->heap, false, check, v, &findings);
}
