/* SPDX-License-Identifier: Apache-2.0 */
/* All findings, and the verdict: the worst of them, or where the core would be. */
#include "capture/findings.h"

#include <stdio.h>

static void judge_nowhere(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "pattern", LH_CAPTURE_NONE);

	lh_string_add(&f->text, "kernel.core_pattern is empty");
	lh_string_addf(&f->fix, "%ssysctl -w kernel.core_pattern=/var/tmp/core.%%e.%%p", lh_capture_sudo(c));
}

static void judge_socket(struct lh_capture *c)
{
	struct lh_capture_finding *f = lh_capture_add(c, "handler", LH_CAPTURE_UNKNOWN);

	lh_string_addf(&f->text, "cores go to the socket %s, and what is done with them there is not known",
		       c->pattern + 1);
}

static const struct lh_capture_finding *worst_of(const struct lh_capture *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->findings[i].effect == c->worst)
			return &c->findings[i];
	return NULL;
}

static void give_usable(struct lh_capture *c)
{
	char size[LH_SIZE_MAX];
	const char *keeper = *c->handler.next ? c->handler.next : c->handler.program;

	lh_size_text(c->process.memory.written, size);
	if (c->place.path.text)
		lh_string_addf(&c->verdict, "A crash would leave a core of about %s: %s", size,
			       c->place.path.text);
	else
		lh_string_addf(&c->verdict, "A crash would give a core of about %s to %s", size,
			       lh_base_name(keeper));
}

static void give_verdict(struct lh_capture *c)
{
	static const char *const heads[] = {
		[LH_CAPTURE_UNKNOWN] = "Whether a usable core would be left is not known",
		[LH_CAPTURE_USELESS] = "The core would not be usable",
		[LH_CAPTURE_NONE] = "No core would be left",
	};
	const struct lh_capture_finding *worst = worst_of(c);

	if (lh_capture_is_usable(c) || !worst)
		give_usable(c);
	else
		lh_string_addf(&c->verdict, "%s: %s", heads[c->worst],
			       worst->text.text ? worst->text.text : "");
}

int lh_capture_judge(struct lh_capture *c)
{
	lh_capture_judge_process(c);
	if (c->way == LH_CORE_NOWHERE)
		judge_nowhere(c);
	else if (c->way == LH_CORE_SOCKET)
		judge_socket(c);
	else if (c->way == LH_CORE_FILE)
		lh_capture_judge_file(c);
	else
		lh_capture_judge_handler(c);
	lh_capture_judge_memory(c);
	lh_capture_judge_ptrace(c);
	give_verdict(c);
	for (size_t i = 0; i < c->count; i++)
		if (c->findings[i].text.failed || c->findings[i].fix.failed)
			return lh_nomem(c->ctx);
	return c->verdict.failed ? lh_nomem(c->ctx) : 0;
}
