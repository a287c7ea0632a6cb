/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict: all damages in one sentence, what is most telling first. */
#ifndef LH_VERIFY_SENTENCE_H
#define LH_VERIFY_SENTENCE_H

#include "verify/verify.h"

/** lh_sentence_make() - set verify->verdict; there are damages. Finds paths unless it is to be fast. Return: 0, -LH_E*. */
int lh_sentence_make(struct lh_verify *verify);

#endif
