/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names of fields.def as data, and what is the same for every source.
 *
 * A layout is an array of "offset + 1" by field: what nobody wrote stays 0 and reads as absent.
 */
#include "layout/layout.h"
#include "util/array.h"

#include <stdio.h>

const struct lh_field_info lh_field_infos[LH_F_COUNT] = {
#define F(name, types, paths, ...) [LH_F_##name] = {#name, types, paths, ##__VA_ARGS__},
#define S(name, types, ...) [LH_F_##name] = {#name, types, "", ##__VA_ARGS__},
#include "layout/fields.def"
#undef F
#undef S
};

const char *const lh_layout_source_names[] = {
	[LH_LAYOUT_AUTO] = "auto",   [LH_LAYOUT_DWARF] = "dwarf",     [LH_LAYOUT_OFFSETS] = "offsets",
	[LH_LAYOUT_TABLE] = "table", [LH_LAYOUT_DERIVED] = "derived", NULL,
};

const char *lh_layout_source_name(enum lh_layout_source source)
{
	return (size_t)source < LH_ARRAY_SIZE(lh_layout_source_names) - 1 ? lh_layout_source_names[source]
									  : "unknown";
}

size_t lh_layout_fill(struct lh_layout *layout, const struct lh_layout *from)
{
	size_t count = 0;

	for (int i = 0; i < LH_F_COUNT; i++) {
		if (layout->off1[i] || !from->off1[i])
			continue;
		layout->off1[i] = from->off1[i];
		layout->source[i] = from->source[i];
		layout->proof[i] = from->proof[i];
		count++;
	}
	return count;
}

void lh_version_text(uint32_t version, char buf[LH_VERSION_TEXT_MAX])
{
	static const char *const levels[16] = {[0xa] = "a", [0xb] = "b", [0xc] = "rc"};
	unsigned major = version >> 24, minor = version >> 16 & 0xff, micro = version >> 8 & 0xff;
	const char *level = levels[version >> 4 & 0xf];

	if (level)
		snprintf(buf, LH_VERSION_TEXT_MAX, "%u.%u.%u%s%u", major, minor, micro, level, version & 0xf);
	else
		snprintf(buf, LH_VERSION_TEXT_MAX, "%u.%u.%u", major, minor, micro);
}

bool lh_layout_field_exists(uint32_t version, enum lh_field field)
{
	return lh_versions_have(&lh_field_infos[field].versions, version);
}
