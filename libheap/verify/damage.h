/* SPDX-License-Identifier: Apache-2.0 */
/* What checks say: a damage, or that something is being changed just now. */
#ifndef LH_VERIFY_DAMAGE_H
#define LH_VERIFY_DAMAGE_H

#include "verify/verify.h"

/**
 * lh_damage_add() - a damage of the check that runs, with its text
 * @damage: its check, pointers and text are set here. Return: 0, -LH_ENOMEM.
 */
int lh_damage_add(struct lh_verify *verify, const struct lh_damage *damage, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** lh_damage_is_moving() - whether a register of a thread leads into @size bytes at @addr: what is there may be half changed */
bool lh_damage_is_moving(const struct lh_verify *verify, uint64_t addr, uint64_t size);
/** lh_damage_is_missing() - whether the process had @size bytes at @addr, and the target does not: nothing is known of them */
bool lh_damage_is_missing(struct lh_verify *verify, uint64_t addr, uint64_t size);
/** lh_damage_word_text() - append a word that is not what it should be: "0x7878787878787878 ('xxxxxxxx')" */
void lh_damage_word_text(const struct lh_heap *heap, uint64_t word, struct lh_string *out);

#endif
