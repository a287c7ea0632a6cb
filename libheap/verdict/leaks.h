/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict: what stands out in a heap, found by rules. A rule is a row in rules.def, with its own file.
 *
 * Something stands out if it takes a tenth of all objects' bytes, and at least 1 MB: what a start of Python and the code of
 * modules take is less. References that native code leaked always do: a healthy program has none.
 */
#ifndef LH_VERDICT_LEAKS_H
#define LH_VERDICT_LEAKS_H

#include "analyze/retained.h"
#include "analyze/tasks.h"
#include "graph/children.h"

/** struct lh_leak - a suspect */
struct lh_leak {
	const char *rule;        /* static storage */
	struct lh_string title;  /* what and where, in one line */
	struct lh_string reason; /* the evidence, in sentences */
	struct lh_string type;   /* of most of the objects, as lh_type_name() has it; empty: of no one type */
	struct lh_string next;   /* the command worth typing next, as lh_result_next() takes it */
	uint64_t bytes, objects; /* what would be freed; nothing counts for two suspects of one rule */
	bool growth; /* bytes since an earlier moment, which other suspects may have, too; these come first */
};

/** struct lh_unlooked - a rule that could not be asked */
struct lh_unlooked {
	const char *rule; /* static storage */
	char *reason;     /* a sentence without its end */
};

/* LH_CLAIMED_NATIVE: with the native memory that it owns */
enum { LH_CLAIMED = 1, LH_CLAIMED_NATIVE };

struct lh_leaks {
	struct lh_heap *heap;
	struct lh_heap *since; /* an earlier moment of the process; NULL: none is given */
	const struct lh_retained *retained;
	uint64_t writable; /* bytes of all writable memory */
	uint64_t least;    /* bytes from which on something stands out */
	uint8_t *
		claimed; /* by number in retained->graph: LH_CLAIMED*, a suspect, which later rules leave out */
	const uint64_t *
		left; /* by place: bytes that it retains and no suspect has, as of the last lh_leaks_left() */
	const uint32_t *left_objects; /* the same */
	bool left_changed;            /* suspects came since */
	uint64_t *sums;               /* by place: see lh_leaks_sums() */
	uint32_t *sum_objects;
	bool *namespace;             /* by place: a dict of a module or class; see program.h */
	struct lh_children children; /* see lh_leaks_children() */
	struct lh_tasks tasks;       /* see lh_leaks_tasks() */
	bool tasks_known, tasks_whole;
	struct lh_retained_paths paths; /* see lh_words_path() */
	struct lh_leak *items;          /* most bytes first */
	size_t count, capacity;
	struct lh_string looked;  /* what was looked at and did not stand out, in sentences */
	struct lh_string counted; /* the same in one sentence without its end; "" if nothing was counted */
	bool partly;              /* some of that could not be seen: see lh_leaks_looked() */
	struct lh_unlooked *unlooked;
	size_t unlooked_count, unlooked_capacity;
	struct lh_findings findings; /* what walks of all rules could not see */
	uint32_t arenas_unread;      /* nearly empty ones, that may be pinned */
};

/**
 * struct lh_leak_rule - @find appends its suspects with lh_leaks_add(). Return: 0; -LH_ELAYOUT: it cannot be asked in this
 * interpreter, which is said, and the others are asked; another -LH_E* ends the verdict.
 */
struct lh_leak_rule {
	const char *name;
	int (*find)(struct lh_leaks *leaks, const struct lh_leak_rule *rule);
};

#define LH_LEAK_RULE(name) int lh_rule_##name(struct lh_leaks *leaks, const struct lh_leak_rule *rule);
#include "verdict/rules.def"
#undef LH_LEAK_RULE

/** lh_leaks_saw_all() - whether a walk with these findings saw all of the heap; they are added to those of the verdict */
bool lh_leaks_saw_all(struct lh_leaks *leaks, const struct lh_findings *findings);
/**
 * lh_leaks_looked() - say in a sentence without its end what was looked at and does not stand out
 * @whole: whether all of it could be seen: a sentence about less says so.
 */
void lh_leaks_looked(struct lh_leaks *leaks, bool whole, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** lh_leaks_counted() - the same for so many of @what: all that were counted are one sentence; nothing for 0 of them if that
 * is all there are */
void lh_leaks_counted(struct lh_leaks *leaks, bool whole, const char *what, uint64_t count);
/** lh_leaks_find() - ask all rules. Return: 0, -LH_E*. Free with lh_leaks_fini() in any case. */
int lh_leaks_find(struct lh_heap *heap, struct lh_leaks *ret);
/** lh_leaks_find_since() - the same, and what grew since an earlier moment of the same process (moments.h); NULL: none.
 * Return: as lh_leaks_find(). */
int lh_leaks_find_since(struct lh_heap *heap, struct lh_heap *since, struct lh_leaks *ret);
void lh_leaks_fini(struct lh_leaks *leaks);
/** lh_leaks_add() - a suspect of @rule that takes @bytes in @objects, without words; valid until the next one is added.
 * Return: 0, -LH_ENOMEM. */
int lh_leaks_add(struct lh_leaks *leaks, const struct lh_leak_rule *rule, uint64_t bytes, uint64_t objects,
		 struct lh_leak **ret);
/** lh_leaks_left() - bring leaks->left up to date: what suspects retain belongs to them. Return: 0, -LH_ENOMEM. */
int lh_leaks_left(struct lh_leaks *leaks);
/** lh_leaks_sums() - leaks->left is leaks->sums from now on, which are zeroes that the caller adds up. 12 bytes per object. Return: 0,
 * -LH_ENOMEM. */
int lh_leaks_sums(struct lh_leaks *leaks);
/** lh_leaks_children() - see to leaks->children, which are 8 bytes per object. Return: 0, -LH_ENOMEM. */
int lh_leaks_children(struct lh_leaks *leaks);
/** lh_leaks_tasks() - see to leaks->tasks, and whether those are all: leaks->tasks_whole. Return: 0, -LH_E*. */
int lh_leaks_tasks(struct lh_leaks *leaks);
/** lh_leaks_claim() - the object at @addr belongs to a suspect */
void lh_leaks_claim(struct lh_leaks *leaks, uint64_t addr);

#endif
