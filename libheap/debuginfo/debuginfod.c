/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking debuginfod servers, through libdebuginfod.
 *
 * The library is loaded when it is needed and not before: with it come libcurl and some thirty others, which
 * would cost every start several milliseconds. It keeps what it fetches in a folder of its own and honours
 * the DEBUGINFOD_* variables (TIMEOUT, MAXSIZE, MAXTIME, ...). Programs that run with more rights than their
 * user have no environment here, so they contact no server.
 */
#include "debuginfo/debuginfod.h"

#include "util/array.h"
#include "util/cleanup.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int lh_debuginfod_folder(char *ret_path, size_t size)
{
	static const struct {
		const char *variable, *below;
	} folders[] = {
		{"DEBUGINFOD_CACHE_PATH", ""},
		{"XDG_CACHE_HOME", "/debuginfod_client"},
		{"HOME", "/.cache/debuginfod_client"},
	};

	for (size_t i = 0; i < LH_ARRAY_SIZE(folders); i++) {
		const char *folder = secure_getenv(folders[i].variable);

		if (folder && *folder)
			return (size_t)snprintf(ret_path, size, "%s%s", folder, folders[i].below) < size
				       ? 0
				       : LH_ABSENT;
	}
	return LH_ABSENT;
}

int lh_debuginfod_cached(const char *hex, char *ret_path, size_t size)
{
	int r = lh_debuginfod_folder(ret_path, size);
	size_t len = r == 0 ? strlen(ret_path) : 0;

	if (r == 0 && (size_t)snprintf(ret_path + len, size - len, "/%s/debuginfo", hex) >= size - len)
		r = LH_ABSENT;
	return r;
}

void lh_debuginfod_forget(const char *hex, const char *path)
{
	char cached[PATH_MAX];

	if (lh_debuginfod_cached(hex, cached, sizeof(cached)) == 0 && strcmp(path, cached) == 0)
		unlink(cached);
}

bool lh_debuginfod_asks(void)
{
	const char *urls = secure_getenv("DEBUGINFOD_URLS");

	return urls && *urls;
}

#ifdef HAVE_DEBUGINFOD

#include <dlfcn.h>
#include <elfutils/debuginfod.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define PATIENCE_S 120         /* until a server sends something, unless DEBUGINFOD_TIMEOUT says how long */
#define SIZE_MOST (2ull << 30) /* bytes that are taken, unless DEBUGINFOD_MAXSIZE says how many */

struct api {
	__typeof__(debuginfod_begin) *begin;
	__typeof__(debuginfod_end) *end;
	__typeof__(debuginfod_find_debuginfo) *find;
	__typeof__(debuginfod_set_progressfn) *set_progress;
};

/* One question to the servers, as its progress function sees it. */
struct fetch {
	struct lh_ctx *ctx;
	struct api api;
	time_t give_up; /* 0: never */
	uint64_t most;  /* bytes */
	int stopped;    /* -LH_E*: why the progress function ended it */
};

