/* SPDX-License-Identifier: Apache-2.0 */
/*
 * man-page [COMMAND]: the manual page of py-heap, or of one command, in mdoc on stdout.
 * Run when py-heap is built, so that pages say what the records say.
 */
#include "libheap-command.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Text with roff's special characters escaped; no line of it is a request. */
static void put_text(const char *text)
{
	const char *first = text;
	bool start = true;

	for (; *text; start = *text == '\n', text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else if (*text == ' ' && text > first && strchr(".?", text[-1]) &&
			 isupper((unsigned char)text[1]))
			putchar('\n'); /* roff wants a sentence to start a line */
		else if (*text != '\n' || text[1] != '\n')
			putchar(*text);
		if (*text == '\n' && text[1] == '\n') {
			fputs("\n.Pp\n", stdout);
			text++;
		}
	}
	putchar('\n');
}

static void put_head(const char *name, const char *title, const char *summary)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH"); /* reproducible builds */
	time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	char date[64];

	strftime(date, sizeof(date), "%B %e, %Y", gmtime(&now));
	printf(".\\\" SPDX-License-Identifier: Apache-2.0\n.Dd %s\n.Dt %s 1\n.Os py-heap %s\n", date, title,
	       lh_version());
	printf(".Sh NAME\n.Nm %s\n.Nd %s\n", name, summary);
}

static void put_upper(char *out, size_t size, const char *name)
{
	snprintf(out, size, "py-heap%s%s", name ? "-" : "", name ? name : "");
	for (; *out; out++)
		*out = *out >= 'a' && *out <= 'z' ? *out - 'a' + 'A' : *out;
}

static void put_synopsis(const struct lh_command *command)
{
	const char *name = lh_command_name(command), *arguments = lh_command_arguments(command);
	static const char *const targets[] = {"Ar core", "Fl p Ar pid", "Fl \\-coredumpctl Ar match"};

	puts(".Sh SYNOPSIS");
	if (!lh_command_takes_target(command)) {
		printf(".Nm py-heap\n.Cm %s\n.Ar %s\n.Op Ar options\n", name, arguments);
		return;
	}
	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++) {
		bool last = lh_command_target_last(command);

		printf(".Nm py-heap\n.Cm %s\n", name);
		if (last)
			printf(".Ar %s\n", arguments);
		printf(".%s\n", targets[i]);
		if (!last && *arguments)
			printf(".Ar %s\n", arguments);
		puts(".Op Ar options");
	}
}

static void put_option(const struct lh_option *option)
{
	fputs(".It", stdout);
	if (option->letter)
		printf(" Fl %c ,", option->letter);
	printf(" Fl \\-%s", option->name);
	if (option->metavar)
		printf(" Ar %s", option->metavar);
	putchar('\n');
	fputs(option->help, stdout);
	puts(option->choices ? ":" : "");
	for (size_t i = 0; option->choices && option->choices[i]; i++)
		printf(".Cm %s%s\n", option->choices[i], option->choices[i + 1] ? " ," : "");
}

static void put_options(const struct lh_command *command)
{
	const struct lh_option *option;

	puts(".Sh OPTIONS\n.Bl -tag -width Ds");
	for (size_t i = 0; (option = lh_command_option(command, i)); i++)
		put_option(option);
	puts(".El");
}

static void put_columns(const struct lh_command *command)
{
	const char *name;

	puts(".Sh COLUMNS\nThe keys of rows in JSON and csv, and what\n.Fl \\-sort\ntakes:");
	for (size_t i = 0; (name = lh_command_column(command, i)); i++)
		printf(".Cm %s%s\n", name, lh_command_column(command, i + 1) ? " ," : " .");
}

static void put_examples(const struct lh_command *command)
{
	const char *example;

	puts(".Sh EXAMPLES\n.Bd -literal -offset indent");
	for (size_t i = 0; (example = lh_command_example(command, i)); i++) {
		fputs("py-heap ", stdout);
		put_text(example);
	}
	puts(".Ed");
}

static void put_status(void)
{
	puts(".Sh EXIT STATUS\n.Bl -tag -width Ds\n.It 0\nThe analysis was done.\n"
	     ".It 1\nIt was not possible; the message says what was tried and what to do.\n"
	     ".It 2\nWrong usage.\n.It 3\nIt was done and found what it looks for (refaudit: suspects).\n"
	     ".It 130\nInterrupted.\n.El");
}

static void put_command(const struct lh_command *command)
{
	char name[64], title[64];

	snprintf(name, sizeof(name), "py-heap-%s", lh_command_name(command));
	put_upper(title, sizeof(title), lh_command_name(command));
	put_head(name, title, lh_command_summary(command));
	put_synopsis(command);
	puts(".Sh DESCRIPTION");
	put_text(lh_command_description(command));
	put_columns(command);
	put_options(command);
	put_status();
	put_examples(command);
	puts(".Sh SEE ALSO\n.Xr py-heap 1");
}

