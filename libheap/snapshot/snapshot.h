/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A core of a target that is smaller than its memory, and clean: what analysis needs of it.
 *
 * Objects keep their heads, types, sizes, hashes of text, and references. Contents of str, bytes, bytearray, int and float are zeros, but
 * for names of code. Of memory that no object owns, addresses are kept, and what allocators and the interpreter need to find their way.
 * All else is zero and not left out: so that a scan of words finds what it finds in the process, and a file or a compressor has next to
 * nothing of it.
 *
 * Memory: 1/32 of what the process can write.
 */
#ifndef LH_SNAPSHOT_SNAPSHOT_H
#define LH_SNAPSHOT_SNAPSHOT_H

#include "inventory/objects.h"

/** struct lh_snapshot - what was written */
struct lh_snapshot {
	uint64_t bytes, stored,
		written; /* of the core; of them not in holes; of the file, which may be compressed */
	uint64_t memory; /* bytes of the process's memory that it has */
	uint64_t objects, threads;
	uint64_t kept, dropped, blanked; /* words that were not zero */
	struct lh_findings findings;
};

/** lh_snapshot_write() - write it to @path: "-" is standard output, and what ends in .zst is compressed. @values: contents, too. Return: 0, -LH_E*. */
int lh_snapshot_write(struct lh_heap *heap, const char *path, bool values, struct lh_snapshot *ret);
/** lh_snapshot_keep() - write it, with contents, to a file that nobody else sees (util/unlinked.h). The caller closes *@ret_fd. Return: 0,
 * -LH_E*. */
int lh_snapshot_keep(struct lh_heap *heap, int *ret_fd, struct lh_snapshot *ret);

#endif
