/* SPDX-License-Identifier: Apache-2.0 */
/* What may be asked about a user's words, once they are parsed. */
#include "command/invocation.h"
#include "command/options.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

const char *lh_invocation_get(const struct lh_invocation *invocation, const char *option)
{
	int index = lh_option_index(invocation->command, option, 0);

	if (index >= 0)
		return invocation->values ? invocation->values[index] : NULL;
	return strcmp(option, "target") == 0 ? invocation->target : NULL;
}

bool lh_invocation_has(const struct lh_invocation *invocation, const char *option)
{
	return lh_invocation_get(invocation, option) != NULL;
}

struct lh_ctx *lh_invocation_ctx(const struct lh_invocation *invocation)
{
	return invocation->ctx;
}

const char *lh_invocation_arg(const struct lh_invocation *invocation, size_t index)
{
	return index < invocation->arg_count ? invocation->args[index] : NULL;
}

int lh_invocation_number(const struct lh_invocation *invocation, const char *option, uint64_t *ret)
{
	const char *value = lh_invocation_get(invocation, option);

	return value ? lh_option_number(value, ret) : LH_ABSENT;
}

/* Debuggers print addresses without 0x, so letters mean hexadecimal too. */
static int parse_address(struct lh_ctx *ctx, const struct lh_invocation *invocation, const char *word,
			 uint64_t *ret)
{
	bool hex = word && (strncasecmp(word, "0x", 2) == 0 || strpbrk(word, "abcdefABCDEF"));
	char *end = NULL;
	uint64_t value;

	errno = 0;
	value = word && isxdigit((unsigned char)*word) ? strtoull(word, &end, hex ? 16 : 10) : 0;
	if (!end || *end || errno)
		return lh_fail(ctx, LH_EUSAGE, "%s: '%s' is not an address (0x7f..., or decimal)",
			       invocation->command->name, word ? word : "");
	*ret = value;
	return 0;
}

int lh_invocation_address(struct lh_ctx *ctx, const struct lh_invocation *invocation, size_t index,
			  uint64_t *ret)
{
	return parse_address(ctx, invocation, lh_invocation_arg(invocation, index), ret);
}

int lh_invocation_option_address(struct lh_ctx *ctx, const struct lh_invocation *invocation,
				 const char *option, uint64_t *ret)
{
	const char *word = lh_invocation_get(invocation, option);

	return word ? parse_address(ctx, invocation, word, ret) : 0;
}
