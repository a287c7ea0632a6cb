/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decompressing a core as a stream: its first bytes say which format it is; a codec turns it into blocks, and a
 * spool keeps them.
 *
 * A stream that is damaged or cut short gives what came before, as a plain core that was cut short does.
 */
#include "target/decompress.h"

#include "target/codec.h"
#include "target/spool.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#define BUFFER (256 * LH_SPOOL_BLOCK)
#define BITE (256u << 10) /* input of one step: the user may stop it in between */

struct format {
	const char *magic;
	size_t magic_len;
	const char *name, *tool;
	const char *library; /* NULL: py-heap does not know how, whatever it was built with */
	const struct lh_codec *codec;
};

static const struct format formats[] = {
	{"\x1f\x8b", 2, "gzip", "gzip", "zlib", LH_CODEC_ZLIB},
	{"\3757zXZ", 6, "xz", "xz", "liblzma", LH_CODEC_LZMA},
	{"\x04\x22\x4d\x18", 4, "lz4", "lz4", "liblz4", LH_CODEC_LZ4},
	{"\x28\xb5\x2f\xfd", 4, "zstd", "zstd", "libzstd", LH_CODEC_ZSTD},
	{"\x50\x2a\x4d\x18", 4, "zstd", "zstd", "libzstd", LH_CODEC_ZSTD}, /* pzstd: a frame to be skipped */
	{"BZh", 3, "bzip2", "bzip2", NULL, NULL},
};

struct job {
	struct lh_ctx *ctx;
	const char *name;
	const struct format *format;
	void *codec;
	uint8_t *buffer;
	struct lh_flow flow;
	size_t total; /* bytes of input */
	struct lh_spool spool;
	char *damage;
};

static void job_fini(struct job *job)
{
	if (job->codec)
		job->format->codec->close(job->codec);
	lh_closep(&job->spool.fd);
	free(job->buffer);
	free(job->damage);
}

static const struct format *find_format(const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(formats); i++)
		if (len >= formats[i].magic_len && memcmp(data, formats[i].magic, formats[i].magic_len) == 0)
			return &formats[i];
	return NULL;
}

const char *lh_compression_name(const uint8_t *data, size_t len)
{
	const struct format *format = find_format(data, len);

	return format ? format->name : NULL;
}

static int fail_codec(const struct job *job)
{
	const struct format *format = job->format;

	if (!format->library)
		return lh_fail(
			job->ctx, LH_EFORMAT,
			"open core %s: it is %s data, which py-heap does not read: decompress it first "
			"(%s -dc FILE >core)",
			job->name, format->name, format->tool);
	return lh_fail(
		job->ctx, LH_EFORMAT,
		"open core %s: it is %s data, and this libheap was built without %s: decompress it first "
		"(%s -dc FILE >core)",
		job->name, format->name, format->library, format->tool);
}

static int end_damaged(struct job *job, const char *why)
{
	if (asprintf(&job->damage,
		     "the %s data is damaged near byte %zu of %zu (%s): what follows is lost, what precedes "
		     "may "
		     "be wrong",
		     job->format->name, job->total - job->flow.in_left, job->total, why) >= 0)
		return LH_DONE;
	job->damage = NULL;
	return lh_nomem(job->ctx);
}

static int end_cut_short(struct job *job)
{
	if (asprintf(&job->damage, "the %s data is cut short at %zu bytes: what should follow is lost",
		     job->format->name, job->total) >= 0)
		return LH_DONE;
	job->damage = NULL;
	return lh_nomem(job->ctx);
}

/* After the end of one stream: files of several are common (pigz, pzstd, rotated logs). Whatever else
 * follows is not a part of the core. */
static bool another_follows(const struct job *job)
{
	const struct format *next = find_format(job->flow.in, job->flow.in_left);

	if (next && next->codec == job->format->codec)
		return true;
	if (job->flow.in_left > 0)
		lh_log(job->ctx, 4, "core %s: %zu bytes behind the %s data are ignored", job->name,
		       job->flow.in_left, job->format->name);
	return false;
}

/* Decompress one chunk. Return: 0; LH_DONE at the end, with job->damage set if it came too early; -LH_E*. */
static int take_step(struct job *job)
{
	struct lh_flow *flow = &job->flow;
	size_t held_back = flow->in_left > BITE ? flow->in_left - BITE : 0, in, out = flow->out_left;
	int r = lh_progress(job->ctx, "decompressing", job->total - flow->in_left, job->total);

	if (r < 0)
		return r;
	in = flow->in_left -= held_back;
	r = job->format->codec->step(job->codec, flow);
	in -= flow->in_left;
	flow->in_left += held_back;
	if (r == -LH_ENOMEM)
		return lh_nomem(job->ctx);
	if (r < 0)
		return end_damaged(job, flow->why);
	if (r == LH_DONE)
		return another_follows(job) ? 0 : LH_DONE;
	return in == 0 && out == flow->out_left ? end_cut_short(job) : 0;
}

/* A backup of many gigabytes is not decompressed to its end to find that it is not a core. */
static bool is_no_core(const struct job *job)
{
	return memcmp(job->buffer, ELFMAG, SELFMAG) != 0;
}

/* Decompress all of it, a buffer at a time. */
static int decompress(struct job *job)
{
	int r = 0;

	while (r == 0) {
		int written;

		job->flow.out = job->buffer;
		job->flow.out_left = BUFFER;
		while (r == 0 && job->flow.out_left > 0)
			r = take_step(job);
		if (r < 0)
			return r;
		written = lh_spool_write(&job->spool, job->buffer, BUFFER - job->flow.out_left);
		if (written < 0)
			return written;
		if (job->spool.len <= BUFFER && is_no_core(job))
			break;
	}
	return lh_spool_finish(&job->spool);
}

static int start(struct job *job)
{
	job->buffer = calloc(1, BUFFER);
	job->codec = job->format->codec->open();
	if (!job->buffer || !job->codec)
		return lh_nomem(job->ctx);
	return lh_spool_open(job->ctx, job->name, &job->spool);
}

static int run(struct job *job)
{
	int r;

	if (!job->format)
		return LH_ABSENT;
	if (!job->format->codec)
		return fail_codec(job);
	r = start(job);
	if (r == 0)
		r = decompress(job);
	if (r == 0 && job->spool.len == 0)
		return lh_fail(job->ctx, LH_EFORMAT, "open core %s: nothing could be decompressed: %s",
			       job->name, job->damage ? job->damage : "the file in it is empty");
	return r;
}

int lh_decompress(struct lh_ctx *ctx, const char *name, const uint8_t *data, size_t len, int *ret_fd,
		  char **ret_damage)
{
	_cleanup_(job_fini) struct job job = {.ctx = ctx,
					      .name = name,
					      .format = find_format(data, len),
					      .flow = {.in = data, .in_left = len},
					      .total = len,
					      .spool = {.fd = -1}};
	int r = run(&job);

	if (r != 0)
		return r;
	*ret_fd = lh_take_fd(job.spool.fd);
	*ret_damage = lh_take(job.damage);
	return 0;
}
