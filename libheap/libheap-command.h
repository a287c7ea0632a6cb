/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libheap-command: the commands of py-heap, for programs that offer them to a user (a shell, a debugger).
 *
 * What libheap.h says of return values, ownership, threads and strings holds here, too.
 */
#ifndef LIBHEAP_COMMAND_H
#define LIBHEAP_COMMAND_H

#include "libheap.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------- commands */

/*
 * A command is a record: the front ends (py-heap, GDB, scripts) parse arguments for it, run it and show its
 * rows, all through the functions below, so that an option means the same everywhere. Records are constants:
 * what is returned of them is static storage.
 */

/** struct lh_option - one option of a command, or one that every command takes; choices that end in :// are how URLs begin */
struct lh_option {
	const char *name;           /* long name without dashes */
	char letter;                /* short name, or 0 */
	const char *metavar;        /* name of its value in help, NULL for a switch */
	const char *help;           /* one line */
	const char *const *choices; /* NULL-terminated, or NULL: what completion offers */
	bool shell; /* of the shell alone, not in GDB: names the target, or is about the own process */
};

struct lh_command;
struct lh_result;

/** lh_command_at() - the command number @index, in the order of help; NULL after the last. Since: 0.1 */
LH_API const struct lh_command *lh_command_at(size_t index);
/** lh_command_find() - the command called @name; NULL if there is none. Since: 0.1 */
LH_API const struct lh_command *lh_command_find(const char *name);
/** lh_command_suggest() - the command name nearest to a wrong @word; NULL if none is near. Since: 0.1 */
LH_API const char *lh_command_suggest(const char *word);
/** lh_command_name() - its name, as the user types it. Since: 0.1 */
LH_API const char *lh_command_name(const struct lh_command *command);
/** lh_command_group() - the heading under which help lists it; commands of a group are neighbours. Since: 0.1 */
LH_API const char *lh_command_group(const struct lh_command *command);
/** lh_command_summary() - the question that the command answers, in one line. Since: 0.1 */
LH_API const char *lh_command_summary(const struct lh_command *command);
/** lh_command_arguments() - its positional arguments in help ("ADDR"), "" if none. Since: 0.1 */
LH_API const char *lh_command_arguments(const struct lh_command *command);
/** lh_command_description() - how to read its answer: paragraphs, lines of at most 80 columns. Since: 0.1 */
LH_API const char *lh_command_description(const struct lh_command *command);
/** lh_command_example() - example number @index, without the program's name; NULL after the last. Since: 0.1 */
LH_API const char *lh_command_example(const struct lh_command *command, size_t index);
/** lh_command_column() - key of column number @index of its rows; NULL after the last. Since: 0.1 */
LH_API const char *lh_command_column(const struct lh_command *command, size_t index);
/**
 * lh_command_writes_file() - whether the command itself writes the file of the option "output"
 * The front end shows the answer, which says what was written, as if that option was not given. Since: 0.1
 */
LH_API bool lh_command_writes_file(const struct lh_command *command);
/**
 * lh_command_takes_target() - whether it asks of one target
 * If not, it is a command of the shell that opens files itself, or asks the system about a process: run it with a heap of NULL. Since: 0.1
 */
LH_API bool lh_command_takes_target(const struct lh_command *command);
/**
 * lh_command_target_last() - whether the target comes after the words of lh_command_arguments()
 * These are earlier moments of the target then, which the command opens itself: files, or processes by number. Since: 0.1
 */
LH_API bool lh_command_target_last(const struct lh_command *command);
/**
 * lh_command_option() - option number @index: its own, then those of every command; NULL after the last
 * Since: 0.1
 */
LH_API const struct lh_option *lh_command_option(const struct lh_command *command, size_t index);
/**
 * lh_command_help() - the whole help text, for a terminal
 * The caller frees *ret with free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_command_help(struct lh_ctx *ctx, const struct lh_command *command, char **ret);
/**
 * lh_command_help_in_debugger() - the help text without arguments and options that name a target
 * The caller frees *ret with free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_command_help_in_debugger(struct lh_ctx *ctx, const struct lh_command *command, char **ret);
/**
 * lh_command_complete() - candidates for the last of @argv, which is being typed: one per line
 * @takes_target: as in lh_invocation_new()
 * The candidates "@file", "@dir" and "@pid" ask the front end to offer those itself. In a shell, types and
 * addresses are those that lh_invocation_remember() kept of answers about the target that the line names; in a
 * debugger "@type" and "@address" ask for those of lh_result_candidates(). The caller frees *ret with free().
 * Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_command_complete(struct lh_ctx *ctx, const struct lh_command *command, int argc,
			       const char *const *argv, bool takes_target, char **ret);

/** struct lh_invocation - a user's arguments for a command, parsed */
struct lh_invocation;

