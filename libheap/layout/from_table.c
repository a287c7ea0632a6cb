/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layouts of known builds, best fit first.
 *
 * A build-id is certain. The same version is a good guess: a distribution may have patched a struct (Debian's
 * 3.13 moves the gc generations by 4 bytes). Then come tables made for a range of patch releases with this
 * version in it (3.14.5 moved the fields of PyInterpreterState), then the nearest patch release. A caller who
 * proves layouts on the target tries the candidates in this order.
 */
#include "layout/layout.h"

#include <stdio.h>
#include <string.h>

/* How far a table is from the build that is asked for; the smallest wins. */
enum {
	RANK_BUILD_ID,
	RANK_VERSION,
	RANK_RANGE,
	RANK_NEAR, /* plus twice the distance in patch releases, plus 1 if the table is the later one */
	RANK_NONE = UINT32_MAX,
};

static bool same_id(const char *text, const uint8_t *id, size_t len)
{
	char hex[3];

	if (strlen(text) != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		snprintf(hex, sizeof(hex), "%02x", id[i]);
		if (memcmp(text + 2 * i, hex, 2) != 0)
			return false;
	}
	return true;
}

static bool has_build_id(const struct lh_layout_table *table, const uint8_t *id, size_t len)
{
	if (!id || len == 0 || !table->build_ids)
		return false;
	for (const char *const *text = table->build_ids; *text; text++)
		if (same_id(*text, id, len))
			return true;
	return false;
}

static uint32_t distance(uint32_t ours, uint32_t theirs)
{
	uint32_t a = ours >> 8 & 0xff, b = theirs >> 8 & 0xff;

	return a >= b ? 2 * (a - b) : 2 * (b - a) + 1;
}

static uint32_t rank(const struct lh_layout_table *table, const struct lh_build *build, const uint8_t *id,
		     size_t len)
{
	const struct lh_build *theirs = &table->build;

	if (has_build_id(table, id, len))
		return RANK_BUILD_ID;
	if (build->version == 0 || !lh_versions_same_minor(build->version, theirs->version) ||
	    build->debug != theirs->debug || build->free_threaded != theirs->free_threaded)
		return RANK_NONE;
	if (build->version == theirs->version)
		return RANK_VERSION;
	if (table->first && build->version >= table->first && build->version <= table->last)
		return RANK_RANGE;
	return RANK_NEAR + distance(build->version, theirs->version);
}

/* The table that is the @index-th in order of rank; tables of equal rank in the order of the list. */
static const struct lh_layout_table *nth(const struct lh_build *build, const uint8_t *id, size_t len,
					 size_t index, uint32_t *ret_rank)
{
	for (size_t i = 0; lh_layout_tables[i]; i++) {
		uint32_t mine = rank(lh_layout_tables[i], build, id, len);
		size_t before = 0;

		if (mine == RANK_NONE)
			continue;
		for (size_t k = 0; lh_layout_tables[k]; k++) {
			uint32_t other = rank(lh_layout_tables[k], build, id, len);

			before += other < mine || (other == mine && k < i);
		}
		if (before == index) {
			*ret_rank = mine;
			return lh_layout_tables[i];
		}
	}
	return NULL;
}

/*
 * How far a table is from a build that it is a guess for. Minor versions count most, and of two equally far
 * the later one is nearer: fields are rather added than taken away. Then patch releases, then debug or
 * release.
 */
static uint32_t far(const struct lh_layout_table *table, const struct lh_build *build)
{
	uint32_t ours = build->version >> 16 & 0xff, theirs = table->build.version >> 16 & 0xff;
	uint32_t minors = ours >= theirs ? 2 * (ours - theirs) : 2 * (theirs - ours) - 1;

	return minors << 16 | distance(build->version, table->build.version) << 1 |
	       (table->build.debug != build->debug);
}

bool lh_layout_has_table_of(const uint8_t *build_id, size_t build_id_len)
{
	for (size_t i = 0; lh_layout_tables[i]; i++)
		if (has_build_id(lh_layout_tables[i], build_id, build_id_len))
			return true;
	return false;
}

