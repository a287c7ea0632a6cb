/* SPDX-License-Identifier: Apache-2.0 */
#include "describe/edge_text.h"
#include "cpython/attribute.h"
#include "cpython/type_name.h"
#include "util/array.h"

#include <ctype.h>

#define DICT ".__dict__"
#define OWN_DICT ".<__dict__>" /* of an object with a class that defines another __dict__ */
#define NAME_MAX 256

/* Words that are not an attribute's name in every version. */
static bool is_keyword(const char *name, size_t n)
{
	static const char words[] =
		" False None True and as assert async await break class continue def del elif else except "
		"exec "
		"finally for from global if import in is lambda nonlocal not or pass print raise return try "
		"while with yield ";

	for (const char *at = words; *at; at += 1 + strcspn(at + 1, " "))
		if (strncmp(at + 1, name, n) == 0 && at[1 + n] == ' ')
			return true;
	return false;
}

/* ['name'] as an attribute's name; 0 if it is not one. */
static size_t identifier(const char *edge)
{
	size_t n = 0;

	if (strncmp(edge, "['", 2) != 0)
		return 0;
	while (isalnum((unsigned char)edge[2 + n]) || edge[2 + n] == '_')
		n++;
	if (strcmp(edge + 2 + n, "']") != 0 || isdigit((unsigned char)edge[2]) || is_keyword(edge + 2, n))
		return 0;
	return n;
}

void lh_edge_text_add_local(struct lh_string *out, const char *name, const char *holder)
{
	static const struct {
		const char *holder, *frame;
	} frames[] = {
		{"generator", ".gi_frame"}, {"coroutine", ".cr_frame"}, {"async_generator", ".ag_frame"}};

	for (size_t i = 0; i < LH_ARRAY_SIZE(frames); i++)
		if (strcmp(holder, frames[i].holder) == 0)
			lh_string_add(out, frames[i].frame);
	if (strncmp(name, "local ", 6) == 0)
		lh_string_addf(out, ".f_locals['%s']", name + 6);
	else
		lh_string_addf(out, ".<%s>", name);
}

bool lh_text_ends_with(const struct lh_string *text, const char *end)
{
	size_t n = strlen(end);

	return text->len > n && strcmp(text->text + text->len - n, end) == 0;
}

/* A class's attribute may be bound when it is read (2.7's functions, properties); an item of its dict never
 * is. */
struct lh_type *lh_edge_text_owner(struct lh_heap *heap, struct lh_type *type)
{
	return type->kind->id == LH_KIND_TYPE || strcmp(lh_type_name(heap, type), "classobj") == 0 ? NULL
												   : type;
}

/* x.__dict__['name'] is x.name, unless x has a class that makes something else of it. Return: whether it
 * was. */
static bool add_attribute(const struct lh_edge_text *e, struct lh_string *out)
{
	const char *end = lh_text_ends_with(out, OWN_DICT) ? OWN_DICT : DICT;
	size_t n = e->owner && lh_text_ends_with(out, end) ? identifier(e->name) : 0;
	char name[NAME_MAX];

	if (!n || n >= sizeof(name))
		return false;
	memcpy(name, e->name + 2, n);
	name[n] = 0;
	if (!lh_attribute_reads_dict(e->heap, e->owner, name))
		return false;
	out->len -= strlen(end);
	out->text[out->len] = 0;
	lh_string_addf(out, ".%s", name);
	return true;
}

/* ".name", an instance's attribute that is not in a dict yet */
static void add_inline(const struct lh_edge_text *e, struct lh_string *out)
{
	const char *name = e->name + 1;

	if (!is_keyword(name, strlen(name)) && lh_attribute_reads_dict(e->heap, e->from->type, name))
		lh_string_add(out, e->name);
	else if (lh_attribute_reads_field(e->heap, e->from->type, &DICT[1]))
		lh_string_addf(out, DICT "['%s']", name);
	else
		lh_string_addf(out, ".<%s>", name);
}

/* ".name", a field or a slot */
static void add_field(const struct lh_edge_text *e, struct lh_string *out)
{
	struct lh_type *type = e->from->type;
	const char *name = e->name + 1;
	bool reads = e->span && e->span->label == LH_LABEL_SLOT
			     ? lh_attribute_reads_slot(e->heap, type, name, e->span->first)
			     : lh_attribute_reads_field(e->heap, type, name);

	lh_string_addf(out, reads ? ".%s" : ".<%s>", name);
}

static bool is_name(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

	return n && !name[n];
}

static void add_item(const struct lh_edge_text *e, struct lh_string *out)
{
	bool typed = e->name[1] != '<' && strcmp(e->name, "[…]") != 0;

	if (!typed || lh_attribute_reads_items(e->heap, e->from->type))
		lh_string_add(out, e->name);
	else
		lh_string_addf(out, "[<%.*s>]", (int)strlen(e->name) - 2, e->name + 1);
}

void lh_edge_text_add(const struct lh_edge_text *e, struct lh_string *out)
{
	if (add_attribute(e, out))
		return;
	if (e->name[0] == '[' && e->span && e->span->label <= LH_LABEL_VALUE)
		add_item(e, out);
	else if (e->name[0] != '.' || !is_name(e->name + 1))
		lh_string_add(out, e->name);
	else if (e->span && e->span->label == LH_LABEL_ATTRIBUTE)
		add_inline(e, out);
	else
		add_field(e, out);
}
