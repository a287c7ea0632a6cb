/* SPDX-License-Identifier: Apache-2.0 */
/* The command records. One file cmd_<name>.c each; records.c lists them in the order of help. */
#ifndef LH_COMMAND_COMMAND_H
#define LH_COMMAND_COMMAND_H

#include "result/result.h"

#define LH_VIEWS_MAX 4
#define LH_READS_ALL_MAX 2

struct lh_server;

/** struct lh_command_view - an option that gives the rows other columns: "components"; "ADDR": one word more than the command
 * needs does; of a command with words, one of them */
struct lh_command_view {
	const char *option;
	const struct lh_column *columns;
};

/** lh_view_is_word() - whether a word gives the rows the columns of @view, not an option */
static inline bool lh_view_is_word(const struct lh_command_view *view)
{
	return *view->option >= 'A' && *view->option <= 'Z';
}

struct lh_command {
	const char *name;
	const char *group;           /* purpose, under which help lists it: "The whole heap" */
	const char *summary;         /* one line: the question it answers */
	const char *arguments;       /* positional arguments: "ADDR", or "" */
	unsigned min_args, max_args; /* how many of them */
	const char *description; /* paragraphs for help and man page: what the columns mean, how to read it */
	const char *arguments_in_debugger,
		*description_in_debugger; /* what help says there besides; NULL: nothing */
	const char *const
		*examples; /* "types core.1234 --sort count", NULL-terminated; after the program's name */
	const struct lh_option *options; /* its own, ended by name NULL; may be NULL */
	const struct lh_column *columns; /* of its rows, for help, completion of --sort and the man page */
	struct lh_command_view views[LH_VIEWS_MAX + 1]; /* ended by option NULL */
	/* Of a command that opens its own targets, if any: what its first word may be, NULL-terminated; the views are
	 * named after them, and run() gets no heap. NULL: it asks of one target. */
	const char *const *words;
	/* It asks of a process what its heap does not say: of the options that name a target its own have 'pid', and run() gets no heap. */
	bool of_process;
	bool target_last; /* its words are earlier moments, files or processes, which it opens itself, and come before the
			     target, in examples, too */
	bool writes_file; /* run() itself writes the file of the option 'output', which others will see: contents are hidden
			     unless 'values' is given */
	bool streams; /* and the option may be "-": standard output, so that the answer goes elsewhere */
	/* Of a heap of any size: a live process is held then while it is read, and not copied. */
	bool reads_little;
	/* Its answer does not depend on contents of large objects: of a live process they are not copied. */
	bool reads_no_contents;
	const char *reads_all[LH_READS_ALL_MAX + 1]; /* options with which it is otherwise, ended by NULL */
	/* Checks words and options together, before any target is opened. May be NULL.
	 * Return: 0, -LH_EUSAGE. */
	int (*check)(struct lh_ctx *ctx, const struct lh_invocation *invocation);
	int (*run)(struct lh_invocation *invocation, struct lh_heap *heap, struct lh_result *result);
};

/** lh_command_has_heap() - whether its target is opened for it */
static inline bool lh_command_has_heap(const struct lh_command *command)
{
	return !command->words && !command->of_process;
}

/* What run() may ask about the user's words. */
struct lh_ctx *lh_invocation_ctx(const struct lh_invocation *invocation); /* for failures: see lh_fail() */
const char *lh_invocation_arg(const struct lh_invocation *invocation, size_t index); /* NULL past the last */
bool lh_invocation_has(const struct lh_invocation *invocation, const char *option);
/** lh_invocation_address() - positional word @index as an address (0x..., decimal). Return: 0, -LH_EUSAGE. */
int lh_invocation_address(struct lh_ctx *ctx, const struct lh_invocation *invocation, size_t index,
			  uint64_t *ret);
/** lh_invocation_option_address() - value of an option as an address. Return: 0 (@ret is unchanged if not
 * given), -LH_EUSAGE. */
int lh_invocation_option_address(struct lh_ctx *ctx, const struct lh_invocation *invocation,
				 const char *option, uint64_t *ret);
/** lh_invocation_number() - value of a numeric option (metavar N, PID, BYTES, PERCENT). Return: 0; LH_ABSENT if not
 * given. */
int lh_invocation_number(const struct lh_invocation *invocation, const char *option, uint64_t *ret);

/** lh_invocation_open_file() - a core that a word names, opened as the options say. The caller frees it. Return: as
 * lh_target_open_core(). */
int lh_invocation_open_file(const struct lh_invocation *invocation, const char *path, struct lh_target **ret);
/** lh_invocation_open_heap() - its heap. The caller frees it. Return: as lh_heap_open(). */
int lh_invocation_open_heap(const struct lh_invocation *invocation, struct lh_target *target,
			    struct lh_heap **ret);
/** lh_invocation_open_other() - a second target, which @option names: digits are a process, else it is a core. The caller frees it.
 * Return: 0; LH_ABSENT: it was not given; as lh_target_open_core() and lh_target_open_process(). */
int lh_invocation_open_other(const struct lh_invocation *invocation, const char *option,
			     struct lh_target **ret);

/** lh_invocation_connect() - to the server that "to" names, if it names one, unless that was done. Return: 0; as lh_server_open(). */
int lh_invocation_connect(struct lh_invocation *invocation);
/** lh_invocation_take_server() - the connection to the server that "to" names. The caller frees it. Return: 0; as lh_server_open(). */
int lh_invocation_take_server(struct lh_invocation *invocation, struct lh_server **ret);
/** lh_invocation_open_word() - a target that a word names, as lh_invocation_open_other() has it. The caller frees it. Return: as
 * lh_target_open_core() and lh_target_open_process(). */
int lh_invocation_open_word(const struct lh_invocation *invocation, const char *word, struct lh_target **ret);

extern const struct lh_command *const lh_commands[]; /* NULL-terminated */

#endif