/** struct search - the build for which neighbours are wanted */
struct search {
	const struct lh_build *build;
	const uint8_t *id;
	size_t len;
	bool exact_too;
};

static bool is_neighbour(const struct lh_layout_table *table, const struct search *search)
{
	const struct lh_build *ours = search->build, *theirs = &table->build;

	if (ours->version >> 24 != theirs->version >> 24 || ours->free_threaded != theirs->free_threaded)
		return false;
	return search->exact_too || !(has_build_id(table, search->id, search->len) ||
				      (ours->version == theirs->version && ours->debug == theirs->debug));
}

/* The neighbour that is the @index-th nearest, or NULL. */
static const struct lh_layout_table *nth_neighbour(const struct search *search, size_t index)
{
	for (size_t i = 0; lh_layout_tables[i]; i++) {
		uint32_t mine = far(lh_layout_tables[i], search->build);
		size_t before = 0;

		if (!is_neighbour(lh_layout_tables[i], search))
			continue;
		for (size_t k = 0; lh_layout_tables[k]; k++) {
			uint32_t other = far(lh_layout_tables[k], search->build);

			before += is_neighbour(lh_layout_tables[k], search) &&
				  (other < mine || (other == mine && k < i));
		}
		if (before == index)
			return lh_layout_tables[i];
	}
	return NULL;
}

static void set_origin(struct lh_layout *layout, const struct lh_layout_table *table, uint32_t how)
{
	char wanted[LH_VERSION_TEXT_MAX];

	lh_version_text(layout->build.version, wanted);
	if (how == RANK_BUILD_ID)
		snprintf(layout->origin, sizeof(layout->origin), "table %s (build-id)", table->name);
	else if (how == RANK_VERSION)
		snprintf(layout->origin, sizeof(layout->origin), "table %s (version)", table->name);
	else
		snprintf(layout->origin, sizeof(layout->origin), "table %s, nearest to %s", table->name,
			 wanted);
}

static void take_table(struct lh_layout *layout, const struct lh_layout_table *table,
		       enum lh_layout_source source)
{
	memset(layout, 0, sizeof(*layout));
	layout->main = source;
	for (int i = 0; i < LH_F_COUNT; i++)
		if (table->off1[i])
			lh_layout_set(layout, (enum lh_field)i, table->off1[i] - 1, source);
}

int lh_layout_candidate(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			size_t index, struct lh_layout *ret)
{
	uint32_t how;
	const struct lh_layout_table *table = nth(build, build_id, build_id_len, index, &how);

	if (!table)
		return LH_ABSENT;
	take_table(ret, table, LH_LAYOUT_TABLE);
	if (how != RANK_BUILD_ID)
		lh_layout_move_to(ret, table->build.version, build->machine);
	/* a build-id identifies the whole build, even if the target's version could not be read */
	ret->build = how == RANK_BUILD_ID ? table->build : *build;
	ret->build.machine = build->machine;
	lh_layout_set_constants(ret);
	set_origin(ret, table, how);
	return how <= RANK_VERSION ? 0 : LH_LAYOUT_NEAR;
}

int lh_layout_neighbour(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			size_t index, struct lh_layout *ret)
{
	struct search search = {build, build_id, build_id_len, false};
	const struct lh_layout_table *table;

	/* A version without neighbours (2.7) has only its own table to begin from. */
	search.exact_too = !nth_neighbour(&search, 0);
	table = nth_neighbour(&search, index);
	if (!table || build->version == 0)
		return LH_ABSENT;
	take_table(ret, table, LH_LAYOUT_DERIVED);
	lh_layout_move_to(ret, table->build.version, build->machine);
	ret->build = *build;
	lh_layout_set_constants(ret);
	snprintf(ret->origin, sizeof(ret->origin), "table %s%s", table->name,
		 search.exact_too ? ", the only one of its kind" : "");
	return lh_versions_same_minor(table->build.version, build->version) ? 0 : LH_LAYOUT_FAR;
}

int lh_layout_from_table(const struct lh_build *build, const uint8_t *build_id, size_t build_id_len,
			 struct lh_layout *ret)
{
	return lh_layout_candidate(build, build_id, build_id_len, 0, ret);
}
