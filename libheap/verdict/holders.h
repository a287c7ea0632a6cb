/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the rule of holders: finding them (rule_holders.c), and words for them (holders_text.c). */
#ifndef LH_VERDICT_HOLDERS_H
#define LH_VERDICT_HOLDERS_H

#include "verdict/levels.h"
#include "verdict/program.h"

#define SUSPECTS_MAX 32 /* each has a tenth of the heap or more, so there are ten at most */

struct holder {
	uint32_t place;
	uint64_t bytes, objects;
	uint64_t alike; /* suspects that are one with this, itself included; 0: this is one with another */
	bool chain;     /* links of a chain, of which this is the first */
};

struct holders {
	struct lh_leaks *leaks;
	const struct lh_retained *from;
	size_t types;      /* that were known when this began: names of paths may add some */
	uint64_t *bytes;   /* by place: what was added up, without suspects; leaks->sums */
	uint32_t *objects; /* the same */
	struct holder items[SUSPECTS_MAX];
	size_t count;
};

int holders_add(const struct holders *h, const struct lh_leak_rule *rule);
int holders_add_type(const struct holders *h, const struct lh_leak_rule *rule, struct lh_type *type,
		     const struct lh_level_count *count);

#endif
