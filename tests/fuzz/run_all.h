/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ALL_H
#define RUN_ALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * run_all() - open @image as a core and run every command of the library on it, in every format
 * Where the binaries are: PYHEAP_FUZZ_SYSROOT, default the paths that the core names.
 */
void run_all(const uint8_t *image, size_t len);
/**
 * run_some() - the same with a part of the commands, which the image decides: many more images a minute
 */
void run_some(const uint8_t *image, size_t len);
/** run_typed() - the typed functions of the library on an open heap: all iterators, a bounded part of each */
struct lh_heap;
void run_typed(struct lh_heap *heap);
/**
 * run_parts() - if @data is no core but what else the library reads (a compressed file, a cached layout, a
 * program with DWARF, _Py_DebugOffsets), have that read. Return: whether it was.
 */
bool run_parts(const uint8_t *data, size_t len);

#endif
