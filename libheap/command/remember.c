/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file "answer" in the user's cache: a line that says which target the last answer was about, then its types and
 * addresses (lh_result_candidates()), then types of answers before it about the same target. A target is
 * not named but by numbers: a core by those of its file.
 */
#include "command/remember.h"

#include "command/invocation.h"
#include "libheap-command.h"
#include "util/cleanup.h"
#include "util/user_cache.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_NAME "answer"
#define FILE_MAX (64u << 10)
#define TARGET_MAX 256

static bool file_target(const char *path, char *buf)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	snprintf(buf, TARGET_MAX, "file %llx:%llx:%llx:%llx", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino, (unsigned long long)st.st_size,
		 (unsigned long long)st.st_mtime);
	return true;
}

static bool named_target(const char *kind, const char *name, char *buf)
{
	return !strchr(name, '\n') && snprintf(buf, TARGET_MAX, "%s %s", kind, name) < TARGET_MAX;
}

static bool target_of(const struct lh_invocation *invocation, char *buf)
{
	const char *pid = lh_invocation_get(invocation, "pid"),
		   *match = lh_invocation_get(invocation, "coredumpctl");

	if (pid)
		return named_target("process", pid, buf);
	if (match)
		return named_target("coredumpctl", match, buf);
	return invocation->target && file_target(invocation->target, buf);
}

/* Whether a word of a line names @target: "core", "1234", "--pid=1234", "-p1234". */
static bool names(const char *word, const char *target)
{
	const char *value = strncmp(word, "--", 2) == 0 ? strchr(word, '=') : NULL;
	char buf[TARGET_MAX];

	value = value ? value + 1 : strncmp(word, "-p", 2) == 0 ? word + 2 : word;
	return (file_target(value, buf) && strcmp(buf, target) == 0) ||
	       (named_target("process", value, buf) && strcmp(buf, target) == 0) ||
	       (named_target("coredumpctl", value, buf) && strcmp(buf, target) == 0);
}

/* The text of the file, ended by NUL. Return: NULL if there is none. */
static char *read_text(void)
{
	_cleanup_free_ char *text = malloc(FILE_MAX);
	ssize_t len = text ? lh_user_cache_read(NULL, FILE_NAME, text, FILE_MAX - 1) : -1;

	if (len <= 0)
		return NULL;
	text[len] = 0;
	return lh_take(text);
}

/* The line at *at, without its end; *at is moved past it. Return: NULL after the last. */
static char *next_line(char **at)
{
	char *line = *at, *end = strchr(line, '\n');

	if (!end)
		return NULL;
	*end = 0;
	*at = end + 1;
	return line;
}

static bool has_line(const struct lh_string *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = text->text; p && (p = strstr(p, line)); p++)
		if (p > text->text && p[-1] == '\n' && p[len] == '\n')
			return true;
	return false;
}

static void add_types_before(struct lh_string *text, const char *target)
{
	_cleanup_free_ char *before = read_text();
	char *at = before, *line = before ? next_line(&at) : NULL;

	if (!line || strcmp(line, target) != 0)
		return;
	while ((line = next_line(&at)))
		if (strncmp(line, "type ", 5) == 0 && text->len + strlen(line) + 2 < FILE_MAX &&
		    !has_line(text, line))
			lh_string_addf(text, "%s\n", line);
}

int lh_cache_folder(struct lh_ctx *ctx, char **ret)
{
	char path[PATH_MAX];

	if (!lh_user_cache_path(path, sizeof(path)))
		return LH_ABSENT;
	*ret = strdup(path);
	return *ret ? 0 : lh_nomem(ctx);
}

int lh_invocation_remember(const struct lh_invocation *invocation, const struct lh_result *result)
{
	_cleanup_string_ struct lh_string text = {};
	_cleanup_free_ char *candidates = NULL;
	char target[TARGET_MAX];
	int r = lh_result_candidates(result, &candidates);

	if (r < 0 || !target_of(invocation, target))
		return r < 0 ? r : LH_ABSENT;
	lh_string_addf(&text, "%s\n%s", target, candidates);
	add_types_before(&text, target);
	if (text.failed)
		return lh_nomem(invocation->ctx);
	return lh_user_cache_write(NULL, FILE_NAME, text.text, text.len) ? 0 : LH_ABSENT;
}

void lh_remembered(int argc, const char *const *argv, const char *kind, const char *typed,
		   struct lh_string *out)
{
	_cleanup_free_ char *text = read_text();
	char *at = text, *line = text ? next_line(&at) : NULL;
	size_t len = strlen(kind);
	bool named = false;

	for (int i = 0; line && i < argc; i++)
		named |= names(argv[i], line);
	while (named && (line = next_line(&at)))
		if (strncmp(line, kind, len) == 0 && line[len] == ' ' &&
		    strncmp(line + len + 1, typed, strlen(typed)) == 0)
			lh_string_addf(out, "%s\n", line + len + 1);
}
