/* SPDX-License-Identifier: Apache-2.0 */
/* Own every local by a guard; hand it over with lh_take() at the end. */
#ifndef LH_UTIL_CLEANUP_H
#define LH_UTIL_CLEANUP_H

#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(fn) __attribute__((cleanup(fn)))
#define lh_take(p)                          \
	({                                  \
		__typeof__(p) _taken = (p); \
		(p) = NULL;                 \
		_taken;                     \
	})
#define lh_take_fd(fd)             \
	({                         \
		int _taken = (fd); \
		(fd) = -1;         \
		_taken;            \
	})

static inline void lh_freep(void *p)
{
	free(*(void **)p);
}

static inline void lh_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define _cleanup_free_ _cleanup_(lh_freep)
#define _cleanup_close_ _cleanup_(lh_closep)

/* Defines name##p() for _cleanup_, for a free function that takes NULL. */
#define LH_DEFINE_CLEANUP(type, name)        \
	static inline void name##p(type **p) \
	{                                    \
		name(*p);                    \
	}                                    \
	struct lh_swallow_semicolon

#endif