/**
 * lh_invocation_new() - parse the arguments after the command's name
 * @takes_target: true if the first positional argument (the last one: lh_command_target_last()) is a file, unless
 *                --pid or --coredumpctl is given (the shell); false in a debugger
 * @argv is not kept. Free with lh_invocation_free().
 * Return: 0; -LH_EUSAGE with a text of one line; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_invocation_new(struct lh_ctx *ctx, const struct lh_command *command, int argc,
			     const char *const *argv, bool takes_target, struct lh_invocation **ret);
/** lh_invocation_free() - free an invocation; results may live on. Return: NULL. Since: 0.1 */
LH_API struct lh_invocation *lh_invocation_free(struct lh_invocation *invocation);
/**
 * lh_invocation_get() - value of a long option, "" for a switch that was given, NULL if it was not
 * "target" gives the file that a positional argument named. If "help" was given, nothing else was
 * checked: show lh_command_help() instead of running. Return: owned by @invocation. Since: 0.1
 */
LH_API const char *lh_invocation_get(const struct lh_invocation *invocation, const char *option);
/**
 * lh_invocation_set_target() - set the file to open, if only the front end can find it
 * With "coredumpctl" given, the front end must find the core before lh_invocation_open(): the library runs no
 * programs. @path is copied. Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_invocation_set_target(struct lh_invocation *invocation, const char *path);
/**
 * lh_invocation_add_moment() - where the words name an earlier moment of the target, @name is the core at @path
 * For a front end that keeps moments under names of its own, as a debugger does: answers have the name, not the path. @name and @path are
 * copied. Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_invocation_add_moment(struct lh_invocation *invocation, const char *name, const char *path);
/**
 * lh_invocation_expect_more() - the heap that it opens is for other invocations, too
 * To be called before lh_invocation_confine() and lh_invocation_open(). All of a running process is read then, and files below @folder may
 * be written; NULL: none but its own. @folder is copied. Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_invocation_expect_more(struct lh_invocation *invocation, const char *folder);
/**
 * lh_invocation_confine() - give up the rights of this process that the invocation does not need, before it opens its target
 * By Landlock and seccomp, for good: it runs no programs, contacts no servers but those that it is told to, and writes
 * only in folders of its output, of the user's caches and of temporary files; docs/security.md has the list. For a
 * program that is there for this one invocation. A server that "to" names is connected to first, and after that there is
 * only this connection. What the kernel lacks is left out; "no-sandbox", or
 * PYHEAP_SANDBOX=off, leaves out all. The log says what was done.
 * Memory is limited to "max-memory", else, of a core, to what the machine has (RLIMIT_DATA).
 * Threads: to be called before others are started. Return: 0; -LH_EIO: the server cannot be used; -LH_EINTR, -LH_ENOMEM.
 * Since: 0.1
 */
LH_API int lh_invocation_confine(struct lh_invocation *invocation);
/**
 * lh_invocation_open() - open the target and the heap that the arguments name
 * The caller frees the heap, then the target. A large running process of which the command needs little is not copied, but held until
 * lh_invocation_run(), for a fifth of a second at most: the heap is for that alone.
 * Return: 0, or what lh_target_open_core(), lh_target_open_process() and lh_heap_open() return. Since: 0.1
 */
LH_API int lh_invocation_open(struct lh_invocation *invocation, struct lh_target **ret_target,
			      struct lh_heap **ret_heap);
/**
 * lh_invocation_run() - run the command on @heap; NULL for a command that takes no target
 * Free *ret with lh_result_free(). Return: 0, -LH_E*. Since: 0.1
 */
LH_API int lh_invocation_run(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result **ret);

