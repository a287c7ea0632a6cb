/* SPDX-License-Identifier: Apache-2.0 */
/* What the last answer to the user of a shell had, for completion: lh_invocation_remember() writes it. */
#ifndef LH_COMMAND_REMEMBER_H
#define LH_COMMAND_REMEMBER_H

#include "util/string.h"

/**
 * lh_remembered() - add lines of what is remembered that begins with @typed
 * @argv: words of a line; nothing is added unless one of them names the target that the answer was about
 * @kind: "type" or "address"
 */
void lh_remembered(int argc, const char *const *argv, const char *kind, const char *typed,
		   struct lh_string *out);

#endif
