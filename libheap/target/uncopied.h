/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contents of large objects that are left out of the copy of a live process.
 *
 * What they are is found out while the process runs (lh_target_open_looked()), and looked at again while it is stopped:
 * whatever is not as it was then is copied.
 */
#ifndef LH_TARGET_UNCOPIED_H
#define LH_TARGET_UNCOPIED_H

#include "target/target.h"

#define LH_UNCOPIED_SEEN 96

/** struct lh_uncopied - contents, and the words by which they were found: as long as those are there, so are they */
struct lh_uncopied {
	struct lh_range contents;       /* all of them: first and last page are copied */
	struct lh_range pages;          /* whole ones, which need not be */
	uint64_t owner;                 /* address of what says so */
	uint8_t seen[LH_UNCOPIED_SEEN]; /* there */
	uint32_t seen_len;
	uint64_t size_at, size; /* the allocator's word of the block, without its flags */
};

/** struct lh_uncopied_list - by address, none overlaps another; free all */
struct lh_uncopied_list {
	struct lh_uncopied *all;
	size_t count, capacity;
};

/** lh_target_open_looked() - a process that runs on while it is read: what is asked for comes when it is, and bytes are
 * of several moments. Return: as lh_target_open_process(). */
int lh_target_open_looked(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			  struct lh_target **ret);

#define LH_LOOKED_WORDS 4

/** struct lh_looked_words - in memory of a process's own and no file's: one of @words, then one of @least to @most */
struct lh_looked_words {
	struct lh_target *target; /* of lh_target_open_looked() */
	uint64_t words[LH_LOOKED_WORDS];
	size_t word_count;
	uint64_t least, most;
	uint64_t *found; /* addresses, ascending; the caller frees them */
	size_t found_count, found_capacity;
};

/** lh_looked_words_find() - Return: 0; LH_ABSENT: what there is of memory cannot be told; -LH_EINTR, -LH_ENOMEM. */
int lh_looked_words_find(struct lh_looked_words *search);

/** lh_target_open_without() - lh_target_open_process(), but for what @list has. Return: likewise. */
int lh_target_open_without(struct lh_ctx *ctx, pid_t pid, const struct lh_target_options *options,
			   const struct lh_uncopied_list *list, struct lh_target **ret);

/** lh_uncopied_first() - of what was left out, the first that ends after @addr: index in @target->uncopied */
size_t lh_uncopied_first(const struct lh_target *target, uint64_t addr);
/** lh_target_uncopied() - how many bytes of [@start, @end) were left out of the copy */
uint64_t lh_target_uncopied(const struct lh_target *target, uint64_t start, uint64_t end);

#endif
