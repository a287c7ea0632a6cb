/* SPDX-License-Identifier: Apache-2.0 */
/* The server that an invocation writes to: it is connected to before rights are given up, and there is no way to another one then. */
#include "command/invocation.h"
#include "export/server_url.h"
#include "util/array.h"

int lh_invocation_connect(struct lh_invocation *invocation)
{
	const char *url = lh_invocation_get(invocation, "to");

	if (invocation->server || !lh_server_is_url(url))
		return 0;
	return lh_server_open(invocation->ctx, url, &invocation->server);
}

int lh_invocation_take_server(struct lh_invocation *invocation, struct lh_server **ret)
{
	int r = lh_invocation_connect(invocation);

	if (r == 0)
		*ret = lh_take(invocation->server);
	return r;
}
