/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an address that is known to be an object's has an object's header. */
#ifndef LH_VERIFY_HEADER_H
#define LH_VERIFY_HEADER_H

#include "verify/verify.h"

/** lh_header_is_sane() - whether a count and a type are at @addr. @ret_bad: if not, the address of the word that is wrong. */
bool lh_header_is_sane(struct lh_verify *verify, uint64_t addr, uint64_t *ret_bad);
/** lh_header_words() - append what is wrong with the word at @bad of the object at @addr: "its type is 0x6161616161616161 ('aaaaaaaa'),
 * which is not a type" */
void lh_header_words(struct lh_verify *verify, uint64_t addr, uint64_t bad, struct lh_string *out);

/** lh_header_is_missing() - whether the target lacks the word at @bad, or the type that it names */
bool lh_header_is_missing(struct lh_verify *verify, uint64_t addr, uint64_t bad);

#endif
