/* SPDX-License-Identifier: Apache-2.0 */
/*
 * py-heap serve TARGET: commands as tools, for editors and agents.
 *
 * The Model Context Protocol on standard input and output: a message of JSON-RPC 2.0 per line. Whoever asks may be a program of
 * somebody else's, so that contents of the heap are hidden unless --values was given.
 */
#include "cli.h"
#include "serve_tools.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES 20000 /* of an answer's text, to the end of a line */

enum { PARSE_ERROR = -32700, INVALID_REQUEST = -32600, NO_METHOD = -32601, INVALID_PARAMS = -32602 };

struct server {
	struct cli_session *session;
	bool values;
};

static int reply(json_t *id, const char *key, json_t *value)
{
	json_t *message = json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, key, value);
	int r = message ? json_dumpf(message, stdout, JSON_COMPACT) : -1;

	json_decref(message);
	return r == 0 && putchar('\n') != EOF && fflush(stdout) == 0 ? 0 : -1;
}

static int refuse(json_t *id, int code, const char *text)
{
	return reply(id, "error", json_pack("{s:i, s:s}", "code", code, "message", text));
}

/* ---- tools/call ---- */

/* Page number @page of the text, cut at ends of lines; and how many there are. Return: NULL: there is no such page. */
static json_t *page_of(const char *text, size_t page)
{
	const char *found = NULL;
	size_t len = 0, pages = 0;

	do {
		size_t size = strnlen(text, PAGE_BYTES + 1), end = size;

		while (size > PAGE_BYTES && end && text[end - 1] != '\n')
			end--;
		if (++pages == page) {
			found = text;
			len = end ? end : size;
		}
		text += end ? end : size;
	} while (*text);
	if (!found)
		return NULL;
	return pages == 1 ? json_stringn_nocheck(found, len)
			  : json_sprintf("%.*s\n(page %zu of %zu)\n", (int)len, found, page, pages);
}

static json_t *content(json_t *text, bool failed)
{
	if (!text)
		return content(json_string("out of memory"), true);
	return json_pack("{s:[{s:s, s:o}], s:b}", "content", "type", "text", "text", text, "isError", failed);
}

static json_t *failure(const struct server *server)
{
	return content(json_string(lh_ctx_error(server->session->ctx)->text), true);
}

static json_t *answer_of(struct server *server, size_t page)
{
	struct cli_session *session = server->session;
	const struct lh_style style = {.size = sizeof(style), .prefix = "", .target = ""};
	char *text, *warnings, *both = NULL;
	json_t *shown;

	if (lh_result_format(session->result, &style, &text, NULL) != 0)
		return failure(server);
	if (lh_result_warnings(session->result, &warnings) != 0) {
		free(text);
		return failure(server);
	}
	if (asprintf(&both, "%s%s%s", warnings, *warnings ? "\n" : "", text) < 0)
		both = NULL;
	free(warnings);
	free(text);
	shown = both ? page_of(both, page) : NULL;
	free(both);
	return shown ? content(shown, false) : content(json_string("there is no such page"), true);
}

static json_t *run(struct server *server, const struct lh_command *command, struct serve_words *words,
		   size_t page)
{
	struct cli_session *session = server->session;

	session->invocation = lh_invocation_free(session->invocation);
	session->result = lh_result_free(session->result);
	if (lh_invocation_new(session->ctx, command, (int)words->count, (const char *const *)words->all,
			      false, &session->invocation) != 0 ||
	    lh_invocation_run(session->invocation, session->heap, &session->result) != 0)
		return failure(server);
	return answer_of(server, page);
}

