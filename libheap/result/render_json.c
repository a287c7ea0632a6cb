/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON document: head, then rows, each row on a line of its own. Rows are made, written and dropped
 * one at a time: a million of them must not be a million trees in memory.
 */
#include "result/result_impl.h"
#include "result/show.h"
#include "util/utf8.h"

#include <jansson.h>
#include <string.h>

#define STEP 4096
#define FLAGS (JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII) /* nothing controls a terminal */

static void decrefp(json_t **json)
{
	json_decref(*json);
}

#define _cleanup_json_ _cleanup_(decrefp)

/* NULL text becomes null; NULL is returned only if memory ran out. */
static json_t *text_json(const char *text)
{
	_cleanup_string_ struct lh_string valid = {};

	if (!text)
		return json_null();
	lh_utf8_add_text(&valid, text);
	return valid.failed ? NULL : json_string(valid.text ? valid.text : "");
}

static json_t *addr_json(uint64_t addr)
{
	return json_sprintf("0x%" PRIx64, addr);
}

static json_t *list_json(const char *lines)
{
	_cleanup_json_ json_t *list = json_array();
	size_t len;

	for (; *lines; lines += len + (lines[len] == '\n')) {
		_cleanup_free_ char *line = NULL;

		len = strcspn(lines, "\n");
		line = strndup(lines, len);
		if (!line || json_array_append_new(list, text_json(line)) != 0)
			return NULL;
	}
	return lh_take(list);
}

static json_t *value_json(const struct lh_value *value)
{
	switch (value->kind) {
	case LH_K_BOOL:
		return json_boolean(value->yes);
	case LH_K_COUNT:
	case LH_K_NUMBER:
	case LH_K_BYTES:
	case LH_K_PERCENT:
		return json_integer(value->number);
	case LH_K_ADDR:
		return addr_json(value->addr);
	case LH_K_TEXT:
		return text_json(value->text);
	case LH_K_LIST:
		return list_json(value->text);
	default:
		return json_null();
	}
}

static json_t *target_json(const struct lh_heap_description *target)
{
	if (!target->kind) /* the command asks of none */
		return json_null();
	return json_pack("{so,so,so,so,sb,sb,so}", "kind", text_json(target->kind), "path",
			 text_json(target->path), "pid",
			 target->pid ? json_integer(target->pid) : json_null(), "python",
			 text_json(target->python), "debug", target->debug, "free_threaded",
			 target->free_threaded, "layout", text_json(target->layout));
}

static json_t *warning_json(const struct lh_warning *warning)
{
	_cleanup_json_ json_t *json =
		json_pack("{so,so}", "code", text_json(warning->code), "text", text_json(warning->text));

	if (warning->has_addr && json_object_set_new(json, "address", addr_json(warning->addr)) != 0)
		return NULL;
	return lh_take(json);
}

static json_t *warnings_json(const struct lh_result *result)
{
	_cleanup_json_ json_t *list = json_array();

	for (size_t i = 0; i < result->warning_count; i++)
		if (json_array_append_new(list, warning_json(&result->warnings[i])) != 0)
			return NULL;
	return lh_take(list);
}

static json_t *summary_json(const struct lh_result *result)
{
	_cleanup_json_ json_t *object = json_object();

	for (size_t i = 0; i < result->summary_count; i++)
		if (json_object_set_new(object, result->summary[i].key,
					value_json(&result->summary[i].value)) != 0)
			return NULL;
	return lh_take(object);
}

static json_t *head_json(const struct lh_result *result)
{
	return json_pack("{si,ss,so,sb,so,so,sI}", "py_heap", 1, "command", result->command, "target",
			 target_json(&result->target), "complete", !result->incomplete, "warnings",
			 warnings_json(result), "summary", summary_json(result), "row_count",
			 (json_int_t)result->row_count);
}

static json_t *row_json(const struct lh_result *result, size_t row)
{
	_cleanup_json_ json_t *object = json_object();
	struct lh_value value;

	for (size_t i = 0; i < result->column_count; i++) {
		value = lh_result_cell(result, row, i);
		if (json_object_set_new(object, result->columns[i].name, value_json(&value)) != 0)
			return NULL;
	}
	return lh_take(object);
}

static int add_bytes(const char *bytes, size_t len, void *arg)
{
	struct lh_string *out = arg;

	lh_string_add_bytes(out, bytes, len);
	return out->failed ? -1 : 0;
}

static void add_json(struct lh_string *out, const json_t *json)
{
	if (!json || json_dump_callback(json, add_bytes, out, FLAGS) != 0)
		out->failed = true;
}

int lh_render_json(const struct lh_result *result, struct lh_string *out)
{
	_cleanup_json_ json_t *head = head_json(result);
	int r = 0;

	add_json(out, head);
	if (out->failed)
		return lh_nomem(result->ctx);
	out->len--; /* remove the brace: rows belong inside */
	lh_string_add(out, ",\"rows\":[");
	for (size_t i = 0; r == 0 && i < result->shown; i++) {
		_cleanup_json_ json_t *row = row_json(result, result->order[i]);

		lh_string_add(out, i ? ",\n" : "\n");
		add_json(out, row);
		if (i % STEP == STEP - 1)
			r = lh_progress(result->ctx, "writing rows", i, result->shown);
	}
	lh_string_add(out, "]}\n");
	return r;
}
