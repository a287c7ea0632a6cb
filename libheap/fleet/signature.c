/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/signature.h"
#include "util/hash.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* ---- numbers ---- */

static const char *skip_digits(const char *p)
{
	if (p[0] == '0' && p[1] == 'x')
		return p + 2 + strspn(p + 2, "0123456789abcdefABCDEF");
	while (isdigit((unsigned char)*p) || ((*p == ',' || *p == '.') && isdigit((unsigned char)p[1])))
		p++;
	return p;
}

/* What @p begins with after a number is its unit: a size grows from KB to MB. */
static const char *skip_unit(const char *p)
{
	static const char *const units[] = {" B", " KB", " MB", " GB", " TB", "%"};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t len = strlen(units[i]);

		if (strncmp(p, units[i], len) == 0 && !is_word(p[len]))
			return p + len;
	}
	return p;
}

/* ---- keys and indices ---- */

/* Where the quoted text at @p ends; NULL: nowhere. */
static const char *skip_quoted(const char *p)
{
	char quote = *p++;

	for (; *p && *p != quote; p++)
		if (*p == '\\' && p[1])
			p++;
	return *p ? p + 1 : NULL;
}

/* Where the brackets at @p end, with those in them; NULL: nowhere. */
static const char *skip_brackets(const char *p)
{
	size_t depth = 0;

	while (p && *p) {
		if (*p == '\'' || *p == '"') {
			p = skip_quoted(p);
			continue;
		}
		depth += *p == '[';
		if (*p++ == ']' && --depth == 0)
			return p;
	}
	return NULL;
}

/* Whether the key in brackets from @p to @end has the form of a name: of a module, an attribute, a local. */
static bool is_name(const char *p, const char *end)
{
	if (end - p < 5 || p[1] != '\'' || end[-2] != '\'' || isdigit((unsigned char)p[2]))
		return false;
	for (p += 2; p < end - 2; p++)
		if (!is_word(*p) && *p != '.')
			return false;
	return true;
}

static const char *add_key(const char *p, struct lh_string *out)
{
	const char *end = skip_brackets(p);

	if (end && is_name(p, end))
		lh_string_add_bytes(out, p, (size_t)(end - p));
	else
		lh_string_add(out, "[…]");
	return end ? end : p + strlen(p);
}

/* ---- files ---- */

/* Behind the last '/' of the path at @p. */
static const char *skip_folders(const char *p)
{
	size_t len = strcspn(p, " ():'\"");
	const char *last = memrchr(p, '/', len);

	return last + 1;
}

void lh_signature_shape(const char *title, struct lh_string *out)
{
	char before = ' ';

	for (const char *p = title; *p;) {
		if (*p == '[') {
			p = add_key(p, out);
		} else if (*p == '/' && !is_word(before)) {
			p = skip_folders(p);
		} else if (isdigit((unsigned char)*p) && !is_word(before)) {
			lh_string_add(out, "N");
			p = skip_unit(skip_digits(p));
		} else {
			lh_string_add_bytes(out, p++, 1);
		}
		before = p > title ? p[-1] : ' ';
	}
}

/* With its end, so that no two lists of texts are one. */
static uint64_t add_text(uint64_t hash, const char *text)
{
	return lh_hash(hash, text ? text : "", text ? strlen(text) + 1 : 1);
}

int lh_signature_of(struct lh_ctx *ctx, const struct lh_leak *leak, struct lh_signature *ret)
{
	struct lh_signature s = {0};
	uint64_t hash;

	lh_signature_shape(leak->title.text ? leak->title.text : "", &s.shape);
	if (s.shape.failed) {
		lh_signature_fini(&s);
		return lh_nomem(ctx);
	}
	hash = add_text(LH_HASH_START, leak->rule);
	hash = add_text(hash, s.shape.text);
	hash = add_text(hash, leak->type.text);
	snprintf(s.text, sizeof(s.text), "%016" PRIx64, hash);
	*ret = s;
	return 0;
}

void lh_signature_fini(struct lh_signature *signature)
{
	lh_string_fini(&signature->shape);
}
