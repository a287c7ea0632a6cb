/* SPDX-License-Identifier: Apache-2.0 */
/* What the database is asked. Indices have all columns that are needed of suspects. */
#include "fleet/statement.h"

#include <string.h>

/* ?1: the time after which all builds of a signature begin, or NULL; ?2: the signature, or NULL. */
static const char leaks[] =
	"WITH builds AS (SELECT build, MIN(time) AS since FROM dumps GROUP BY build), "
	"seen AS (SELECT s.signature, COUNT(*) AS dumps, COUNT(DISTINCT d.build) AS builds, MAX(s.bytes) AS most, "
	"MIN(d.time) AS first, MAX(d.time) AS last, MIN(b.since) AS since FROM suspects s JOIN dumps d ON d.id = s.dump "
	"JOIN builds b ON b.build = d.build WHERE ?2 IS NULL OR s.signature = ?2 GROUP BY s.signature) "
	"SELECT signature, kind, shape, type, dumps, builds, most, first, last "
	"FROM seen JOIN signatures USING (signature) WHERE ?1 IS NULL OR since > ?1 "
	"ORDER BY dumps DESC, most DESC, signature";

/* The index has them in this order. */
static int find_median(struct lh_fleet *fleet, struct lh_fleet_leak *leak)
{
	struct statement s = statement_start(
		fleet, "SELECT bytes FROM suspects WHERE signature = ? ORDER BY bytes LIMIT 1 OFFSET ?");
	int r;

	statement_text(&s, leak->signature);
	statement_number(&s, leak->dumps ? (leak->dumps - 1) / 2 : 0);
	r = statement_step(&s);
	if (r == 0)
		leak->median = statement_number_at(&s, 0);
	statement_fini(&s);
	return r == LH_DONE ? 0 : r;
}

static int ask_leaks(struct lh_fleet *fleet, const double *after, const char *signature, lh_fleet_leak_fn fn,
		     void *arg)
{
	struct statement s = statement_start(fleet, leaks);
	int r;

	statement_real(&s, after);
	statement_text(&s, signature);
	while ((r = statement_step(&s)) == 0) {
		struct lh_fleet_leak leak = {
			.signature = statement_text_at(&s, 0),
			.kind = statement_text_at(&s, 1),
			.shape = statement_text_at(&s, 2),
			.type = statement_text_at(&s, 3),
			.dumps = statement_number_at(&s, 4),
			.builds = statement_number_at(&s, 5),
			.most = statement_number_at(&s, 6),
			.first = statement_real_at(&s, 7),
			.last = statement_real_at(&s, 8),
		};

		r = find_median(fleet, &leak);
		if (r == 0)
			r = fn(&leak, arg);
		if (r != 0)
			break;
	}
	statement_fini(&s);
	return r == LH_DONE ? 0 : r;
}

int lh_fleet_leaks(struct lh_fleet *fleet, const double *after, lh_fleet_leak_fn fn, void *arg)
{
	return ask_leaks(fleet, after, NULL, fn, arg);
}

int lh_fleet_dumps(struct lh_fleet *fleet, uint64_t *ret, uint64_t *ret_incomplete)
{
	struct statement s = statement_start(fleet, "SELECT COUNT(*), SUM(complete = 0) FROM dumps");
	int r = statement_step(&s);

	if (r == 0) {
		*ret = statement_number_at(&s, 0);
		*ret_incomplete = statement_number_at(&s, 1);
	}
	statement_fini(&s);
	return r;
}

/*
 * The one row that a word may mean: equal to it, else beginning with it. @query gives a name and a number for ?1, equal ones
 * first. @what: what it is one of.
 */
static int find_one(struct lh_fleet *fleet, const char *query, const char *what, const char *word, char **ret,
		    double *number)
{
	_cleanup_(statement_fini) struct statement s = statement_start(fleet, query);
	_cleanup_free_ char *name = NULL;
	int r;

	statement_text(&s, word);
	r = statement_step(&s);
	if (r == LH_DONE)
		return lh_fail(fleet->ctx, LH_EIO, "fleet: no %s in %s begins with '%s'", what, fleet->path,
			       word);
	if (r != 0)
		return r;
	*number = statement_real_at(&s, 1);
	name = strdup(statement_text_at(&s, 0) ? statement_text_at(&s, 0) : "");
	if (!name)
		return lh_nomem(fleet->ctx);
	if (strcmp(name, word) != 0) {
		r = statement_step(&s);
		if (r == 0)
			return lh_fail(fleet->ctx, LH_EIO, "fleet: more than one %s begins with '%s': %s, %s",
				       what, word, name, statement_text_at(&s, 0));
		if (r != LH_DONE)
			return r;
	}
	*ret = lh_take(name);
	return 0;
}

int lh_fleet_build_time(struct lh_fleet *fleet, const char *word, double *ret)
{
	_cleanup_free_ char *name = NULL;

	return find_one(
		fleet,
		"SELECT build, MIN(time) FROM dumps WHERE substr(build, 1, length(?1)) = ?1 GROUP BY build "
		"ORDER BY build <> ?1, build LIMIT 2",
		"build", word, &name, ret);
}

int lh_fleet_leak(struct lh_fleet *fleet, const char *word, lh_fleet_leak_fn fn, void *arg)
{
	_cleanup_free_ char *name = NULL;
	double none;
	int r = find_one(fleet,
			 "SELECT signature, 0 FROM signatures WHERE substr(signature, 1, length(?1)) = ?1 "
			 "ORDER BY signature <> ?1, signature LIMIT 2",
			 "signature", word, &name, &none);

	return r == 0 ? ask_leaks(fleet, NULL, name, fn, arg) : r;
}

int lh_fleet_found(struct lh_fleet *fleet, const char *signature, lh_fleet_found_fn fn, void *arg)
{
	struct statement s = statement_start(
		fleet,
		"SELECT d.file, d.host, d.build, d.python, s.next, s.bytes, s.objects, d.time FROM suspects s JOIN "
		"dumps d ON d.id = s.dump WHERE s.signature = ? ORDER BY s.bytes DESC, d.time, d.id");
	int r;

	statement_text(&s, signature);
	while ((r = statement_step(&s)) == 0) {
		struct lh_fleet_found found = {
			.file = statement_text_at(&s, 0),
			.host = statement_text_at(&s, 1),
			.build = statement_text_at(&s, 2),
			.python = statement_text_at(&s, 3),
			.next = statement_text_at(&s, 4),
			.bytes = statement_number_at(&s, 5),
			.objects = statement_number_at(&s, 6),
			.time = statement_real_at(&s, 7),
		};

		r = fn(&found, arg);
		if (r != 0)
			break;
	}
	statement_fini(&s);
	return r == LH_DONE ? 0 : r;
}
