/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ALL_H
#define RUN_ALL_H

#include <stddef.h>
#include <stdint.h>

/**
 * run_all() - open @image as a core and run every command of the library on it, in every format
 * Where the binaries are: PYHEAP_FUZZ_SYSROOT, default the paths that the core names.
 */
void run_all(const uint8_t *image, size_t len);

#endif
