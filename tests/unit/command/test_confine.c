/* SPDX-License-Identifier: Apache-2.0 */
/* What a process can still do once its invocation has given up rights: each try in a process of its own. */
#include "command/invocation.h"
#include "util/array.h"
#include "util/calls.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
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

/* Of files elsewhere, too, Landlock lets modes and owners be changed: those of /etc/shadow, by root. */
static int open_to_all(void)
{
	char path[PATH_SIZE];

	path_of("existing", path);
	return chmod(path, 0666) < 0 ? errno : 0;
}

static int open_to_all_by_descriptor(void)
{
	char path[PATH_SIZE];

	path_of("existing", path);
	return fchmod(open(path, O_RDONLY | O_CLOEXEC), 0666) < 0 ? errno : 0;
}

/* Keys for the shell that waits until we are done; there is no terminal here. The kernel takes the lower half of the
 * request. */
static int type_on_terminal(void)
{
	return ioctl(STDIN_FILENO, TIOCSTI, "x") < 0 ? errno : 0;
}

static int type_on_terminal_by_half(void)
{
	return syscall(SYS_ioctl, STDIN_FILENO, TIOCSTI | UINT64_C(1) << 32, "x") < 0 ? errno : 0;
}

static int ask_for_size(void)
{
	struct winsize size;

	return ioctl(open("/dev/null", O_RDONLY | O_CLOEXEC), TIOCGWINSZ, &size) < 0 && errno != ENOTTY
		       ? errno
		       : 0;
}

/* The kernel then signals the owner when there is something to read. */
static int signal_by_pipe(void)
{
	int ends[2];

	return pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_SETOWN, getppid()) == 0 ? 0 : errno;
}

static int limit_parent(void)
{
	struct rlimit64 limit;

	return prlimit64(getppid(), RLIMIT_CPU, NULL, &limit) < 0 ? errno : 0;
}

static int limit_ourselves(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_DATA, &limit) < 0 || setrlimit(RLIMIT_DATA, &limit) < 0 ? errno : 0;
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

static int status_of_child(pid_t pid)
{
	int status = 0;

	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int status_of(const char *const *words, int (*try)(void))
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(try_confined(words, try));
	return status_of_child(pid);
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
		{open_to_all, ENOSYS},
		{open_to_all_by_descriptor, ENOSYS},
		{type_on_terminal, ENOSYS},
		{type_on_terminal_by_half, ENOSYS},
		{ask_for_size, 0},
		{signal_by_pipe, ENOSYS},
		{limit_parent, ENOSYS},
		{limit_ourselves, 0},
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

/* ---- the network, for debuginfod ---- */

static int socket_of_this_machine(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int pair_without_ends(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, ends) < 0 ? errno : 0;
}

static int pair_of_streams(void)
{
	int ends[2];

	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0 ? errno : 0;
}

/* Servers are elsewhere; what listens on a socket of this machine runs programs for those who ask (docker, systemd). */
static void test_network(void **state)
{
	const char *words[] = {"core", NULL};

	setenv("DEBUGINFOD_URLS", "http://localhost:1/", 1);
	if (status_of(words, make_socket) != SKIPPED) {
		assert_int_equal(status_of(words, make_socket), 0);
		assert_int_equal(status_of(words, pair_of_streams), 0);
		assert_int_equal(status_of(words, socket_of_this_machine), ENOSYS);
		assert_int_equal(status_of(words, pair_without_ends), ENOSYS);
	}
	setenv("DEBUGINFOD_URLS", "", 1);
}

/* ---- a connection that was made before ---- */

static int kept[2], other[2]; /* connected to each other; datagrams, which may have an address */

static int result_of(ssize_t r)
{
	return r < 0 ? errno : 0;
}

static int send_and_receive(void)
{
	char text[1];

	return result_of(send(kept[0], "x", 1, 0)) ?: result_of(recv(kept[0], text, 1, MSG_DONTWAIT));
}

static int send_elsewhere(void)
{
	return result_of(send(other[0], "x", 1, 0));
}

static int receive_elsewhere(void)
{
	char text[1];

	return result_of(recv(other[0], text, 1, MSG_DONTWAIT));
}

static int send_to_an_address(void)
{
	struct sockaddr address = {.sa_family = AF_UNSPEC};

	return result_of(sendto(kept[0], "x", 1, 0, &address, sizeof(address)));
}

static int connect_again(void)
{
	struct sockaddr address = {.sa_family = AF_UNSPEC};

	return result_of(connect(kept[0], &address, sizeof(address)));
}

static int pass_a_descriptor(void)
{
	struct msghdr message = {0};

	return result_of(sendmsg(kept[0], &message, 0));
}

/* The errno of @try once nothing but the connection is left; SKIPPED where there is no seccomp. */
static int try_connected(int (*try)(void))
{
	struct lh_ctx *ctx = NULL;
	int r;

	if (lh_ctx_new(&ctx) != 0)
		return 255;
	r = lh_calls_restrict(ctx, 0, kept[0]);
	lh_ctx_free(ctx);
	return r == LH_ABSENT ? SKIPPED : r < 0 ? 255 : try();
}

static int status_connected(int (*try)(void))
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(try_connected(try));
	return status_of_child(pid);
}

static void test_connection(void **state)
{
	static const struct {
		int (*try)(void);
		int error;
	} tries[] = {
		{send_and_receive, 0},        {send_elsewhere, ENOSYS}, {receive_elsewhere, ENOSYS},
		{send_to_an_address, ENOSYS}, {connect_again, ENOSYS},  {pass_a_descriptor, ENOSYS},
		{make_socket, ENOSYS},
	};

	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, kept), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, other), 0);
	assert_int_equal(send(kept[1], "x", 1, 0), 1);
	if (status_connected(make_socket) == SKIPPED)
		skip();
	for (size_t i = 0; i < LH_ARRAY_SIZE(tries); i++)
		assert_int_equal(status_connected(tries[i].try), tries[i].error);
	for (size_t i = 0; i < 2; i++) {
		close(kept[i]);
		close(other[i]);
	}
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
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_rights), cmocka_unit_test(test_network),
					   cmocka_unit_test(test_connection)};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
