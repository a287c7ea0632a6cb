/* SPDX-License-Identifier: Apache-2.0 */
/* What a process said when it gave up by itself. */
#include "crash/crash.h"

#include "util/array.h"

#include <string.h>

#define MESSAGE_MAX 4096

/* glibc keeps what it prints before abort(): struct abort_msg_s {unsigned size; char msg[]} (include/stdlib.h, assert/assert.c,
 * sysdeps/posix/libc_fatal.c). */
static int glibc_message(struct lh_heap *heap, const struct lh_module *libc, char **ret)
{
	struct lh_modfile *file = lh_heap_file(heap, libc->start);
	char text[MESSAGE_MAX];
	const void *p;
	uint64_t at;

	if (!file || lh_modfile_symbol(file, "__abort_msg", &at, NULL) != 0)
		return LH_ABSENT;
	p = lh_view_at(&heap->view, at, 8);
	at = p ? lh_u64(p) : 0;
	if (!at || lh_target_string(heap->target, at + 4, text, sizeof(text)) != 0 || !*text)
		return LH_ABSENT;
	text[strcspn(text, "\n")] = 0;
	*ret = strdup(text);
	return *ret ? 0 : lh_nomem(heap->ctx);
}

/* What the interpreter says by a function's name: the newest of these that the thread is in. */
static const struct {
	const char *function, *text;
} known[] = {
	/* Objects/object.c: none_dealloc() calls Py_FatalError() up to 3.11 */
	{"none_dealloc",
	 "None's reference count came to 0: references to None were given back that nobody had taken"},
	/* Objects/obmalloc.c: the debug allocators verify the bytes around a block */
	{"_PyMem_DebugCheckAddress",
	 "the debug allocator found a block that was written past its end or before its start"},
	{"_PyObject_DebugCheckAddress",
	 "the debug allocator found a block that was written past its end or before its start"},
	/* Objects/object.c: the macros _PyObject_ASSERT() */
	{"_PyObject_AssertFailed", "the interpreter found an object that contradicts itself"},
	{"_Py_NegativeRefcount", "the interpreter found an object with a negative reference count"},
	/* Modules/gcmodule.c, Python/gc.c: both follow each reference of each container */
	{"visit_decref",
	 "the garbage collector followed a reference to something that is not an object any more"},
	{"visit_reachable",
	 "the garbage collector followed a reference to something that is not an object any more"},
	/* Objects/obmalloc.c: it takes a block off a pool's list of free blocks, which lies in those blocks */
	{"_PyObject_Malloc",
	 "a list of free memory is damaged: something wrote to freed memory, or past the end of a block"},
	{"_PyObject_Free",
	 "a list of free memory is damaged: something wrote to freed memory, or past the end of a block"},
};

/* Python/pylifecycle.c: what these print is not kept, but who called them is on the stack. */
static const char *const fatal[] = {"fatal_error",
				    "fatal_error_exit",
				    "Py_FatalError",
				    "_Py_FatalErrorFunc",
				    "_Py_FatalErrorFormat",
				    "_Py_FatalError_TstateNULL",
				    "_Py_FatalError_PrintExc",
				    "_Py_FatalRefcountErrorFunc"};

static bool is_fatal(const char *function)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(fatal); i++)
		if (strcmp(function, fatal[i]) == 0)
			return true;
	return false;
}

static const char *known_text(const struct lh_crash *c, const struct lh_crash_call *call)
{
	const struct lh_native_place *place = &c->native.places[call->place];
	const char *function = lh_crash_native_line(c, call)->function;

	for (size_t i = 0; function && place->module == c->heap->module && i < LH_ARRAY_SIZE(known); i++)
		if (strcmp(function, known[i].function) == 0)
			return known[i].text;
	return NULL;
}

/* Only what is newer than the newest Python call: the thread may be in a collection that called a destructor. */
static void interpreters_message(const struct lh_crash *c, struct lh_string *out)
{
	bool gave_up = false;

	for (size_t i = 0; i < c->call_count && !c->calls[i].python; i++) {
		const char *function = lh_crash_native_line(c, &c->calls[i])->function;
		const char *text = known_text(c, &c->calls[i]);

		if (text) {
			lh_string_add(out, text);
			return;
		}
		if (function && is_fatal(function)) {
			gave_up = true;
		} else if (gave_up) {
			lh_string_addf(out, "a fatal error of Python, reported by %s",
				       function ? function : "a function without a name");
			return;
		}
	}
}

int lh_crash_message(struct lh_crash *crash)
{
	const struct lh_target *t = crash->heap->target;
	_cleanup_string_ struct lh_string text = {0};
	int r = LH_ABSENT;

	for (size_t i = 0; i < t->module_count && r == LH_ABSENT; i++)
		if (lh_is_c_library(&t->modules[i]))
			r = glibc_message(crash->heap, &t->modules[i], &crash->message);
	if (r <= 0)
		return r;
	interpreters_message(crash, &text);
	return text.len || text.failed ? lh_string_give(crash->heap->ctx, &text, &crash->message) : 0;
}