static void put_commands(void)
{
	const struct lh_command *command;

	puts(".Bl -tag -width Ds");
	for (size_t i = 0; (command = lh_command_at(i)); i++) {
		printf(".It Xr py-heap-%s 1\n", lh_command_name(command));
		put_text(lh_command_summary(command));
	}
	puts(".El");
}

static void put_overview(void)
{
	put_head("py-heap", "PY-HEAP", "heap forensics for CPython from outside the process");
	puts(".Sh SYNOPSIS\n.Nm\n.Ar command\n.Ar core\n.Op Ar options\n.Nm\n.Ar command\n.Fl p Ar pid\n"
	     ".Op Ar options\n.Nm\n.Ar command\n.Fl \\-coredumpctl Ar match\n.Op Ar options\n"
	     ".Nm\n.Ar core\n.Nm\n.Fl p Ar pid\n.Nm\n.Cm browse Ar core\n.Nm\n.Cm serve Ar core\n.Nm\n.Cm help\n.Op Ar command");
	puts(".Sh DESCRIPTION\nExamines the heap of a Python process, from a core file or while the "
	     "process\n"
	     "runs.\n"
	     "No code is run in the process and nothing is written to it.\n.Pp\n"
	     "Without a command it asks for one after the other, of a target that is opened once: "
	     "rows have numbers, and\n.Cm object %3\nasks about row 3 of the last answer.\n"
	     "Standard input may be a file of such lines.\n"
	     "With\n.Cm browse\nit is a walk down what keeps memory alive, on the whole terminal:\n.Cm \\&?\nlists the keys.\n"
	     "With\n.Cm serve\ncommands are tools of the Model Context Protocol on standard input and output; contents of the heap are "
	     "hidden unless\n.Fl \\-values\nis given.\n.Pp\n"
	     "Each command answers one question and has a manual page of its own:");
	put_commands();
	puts(".Pp\nA core may be compressed by gzip, xz, lz4 or zstd, whatever its name "
	     "is: it is decompressed into an\n"
	     "unlinked temporary file, which needs space in\n"
	     ".Ev TMPDIR .\n"
	     "With\n.Fl \\-coredumpctl\nit is the newest one that\n"
	     ".Xr systemd-coredump 8\n"
	     "keeps of a process id, a program's name or path, or\n.Ar FIELD Ns = Ns Ar VALUE .");
	puts(".Pp\nIn text 1 KB is 1024 bytes; JSON and csv have exact numbers.\nIn csv a ' precedes text that begins with = + - or @, which a "
	     "spreadsheet would take for a formula.");
	puts(".Sh ENVIRONMENT\n.Bl -tag -width Ds\n.It Ev NO_COLOR\nNo colours, when set and not empty.\n"
	     ".It Ev COLUMNS\nWidth of the terminal.\n"
	     ".It Ev PYHEAP_CACHE\nWhere struct layouts read from debug information are cached, by "
	     "build-id, and for completion types and addresses of the last answer on a terminal, and lines typed at the prompt: a "
	     "directory, or\n"
	     ".Cm off .\nThe default is\n.Pa py-heap\nin\n.Ev XDG_CACHE_HOME\nor\n.Pa ~/.cache .\n"
	     ".It Ev PYHEAP_SANDBOX\n"
	     ".Cm off :\nlike\n.Fl \\-no\\-sandbox .\n"
	     ".It Ev DEBUGINFOD_URLS\nServers that are asked for the debug information of the interpreter "
	     "when no\n"
	     "layout that is available locally can be proved, or with\n"
	     ".Fl \\-layout Cm dwarf\n"
	     "when it is not here.\n"
	     "No server is asked when this is unset or empty.\n"
	     ".Ev DEBUGINFOD_TIMEOUT\nand the other variables of\n.Xr debuginfod-client-config 7\nare honoured.\n"
	     ".It Ev PYHEAP_FLEET\nThe database of\n.Xr py-heap-fleet 1 .\nThe default is\n"
	     ".Pa py-heap/fleet.db\nin\n.Ev XDG_DATA_HOME\nor\n.Pa ~/.local/share .\n.It Ev TMPDIR\nWhere compressed cores are decompressed; default:\n.Pa /var/tmp .\n.El");
	put_status();
	puts(".Sh EXAMPLES\n.Bd -literal -offset indent\npy\\-heap info core.1234\npy\\-heap types \\-p "
	     "1234\n"
	     "py\\-heap garbage core.1234 \\-f json\n.Ed");
	puts(".Sh SEE ALSO\n.Xr coredumpctl 1 ,\n.Xr gcore 1 ,\n.Xr gdb 1 ,\n.Xr core 5");
}

int main(int argc, char **argv)
{
	const struct lh_command *command = argc > 1 ? lh_command_find(argv[1]) : NULL;

	if (argc > 1 && !command) {
		fprintf(stderr, "man-page: no command '%s'\n", argv[1]);
		return 1;
	}
	if (command)
		put_command(command);
	else
		put_overview();
	return ferror(stdout) || fflush(stdout) != 0;
}
