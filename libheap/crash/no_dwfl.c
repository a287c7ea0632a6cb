/* SPDX-License-Identifier: Apache-2.0 */
/* In place of dwfl.c, where the library was built without libdw. */
#include "crash/dwfl.h"

int lh_dwfl_open(struct lh_unwinding *from, struct lh_dwfl **ret)
{
	*ret = NULL;
	return LH_ABSENT;
}

int lh_dwfl_unwind(struct lh_dwfl *dwfl, struct lh_native_stack *stack)
{
	return 0;
}

int lh_dwfl_name(struct lh_dwfl *dwfl, struct lh_native_place *place)
{
	return 0;
}

struct lh_dwfl *lh_dwfl_free(struct lh_dwfl *dwfl)
{
	return NULL;
}
