/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables are made from builds for x86-64. On other machines of 64 bits the same structs differ by what the C
 * library puts into them: CPython's lock of the interpreter has two mutexes in the midst of a struct.
 */
#include "layout/layout.h"
#include "util/array.h"

#include <elf.h>
#include <string.h>

/* sizeof(pthread_mutex_t), x86-64: 40 (glibc sysdeps/aarch64, x86/nptl/bits/pthreadtypes-arch.h) */
static const struct {
	uint16_t machine;
	uint32_t more;
} mutexes[] = {
	{EM_AARCH64, 8},
};

#define MUTEXES 2 /* gil->mutex, gil->switch_mutex (Include/internal/pycore_gil.h: FORCE_SWITCHING) */

/* The first field after them; what follows it in its struct moves too. */
static const struct {
	enum lh_field first;
	struct lh_versions versions;
} moved[] = {
	/* pycore_runtime.h: ceval.gil, then gilstate (3.7 to 3.11) */
	{LH_F_RUNTIME_TSTATE_CURRENT, BETWEEN(3, 7, 3, 11)},
	/* pycore_interp.h: _gil, then codecs (3.12 on) */
	{LH_F_INTERP_CODECS, FROM(3, 12)},
	/* the first interpreter is inside the runtime, after everything that fields.def has of it */
	{LH_F_RUNTIME_SIZE, FROM(3, 12)},
};

static void move(struct lh_layout *layout, enum lh_field first, uint32_t more)
{
	int32_t from = lh_layout_or(layout, first, -1);

	for (int f = 0; from >= 0 && f < LH_F_COUNT; f++)
		if (lh_layout_or(layout, (enum lh_field)f, -1) >= from &&
		    strcmp(lh_field_infos[f].types, lh_field_infos[first].types) == 0)
			layout->off1[f] += more;
}

void lh_layout_move_to(struct lh_layout *layout, uint32_t version, uint16_t machine)
{
	for (size_t m = 0; m < LH_ARRAY_SIZE(mutexes); m++)
		for (size_t i = 0; mutexes[m].machine == machine && i < LH_ARRAY_SIZE(moved); i++)
			if (lh_versions_have(&moved[i].versions, version))
				move(layout, moved[i].first, MUTEXES * mutexes[m].more);
}
