/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents of large objects of a process that runs: what a copy of it can do without if nobody asks for contents.
 *
 * bytes and str (io.BytesIO keeps its own in a bytes), and the buffers of bytearray and array.array, that have a block
 * of glibc's malloc each. Only what the object and the malloc agree about counts: the block has the size that the
 * object says.
 */
#ifndef LH_INVENTORY_LARGE_CONTENTS_H
#define LH_INVENTORY_LARGE_CONTENTS_H

#include "cpython/heap.h"
#include "target/uncopied.h"

/** lh_large_contents_find() - reads the memory of the process once; @heap: of lh_target_open_looked(). Return: 0;
 * LH_ABSENT: they cannot be told, or are too few to look for; -LH_E*. The caller frees ret->all. */
int lh_large_contents_find(struct lh_heap *heap, struct lh_uncopied_list *ret);

#endif
