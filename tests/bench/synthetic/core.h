/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SYNTHETIC_CORE_H
#define SYNTHETIC_CORE_H

#include "state.h"

/* Writes the ELF core to @path, arena by arena; what is zero
 * stays a hole. Ends the program when it cannot. */
void core_write_heap(const struct heap *h, const struct state *s, const char *path);

#endif
