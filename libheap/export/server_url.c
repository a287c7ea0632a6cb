/* SPDX-License-Identifier: Apache-2.0 */
#include "export/server_url.h"
#include "util/array.h"

#include <ctype.h>
#include <string.h>

#define DIGITS "0123456789"

static const char *const schemes[] = {LH_SERVER_SCHEMES};

/* Behind the scheme; NULL: there is none. */
static const char *after_scheme(const char *url)
{
	for (size_t i = 0; url && i < LH_ARRAY_SIZE(schemes); i++) {
		size_t len = strlen(schemes[i]);

		if (strncmp(url, schemes[i], len) == 0)
			return url + len;
	}
	return NULL;
}

bool lh_server_is_url(const char *text)
{
	return after_scheme(text) != NULL;
}

/* Where the hosts begin in what follows the scheme: user and password end at the first '@' before any '/' (conninfo_uri_parse_options()
 * of PostgreSQL 15, src/interfaces/libpq/fe-connect.c). */
static const char *skip_user(const char *rest)
{
	const char *at = strpbrk(rest, "@/");

	return at && *at == '@' ? at + 1 : rest;
}

/* Hosts are separated by commas, and [::1] has colons. */
static bool ports_are_numbers(const char *hosts)
{
	const char *p = hosts;

	while (*p && *p != '/' && *p != '?') {
		if (*p == '[' && !*(p += strcspn(p, "]")))
			return false;
		if (*p++ != ':')
			continue;
		p += strspn(p, DIGITS);
		if (*p && !strchr(",/?", *p))
			return false;
	}
	return true;
}

bool lh_server_is_plain(const char *url)
{
	const char *rest = after_scheme(url), *hosts = rest ? skip_user(rest) : NULL;

	return hosts && !memchr(hosts, '@', strcspn(hosts, "?")) && ports_are_numbers(hosts);
}

static void add_escaped(struct lh_string *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (isascii(text[i]) &&
		    (isalnum((unsigned char)text[i]) || strchr("-._~%:/?@[]!$&()*+,;=", text[i])))
			lh_string_add_bytes(out, &text[i], 1);
		else
			lh_string_addf(out, "%%%02X", (unsigned char)text[i]);
}

static bool is_no_secret(const char *key)
{
	static const char *const keys[] = {
		"host=", "hostaddr=", "port=", "user=", "dbname=", "options=", "sslmode=", "service="};

	for (size_t i = 0; i < LH_ARRAY_SIZE(keys); i++)
		if (strncmp(key, keys[i], strlen(keys[i])) == 0)
			return true;
	return false;
}

static void add_keys(struct lh_string *out, const char *keys)
{
	const char *mark = "?";

	for (; *keys; keys += *keys == '&') {
		size_t len = strcspn(keys, "&");

		if (is_no_secret(keys)) {
			lh_string_add(out, mark);
			add_escaped(out, keys, len);
			mark = "&";
		}
		keys += len;
	}
}

void lh_server_name(const char *url, struct lh_string *out)
{
	const char *rest = after_scheme(url), *hosts;
	size_t len;

	if (!rest || !lh_server_is_plain(url)) {
		lh_string_add(out, "postgresql://...");
		return;
	}
	lh_string_add_bytes(out, url, (size_t)(rest - url));
	hosts = skip_user(rest);
	if (hosts > rest) {
		add_escaped(out, rest, strcspn(rest, ":@"));
		lh_string_add(out, "@");
	}
	len = strcspn(hosts, "?");
	add_escaped(out, hosts, len);
	if (hosts[len])
		add_keys(out, hosts + len + 1);
}
