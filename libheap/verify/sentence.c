/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/sentence.h"
#include "analyze/suspect_paths.h"
#include "cpython/object.h"
#include "cpython/type_name.h"
#include "describe/path_text.h"
#include "roots/find_paths.h"
#include "verify/before.h"

#include <ctype.h>

struct overruns {
	const struct lh_damage *first; /* that of which most is known; NULL: there is none */
	uint64_t writers;
};

/* ---- paths ---- */

static bool misses(void *arg, const struct lh_paths *paths)
{
	return true;
}

static int add_path(struct lh_verify *v, uint64_t addr, const char *before, const char *after)
{
	const struct lh_paths_request request = {.misses = misses};
	_cleanup_(lh_paths_fini) struct lh_paths paths = {0};
	_cleanup_string_ struct lh_string text = {0};
	uint32_t place;
	int r = v->fast ? 0 : lh_paths_find(v->heap, &request, &paths);

	if (r < 0 || v->fast)
		return r;
	place = lh_paths_place(&paths, addr);
	if (place != LH_NO_PLACE)
		lh_place_text(&paths, place, &text, NULL);
	if (text.text)
		lh_string_addf(&v->verdict, "%s%s%s", before, text.text, after);
	return text.failed ? lh_nomem(v->heap->ctx) : 0;
}

#define PATHS_TOLD 3

/* The places with most references of one sort: too many for a count, or to what was freed. */
static int add_suspect_paths(struct lh_verify *v, bool stray)
{
	_cleanup_(lh_suspect_paths_fini) struct lh_suspect_paths paths = {0};
	const struct lh_refaudit *audit;
	unsigned told = 0;
	int r = lh_refaudit_get(v->heap, &audit);

	if (r == 0)
		r = lh_suspect_paths_find(v->heap, audit, &paths);
	for (size_t i = 0; i < paths.count && told < PATHS_TOLD && r == 0; i++) {
		_cleanup_string_ struct lh_string text = {0};

		if (paths.items[i].stray != stray)
			continue;
		lh_path_shape_text(&paths.shapes, paths.items[i].shape, &text);
		if (text.failed)
			return lh_nomem(v->heap->ctx);
		if (text.text)
			lh_string_addf(&v->verdict, "%s%s x %s", told++ ? ", " : ": ",
				       LH_COUNTED(paths.items[i].count), text.text);
	}
	return r;
}

/* ---- sentences ---- */

static const char *type_of(struct lh_verify *v, uint64_t object, bool *ret_freed)
{
	struct lh_object o;
	struct lh_type *type;

	*ret_freed = lh_object_at(v->heap, &v->view, object, &o) != 0;
	type = *ret_freed ? lh_before_type(v, object) : o.type;
	return type ? lh_type_name(v->heap, type) : NULL;
}

static struct overruns find_overruns(const struct lh_verify *v)
{
	struct overruns o = {0};
	uint64_t last = 0;

	for (size_t i = 0; i < v->count; i++) {
		const struct lh_damage *d = &v->damages[i];

		if (!d->writer || !d->written)
			continue;
		if (!o.first ||
		    (d->at_least == o.first->at_least ? d->written > o.first->written : !d->at_least))
			o.first = d;
		o.writers += d->writer != last;
		last = d->writer;
	}
	return o;
}

static int say_overruns(struct lh_verify *v, const struct overruns *o)
{
	bool freed;
	const char *type = type_of(v, o->first->writer, &freed);
	struct lh_string *out = &v->verdict;
	int r;

	lh_string_addf(out, "%s%s bytes were written past the end of %s%s at 0x%" PRIx64,
		       o->first->at_least ? "at least " : "", LH_COUNTED(o->first->written),
		       type ? (freed ? "the freed " : "the ") : "the block", type ? type : "",
		       o->first->writer);
	r = freed ? 0 : add_path(v, o->first->writer, ", ", "");
	if (r == 0 && o->writers > 1)
		lh_string_addf(out, ", and past that of %s others", LH_COUNTED(o->writers - 1));
	return r;
}

static uint64_t count_kind(const struct lh_verify *v, const char *kind, uint64_t *ret_pointers,
			   const struct lh_damage **ret_first)
{
	uint64_t count = 0;

	*ret_pointers = 0;
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->damages[i].kind, kind) == 0) {
			if (!count++)
				*ret_first = &v->damages[i];
			*ret_pointers += v->damages[i].pointers > 0 ? (uint64_t)v->damages[i].pointers : 0;
		}
	return count;
}

static int say_kind(struct lh_verify *v, const char *kind, bool *ret_said)
{
	const struct lh_damage *first = NULL;
	uint64_t pointers, count = count_kind(v, kind, &pointers, &first);
	bool stray = strcmp(kind, "reference") == 0;

	*ret_said = count != 0;
	if (!count)
		return 0;
	if (stray)
		lh_string_addf(&v->verdict, "%s references lead to memory that was freed",
			       LH_COUNTED(pointers));
	else
		lh_string_addf(&v->verdict, "%s", first->text.text);
	return add_suspect_paths(v, stray);
}

/* What tells most comes first. */
static int say_most(struct lh_verify *v)
{
	static const char *const kinds[] = {"reference", "count of zero", "count"};
	struct overruns overruns = find_overruns(v);
	int r = 0;

	if (overruns.first)
		return say_overruns(v, &overruns);
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds) && r == 0; i++) {
		bool said;

		r = say_kind(v, kinds[i], &said);
		if (said)
			return r;
	}
	lh_string_add(&v->verdict, v->damages[0].text.text);
	return r;
}

int lh_sentence_make(struct lh_verify *v)
{
	int r = say_most(v);

	if (v->verdict.text)
		v->verdict.text[0] = (char)toupper((unsigned char)v->verdict.text[0]);
	if (r == 0 && v->errors > 1)
		lh_string_addf(&v->verdict, "; %s places are damaged in all", LH_COUNTED(v->errors));
	return r == 0 && v->verdict.failed ? lh_nomem(v->heap->ctx) : r;
}
