/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The context: the last failure in words, the log, and how long work is watched and stopped.
 *
 * Everything lives inside struct lh_ctx, so that reporting needs no memory and two contexts share nothing.
 */
#include "util/error.h"
#include "util/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PROGRESS_PERIOD_NS 100000000u

static uint64_t half_of_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? (uint64_t)pages / 2 * (uint64_t)size : UINT64_MAX;
}

int lh_ctx_new(struct lh_ctx **ret)
{
	struct lh_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return -LH_ENOMEM;
	ctx->error.text = ctx->text;
	ctx->memory = half_of_memory();
	*ret = ctx;
	return 0;
}

struct lh_ctx *lh_ctx_free(struct lh_ctx *ctx)
{
	if (ctx)
		free(ctx->inputs);
	free(ctx);
	return NULL;
}

int lh_ctx_add_input(struct lh_ctx *ctx, int fd)
{
	struct lh_file_id id;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return 0;
	if (lh_ctx_is_input(ctx, &st))
		return 0;
	id = (struct lh_file_id){st.st_dev, st.st_ino};
	return lh_append(ctx, ctx->inputs, ctx->input_count, ctx->input_capacity, id);
}

bool lh_ctx_is_input(const struct lh_ctx *ctx, const struct stat *file)
{
	for (size_t i = 0; i < ctx->input_count; i++)
		if (ctx->inputs[i].device == file->st_dev && ctx->inputs[i].inode == file->st_ino)
			return true;
	return false;
}

void lh_ctx_set_progress(struct lh_ctx *ctx, lh_progress_fn fn, void *arg)
{
	ctx->progress = fn;
	ctx->progress_arg = arg;
	ctx->progress_next_ns = 0;
}

void lh_ctx_set_log(struct lh_ctx *ctx, lh_log_fn fn, void *arg)
{
	ctx->log = fn;
	ctx->log_arg = arg;
}

void lh_ctx_set_hints(struct lh_ctx *ctx, const char *const *texts, size_t count)
{
	ctx->hints = texts;
	ctx->hint_count = texts ? count : 0;
}

const char *lh_hint(const struct lh_ctx *ctx, enum lh_hint hint)
{
	static const char *const neutral[] = {
		[LH_HINT_EXE] = "exe",
		[LH_HINT_SYSROOT] = "sysroot",
		[LH_HINT_DEBUG_DIR] = "debug_dir",
		[LH_HINT_OBJECT] = "'object'",
		[LH_HINT_VALUE] = "value",
		[LH_HINT_ALL_ROWS] = "limit 0",
		[LH_HINT_ALL_LINES] = "no-fold",
		[LH_HINT_ALL_COLUMNS] = "format json",
	};
	const char *set = hint < ctx->hint_count ? ctx->hints[hint] : NULL;

	return set ? set : neutral[hint];
}

void lh_ctx_interrupt(struct lh_ctx *ctx)
{
	atomic_store(&ctx->interrupted, true);
}

const struct lh_error *lh_ctx_error(const struct lh_ctx *ctx)
{
	return &ctx->error;
}

/* Texts quote paths and names of the target: what would break a line or steer a terminal becomes '?'. */
static void make_one_line(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = '?';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0) /* U+0080 to U+009F */
			p[0] = p[1] = '?';
		else if (*p == 0xe2 && (p[1] == 0x80 || p[1] == 0x81) && p[2] >= 0x80) /* U+2000 to U+207F */
			p[0] = p[1] = p[2] = '?';
	}
}

static void record(struct lh_ctx *ctx, int code, const char *where, int line, const char *format,
		   va_list args)
{
	char text[sizeof(ctx->text)];

	/* Not into ctx->text at once: an argument may be the text of the failure before. */
	vsnprintf(text, sizeof(text), format, args);
	make_one_line(text);
	memcpy(ctx->text, text, strlen(text) + 1);
	if (code == LH_ENOMEM)
		atomic_store(&ctx->starved, true);
	ctx->error = (struct lh_error){.code = code, .where = where, .line = line, .text = ctx->text};
}

int lh_fail_from(struct lh_ctx *ctx, int code, const char *where, int line, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(ctx, code, where, line, format, args);
	va_end(args);
	return -code;
}

int lh_fail_at_from(struct lh_ctx *ctx, int code, uint64_t addr, const char *where, int line,
		    const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record(ctx, code, where, line, format, args);
	va_end(args);
	ctx->error.addr = addr;
	ctx->error.has_addr = true;
	return -code;
}

void lh_log(struct lh_ctx *ctx, int level, const char *format, ...)
{
	char text[sizeof(ctx->text)];
	va_list args;

	if (!ctx->log)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	make_one_line(text);
	ctx->log(level, text, ctx->log_arg);
}

void lh_ctx_begin(struct lh_ctx *ctx)
{
	atomic_store(&ctx->starved, false);
}

int lh_ctx_finish(struct lh_ctx *ctx)
{
	return atomic_load(&ctx->starved) ? lh_nomem(ctx) : 0;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* The flag is taken back when it is honoured: the context stays usable for the next question. */
static bool wants_to_stop(struct lh_ctx *ctx, const struct lh_progress *progress)
{
	uint64_t now;

	if (atomic_load_explicit(&ctx->interrupted, memory_order_relaxed))
		return atomic_exchange(&ctx->interrupted, false);
	if (!ctx->progress)
		return false;
	now = now_ns();
	if (now < ctx->progress_next_ns)
		return false;
	ctx->progress_next_ns = now + PROGRESS_PERIOD_NS;
	return ctx->progress(progress, ctx->progress_arg) != 0;
}

int lh_progress(struct lh_ctx *ctx, const char *phase, uint64_t done, uint64_t total)
{
	struct lh_progress progress = {.phase = phase, .done = done, .total = total};

	if (wants_to_stop(ctx, &progress))
		return lh_fail(ctx, LH_EINTR, "%s: interrupted", phase);
	return 0;
}
