/* SPDX-License-Identifier: Apache-2.0 */
#include "describe/root_text.h"
#include "cpython/text.h"

#include <string.h>

#define STALE " (may be stale)"

void lh_thread_text(struct lh_heap *heap, uint64_t thread, struct lh_string *out)
{
	uint64_t id = lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_NATIVE_ID);

	if (id)
		lh_string_addf(out, "thread %" PRIu64, id & UINT32_MAX);
	else
		lh_string_addf(out, "thread 0x%" PRIx64,
			       lh_heap_word(heap, &heap->view, thread, LH_F_THREAD_ID));
}

/* The module's file without its folders. */
static const char *module_name(const struct lh_heap *heap, uint64_t addr)
{
	const struct lh_module *module = lh_target_module(heap->target, addr);

	return module && module->path ? lh_base_name(module->path) : "?";
}

/* "cache+8"; "+0x4e08" in the module if no symbol is known. */
static void add_symbol(struct lh_heap *heap, uint64_t addr, struct lh_string *out)
{
	const struct lh_module *module = lh_target_module(heap->target, addr);
	struct lh_modfile *file = lh_heap_file(heap, addr);
	const char *name;
	uint64_t offset;

	if (file && lh_modfile_symbol_at(file, addr, &name, &offset) == 0)
		lh_string_addf(out, offset ? "%s+%" PRIu64 : "%s", name, offset);
	else
		lh_string_addf(out, "+0x%" PRIx64, addr - (module ? module->bias : 0));
}

/* "PyInterpreterState+1248", if the word is in an interpreter's state. */
static bool add_state(struct lh_heap *heap, uint64_t at, struct lh_string *out)
{
	const struct lh_interp *interp = lh_heap_interp_at(heap, at);

	if (interp)
		lh_string_addf(out, "PyInterpreterState+%" PRIu64, at - interp->addr);
	return interp;
}

static bool is_interned(struct lh_heap *heap, uint64_t addr)
{
	struct lh_object o;

	return lh_object_at(heap, &heap->view, addr, &o) == 0 && lh_object_is_interned(heap, &o);
}

static const char *interned_text(struct lh_heap *heap, const struct lh_root *root)
{
	return is_interned(heap, root->to) ? "interned and immortal"
					   : "interned strings, held by the interpreter";
}

void lh_native_root_text(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out)
{
	switch (root->kind) {
	case LH_ROOT_INTERNED:
		lh_string_add(out, interned_text(heap, root));
		break;
	case LH_ROOT_STATIC:
		lh_string_add(out, "static ");
		add_symbol(heap, root->to, out);
		lh_string_addf(out, " in %s", module_name(heap, root->to));
		break;
	case LH_ROOT_DATA:
		if (add_state(heap, root->at, out))
			break;
		lh_string_addf(out, "static data of %s (", module_name(heap, root->at));
		add_symbol(heap, root->at, out);
		lh_string_add(out, ")");
		break;
	case LH_ROOT_LOCAL:
		lh_string_add(out, "thread-local storage of ");
		lh_thread_text(heap, root->thread, out);
		break;
	case LH_ROOT_REGISTER:
		lh_string_add(out, "a register of ");
		if (root->thread)
			lh_thread_text(heap, root->thread, out);
		else
			lh_string_add(out, "a thread without Python");
		lh_string_add(out, STALE);
		break;
	case LH_ROOT_STACK:
		lh_string_addf(out, "%s of ", root->field);
		lh_thread_text(heap, root->thread, out);
		lh_string_add(out, STALE);
		break;
	case LH_ROOT_NATIVE:
		lh_string_addf(out, "native memory at 0x%" PRIx64 STALE, root->at);
		break;
	default:
		if (root->excess)
			lh_string_addf(out, "%" PRIu64 " counted reference%s not found", root->excess,
				       root->excess == 1 ? " that was" : "s that were");
		else
			lh_string_add(out, "an immortal object");
		break;
	}
}

void lh_native_root_step(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out)
{
	lh_string_add(out, "<");
	if (root->kind == LH_ROOT_INTERNED) {
		lh_string_add(out, is_interned(heap, root->to) ? "interned" : "interned strings");
	} else if (root->kind == LH_ROOT_STATIC) {
		lh_string_add(out, "static ");
		add_symbol(heap, root->to, out);
	} else if (root->kind == LH_ROOT_DATA) {
		if (!add_state(heap, root->at, out))
			add_symbol(heap, root->at, out);
	} else if (root->kind == LH_ROOT_LOCAL) {
		lh_string_add(out, "thread-local");
	} else if (root->kind == LH_ROOT_REGISTER) {
		lh_string_add(out, "register");
	} else if (root->kind == LH_ROOT_STACK) {
		lh_string_add(out, root->field);
	} else if (root->kind == LH_ROOT_NATIVE) {
		lh_string_addf(out, "0x%" PRIx64, root->at);
	} else {
		lh_string_addf(out, "object at 0x%" PRIx64, root->to);
	}
	lh_string_add(out, ">");
}

void lh_native_group_text(struct lh_heap *heap, const struct lh_root *root, struct lh_string *out)
{
	switch (root->kind) {
	case LH_ROOT_INTERNED:
		lh_string_add(out, interned_text(heap, root));
		break;
	case LH_ROOT_STATIC:
		lh_string_addf(out, "static objects of %s", module_name(heap, root->to));
		break;
	case LH_ROOT_DATA:
		lh_string_addf(out, "static data of %s", module_name(heap, root->at));
		break;
	case LH_ROOT_LOCAL:
		lh_string_add(out, "thread-local storage");
		break;
	case LH_ROOT_REGISTER:
		lh_string_add(out, "threads' registers" STALE);
		break;
	case LH_ROOT_STACK:
		lh_string_add(out, "threads' stacks" STALE);
		break;
	case LH_ROOT_NATIVE:
		lh_string_add(out, "native memory" STALE);
		break;
	default:
		lh_string_add(out, "counted references that were not found");
		break;
	}
}
