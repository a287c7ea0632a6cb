/* SPDX-License-Identifier: Apache-2.0 */
/* The folder in which the kernel would write a core, as the process that crashes finds it. */
#ifndef LH_CAPTURE_PLACE_H
#define LH_CAPTURE_PLACE_H

#include "capture/process.h"
#include "util/string.h"

enum lh_place_state {
	LH_PLACE_KNOWN,
	LH_PLACE_HIDDEN,  /* we may not look, or it is behind links of another root */
	LH_PLACE_MISSING, /* there is no such folder, or it was removed */
};

struct lh_core_place {
	enum lh_place_state state;
	struct lh_string path, folder; /* as the process has them */
	struct stat st;                /* of the folder */
	bool read_only, writable;
	uint64_t available; /* bytes, for this process */
	bool exists;        /* a file of that name is there; */
	struct stat file;
};

/** lh_may_create() - whether the mode of a folder lets a process make files in it */
bool lh_may_create(const struct lh_capture_process *p, const struct stat *folder);
/** lh_may_replace() - whether it may remove a file in a folder in which it may make files */
bool lh_may_replace(const struct lh_capture_process *p, const struct stat *folder, const struct stat *file);
/** lh_core_place_find() - where the file @name goes. @open: its end is not known yet. Free with lh_core_place_fini(). Return: 0; -LH_ENOMEM. */
int lh_core_place_find(struct lh_ctx *ctx, const struct lh_capture_process *p, const char *name, bool open,
		       struct lh_core_place *place);
void lh_core_place_fini(struct lh_core_place *place);

#endif
