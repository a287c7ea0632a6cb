/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cores and programs are mapped. If a mapped file has no bytes any more, because it was truncated while we
 * read it, or because the disk fails, the kernel raises SIGBUS: here that becomes one line and exit status 1.
 *
 * It cannot be avoided: the size may be outdated when the next byte is read. The library cannot have such a
 * handler, since signals belong to the program that it is part of.
 *
 * All in here is async-signal-safe.
 */
#include "cli.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct lines {
	int fd;
	size_t start, len;
	char text[16384]; /* a path has at most 4096 bytes, some of them written as four */
};

/* The next line, without its end; NULL after the last. */
static char *next_line(struct lines *l)
{
	for (;;) {
		char *line = l->text + l->start, *end = memchr(line, '\n', l->len);
		ssize_t n;

		if (end) {
			*end = '\0';
			l->len -= (size_t)(end + 1 - line);
			l->start = (size_t)(end + 1 - l->text);
			return line;
		}
		memmove(l->text, line, l->len);
		l->start = 0;
		n = read(l->fd, l->text + l->len, sizeof(l->text) - l->len);
		if (n <= 0)
			return NULL;
		l->len += (size_t)n;
	}
}

/* The hexadecimal number at *@p, and advance *@p past the character that ends it. */
static uint64_t take_number(char **p)
{
	uint64_t number = 0;

	for (; **p && !strchr("- ", **p); (*p)++)
		number = number << 4 | (uint64_t)(**p <= '9' ? **p - '0' : **p - 'a' + 10);
	*p += **p != '\0';
	return number;
}

/* The file that is mapped at @addr, and where in it that is. NULL: none. */
static const char *mapped_file(uint64_t addr, uint64_t *ret_offset)
{
	static struct lines lines; /* one thread comes here, once */
	char *p;

	lines.fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	while (lines.fd >= 0 && (p = next_line(&lines))) {
		uint64_t start = take_number(&p), end = take_number(&p);

		if (addr < start || addr >= end)
			continue;
		p = strchr(p, ' '); /* after the permissions */
		if (!p)
			return NULL;
		p++;
		*ret_offset = take_number(&p) + (addr - start);
		return strchr(p, '/');
	}
	return NULL;
}

static void say(const char *text)
{
	ssize_t n = write(STDERR_FILENO, text, strlen(text));

	(void)n;
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	static atomic_flag taken = ATOMIC_FLAG_INIT;
	const char *path;
	uint64_t offset;
	struct stat st;

	while (atomic_flag_test_and_set(&taken))
		pause(); /* another thread is at it, and will end us */
	path = info->si_code == BUS_ADRERR ? mapped_file((uint64_t)(uintptr_t)info->si_addr, &offset) : NULL;
	if (!path) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	cli_leave_screen();
	say(cli_progress_shown() ? "\r\033[K" CLI_NAME ": read " : CLI_NAME ": read ");
	say(path);
	/* The last page of a file is mapped as a whole. */
	if (stat(path, &st) == 0 && (uint64_t)st.st_size <= offset)
		say(": the file was truncated while it was read: run again when nothing writes "
		    "to it\n");
	else
		say(": the file was changed while it was read, or its disk is failing: run "
		    "again on a copy\n");
	_exit(CLI_FAILED);
}

void cli_expect_shrinking(void)
{
	struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};

	sigaction(SIGBUS, &action, NULL);
}
