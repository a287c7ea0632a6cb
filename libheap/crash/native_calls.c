/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/native_calls.h"

#include "util/array.h"
#include "util/string.h"

#include <string.h>

/* "_PyEval_EvalFrameDefault.cold", "dictresize.lto_priv.0": parts and copies that compilers make of a function; "dlopen@@GLIBC_2.34" */
char *lh_function_name(const char *symbol)
{
	return strndup(symbol, *symbol == '.' ? strlen(symbol) : strcspn(symbol, ".@"));
}

int lh_native_add(struct lh_native_stack *stack, uint64_t pc)
{
	struct lh_native_call call = {.pc = pc};
	int r;

	if (stack->count == LH_NATIVE_CALLS_MAX) {
		stack->cut = true;
		return LH_DONE;
	}
	r = lh_append(stack->heap->ctx, stack->calls, stack->count, stack->capacity, call);
	return r ? r : lh_progress(stack->heap->ctx, "reading the stack", stack->count, 0);
}

static void line_fini(struct lh_native_line *line)
{
	free(line->function);
	free(line->file);
}

void lh_native_stack_fini(struct lh_native_stack *stack)
{
	for (size_t i = 0; i < stack->place_count; i++) {
		struct lh_native_place *place = &stack->places[i];

		line_fini(&place->at);
		for (size_t k = 0; k < place->inlined_count; k++)
			line_fini(&place->inlined[k]);
		free(place->inlined);
	}
	free(stack->places);
	free(stack->calls);
	*stack = (struct lh_native_stack){0};
}

bool lh_is_c_library(const struct lh_module *module)
{
	static const char *const names[] = {"libc.so", "libc-2", "ld-", "libpthread"};

	for (size_t i = 0; module && i < LH_ARRAY_SIZE(names); i++)
		if (strncmp(lh_base_name(module->path), names[i], strlen(names[i])) == 0)
			return true;
	return false;
}
