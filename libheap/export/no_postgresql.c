/* SPDX-License-Identifier: Apache-2.0 */
/* In place of libpq.c, postgresql.c and server.c in a build without libpq. */
#include "export/postgresql.h"
#include "export/server_url.h"

int lh_server_open(struct lh_ctx *ctx, const char *url, struct lh_server **ret)
{
	_cleanup_string_ struct lh_string name = {0};

	lh_server_name(url, &name);
	return lh_fail(
		ctx, LH_EIO,
		"write %s: this build cannot write to servers: it was made without PostgreSQL (libpq-dev)",
		name.text ? name.text : "");
}

struct lh_server *lh_server_free(struct lh_server *server)
{
	return NULL;
}

/* Nothing opens one. */

int lh_server_socket(const struct lh_server *server)
{
	return -1;
}

int lh_postgresql_begin(struct lh_export *x)
{
	return -LH_EIO;
}

int lh_postgresql_write(struct lh_export *x)
{
	return -LH_EIO;
}
