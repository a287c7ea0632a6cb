/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --coredumpctl MATCH: the core that systemd-coredump has kept.
 *
 * "coredumpctl info" says where it is. A file is opened in place, compressed as it is; a core in the journal
 * is dumped to memory (JournalSizeMax= keeps that small). No shell sees the user's words.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE_INDENT \
	16 /* columns before free text in the output of coredumpctl info; its own words are more to the left */

struct search {
	const char *match;
	int out, err; /* coredumpctl's output */
};

static void search_fini(struct search *search)
{
	if (search->out >= 0)
		close(search->out);
	if (search->err >= 0)
		close(search->err);
}

/* One line on stderr, whatever control characters a path or a message has. Return: CLI_FAILED. */
static __attribute__((format(printf, 2, 3))) int fail(const struct search *search, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
	fprintf(stderr, CLI_NAME ": core of '%s': %s\n", search->match, text);
	return CLI_FAILED;
}

/* Return: 0 or an errno. */
static int start(const struct search *search, const char *verb, pid_t *ret)
{
	const char *const argv[] = {"coredumpctl", "--no-pager", "--quiet",     "-1",
				    "--",          verb,         search->match, NULL};
	posix_spawn_file_actions_t actions;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return r;
	r = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, search->out, STDOUT_FILENO);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, search->err, STDERR_FILENO);
	if (r == 0)
		r = posix_spawnp(ret, argv[0], &actions, NULL, (char **)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

/* ^C reaches coredumpctl too if a terminal sends it, but not if a program sends it to us. */
static int wait_for(pid_t pid)
{
	bool interrupted = false;
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return CLI_FAILED;
		interrupted = true;
		kill(pid, SIGTERM);
	}
	if (interrupted || (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)) {
		fputs(CLI_NAME ": interrupted\n", stderr);
		return CLI_INTERRUPTED;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CLI_DONE : CLI_FAILED;
}

/* All that was written to @fd, NULL without memory. */
static char *text_of(int fd)
{
	struct stat st;
	size_t size = fstat(fd, &st) == 0 ? (size_t)st.st_size : 0;
	char *text = calloc(1, size + 1);
	ssize_t n = text ? pread(fd, text, size, 0) : 0;

	if (text)
		text[n > 0 ? n : 0] = '\0';
	return text;
}

/* The last line of @text, which is what a program died of. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	const char *line;

	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}

static int fail_from_stderr(const struct search *search)
{
	char *text = text_of(search->err);
	const char *said = text ? last_line(text) : "";
	int status = fail(search, "coredumpctl: %s ('coredumpctl list' shows the cores that you may read)",
			  *said ? said : "it failed without a message");

	free(text);
	return status;
}

static int run(const struct search *search, const char *verb)
{
	pid_t pid;
	int r = start(search, verb, &pid), status;

	if (r == ENOENT)
		return fail(search, "coredumpctl is not installed (package systemd-coredump): name the core "
				    "file instead");
	if (r != 0)
		return fail(search, "run coredumpctl: %s", strerror(r));
	status = wait_for(pid);
	return status == CLI_FAILED ? fail_from_stderr(search) : status;
}

/* What follows "Storage:" in @text: a path, "journal" or "none"; NULL if nothing does. A command line of
 * several lines may look like it, but comes before it. */
static char *find_storage(char *text)
{
	char *found = NULL, *save, *line = strtok_r(text, "\n", &save);

	for (; line; line = strtok_r(NULL, "\n", &save)) {
		size_t indent = strspn(line, " ");

		if (indent < MESSAGE_INDENT && strncmp(line + indent, "Storage: ", 9) == 0)
			found = line + indent + 9;
	}
	if (found)
		found[strcspn(found, " ")] = '\0'; /* "(present)"; spaces in names are escaped */
	return found;
}

static int fail_file(const struct search *search, const char *path)
{
	if (errno == ENOENT)
		return fail(search, "%s is gone: systemd removes old cores (coredump.conf, tmpfiles.d)",
			    path);
	if (errno == EACCES)
		return fail(search, "%s: not permitted: only its owner and root may read it (sudo)", path);
	return fail(search, "%s: %s", path, strerror(errno));
}

/* The core that @storage names, as a path; @path has room for the name of a file descriptor. */
static int locate(const struct search *search, const char *storage, char *path, size_t size)
{
	if (!storage)
		return fail(search, "coredumpctl info does not say where it is stored");
	if (strcmp(storage, "none") == 0)
		return fail(search, "systemd did not keep its core: see Storage= and ProcessSizeMax= in "
				    "coredump.conf, and ulimit -c of the process");
	if (strcmp(storage, "journal") != 0) {
		snprintf(path, size, "%s", storage);
		return access(path, R_OK) == 0 ? CLI_DONE : fail_file(search, path);
	}
	if (ftruncate(search->out, 0) != 0 || lseek(search->out, 0, SEEK_SET) != 0)
		return fail(search, "%s", strerror(errno));
	snprintf(path, size, "/proc/self/fd/%d", search->out);
	return run(search, "dump");
}

static int find(struct search *search, char *path, size_t size)
{
	char *text;
	int status;

	search->out = memfd_create("coredumpctl", MFD_CLOEXEC);
	search->err = memfd_create("coredumpctl-stderr", MFD_CLOEXEC);
	if (search->out < 0 || search->err < 0)
		return fail(search, "no memory for the output of coredumpctl: %s", strerror(errno));
	setenv("SYSTEMD_COLORS", "0", 1);
	status = run(search, "info");
	if (status != CLI_DONE)
		return status;
	text = text_of(search->out);
	status = text ? locate(search, find_storage(text), path, size) : fail(search, "out of memory");
	free(text);
	return status;
}

int cli_find_coredump(struct lh_ctx *ctx, struct lh_invocation *invocation, int *ret_fd)
{
	struct search search = {lh_invocation_get(invocation, "coredumpctl"), -1, -1};
	char path[4096];
	int status;

	if (!search.match)
		return CLI_DONE;
	status = find(&search, path, sizeof(path));
	if (status == CLI_DONE && lh_invocation_set_target(invocation, path) != 0)
		status = cli_failed(ctx);
	if (status == CLI_DONE) {
		*ret_fd = search.out;
		search.out = -1;
	}
	search_fini(&search);
	return status;
}
