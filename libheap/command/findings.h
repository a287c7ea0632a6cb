/* SPDX-License-Identifier: Apache-2.0 */
/* What a walk found besides objects, as warnings of a result. */
#ifndef LH_COMMAND_FINDINGS_H
#define LH_COMMAND_FINDINGS_H

#include "analyze/garbage.h"
#include "inventory/doubts.h"
#include "inventory/objects.h"
#include "result/result.h"

/** lh_result_findings() - warn about what is missing or torn, and mark the answer as incomplete. Return: 0,
 * -LH_ENOMEM. */
int lh_result_findings(struct lh_result *result, const struct lh_findings *findings, uint64_t tracked);

/** lh_result_storage_missing() - warn if that many containers lead to objects that are not known. Return: 0,
 * -LH_ENOMEM. */
int lh_result_storage_missing(struct lh_result *result, uint64_t containers);
/** lh_result_garbage_doubts() - warn of counts and storage that make it doubtful what is garbage; for who has warned of
 * lists that are torn or in flux. Return: 0, -LH_ENOMEM. */
int lh_result_garbage_doubts(struct lh_result *result, const struct lh_garbage *garbage);
/** lh_result_garbage_warnings() - warn of what makes it doubtful what is garbage. Return: 0, -LH_ENOMEM. */
int lh_result_garbage_warnings(struct lh_result *result, const struct lh_garbage *garbage);
/** lh_result_doubts() - note which words of bodies are taken as borrowed. Return: 0, -LH_E*. */
int lh_result_doubts(struct lh_result *result, const struct lh_doubts *doubts);

/**
 * lh_result_missing() - warn about memory that the target should have but does not, and about files that are
 * not its own; for every command, after its run. Return: 0, -LH_ENOMEM.
 */
int lh_result_missing(struct lh_result *result, const struct lh_heap *heap);

#endif
