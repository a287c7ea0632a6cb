/* SPDX-License-Identifier: Apache-2.0 */
#include "serve_tools.h"

#include "libheap-command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- what is offered ---- */

static const char *type_of(const struct lh_option *option)
{
	return !option->metavar ? "boolean" : strcmp(option->metavar, "N") == 0 ? "integer" : "string";
}

/* Options that are the server's to give: what is asked must not name files, nor choose how the heap is read. */
static bool is_offered(const struct lh_option *option)
{
	static const char *const own[] = {"output", "format",    "layout", "progress", "threads",
					  "values", "no-values", "quiet",  "verbose",  "help",
					  "since",  "parent",    NULL};
	size_t i = 0;

	while (own[i] && strcmp(own[i], option->name) != 0)
		i++;
	return !option->shell && !own[i];
}

bool serve_has(const struct lh_command *command)
{
	return lh_command_takes_target(command) && !lh_command_writes_file(command) &&
	       !lh_command_target_last(command);
}

static json_t *property_of(const struct lh_option *option)
{
	json_t *property = json_pack("{s:s, s:s}", "type", type_of(option), "description", option->help);
	json_t *choices = option->choices ? json_array() : NULL;

	for (size_t i = 0; choices && option->choices[i]; i++)
		json_array_append_new(choices, json_string(option->choices[i]));
	if (choices)
		json_object_set_new(property, "enum", choices);
	return property;
}

static json_t *schema_of(const struct lh_command *command)
{
	json_t *properties = json_object(), *required = json_array();
	const struct lh_option *option;

	if (*lh_command_arguments(command))
		json_object_set_new(properties, "addresses",
				    json_pack("{s:s, s:s, s:{s:s}}", "type", "array", "description",
					      "addresses of objects, as \"0x7f...\"", "items", "type",
					      "string"));
	if (strncmp(lh_command_arguments(command), "ADDR", 4) == 0)
		json_array_append_new(required, json_string("addresses"));
	for (size_t i = 0; (option = lh_command_option(command, i)); i++)
		if (is_offered(option))
			json_object_set_new(properties, option->name, property_of(option));
	json_object_set_new(properties, "page",
			    json_pack("{s:s, s:s}", "type", "integer", "description",
				      "which page of a long answer, from 1 on"));
	return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", properties, "required",
			 required, "additionalProperties", 0);
}

json_t *serve_list(void)
{
	json_t *tools = json_array();
	const struct lh_command *command;

	for (size_t i = 0; (command = lh_command_at(i)); i++) {
		char *text = NULL;

		if (!serve_has(command))
			continue;
		if (asprintf(&text, "%s\n\n%s", lh_command_summary(command),
			     lh_command_description(command)) < 0)
			break;
		json_array_append_new(tools,
				      json_pack("{s:s, s:s, s:o, s:{s:b}}", "name", lh_command_name(command),
						"description", text, "inputSchema", schema_of(command),
						"annotations", "readOnlyHint", 1));
		free(text);
	}
	return json_pack("{s:o}", "tools", tools);
}

/* ---- what a call says, as words of a shell ---- */

void serve_words_fini(struct serve_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->all[i]);
	free(words->all);
}

void serve_add_word(struct serve_words *words, const char *format, const char *name, const char *value)
{
	char **all = realloc(words->all, (words->count + 2) * sizeof(*all));

	if (all)
		words->all = all;
	if (!all || asprintf(&all[words->count], format, name, value) < 0)
		words->failed = true;
	else
		all[++words->count] = NULL;
}

static const struct lh_option *option_named(const struct lh_command *command, const char *name)
{
	const struct lh_option *option;

	for (size_t i = 0; (option = lh_command_option(command, i)); i++)
		if (strcmp(option->name, name) == 0 && is_offered(option))
			return option;
	return NULL;
}

/* Return: whether @value is of the type that the schema says. */
static bool add_option(struct serve_words *words, const struct lh_option *option, const json_t *value)
{
	char number[32];

	if (!option->metavar) {
		if (json_is_true(value))
			serve_add_word(words, "--%s", option->name, NULL);
		return json_is_boolean(value);
	}
	if (json_is_integer(value))
		snprintf(number, sizeof(number), "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (!json_is_string(value))
		return false;
	serve_add_word(words, "--%s=%s", option->name,
		       json_is_string(value) ? json_string_value(value) : number);
	return true;
}

static bool add_addresses(struct serve_words *words, const json_t *value)
{
	const json_t *addr;
	size_t i;

	json_array_foreach(value, i, addr)
	{
		if (!json_is_string(addr))
			return false;
		serve_add_word(words, "%s%s", json_string_value(addr), "");
	}
	return json_is_array(value);
}

const char *serve_add_arguments(struct serve_words *words, const struct lh_command *command,
				json_t *arguments, size_t *page)
{
	const char *name;
	json_t *value;

	json_object_foreach(arguments, name, value)
	{
		const struct lh_option *option = option_named(command, name);
		bool right;

		if (strcmp(name, "page") == 0) {
			right = json_is_integer(value) && json_integer_value(value) > 0;
			*page = (size_t)json_integer_value(value);
		} else if (strcmp(name, "addresses") == 0) {
			continue; /* they come last */
		} else {
			right = option && add_option(words, option, value);
		}
		if (!right)
			return name;
	}
	serve_add_word(words, "%s%s", "--", "");
	value = json_object_get(arguments, "addresses");
	return !value || add_addresses(words, value) ? NULL : "addresses";
}
