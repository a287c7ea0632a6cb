/* SPDX-License-Identifier: Apache-2.0 */
/*
 * elfutils' libdwfl, in this file alone: it undoes calls by the tables of compilers, and names places in code. Memory,
 * registers and files are this library's: it opens no core, attaches to nothing and asks no server.
 */
#include "crash/dwfl.h"
#include "target/file.h"
#include "util/array.h"

#include <dlfcn.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DIES_MAX (1u << 20) /* children of a unit or of a function */
#define DEPTH_MAX 64
#define THREAD 1 /* the one that there is for libdwfl */

/*
 * libdw and libdwarf have functions of the same names (dwarf_attr()), so libdw is not linked: it is loaded into a namespace of its own
 * (dlmopen(3)), with a C library, and so an allocator, that it shares with nobody. What it frees has to come from there.
 */
#define FUNCTIONS(F)             \
	F(malloc)                \
	F(dwfl_report_module)    \
	F(dwfl_module_info)      \
	F(dwfl_report_begin)     \
	F(dwfl_report_end)       \
	F(dwfl_end)              \
	F(dwfl_begin)            \
	F(dwfl_attach_state)     \
	F(dwfl_errmsg)           \
	F(dwfl_frame_pc)         \
	F(dwfl_getthread_frames) \
	F(dwfl_module_getsrc)    \
	F(dwfl_lineinfo)         \
	F(dwfl_addrmodule)       \
	F(dwfl_module_addrinfo)  \
	F(dwfl_module_addrdie)   \
	F(dwarf_child)           \
	F(dwarf_siblingof)       \
	F(dwarf_haspc)           \
	F(dwarf_tag)             \
	F(dwarf_diename)         \
	F(dwarf_attr)            \
	F(dwarf_formudata)       \
	F(dwarf_getsrcfiles)     \
	F(dwarf_filesrc)         \
	F(dwfl_thread_state_registers)

#define MEMBER(name) __typeof__(name) *name;
static struct {
	FUNCTIONS(MEMBER)
} dw;

static bool loaded;

