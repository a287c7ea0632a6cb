/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_TRUTH_H
#define SYNTHETIC_TRUTH_H

#include "program.h"

#include <stdio.h>

/* What an analysis of the heap has to find, as JSON: by adding up what was built, not by looking at it. */
void truth_write(const struct heap *h, const struct program *program, FILE *out);

#endif
