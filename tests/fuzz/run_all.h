/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_ALL_H
#define RUN_ALL_H

#include "input.h"

/**
 * run_all() - open @image as a core and run every command of the library on it, in every format
 * Where the binaries are: PYHEAP_FUZZ_SYSROOT, default the paths that the core names.
 */
void run_all(const uint8_t *image, size_t len);
/** run_input() - the same with what @input asks for alone: many more images per minute. @exe: the program's file, NULL: the core names it */
void run_input(const struct input *input, const uint8_t *image, size_t len, const char *exe);
/** run_typed() - the typed functions of the library on an open heap: all iterators, a bounded part of each */
struct lh_heap;
void run_typed(struct lh_heap *heap);
/**
 * run_parts() - if @data is no core but what else the library reads (a compressed file, a cached layout, a
 * program with DWARF, _Py_DebugOffsets), have that read. Return: whether it was.
 */
bool run_parts(const uint8_t *data, size_t len);

/**
 * fix_layout() - what a cached layout is, as a text: with its checksum put right, which chance would never find
 * @id: LAYOUT_ID_MAX bytes: the build-id in it. Return: 0; LH_ABSENT: it is none.
 */
#define LAYOUT_ID_MAX 128
struct lh_string;
int fix_layout(const uint8_t *data, size_t len, struct lh_string *ret, char *id);

#endif
