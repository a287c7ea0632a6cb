/* SPDX-License-Identifier: Apache-2.0 */
/* The C types that libheap knows: given to a heap when it is opened, as lh_heap.kinds. */
#ifndef LH_CPYTHON_KINDS_H
#define LH_CPYTHON_KINDS_H

#include "cpython/kind.h"

extern const struct lh_kind_table lh_kinds[];

#endif