/* Never unloaded: there are few namespaces, and each load would take one. */
static void load(void)
{
	void *library = dlmopen(LM_ID_NEWLM, "libdw.so.1", RTLD_NOW | RTLD_LOCAL);

	loaded = library != NULL;
#define FIND(name)                                                            \
	dw.name = library ? (__typeof__(name) *)dlsym(library, #name) : NULL; \
	loaded = loaded && dw.name;
	FUNCTIONS(FIND)
}

static pthread_once_t once = PTHREAD_ONCE_INIT;

struct lh_dwfl {
	struct lh_unwinding *from;
	struct lh_view view;
	Dwfl *dwfl;
	struct lh_native_stack *stack; /* while calls are found */
	int error;                     /* that ended it */
};

/* ---- files ---- */

static int open_file(const char *path, char **ret_name)
{
	size_t size = path ? strlen(path) + 1 : 0;
	struct stat st;

	*ret_name = path ? dw.malloc(size) : NULL; /* libdwfl frees it */
	return *ret_name ? lh_file_descriptor(memcpy(*ret_name, path, size), &st) : -1;
}

static struct lh_modfile *file_of(void **userdata)
{
	return *userdata;
}

static int find_elf(Dwfl_Module *mod, void **userdata, const char *name, Dwarf_Addr base, char **file_name,
		    Elf **elf)
{
	struct lh_modfile *file = file_of(userdata);

	return open_file(file ? lh_modfile_path(file) : NULL, file_name);
}

/* Without @file_name it asks for a file that debug files share: names of types that nobody asks for here. */
static int find_debuginfo(Dwfl_Module *mod, void **userdata, const char *name, Dwarf_Addr base,
			  const char *file_name, const char *debuglink, GElf_Word crc, char **debug_name)
{
	struct lh_modfile *file = file_of(userdata);

	return open_file(file && file_name ? lh_modfile_debug_path(file) : NULL, debug_name);
}

/* Of files that are not linked, which no process maps. */
static int no_section(Dwfl_Module *mod, void **userdata, const char *name, Dwarf_Addr base,
		      const char *section, GElf_Word index, const GElf_Shdr *header, Dwarf_Addr *ret)
{
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_elf = find_elf,
	.find_debuginfo = find_debuginfo,
	.section_address = no_section,
};

/* ---- the thread ---- */

static pid_t next_thread(Dwfl *dwfl, void *arg, void **thread)
{
	pid_t first = *thread ? 0 : THREAD;

	*thread = arg;
	return first;
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *arg, void **thread)
{
	*thread = arg;
	return true;
}

static bool read_memory(Dwfl *dwfl, Dwarf_Addr addr, Dwarf_Word *ret, void *arg)
{
	struct lh_dwfl *d = arg;
	const void *p = lh_view_at(&d->view, addr, 8);

	if (p)
		memcpy(ret, p, 8);
	return p != NULL;
}

static bool set_registers(Dwfl_Thread *thread, void *arg)
{
	struct lh_dwfl *d = arg;
	Dwarf_Word words[LH_X86_64_REGISTERS];

	for (int i = 0; i < LH_X86_64_REGISTERS; i++)
		words[i] = d->from->registers[i];
	return dw.dwfl_thread_state_registers(thread, 0, LH_X86_64_REGISTERS, words);
}

static const Dwfl_Thread_Callbacks thread_callbacks = {
	.next_thread = next_thread,
	.get_thread = get_thread,
	.memory_read = read_memory,
	.set_initial_registers = set_registers,
};

/* ---- modules ---- */

static bool report_module(struct lh_dwfl *d, const struct lh_module *m)
{
	Dwfl_Module *mod;
	void **userdata;

	mod = dw.dwfl_report_module(d->dwfl, m->path, m->start, m->end);
	if (!mod)
		return false;
	dw.dwfl_module_info(mod, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	*userdata = lh_heap_file(d->from->heap, m->start);
	return true;
}

static int report_modules(struct lh_dwfl *d)
{
	const struct lh_target *t = d->from->heap->target;

	dw.dwfl_report_begin(d->dwfl);
	for (size_t i = 0; i < t->module_count; i++)
		if (!report_module(d, &t->modules[i]))
			return lh_nomem(t->ctx);
	dw.dwfl_report_end(d->dwfl, NULL, NULL);
	return 0;
}

struct lh_dwfl *lh_dwfl_free(struct lh_dwfl *d)
{
	if (d && d->dwfl)
		dw.dwfl_end(d->dwfl);
	free(d);
	return NULL;
}

int lh_dwfl_open(struct lh_unwinding *from, struct lh_dwfl **ret)
{
	_cleanup_(lh_dwfl_freep) struct lh_dwfl *d = lh_new0(struct lh_dwfl, 1);
	struct lh_ctx *ctx = from->heap->ctx;
	int r;

	if (!d)
		return lh_nomem(ctx);
	pthread_once(&once, load);
	if (!loaded)
		return LH_ABSENT;
	d->from = from;
	d->view = lh_view_of(from->heap->target);
	d->dwfl = dw.dwfl_begin(&callbacks);
	if (!d->dwfl)
		return lh_nomem(ctx);
	r = report_modules(d);
	if (r < 0)
		return r;
	if (!dw.dwfl_attach_state(d->dwfl, NULL, THREAD, &thread_callbacks, d)) {
		lh_log(ctx, 6, "native stack: libdwfl: %s", dw.dwfl_errmsg(-1));
		return LH_ABSENT;
	}
	*ret = lh_take(d);
	return 0;
}

/* ---- calls ---- */

static int on_frame(Dwfl_Frame *frame, void *arg)
{
	struct lh_dwfl *d = arg;
	Dwarf_Addr pc;
	bool exact;

	if (!dw.dwfl_frame_pc(frame, &pc, &exact))
		return DWARF_CB_ABORT;
	/* A return address may be the first of what comes after the function. */
	d->error = lh_native_add(d->stack, exact ? pc : pc - 1);
	return d->error ? DWARF_CB_ABORT : DWARF_CB_OK;
}

int lh_dwfl_unwind(struct lh_dwfl *d, struct lh_native_stack *stack)
{
	int r;

	d->stack = stack;
	r = dw.dwfl_getthread_frames(d->dwfl, THREAD, on_frame, d);
	if (r < 0)
		lh_log(stack->heap->ctx, 6, "native stack: libdwfl: %s", dw.dwfl_errmsg(-1));
	stack->whole = r == 0;
	stack->how = LH_UNWOUND_TABLES;
	return d->error < 0 ? d->error : 0;
}

/* ---- names ---- */

static int set_line(struct lh_ctx *ctx, const char *file, uint64_t number, struct lh_native_line *ret)
{
	if (!file || number == 0 || number > UINT32_MAX)
		return 0;
	ret->file = strdup(file);
	ret->line = (uint32_t)number;
	return ret->file ? 0 : lh_nomem(ctx);
}

static int name_line(struct lh_ctx *ctx, Dwfl_Module *mod, uint64_t pc, struct lh_native_line *ret)
{
	Dwfl_Line *line = dw.dwfl_module_getsrc(mod, pc);
	int number = 0;
	const char *file = line ? dw.dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL) : NULL;

	return set_line(ctx, file, number > 0 ? (uint64_t)number : 0, ret);
}

/* ---- inlined calls ---- */

/* Where the function that it became a part of calls it. */
static int name_caller(struct lh_ctx *ctx, Dwarf_Die *unit, Dwarf_Die *inlined, struct lh_native_line *ret)
{
	Dwarf_Word file = 0, line = 0;
	Dwarf_Attribute attribute;
	Dwarf_Files *files;

	if (!dw.dwarf_attr(inlined, DW_AT_call_file, &attribute) ||
	    dw.dwarf_formudata(&attribute, &file) != 0 ||
	    !dw.dwarf_attr(inlined, DW_AT_call_line, &attribute) ||
	    dw.dwarf_formudata(&attribute, &line) != 0 || dw.dwarf_getsrcfiles(unit, &files, NULL) != 0)
		return 0;
	return set_line(ctx, dw.dwarf_filesrc(files, file, NULL, NULL), line, ret);
}

/* The line of the place is that of the innermost one: each is where the next one is called. */
static int add_inlined(struct lh_ctx *ctx, Dwarf_Die *unit, Dwarf_Die *inlined, struct lh_native_place *place)
{
	const char *name = dw.dwarf_diename(inlined);
	int r = lh_append(ctx, place->inlined, place->inlined_count, place->inlined_capacity, place->at);

	if (r < 0)
		return r;
	place->at = (struct lh_native_line){0};
	place->inlined[place->inlined_count - 1].function = name ? strdup(name) : NULL;
	if (name && !place->inlined[place->inlined_count - 1].function)
		return lh_nomem(ctx);
	return name_caller(ctx, unit, inlined, &place->at);
}

/* From what has the place in the code to the part of it that has. Return: whether there is one. */
static bool step_down(Dwarf_Die *die, Dwarf_Addr at)
{
	Dwarf_Die child;
	bool more = dw.dwarf_child(die, &child) == 0, found = false;

	for (unsigned i = 0; more && !found && i < DIES_MAX; i++) {
		found = dw.dwarf_haspc(&child, at) > 0;
		more = found || dw.dwarf_siblingof(&child, &child) == 0;
	}
	*die = child;
	return found;
}

/* dwarf_getscopes() finds nothing where the inlined function's source is another unit's, as in what was optimized as a whole. */
static int find_inlined(struct lh_ctx *ctx, Dwfl_Module *mod, struct lh_native_place *place)
{
	Dwarf_Die inlined[DEPTH_MAX], die, *unit;
	Dwarf_Addr bias;
	unsigned count = 0;
	int r = 0;

	unit = dw.dwfl_module_addrdie(mod, place->pc, &bias);
	if (!unit)
		return 0;
	die = *unit;
	for (unsigned i = 0; i < DEPTH_MAX && step_down(&die, place->pc - bias); i++)
		if (dw.dwarf_tag(&die) == DW_TAG_inlined_subroutine)
			inlined[count++] = die;
	while (r == 0 && count)
		r = add_inlined(ctx, unit, &inlined[--count], place);
	return r;
}

static int name_function(struct lh_ctx *ctx, Dwfl_Module *mod, struct lh_native_place *place)
{
	GElf_Off offset;
	GElf_Sym sym;
	const char *name = dw.dwfl_module_addrinfo(mod, place->pc, &offset, &sym, NULL, NULL, NULL);

	/* It also gives what comes before the address, where that is of no known size. */
	if (!name || (sym.st_size != 0 && offset >= sym.st_size))
		return 0;
	place->at.function = lh_function_name(name);
	return place->at.function ? 0 : lh_nomem(ctx);
}

int lh_dwfl_name(struct lh_dwfl *d, struct lh_native_place *place)
{
	Dwfl_Module *mod = dw.dwfl_addrmodule(d->dwfl, place->pc);
	struct lh_ctx *ctx = d->from->heap->ctx;
	int r;

	if (!mod)
		return 0;
	r = name_line(ctx, mod, place->pc, &place->at);
	if (r == 0)
		r = find_inlined(ctx, mod, place);
	return r == 0 ? name_function(ctx, mod, place) : r;
}
