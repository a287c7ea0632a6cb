/* SPDX-License-Identifier: Apache-2.0 */
/* URLs of PostgreSQL servers: postgresql://user:password@host:port/database?key=value, as libpq takes them. */
#ifndef LH_EXPORT_SERVER_URL_H
#define LH_EXPORT_SERVER_URL_H

#include "util/string.h"

/* How they begin, for an option's choices. */
#define LH_SERVER_SCHEMES "postgresql://", "postgres://"

/** lh_server_is_url() - whether @text begins as one; NULL does not */
bool lh_server_is_url(const char *text);

/**
 * lh_server_is_plain() - whether all readers of a URL agree what is the password in it
 * One in which '@', '/' or ':' should have been written as %40, %2F, %3A might put a part of it into a message.
 */
bool lh_server_is_plain(const char *url);

/**
 * lh_server_name() - append a URL as messages may show it, and as psql takes it
 * It has no password, and of the keys those alone that are known to be no secrets. What a URL may not have is
 * written as %XX. Of a URL that is not plain the beginning alone is shown.
 */
void lh_server_name(const char *url, struct lh_string *out);

#endif
