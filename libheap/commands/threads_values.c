/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/retained.h"
#include "commands/cmd_threads.h"

struct lh_value lh_text_value(const struct lh_string *text)
{
	return text->text ? LH_TEXT(text->text) : LH_NULL;
}

struct lh_value lh_line_value(uint32_t line)
{
	return line ? LH_NUMBER(line) : LH_NULL;
}

struct lh_value lh_retained_value(const struct lh_retained *retained, uint64_t addr)
{
	uint64_t bytes;

	return retained && lh_retained_of(retained, addr, &bytes) == 0 ? LH_BYTES(bytes) : LH_NULL;
}
