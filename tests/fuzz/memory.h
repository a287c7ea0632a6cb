/* SPDX-License-Identifier: Apache-2.0 */
/* How much memory an input takes: more than twice what its seed takes is a finding. */
#ifndef MEMORY_H
#define MEMORY_H

#include "input.h"

/** memory_watch() - from now on allocations are counted */
void memory_watch(void);
/** memory_begin(), memory_end() - around the run of an input. The latter aborts if the run took too much. */
void memory_begin(void);
void memory_end(const struct input *input, const struct seed *seed);

#endif
