/* SPDX-License-Identifier: Apache-2.0 */
#include "cpython/member.h"
#include "cpython/object.h"

#define BASES_MAX 64

bool lh_member_read(const uint8_t *bytes, struct lh_member *ret)
{
	*ret = (struct lh_member){
		.name = lh_u64(bytes), .kind = lh_u32(bytes + 8), .offset = lh_u64(bytes + 16)};
	return ret->name != 0;
}

/* The name that the type whose struct is at @type gives it. */
static uint64_t name_of(struct lh_heap *heap, const uint8_t *type, uint64_t offset)
{
	uint64_t members = lh_u64(type + lh_layout_at(&heap->layout, LH_F_TYPE_MEMBERS));
	struct lh_member m;

	for (unsigned i = 0; members && i < LH_MEMBERS_MAX; i++) {
		const uint8_t *p = lh_view_at(&heap->view, members + i * LH_MEMBER_SIZE, LH_MEMBER_SIZE);

		if (!p || !lh_member_read(p, &m))
			break;
		if (m.offset == offset && (m.kind == LH_MEMBER_OBJECT || m.kind == LH_MEMBER_OBJECT_EX))
			return m.name;
	}
	return 0;
}

uint64_t lh_member_name(struct lh_heap *heap, const struct lh_type *type, uint64_t offset)
{
	uint64_t addr = type->addr, found = 0;

	if (!lh_layout_has(&heap->layout, LH_F_TYPE_MEMBERS))
		return 0;
	for (unsigned i = 0; addr && !found && i < BASES_MAX; i++) {
		const uint8_t *p = lh_view_at(&heap->view, addr, lh_layout_at(&heap->layout, LH_F_TYPE_SIZE));

		if (!p)
			break;
		found = name_of(heap, p, offset);
		addr = lh_u64(p + lh_layout_at(&heap->layout, LH_F_TYPE_BASE));
	}
	return found;
}
