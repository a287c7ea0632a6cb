/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 without mbrtowc() and wcwidth(): a library may not depend on the locale that its caller did or did
 * not set.
 */
#ifndef LH_UTIL_UTF8_H
#define LH_UTIL_UTF8_H

#include "util/string.h"

/** lh_utf8_sequence() - as lh_utf8_next() */
size_t lh_utf8_sequence(const char *text, uint32_t *ret);

/**
 * lh_utf8_next() - the character that @text, which ends in NUL, begins with
 * Return: its bytes; 0: it is not UTF-8.
 */
static inline size_t lh_utf8_next(const char *text, uint32_t *ret)
{
	*ret = (unsigned char)*text;
	return *ret < 0x80 ? 1 : lh_utf8_sequence(text, ret);
}

/**
 * lh_utf8_decode() - all of @text, which ends in NUL
 * @ret: room for as many code points as @text has bytes
 * Return: 0; LH_ABSENT: it is not UTF-8.
 */
int lh_utf8_decode(const char *text, uint32_t *ret, size_t *ret_len);
/** lh_utf8_add() - append a code point; U+FFFD for one that UTF-8 cannot have, such as a lone surrogate */
void lh_utf8_add(struct lh_string *out, uint32_t c);
/** lh_utf8_add_text() - append @text, with what is not UTF-8 replaced by U+FFFD */
void lh_utf8_add_text(struct lh_string *out, const char *text);

/** lh_utf8_valid() - @text if it is UTF-8, else lh_utf8_add_text() of it in @buffer, which is emptied first; "" if memory ran out */
const char *lh_utf8_valid(const char *text, struct lh_string *buffer);

#endif
