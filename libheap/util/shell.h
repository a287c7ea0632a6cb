/* SPDX-License-Identifier: Apache-2.0 */
/* Words of commands that people type into a shell. */
#ifndef LH_UTIL_SHELL_H
#define LH_UTIL_SHELL_H

#include "util/string.h"

/** lh_shell_word() - append a word as typed in a shell: quoted if it must be */
void lh_shell_word(struct lh_string *out, const char *word);

#endif
