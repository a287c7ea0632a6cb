/* SPDX-License-Identifier: Apache-2.0 */
/* What could not be seen on a way through all objects, as warnings of a result. */
#ifndef LH_COMMAND_DAMAGE_H
#define LH_COMMAND_DAMAGE_H

#include "result/result.h"

/**
 * lh_result_damage() - warn about what is missing or torn, and mark the answer as incomplete
 * @tracked: how many tracked objects were seen, which those in the lists should be; summary->listed: not all were looked for
 * Return: 0, -LH_ENOMEM.
 */
int lh_result_damage(struct lh_result *result, const struct lh_objects_summary *summary, uint64_t tracked);

#endif
