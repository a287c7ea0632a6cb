/* SPDX-License-Identifier: Apache-2.0 */
/* "add": the verdict of each dump, without contents, into the database. */
#include "command/findings.h"
#include "commands/fleet.h"
#include "commands/leaks_warn.h"
#include "fleet/identity.h"
#include "fleet/signature.h"
#include "inventory/inventory.h"
#include "result/result.h"
#include "target/file.h"
#include "target/target.h"
#include "util/array.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** struct adding - the dumps so far */
struct adding {
	struct lh_invocation *invocation;
	struct lh_fleet *fleet;
	struct lh_result *result;
	uint64_t added, known, failed, incomplete;
};

/** struct dump - one that is open */
struct dump {
	char *file;
	struct lh_target *target;
	struct lh_heap *heap;
	struct lh_leaks leaks;
	struct lh_signature *signatures;
	struct lh_fleet_suspect *suspects;
	char identity[LH_IDENTITY_MAX];
	bool complete; /* as 'leaks' says */
};

static void dump_fini(struct dump *dump)
{
	for (size_t i = 0; dump->signatures && i < dump->leaks.count; i++)
		lh_signature_fini(&dump->signatures[i]);
	free(dump->signatures);
	free(dump->suspects);
	lh_leaks_fini(&dump->leaks);
	lh_heap_free(dump->heap);
	lh_target_free(dump->target);
	free(dump->file);
}

static int add_row(struct adding *a, const char *state, const struct lh_leaks *leaks, const char *file)
{
	uint64_t bytes = 0;

	for (size_t i = 0; leaks && i < leaks->count; i++)
		bytes += leaks->items[i].bytes;
	return lh_result_row(a->result,
			     (struct lh_value[]){LH_TEXT(state), leaks ? LH_COUNT(leaks->count) : LH_NULL,
						 leaks ? LH_BYTES(bytes) : LH_NULL, LH_TEXT(file)});
}

static int tell_failed(struct adding *a, const char *file, const char *text)
{
	int r = lh_result_warn(a->result, "not-added", NULL, "not added: %s", text);

	a->failed++;
	lh_result_failed(a->result);
	lh_result_incomplete(a->result);
	return r == 0 ? add_row(a, "failed", NULL, file) : r;
}

static int name_suspects(struct lh_ctx *ctx, struct dump *dump)
{
	int r = 0;

	dump->signatures = lh_new0(struct lh_signature, dump->leaks.count + 1);
	dump->suspects = lh_new0(struct lh_fleet_suspect, dump->leaks.count + 1);
	if (!dump->signatures || !dump->suspects)
		return lh_nomem(ctx);
	for (size_t i = 0; r == 0 && i < dump->leaks.count; i++) {
		const struct lh_leak *leak = &dump->leaks.items[i];
		struct lh_signature *signature = &dump->signatures[i];

		r = lh_signature_of(ctx, leak, signature);
		dump->suspects[i] = (struct lh_fleet_suspect){
			.signature = signature->text,
			.kind = leak->rule,
			.shape = signature->shape.text ? signature->shape.text : "",
			.type = leak->type.text,
			.next = leak->next.text ? leak->next.text : "",
			.bytes = leak->bytes,
			.objects = leak->objects,
		};
	}
	return r;
}

/* The warnings that 'leaks' gives are not told for each dump: it says them when it is asked. */
static int judge(struct lh_ctx *ctx, struct dump *dump)
{
	struct lh_result_info info = {.size = sizeof(info)};
	struct lh_result *result;
	int r = lh_result_new(ctx, "leaks", &result);

	if (r < 0)
		return r;
	r = lh_leaks_warn(&dump->leaks, result);
	if (r == 0)
		r = lh_result_missing(result, dump->heap);
	lh_result_info(result, &info);
	dump->complete = info.complete && !dump->leaks.unlooked_count;
	lh_result_free(result);
	return r;
}

/* What memory that ran out on the way would have made different counts for one dump alone. */
static int analyse(struct lh_ctx *ctx, struct dump *dump)
{
	int r;

	lh_ctx_begin(ctx);
	dump->heap->hide_values = true;
	lh_heap_ask(dump->heap);
	r = lh_leaks_find(dump->heap, &dump->leaks);
	if (r == 0)
		r = name_suspects(ctx, dump);
	if (r == 0)
		r = judge(ctx, dump);
	return r == 0 ? lh_ctx_finish(ctx) : r;
}

