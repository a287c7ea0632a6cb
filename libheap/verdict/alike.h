/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects that are alike: many that wait at one line, or are in one state. Rules collect them; groups of those with the same
 * key stand out by what they retain together.
 *
 * Memory: 40 bytes per object, 4 per place of the dominator tree.
 */
#ifndef LH_VERDICT_ALIKE_H
#define LH_VERDICT_ALIKE_H

#include "verdict/leaks.h"

/** struct lh_alike - an object */
struct lh_alike {
	uint64_t code; /* key: these three */
	uint32_t line, state;
	uint32_t place; /* in the dominator tree */
	size_t item;    /* the rule's number for what it is about: several objects may be of one */
};

struct lh_crowds {
	struct lh_leaks *leaks;
	struct lh_alike *items;
	size_t count, capacity;
	uint32_t *
		seen; /* by place: twice the last group that came by on its way up, and whether one of it is here or above */
};

/** struct lh_alike_group - those with one key, by item */
struct lh_alike_group {
	const struct lh_alike *members;
	size_t count;
	size_t items;            /* different ones */
	uint64_t bytes, objects; /* what they retain, nothing twice, and nothing that a suspect has */
};

/** struct lh_alike_rule - what a rule makes of groups */
struct lh_alike_rule {
	const struct lh_leak_rule *rule;
	bool (*stands_out)(const struct lh_leaks *leaks, const struct lh_alike_group *group);
	/* Words for a suspect. Return: 0, -LH_E*. */
	int (*describe)(void *arg, const struct lh_alike_group *group, struct lh_leak *leak);
	void *arg;
};

/** lh_crowds_add() - one more object; what no root leads to is left out. Return: 0, -LH_ENOMEM. */
int lh_crowds_add(struct lh_crowds *crowds, uint64_t addr, const struct lh_alike *alike);
/** lh_crowds_find() - add the groups that stand out to the suspects, those with most bytes first. Return: 0, -LH_E*. */
int lh_crowds_find(struct lh_crowds *crowds, const struct lh_alike_rule *rule);
void lh_crowds_fini(struct lh_crowds *crowds);

#endif