/* Never unloaded, because libcurl cannot be unloaded safely. */
static int load(struct lh_ctx *ctx, struct api *api)
{
	void *library = dlopen(DEBUGINFOD_SONAME, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return lh_fail(ctx, LH_EIO, "ask debuginfod: %s", dlerror());
	api->begin = dlsym(library, "debuginfod_begin");
	api->end = dlsym(library, "debuginfod_end");
	api->find = dlsym(library, "debuginfod_find_debuginfo");
	api->set_progress = dlsym(library, "debuginfod_set_progressfn");
	if (!api->begin || !api->end || !api->find || !api->set_progress)
		return lh_fail(ctx, LH_EIO, "ask debuginfod: %s is too old", DEBUGINFOD_SONAME);
	return 0;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* The library calls back on the thread that asks. */
static _Thread_local struct fetch *asking;

/* The library compares DEBUGINFOD_MAXSIZE with the length that a server says; without one, it takes all. */
static int check_size(const struct fetch *fetch, long done, long total)
{
	if ((uint64_t)(total > done ? total : done) <= fetch->most)
		return 0;
	return lh_fail(fetch->ctx, LH_EIO,
		       "ask debuginfod: the answer is longer than %" PRIu64
		       " bytes (DEBUGINFOD_MAXSIZE=N to take more)",
		       fetch->most);
}

/* @done of @total bytes have come. @total is 0 before the first one, when @done counts something else and never gets
 * far, and of an answer without a length. */
static int on_progress(debuginfod_client *client, long done, long total)
{
	struct fetch *fetch = asking;

	if (done > 0 && !fetch->stopped)
		fetch->stopped = check_size(fetch, done, total);
	if (total <= 0) {
		done = total = 0;
		if (!fetch->stopped && fetch->give_up && now() >= fetch->give_up)
			fetch->stopped = lh_fail(fetch->ctx, LH_EIO,
						 "ask debuginfod: no answer within %d seconds "
						 "(DEBUGINFOD_TIMEOUT=N to wait longer)",
						 PATIENCE_S);
	}
	if (!fetch->stopped)
		fetch->stopped = lh_progress(fetch->ctx, "fetching debug information", (uint64_t)done,
					     (uint64_t)total);
	return fetch->stopped != 0;
}

/* The library (0.188) takes a fetch that was stopped for "no server has it", and would believe it for ten
 * minutes: an empty file says so. */
static void forget_stop(const char *hex)
{
	char path[PATH_MAX];
	struct stat st;

	if (lh_debuginfod_cached(hex, path, sizeof(path)) == 0 && lstat(path, &st) == 0 &&
	    S_ISREG(st.st_mode) && st.st_size == 0)
		unlink(path);
}

static int ask(struct fetch *fetch, const char *hex, char **ret_path)
{
	debuginfod_client *client = fetch->api.begin();
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;

	if (!client)
		return lh_nomem(fetch->ctx);
	asking = fetch;
	fetch->api.set_progress(client, on_progress);
	fd = fetch->api.find(client, (const unsigned char *)hex, 0, &path);
	fetch->api.end(client);
	asking = NULL;
	if (fetch->stopped) {
		forget_stop(hex);
		return fetch->stopped;
	}
	if (fd < 0)
		return lh_fail(fetch->ctx, fd == -ENOMEM ? LH_ENOMEM : LH_EIO,
			       "ask debuginfod for build-id %s: %s", hex,
			       fd == -ENOENT ? "no server has it" : strerror(-fd));
	*ret_path = lh_take(path);
	return 0;
}

static uint64_t size_most(void)
{
	const char *text = secure_getenv("DEBUGINFOD_MAXSIZE");
	uint64_t most = text ? strtoull(text, NULL, 10) : 0;

	return most ? most : SIZE_MOST;
}

int lh_debuginfod_fetch(struct lh_ctx *ctx, const char *hex, char **ret_path)
{
	struct fetch fetch = {.ctx = ctx};
	int r;

	if (!lh_debuginfod_asks())
		return LH_ABSENT;
	r = load(ctx, &fetch.api);
	if (r < 0)
		return r;
	fetch.most = size_most();
	if (!secure_getenv("DEBUGINFOD_TIMEOUT"))
		fetch.give_up = now() + PATIENCE_S;
	lh_log(ctx, 6, "asking debuginfod for build-id %s (%s)", hex, secure_getenv("DEBUGINFOD_URLS"));
	return ask(&fetch, hex, ret_path);
}

#else

int lh_debuginfod_fetch(struct lh_ctx *ctx, const char *hex, char **ret_path)
{
	if (!lh_debuginfod_asks())
		return LH_ABSENT;
	return lh_fail(ctx, LH_EIO, "ask debuginfod for build-id %s: this build of py-heap cannot", hex);
}

#endif
