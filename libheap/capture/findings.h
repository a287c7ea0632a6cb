/* SPDX-License-Identifier: Apache-2.0 */
/* Findings by what they are about; each file adds its own. */
#ifndef LH_CAPTURE_FINDINGS_H
#define LH_CAPTURE_FINDINGS_H

#include "capture/capture.h"

/** lh_capture_add() - a finding. The caller writes its text, and what to type. Return: never NULL. */
struct lh_capture_finding *lh_capture_add(struct lh_capture *c, const char *code,
					  enum lh_capture_effect effect);
/** lh_capture_sudo() - what to put before a command that root alone may run */
const char *lh_capture_sudo(const struct lh_capture *c);
/** lh_capture_fix_limit() - how to lift a limit of the process. @name: as prlimit(1) has it: "core", "fsize" */
void lh_capture_fix_limit(const struct lh_capture *c, const char *name, const struct lh_capture_limit *limit,
			  struct lh_string *fix);

void lh_capture_judge_process(struct lh_capture *c);
void lh_capture_judge_memory(struct lh_capture *c);
void lh_capture_judge_file(struct lh_capture *c);
void lh_capture_judge_space(struct lh_capture *c);
void lh_capture_judge_handler(struct lh_capture *c);
void lh_capture_judge_ptrace(struct lh_capture *c);

#endif
