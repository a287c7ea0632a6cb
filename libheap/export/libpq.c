/* SPDX-License-Identifier: Apache-2.0 */
#include "export/libpq.h"

#include <dlfcn.h>

#define SONAME "libpq.so.5"

int lh_libpq_load(struct lh_ctx *ctx, const char *name, struct lh_libpq *ret)
{
	void *library = dlopen(SONAME, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return lh_fail(ctx, LH_EIO, "write %s: PostgreSQL's client library (package libpq5): %s",
			       name, dlerror());
#define LOAD(function)                                                                               \
	ret->function = dlsym(library, #function);                                                   \
	if (!ret->function)                                                                          \
		return lh_fail(ctx, LH_EIO, "write %s: %s is too old: it has no %s()", name, SONAME, \
			       #function);
	LH_LIBPQ_FUNCTIONS(LOAD)
#undef LOAD
	return 0;
}