/**
 * lh_invocation_hide_values() - have typed answers on @heap hide contents in texts, as the invocation's own answer would
 * Contents are hidden by "no-values", or PYHEAP_VALUES=off without "values": names of references, paths and previews say of
 * them what type they are. It lasts until a command is run on @heap. Since: 0.1
 */
LH_API void lh_invocation_hide_values(const struct lh_invocation *invocation, struct lh_heap *heap);
/**
 * lh_text_for_terminal() - a text of the target, for a program that shows it on a terminal itself
 * Control characters, breaks of lines, marks of direction and characters that are not seen are escaped ("\\x1b"), what is not UTF-8
 * is replaced. The caller frees *ret with free(). Return: 0; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_text_for_terminal(struct lh_ctx *ctx, const char *text, char **ret);

/** struct lh_style - how text is shown; only the front end knows the terminal */
struct lh_style {
	size_t size;        /* sizeof(struct lh_style) as the caller was compiled */
	bool color;         /* ANSI colours */
	unsigned width;     /* columns of the terminal, 0: lines are not cut */
	const char *prefix; /* what a user types before a command's name: "py-heap" */
	const char *target; /* how a user names the target after it: "core.1234", "-p 1234", "" in GDB */
	bool numbers;       /* rows have numbers, as lh_result_address() takes them */
};

/**
 * lh_result_format() - the whole answer in the format that the invocation asked for
 * @ret_len: bytes of the text, without its NUL
 * The caller frees *ret with free(). Return: 0, -LH_EUSAGE, -LH_ENOMEM, -LH_EINTR. Since: 0.1
 */
LH_API int lh_result_format(const struct lh_result *result, const struct lh_style *style, char **ret,
			    size_t *ret_len);
/**
 * lh_write_file() - write @len bytes of @text to the file at @path: all of them, or the file stays as it was
 * An existing file keeps its mode and owner, and a link stays a link; a new file's mode is the umask's. A file
 * that was opened in this context, under any name, and a read-only file are not written. Devices, pipes and
 * sockets are written to directly, and files that have no name any more. Return: 0; -LH_EIO, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_write_file(struct lh_ctx *ctx, const char *path, const char *text, size_t len);
/**
 * lh_result_warnings() - the warnings, as lines of text for stderr; "" if there are none
 * The caller frees *ret with free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_result_warnings(const struct lh_result *result, char **ret);
/** lh_result_status() - exit status: 0; 3 if the command found what it was asked to look for; 1 if a part could not be done. Since: 0.1 */
LH_API int lh_result_status(const struct lh_result *result);
/**
 * lh_result_candidates() - types and addresses in the answer: what a user may want to type next
 * Lines "type NAME" and "address 0x...", at most 500 and 256 of them; types of all rows (of the first 10,000), addresses
 * of those shown, never what objects contain. Names that a shell takes for more than a word are left out. The caller frees *ret with
 * free(). Return: 0, -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_result_candidates(const struct lh_result *result, char **ret);
/**
 * lh_result_address() - the address of an object in row @row of those that text shows, from 1 on
 * Return: 0; LH_ABSENT: there is no such row, or no address of an object is shown in it. Since: 0.1
 */
LH_API int lh_result_address(const struct lh_result *result, size_t row, uint64_t *ret);
/**
 * lh_invocation_remember() - keep the answer's candidates for lh_command_complete() in later runs of a shell's front end
 * They are kept in the file "answer" in the user's cache folder, which only the user may read, in the place of those of
 * answers before, but for the types of answers about the same target. The folder is $PYHEAP_CACHE, else py-heap in
 * $XDG_CACHE_HOME or ~/.cache. Call it after lh_result_format().
 * Return: 0; LH_ABSENT: nothing was kept: PYHEAP_CACHE=off, or no such folder is the user's; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_invocation_remember(const struct lh_invocation *invocation, const struct lh_result *result);

/**
 * lh_cache_folder() - the folder that lh_invocation_remember() names, made if it is not there
 * The caller frees *ret with free(). Return: 0; LH_ABSENT: there is none; -LH_ENOMEM. Since: 0.1
 */
LH_API int lh_cache_folder(struct lh_ctx *ctx, char **ret);

/* ------------------------------------------------------- a result as values */

/*
 * The rows are those that JSON has, in the same order, whatever the format: sorted as the command or --sort says, as
 * many as --limit says, and all of them without it. Columns that text hides are there; rows that text folds are, too,
 * and their column "repeat" says what text does with them. Nothing is copied: texts belong to the result.
 */

