/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 3629: the shortest form alone, no surrogates, nothing after U+10FFFF. */
#include "util/utf8.h"
#include "util/error.h"

#define REPLACEMENT 0xfffd

static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000}; /* by bytes */

static bool is_character(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

size_t lh_utf8_sequence(const char *text, uint32_t *ret)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t len = p[0] < 0x80   ? 1
		     : p[0] < 0xc2 ? 0
		     : p[0] < 0xe0 ? 2
		     : p[0] < 0xf0 ? 3
		     : p[0] < 0xf5 ? 4
				   : 0;
	uint32_t c = len == 1 ? p[0] : p[0] & (0x7f >> len);

	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (len > 0 && (c < smallest[len] || !is_character(c)))
		return 0;
	*ret = c;
	return len;
}

int lh_utf8_decode(const char *text, uint32_t *ret, size_t *ret_len)
{
	size_t n = 0, len;

	for (; *text; text += len) {
		len = lh_utf8_next(text, &ret[n++]);
		if (len == 0)
			return LH_ABSENT;
	}
	*ret_len = n;
	return 0;
}

void lh_utf8_add(struct lh_string *out, uint32_t c)
{
	size_t len;
	char buf[4];

	c = is_character(c) ? c : REPLACEMENT;
	len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = len; i-- > 1; c >>= 6)
		buf[i] = (char)(0x80 | (c & 0x3f));
	buf[0] = (char)(len == 1 ? c : (0xf00u >> len & 0xf0u) | c);
	lh_string_add_bytes(out, buf, len);
}

void lh_utf8_add_text(struct lh_string *out, const char *text)
{
	const char *start = text;
	uint32_t c;
	size_t len;

	for (; *text; text += len ? len : 1) {
		len = lh_utf8_next(text, &c);
		if (len)
			continue;
		lh_string_add_bytes(out, start, (size_t)(text - start));
		lh_utf8_add(out, REPLACEMENT);
		start = text + 1;
	}
	lh_string_add_bytes(out, start, (size_t)(text - start));
}

const char *lh_utf8_valid(const char *text, struct lh_string *buffer)
{
	uint32_t c;
	size_t len;

	for (const char *at = text; *at; at += len) {
		len = lh_utf8_next(at, &c);
		if (len)
			continue;
		lh_string_clear(buffer);
		lh_utf8_add_text(buffer, text);
		return buffer->text && !buffer->failed ? buffer->text : "";
	}
	return text;
}
