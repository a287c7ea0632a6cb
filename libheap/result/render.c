/* SPDX-License-Identifier: Apache-2.0 */
/* A finished result, shown as the invocation asked. */
#include "result/result_impl.h"
#include "util/info.h"
#include "util/printable.h"

#include <string.h>

int lh_result_format(const struct lh_result *result, const struct lh_style *style, char **ret,
		     size_t *ret_len)
{
	_cleanup_string_ struct lh_string out = {};
	struct lh_style ours = {};
	size_t len;
	int r = lh_info_take(result->ctx, "lh_style", style, &ours, sizeof(ours));

	if (r != 0)
		return r;
	if (result->format == LH_FORMAT_JSON)
		r = lh_render_json(result, &out);
	else if (result->format == LH_FORMAT_CSV)
		r = lh_render_csv(result, &out);
	else
		r = lh_render_text(result, &ours, &out);
	if (r != 0)
		return r;
	len = out.len;
	r = lh_string_give(result->ctx, &out, ret);
	if (r == 0 && ret_len)
		*ret_len = len;
	return r;
}

int lh_result_warnings(const struct lh_result *result, char **ret)
{
	_cleanup_string_ struct lh_string out = {};
	const struct lh_warning *warning;

	for (size_t i = 0; i < result->warning_count; i++) {
		warning = &result->warnings[i];
		lh_string_add(&out, "warning: ");
		lh_printable_add(&out, warning->text);
		if (warning->has_addr)
			lh_string_addf(&out, " (at 0x%" PRIx64 ")", warning->addr);
		lh_string_add(&out, "\n");
	}
	return lh_string_give(result->ctx, &out, ret);
}

int lh_result_status(const struct lh_result *result)
{
	return result->failed ? 1 : result->found ? 3 : 0;
}
