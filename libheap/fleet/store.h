/* SPDX-License-Identifier: Apache-2.0 */
/* The suspects of many dumps in an SQLite database; docs/fleet.md documents its schema. */
#ifndef LH_FLEET_STORE_H
#define LH_FLEET_STORE_H

#include "util/cleanup.h"
#include "util/error.h"

/** struct lh_fleet - an open database */
struct lh_fleet;

/** struct lh_fleet_dump - texts are NULL if not known, but identity, file, build and python */
struct lh_fleet_dump {
	const char *identity; /* see lh_identity_of() */
	const char *file;     /* absolute */
	const char *host, *build, *build_id, *python, *program;
	uint64_t pid;      /* 0: not known */
	double time;       /* of the dump, in seconds since 1970 */
	uint64_t writable; /* bytes of all writable memory */
	bool complete;     /* all that the verdict needed was there */
};

/** struct lh_fleet_suspect - those of a dump with one signature are added up */
struct lh_fleet_suspect {
	const char *signature, *kind, *shape;
	const char *type; /* NULL: of no one type */
	const char *next; /* as lh_result_next() takes it */
	uint64_t bytes, objects;
};

/** struct lh_fleet_leak - a signature, over the dumps that have it */
struct lh_fleet_leak {
	const char *signature, *kind, *shape, *type;
	uint64_t dumps, builds, median, most;
	double first, last; /* times of dumps */
};

/** struct lh_fleet_found - a dump that has a signature */
struct lh_fleet_found {
	const char *file, *host, *build, *python, *next;
	uint64_t bytes, objects;
	double time;
};

/* Texts live as long as the call. Return: 0; -LH_E* ends the query. */
typedef int (*lh_fleet_leak_fn)(const struct lh_fleet_leak *leak, void *arg);
typedef int (*lh_fleet_found_fn)(const struct lh_fleet_found *found, void *arg);

/**
 * lh_fleet_open() - open the database at @path; free with lh_fleet_free()
 * @write: make it, readable by its owner alone, if there is none. @path must live as long as @ret.
 * Return: 0; -LH_EIO: it is not there, not ours, damaged, or the system refuses; -LH_ENOMEM.
 */
int lh_fleet_open(struct lh_ctx *ctx, const char *path, bool write, struct lh_fleet **ret);
struct lh_fleet *lh_fleet_free(struct lh_fleet *fleet);
LH_DEFINE_CLEANUP(struct lh_fleet, lh_fleet_free);

/** lh_fleet_has() - whether a dump was added. Return: 0 it was; LH_ABSENT; -LH_E*. */
int lh_fleet_has(struct lh_fleet *fleet, const char *identity);
/** lh_fleet_label() - a dump that was added is of the build @build. Return: 0, -LH_E*. */
int lh_fleet_label(struct lh_fleet *fleet, const char *identity, const char *build);
/** lh_fleet_add() - add a dump with its suspects: all of it, or nothing. Return: 0; LH_ABSENT: it was there; -LH_E*. */
int lh_fleet_add(struct lh_fleet *fleet, const struct lh_fleet_dump *dump,
		 const struct lh_fleet_suspect *suspects, size_t count);

/** lh_fleet_dumps() - how many dumps it has; @ret_incomplete: of which something was missing. Return: 0, -LH_E*. */
int lh_fleet_dumps(struct lh_fleet *fleet, uint64_t *ret, uint64_t *ret_incomplete);
/**
 * lh_fleet_build_time() - when the first dump of a build was made
 * @word: its label, or what its build-id begins with
 * Return: 0; -LH_EIO: there is none, or more than one; -LH_E*.
 */
int lh_fleet_build_time(struct lh_fleet *fleet, const char *word, double *ret);
/**
 * lh_fleet_leaks() - all signatures, those in most dumps first, then those with most bytes
 * @after: those alone of which all builds have their first dump later than this; NULL: all. Return: 0, -LH_E*.
 */
int lh_fleet_leaks(struct lh_fleet *fleet, const double *after, lh_fleet_leak_fn fn, void *arg);
/** lh_fleet_leak() - the one signature that begins with @word. Return: 0; -LH_EIO: there is none, or more than one; -LH_E*. */
int lh_fleet_leak(struct lh_fleet *fleet, const char *word, lh_fleet_leak_fn fn, void *arg);
/** lh_fleet_found() - the dumps with a signature, most bytes first. Return: 0, -LH_E*. */
int lh_fleet_found(struct lh_fleet *fleet, const char *signature, lh_fleet_found_fn fn, void *arg);

#endif
