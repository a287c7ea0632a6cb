/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of CPython, and ranges of them: the one way to say what a row of a table is true of. */
#ifndef LH_LAYOUT_VERSIONS_H
#define LH_LAYOUT_VERSIONS_H

#include <stdbool.h>
#include <stdint.h>

/* PY_VERSION_HEX of CPython: 3.13.5 final is 0x030d05f0. */
#define LH_PYVER(major, minor, micro) \
	((uint32_t)(major) << 24 | (uint32_t)(minor) << 16 | (uint32_t)(micro) << 8 | 0xf0)

/** struct lh_versions - a range, both ends included; last 0: it
 * has no end, so that all zero are all versions */
struct lh_versions {
	uint32_t first, last; /* PY_VERSION_HEX */
};

/* The first and the last of a minor version, alphas included. */
#define LH_MINOR_FIRST(major, minor) ((uint32_t)(major) << 24 | (uint32_t)(minor) << 16)
#define LH_MINOR_LAST(major, minor) (LH_MINOR_FIRST(major, minor) | 0xffff)

/* clang-format off */
/* All of these include the versions that they name. */
#define ALL_VERSIONS {0, 0}
#define FROM(major, minor) {LH_MINOR_FIRST(major, minor), 0}
#define UNTIL(major, minor) {0, LH_MINOR_LAST(major, minor)}
#define ONLY(major, minor) BETWEEN(major, minor, major, minor)
#define BETWEEN(major, minor, last_major, last_minor) \
	{LH_MINOR_FIRST(major, minor), LH_MINOR_LAST(last_major, last_minor)}
/* Of releases within a minor version. */
#define FROM_RELEASE(major, minor, micro) {LH_PYVER(major, minor, micro), 0}
#define RELEASES(major, minor, micro, last_micro) \
	{LH_PYVER(major, minor, micro), LH_PYVER(major, minor, last_micro)}
/* clang-format on */

static inline bool lh_versions_have(const struct lh_versions *versions, uint32_t version)
{
	return version >= versions->first && (!versions->last || version <= versions->last);
}

/* Whether both are of one minor version: 3.13.0a1 and 3.13.5 are. */
static inline bool lh_versions_same_minor(uint32_t a, uint32_t b)
{
	return a >> 16 == b >> 16;
}

#endif
