/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MUTATE_H
#define MUTATE_H

#include "input.h"

/** random_next() - the next number of a sequence that *state, which is not 0, stands for */
uint32_t random_next(uint32_t *state);
/** random_place() - the address of some structure in @seed; 0: none was found */
uint64_t random_place(const struct seed *seed, uint32_t *state);

#endif
