/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORDS_H
#define WORDS_H

#include "input.h"

/** words_choose() - words for the input's command: what it must have, and some of its options */
void words_choose(struct input *input, const struct seed *seed, uint32_t *state);

#endif
