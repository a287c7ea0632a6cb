/* SPDX-License-Identifier: Apache-2.0 */
/* What a process can still do once its invocation has given up rights: each try in a process of its own. */
#include "command/invocation.h"
#include "util/array.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#define SKIPPED 77
#define PATH_SIZE 64

static char folder[] = "/tmp/py-heap-confine-XXXXXX";
static bool confined; /* the log says so: by both Landlock and seccomp */

static void path_of(const char *name, char ret[PATH_SIZE])
{
	snprintf(ret, PATH_SIZE, "%s/%s", folder, name);
}

static int make_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd < 0 ? errno : close(fd);
}

static int at_output(void)
{
	char path[PATH_SIZE];

	path_of("inside/new", path);
	return make_file(path) ? errno : unlink(path);
}

static int elsewhere(void)
{
	char path[PATH_SIZE];

	path_of("outside", path);
	return make_file(path);
}

static int change_existing(void)
{
	char path[PATH_SIZE];

	path_of("existing", path);
	return open(path, O_RDWR | O_CLOEXEC) < 0 ? errno : 0;
}

static int remove_existing(void)
{
	char path[PATH_SIZE];

	path_of("existing", path);
	return unlink(path) < 0 ? errno : 0;
}

static int read_existing(void)
{
	char path[PATH_SIZE];

	path_of("existing", path);
	return open(path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0;
}

static int run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno;
}

static int make_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int trace_parent(void)
{
	return ptrace(PTRACE_SEIZE, getppid(), NULL, NULL) < 0 ? errno : 0;
}

static int signal_parent(void)
{
	return kill(getppid(), SIGCONT) < 0 ? errno : 0;
}

static int ask_for_parent(void)
{
	return kill(getppid(), 0) < 0 ? errno : 0;
}

static void *in_thread(void *ret)
{
	*(int *)ret = elsewhere();
	return NULL;
}

static int in_a_thread(void)
{
	pthread_t thread;
	int r = 0;

	return pthread_create(&thread, NULL, in_thread, &r) || pthread_join(thread, NULL) ? -1 : r;
}

static void log_line(int level, const char *text, void *arg)
{
	confined = strstr(text, "(Landlock)") && strstr(text, "(seccomp)");
}

/* Confine as for "types WORDS... "; the errno of @try, SKIPPED where the kernel or the build lacks something. */
static int try_confined(const char *const *words, int (*try)(void))
{
	struct lh_invocation *invocation = NULL;
	struct lh_ctx *ctx = NULL;
	int count = 0, r;

	while (words[count])
		count++;
	if (lh_ctx_new(&ctx) != 0)
		return 255;
	lh_ctx_set_log(ctx, log_line, NULL);
	if (lh_invocation_new(ctx, lh_command_find("types"), count, words, true, &invocation) != 0 ||
	    lh_invocation_confine(invocation) != 0)
		return 255;
	r = confined || strcmp(words[count - 1], "--no-sandbox") == 0 ? try() : SKIPPED;
	lh_invocation_free(invocation);
	lh_ctx_free(ctx);
	return r;
}

static int status_of(const char *const *words, int (*try)(void))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(try_confined(words, try));
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_rights(void **state)
{
	static const struct {
		int (*try)(void);
		int error; /* 0: it may be done */
	} tries[] = {
		{at_output, 0},
		{read_existing, 0},
		{ask_for_parent, 0},
		{elsewhere, EACCES},
		{in_a_thread, EACCES},
		{change_existing, EACCES},
		{remove_existing, EACCES},
		{make_socket, ENOSYS},
		{trace_parent, ENOSYS},
		{signal_parent, ENOSYS},
		{run_program, ENOSYS},
	};
	char output[PATH_SIZE];
	const char *words[] = {"core", "-o", output, NULL}, *free_[] = {"core", "--no-sandbox", NULL};

	path_of("inside/output", output);
	if (status_of(words, at_output) == SKIPPED)
		skip(); /* the log says which: a sanitizer, an old kernel, no libseccomp */
	for (size_t i = 0; i < LH_ARRAY_SIZE(tries); i++)
		assert_int_equal(status_of(words, tries[i].try), tries[i].error);
	assert_int_equal(status_of(free_, elsewhere), 0);
	assert_int_equal(status_of(free_, make_socket), 0);
}

static void make_path(const char *name, bool is_folder)
{
	char path[PATH_SIZE];

	path_of(name, path);
	assert_int_equal(is_folder ? mkdir(path, 0700) : make_file(path), 0);
}

static int set_up(void **state)
{
	setenv("PYHEAP_CACHE", "off", 1);
	setenv("DEBUGINFOD_URLS", "", 1);
	setenv("TMPDIR", "/var/tmp", 1);
	unsetenv("PYHEAP_SANDBOX");
	if (!mkdtemp(folder))
		return -1;
	make_path("inside", true);
	make_path("existing", false);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"outside", "existing", "inside"};
	char path[PATH_SIZE];

	for (size_t i = 0; i < LH_ARRAY_SIZE(names); i++) {
		path_of(names[i], path);
		remove(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rights)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
