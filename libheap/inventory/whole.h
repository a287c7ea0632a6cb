/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether anything could not be seen. Who says that nothing is wrong has to ask: what is not there, or contradicts itself,
 * may hold what was looked for.
 */
#ifndef LH_INVENTORY_WHOLE_H
#define LH_INVENTORY_WHOLE_H

#include "inventory/objects.h"

/** lh_heap_is_whole() - whether all memory of the process is here, as it was at one moment, and not known to be damaged */
bool lh_heap_is_whole(const struct lh_heap *heap);
/** lh_findings_are_whole() - whether a walk through all objects met nothing torn, damaged, missing or in flux */
bool lh_findings_are_whole(const struct lh_findings *findings);
/** lh_findings_add() - what another walk could not see is not seen: the larger of each such figure */
void lh_findings_add(struct lh_findings *to, const struct lh_findings *from);

#endif
