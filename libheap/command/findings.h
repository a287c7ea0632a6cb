/* SPDX-License-Identifier: Apache-2.0 */
/* What a walk found beside its objects, as warnings of a result. */
#ifndef LH_COMMAND_FINDINGS_H
#define LH_COMMAND_FINDINGS_H

#include "analyze/garbage.h"
#include "inventory/doubts.h"
#include "inventory/objects.h"
#include "result/result.h"

/** lh_result_findings() - warn of what is missing or torn, and say that the answer is not complete. Return:
 * 0, -LH_ENOMEM. */
int lh_result_findings(struct lh_result *result, const struct lh_findings *findings, uint64_t tracked);

/** lh_result_storage_missing() - warn if that many containers lead to objects that are not known. Return: 0,
 * -LH_ENOMEM. */
int lh_result_storage_missing(struct lh_result *result, uint64_t containers);
/** lh_result_garbage_warnings() - warn of what makes it doubtful what is garbage. Return: 0, -LH_ENOMEM. */
int lh_result_garbage_warnings(struct lh_result *result, const struct lh_garbage *garbage);
/** lh_result_doubts() - note which words of bodies are taken as borrowed. Return: 0, -LH_E*. */
int lh_result_doubts(struct lh_result *result, const struct lh_doubts *doubts);

/**
 * lh_result_missing() - warn of memory that the target should have and does not, and of files that are not
 * its own; for every command, after its run. Return: 0, -LH_ENOMEM.
 */
int lh_result_missing(struct lh_result *result, const struct lh_heap *heap);

#endif