/** enum lh_value_kind - what a cell is, and in which unit */
enum lh_value_kind {
	LH_K_NULL,    /* not known */
	LH_K_BOOL,    /* yes */
	LH_K_COUNT,   /* number of things */
	LH_K_NUMBER,  /* number that is not a count: a line, a process */
	LH_K_BYTES,   /* number of bytes; a difference may be negative */
	LH_K_ADDR,    /* addr */
	LH_K_PERCENT, /* number, 0 to 100 */
	LH_K_TEXT,    /* text */
	LH_K_LIST,    /* text: each item ends at '\n' or at the end; "" is an empty list */
};

/** struct lh_value - one cell: its kind says which member is set */
struct lh_value {
	enum lh_value_kind kind;
	union {
		bool yes;
		int64_t number;
		uint64_t addr;
		const char *text;
	};
};

/** struct lh_result_info - a result as a whole */
struct lh_result_info {
	size_t size;
	const char *command;
	const char *headline; /* a sentence above the rows; NULL: none */
	size_t rows, columns; /* what lh_result_value() takes */
	size_t row_count;     /* rows found; more than rows if --limit left out some */
	bool complete;        /* all memory that was needed was there */
};

/** struct lh_column_info - a column of a result */
struct lh_column_info {
	size_t size;
	const char *key;         /* as in JSON: "bytes" */
	const char *title;       /* as text has it; NULL: the key in capitals */
	enum lh_value_kind kind; /* of its cells; a cell may also be LH_K_NULL, or of a kind of its own */
	bool hidden;             /* text leaves it out */
};

/** struct lh_summary_info - an entry of the summary */
struct lh_summary_info {
	size_t size;
	const char *key, *label; /* label: as text has it; NULL: text leaves it out */
	struct lh_value value;
};

/** struct lh_warning_info - what an answer lacks, or what is odd in the target */
struct lh_warning_info {
	size_t size;
	const char *code, *text; /* code: a short word that stays: "truncated" */
	uint64_t addr;
	bool has_addr;
};

/** struct lh_next_info - a command worth typing next, without program and target: "object 0x7f..." */
struct lh_next_info {
	size_t size;
	const char *command, *why;
};

/** lh_result_info() - describe a result. Return: 0. Since: 0.1 */
LH_API int lh_result_info(const struct lh_result *result, struct lh_result_info *ret);
/** lh_result_column_at() - describe column number @index. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_result_column_at(const struct lh_result *result, size_t index, struct lh_column_info *ret);
/**
 * lh_result_value() - the cell in row @row of column @column, both from 0 on
 * Costs two loads from memory, wherever the cell is. Return: of kind LH_K_NULL if there is no such cell. Since: 0.1
 */
LH_API struct lh_value lh_result_value(const struct lh_result *result, size_t row, size_t column);
/**
 * lh_result_values() - the cells of rows from @row on, for callers for which a call is expensive
 * @values: room for @count rows of all columns; they come row by row
 * Equal texts in neighbouring rows of a column are one pointer.
 * Return: 0, with 1 to @count rows; LH_DONE: there is no row @row, or @count is 0. Since: 0.1
 */
LH_API int lh_result_values(const struct lh_result *result, size_t row, struct lh_value *values, size_t count,
			    size_t *ret_count);
/** lh_result_summary_at() - entry number @index of the summary. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_result_summary_at(const struct lh_result *result, size_t index, struct lh_summary_info *ret);
/** lh_result_warning_at() - warning number @index. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_result_warning_at(const struct lh_result *result, size_t index, struct lh_warning_info *ret);
/** lh_result_note_at() - a sentence that explains the answer; NULL after the last. Since: 0.1 */
LH_API const char *lh_result_note_at(const struct lh_result *result, size_t index);
/** lh_result_next_at() - command worth typing number @index. Return: 0; LH_DONE after the last. Since: 0.1 */
LH_API int lh_result_next_at(const struct lh_result *result, size_t index, struct lh_next_info *ret);
/** lh_result_free() - free a result. Return: NULL. Since: 0.1 */
LH_API struct lh_result *lh_result_free(struct lh_result *result);

#ifdef __cplusplus
}
#endif
#endif
