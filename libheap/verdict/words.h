/* SPDX-License-Identifier: Apache-2.0 */
/* Words that several rules use. */
#ifndef LH_VERDICT_WORDS_H
#define LH_VERDICT_WORDS_H

#include "cpython/frames.h"
#include "verdict/leaks.h"

/** lh_words_call() - append where a call is: "Event.wait (/usr/lib/python3.11/asyncio/locks.py:213)" */
void lh_words_call(struct lh_heap *heap, const struct lh_frame *call, struct lh_string *out);
/** lh_words_many() - append a number and what it counts: "40 bytearray", "1 object of type bytes", which is no size */
void lh_words_many(uint64_t count, const char *type, struct lh_string *out);
/** lh_words_path() - append the path to the object at @place; nothing if only native code holds it. What is found on the way stays
 * for the next one, 8 bytes per object that is met. Return: 0, -LH_ENOMEM. */
int lh_words_path(struct lh_leaks *leaks, uint32_t place, struct lh_string *out);
/** lh_words_example() - append the path to one object of many as a sentence, if there is one. Return: 0, -LH_ENOMEM. */
int lh_words_example(struct lh_leaks *leaks, uint32_t place, struct lh_string *out);

#endif
