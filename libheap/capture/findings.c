/* SPDX-License-Identifier: Apache-2.0 */
/* Adding findings, and what to type that several of them need. */
#include "capture/findings.h"

struct lh_capture_finding *lh_capture_add(struct lh_capture *c, const char *code,
					  enum lh_capture_effect effect)
{
	struct lh_capture_finding *f = &c->findings[c->count];

	if (c->count < LH_CAPTURE_FINDINGS - 1)
		c->count++; /* there are fewer kinds than that */
	f->code = code;
	f->effect = effect;
	if (effect > c->worst)
		c->worst = effect;
	return f;
}

const char *lh_capture_sudo(const struct lh_capture *c)
{
	return c->as_root ? "" : "sudo ";
}

void lh_capture_fix_limit(const struct lh_capture *c, const char *name, const struct lh_capture_limit *limit,
			  struct lh_string *fix)
{
	bool may = c->as_owner && limit->hard == LH_UNLIMITED;

	lh_string_addf(fix, "%sprlimit --pid %d --%s=unlimited", may ? "" : lh_capture_sudo(c),
		       (int)c->process.pid, name);
}