static int store(struct adding *a, struct dump *dump)
{
	const struct lh_module *m = dump->heap->module;
	const char *label = lh_invocation_get(a->invocation, "build");
	char id[2 * LH_BUILD_ID_MAX + 1];
	struct lh_heap_info info = {.size = sizeof(info)};
	struct lh_fleet_dump row;

	lh_heap_info(dump->heap, &info);
	row = (struct lh_fleet_dump){
		.identity = dump->identity,
		.file = dump->file,
		.host = lh_invocation_get(a->invocation, "host"),
		.build_id =
			m && m->build_id_len ? lh_build_id_format(m->build_id, m->build_id_len, id) : NULL,
		.python = info.version,
		.program = dump->target->executable,
		.pid = (uint64_t)info.pid,
		.time = (double)dump->target->opened.st_mtim.tv_sec +
			(double)dump->target->opened.st_mtim.tv_nsec / 1e9,
		.writable = dump->leaks.writable,
		.complete = dump->complete,
	};
	row.build = label ? label : row.build_id ? row.build_id : info.version;
	return lh_fleet_add(a->fleet, &row, dump->suspects, dump->leaks.count);
}

/* Return: 0 it is added; LH_ABSENT: it was there; -LH_E*. */
static int add_dump(struct adding *a, const char *file, struct dump *dump)
{
	const char *label = lh_invocation_get(a->invocation, "build");
	struct lh_ctx *ctx = lh_invocation_ctx(a->invocation);
	int r = lh_invocation_open_file(a->invocation, file, &dump->target);

	if (r == 0)
		r = lh_identity_of(dump->target, dump->identity);
	if (r == 0)
		r = lh_fleet_has(a->fleet, dump->identity);
	if (r == 0 && label)
		r = lh_fleet_label(a->fleet, dump->identity, label);
	if (r != LH_ABSENT)
		return r == 0 ? LH_ABSENT : r;
	dump->file = realpath(file, NULL);
	if (!dump->file && !(dump->file = strdup(file)))
		return lh_nomem(ctx);
	r = lh_invocation_open_heap(a->invocation, dump->target, &dump->heap);
	if (r == 0)
		r = analyse(ctx, dump);
	return r == 0 ? store(a, dump) : r;
}

/* Whether a failure is of this dump alone. */
static bool others_go_on(int r)
{
	return r == -LH_EFORMAT || r == -LH_ENOPYTHON || r == -LH_ELAYOUT || r == -LH_ECORRUPT ||
	       r == -LH_EFAULT;
}

static int add_file(const char *file, const char *error, void *arg)
{
	struct adding *a = arg;
	struct lh_ctx *ctx = lh_invocation_ctx(a->invocation);
	_cleanup_(dump_fini) struct dump dump = {0};
	char text[512];
	int r;

	if (error) {
		snprintf(text, sizeof(text), "%s: %s", file, error);
		return tell_failed(a, file, text);
	}
	r = add_dump(a, file, &dump);
	if (others_go_on(r) || (r == -LH_EIO && !dump.target))
		return tell_failed(a, file, lh_ctx_error(ctx)->text);
	if (r < 0)
		return r;
	lh_log(ctx, 6, "%s: %s", file, r == 0 ? "added" : "known");
	a->added += r == 0;
	a->known += r == LH_ABSENT;
	a->incomplete += r == 0 && !dump.complete;
	return add_row(a, r == 0 ? "added" : "known", r == 0 ? &dump.leaks : NULL, file);
}

/* A failure says what has become of the dumps that were read for an hour. */
static int send_all(struct adding *a)
{
	struct lh_ctx *ctx = lh_invocation_ctx(a->invocation);
	int r = lh_fleet_send_words(a->invocation, a->fleet, a->result);

	if (r == -LH_EIO && a->added)
		return lh_fail(ctx, LH_EIO, "%s; what was added is kept here: 'fleet add --to URL' sends it",
			       lh_ctx_error(ctx)->text);
	return r;
}

int lh_fleet_add_words(struct lh_invocation *invocation, struct lh_fleet *fleet, struct lh_result *result)
{
	struct adding a = {invocation, fleet, result, 0, 0, 0, 0};
	const char *word;
	int r = lh_invocation_connect(invocation); /* first: dumps are not read for an hour in vain */

	lh_result_columns(result, lh_fleet_add_columns, NULL);
	for (size_t i = 1; r == 0 && (word = lh_invocation_arg(invocation, i)); i++)
		r = lh_fleet_collect(lh_invocation_ctx(invocation), word, add_file, &a);
	if (r == 0)
		r = lh_result_summarize(result, (struct lh_summary[]){
							{"added", "added", LH_COUNT(a.added)},
							{"known", "known", LH_COUNT(a.known)},
							{"failed", "failed", LH_COUNT(a.failed)},
							{},
						});
	if (r == 0)
		r = lh_fleet_warn(result, a.incomplete);
	if (r == 0 && lh_invocation_arg(invocation, 1) && !(a.added + a.known + a.failed))
		r = lh_result_note(result, "There is no core in the folder.");
	if (r == 0 && lh_invocation_has(invocation, "to"))
		r = send_all(&a);
	return r == 0 ? lh_fleet_next(invocation, result, "the leaks in most dumps", "top") : r;
}
