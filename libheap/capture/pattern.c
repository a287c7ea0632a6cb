/* SPDX-License-Identifier: Apache-2.0 */
/* Names of cores. */
#include "capture/pattern.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum lh_core_way lh_core_way(const char *pattern, bool uses_pid)
{
	if (*pattern == '|')
		return LH_CORE_PIPE;
	if (*pattern == '@')
		return LH_CORE_SOCKET;
	return *pattern || uses_pid ? LH_CORE_FILE : LH_CORE_NOWHERE;
}

/* A name is one step of a path, whatever it has (cn_esc_printf()). */
static void add_step(struct lh_string *out, const char *name)
{
	bool dots = !*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0;

	if (dots)
		lh_string_add(out, "!");
	for (name += dots && *name ? 1 : 0; *name; name++)
		lh_string_add_bytes(out, *name == '/' ? "!" : name, 1);
}

/* Return: whether @name is known. */
static bool add_known(struct lh_string *out, const char *name, const char *otherwise)
{
	if (name)
		add_step(out, name);
	else
		lh_string_add(out, otherwise);
	return name != NULL;
}

/* Return: whether it is known before the process crashes. */
static bool add_letter(struct lh_string *out, char letter, const struct lh_core_names *n)
{
	static const struct {
		char letter;
		const char *text;
	} later[] = {
		{'s', "<signal>"}, {'t', "<time>"}, {'i', "<thread>"}, {'I', "<thread>"}, {'C', "<cpu>"}};

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (later[i].letter == letter) {
			lh_string_add(out, later[i].text);
			return false;
		}
	switch (letter) {
	case '%':
		lh_string_add(out, "%");
		break;
	case 'p':
		lh_string_addf(out, "%d", (int)n->own_pid);
		break;
	case 'P':
		lh_string_addf(out, "%d", (int)n->pid);
		break;
	case 'u':
		lh_string_addf(out, "%" PRIu32, n->uid);
		break;
	case 'g':
		lh_string_addf(out, "%" PRIu32, n->gid);
		break;
	case 'd':
		lh_string_addf(out, "%d", n->for_root ? 2 : 1);
		break;
	case 'c':
		lh_string_addf(out, "%" PRIu64, n->limit);
		break;
	case 'e':
		return add_known(out, n->name, "<name>");
	case 'E':
		return add_known(out, n->exe, "<path>");
	case 'f':
		return add_known(out, lh_base_name(n->exe), "<file>");
	case 'h':
		return add_known(out, n->host, "<host>");
	default: /* dropped, as the kernel does */
		break;
	}
	return true;
}

bool lh_core_name(const char *pattern, const struct lh_core_names *names, struct lh_string *out)
{
	bool open = false, has_pid = false;

	for (; *pattern; pattern++) {
		if (*pattern != '%') {
			lh_string_add_bytes(out, pattern, 1);
			continue;
		}
		if (!*++pattern)
			break;
		has_pid = has_pid || *pattern == 'p';
		open = !add_letter(out, *pattern, names) || open;
	}
	if (names->uses_pid && !has_pid)
		lh_string_addf(out, ".%d", (int)names->own_pid);
	return open;
}