static int call_tool(struct server *server, json_t *id, json_t *params)
{
	const char *name = json_string_value(json_object_get(params, "name")), *wrong;
	const struct lh_command *command = name ? lh_command_find(name) : NULL;
	struct serve_words words = {.count = 0};
	size_t page = 1;
	json_t *result;
	int r;

	if (!command || !serve_has(command))
		return refuse(id, INVALID_PARAMS, "there is no such tool");
	if (!server->values)
		serve_add_word(&words, "%s%s", "--no-values", "");
	wrong = serve_add_arguments(&words, command, json_object_get(params, "arguments"), &page);
	if (words.failed)
		result = content(json_string("out of memory"), true);
	else if (wrong)
		result = content(
			json_sprintf("%s: not an argument of '%s', or not of the type that its schema says",
				     wrong, name),
			true);
	else
		result = run(server, command, &words, page);
	r = reply(id, "result", result);
	serve_words_fini(&words);
	return r;
}

/* ---- messages ---- */

/* The newest, unless the client names another one: what is used here is the same in all. */
static const char *const revisions[] = {"2025-06-18", "2025-03-26", "2024-11-05", NULL};

static const char *revision_for(json_t *params)
{
	const char *wanted = json_string_value(json_object_get(params, "protocolVersion"));
	size_t i = 0;

	while (wanted && revisions[i] && strcmp(revisions[i], wanted) != 0)
		i++;
	return wanted && revisions[i] ? revisions[i] : revisions[0];
}

static json_t *introduce(json_t *params)
{
	return json_pack(
		"{s:s, s:{s:{}}, s:{s:s, s:s}, s:s}", "protocolVersion", revision_for(params), "capabilities",
		"tools", "serverInfo", "name", CLI_NAME, "version", lh_version(), "instructions",
		"The heap of a Python process. Begin with 'leaks' (what is wrong) or 'types' (what fills it); "
		"'why' says what keeps an object alive.");
}

/* Return: 0; -1: nobody reads the answers any more. */
static int answer_message(struct server *server, json_t *message)
{
	const char *method = json_string_value(json_object_get(message, "method"));
	json_t *id = json_object_get(message, "id");

	if (!json_is_object(message) || !method)
		return refuse(id ? id : json_null(), INVALID_REQUEST, "not a request of JSON-RPC 2.0");
	if (!id) /* a notification */
		return 0;
	if (strcmp(method, "initialize") == 0)
		return reply(id, "result", introduce(json_object_get(message, "params")));
	if (strcmp(method, "ping") == 0)
		return reply(id, "result", json_object());
	if (strcmp(method, "tools/list") == 0)
		return reply(id, "result", serve_list());
	if (strcmp(method, "tools/call") == 0)
		return call_tool(server, id, json_object_get(message, "params"));
	return refuse(id, NO_METHOD, "there is no such method");
}

static int answer_all(struct server *server)
{
	size_t capacity = 0;
	char *line = NULL;
	ssize_t len;
	int r = 0;

	while (r == 0 && (len = getline(&line, &capacity, stdin)) >= 0) {
		json_t *message;

		if (strspn(line, " \t\r\n") == (size_t)len)
			continue;
		message = json_loadb(line, (size_t)len, 0, NULL);
		r = message ? answer_message(server, message)
			    : refuse(json_null(), PARSE_ERROR, "a message is one line of JSON");
		json_decref(message);
	}
	free(line);
	return r == 0 ? CLI_DONE : CLI_FAILED;
}

int cli_serve(struct cli_session *session, int argc, const char *const *argv)
{
	struct server server = {.session = session};
	int status;

	if (argc == 0) {
		fputs(CLI_NAME ": serve: no target: give a core file, or -p PID\n", stderr);
		return CLI_USAGE;
	}
	status = cli_session_parse(session, lh_command_find("info"), argc, argv);
	if (status == CLI_GO_ON)
		server.values = lh_invocation_get(session->invocation, "values");
	if (status == CLI_GO_ON)
		status = cli_session_open(session, true, NULL);
	if (status != CLI_GO_ON)
		return status;
	cli_unwatch(session->ctx);
	session->prompting = true;
	return answer_all(&server);
}
