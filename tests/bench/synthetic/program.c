/* SPDX-License-Identifier: Apache-2.0 */
#include "program.h"

#include <stdarg.h>
#include <stdio.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIXED 0 /* the population of one: modules, types, names */
#define LEAKS 64
#define SEVEN 7
#define NAMES 11 /* of the module */

/* Keys of dicts of records; the code names them too. */
enum { KEY_ID, KEY_USER, KEY_TEXT, KEY_AT, KEY_PARTS, KEY_A, KEY_B, KEYS };

/* What the parts of the program have in common. */
struct maker {
	struct heap *h;
	struct program *out;
	uint64_t objects;
	uint32_t seed;
	int user, point, node;
	struct id dict; /* the module's __dict__ */
	struct id keys[KEYS];
	struct id builtins;
};

static uint32_t share(const struct maker *m, double part, unsigned per_record)
{
	return (uint32_t)(m->objects * part / per_record) + 1;
}

static void name(struct maker *m, const char *text, struct id value)
{
	dict_add(m->h, m->dict,
		 (struct entry){name_new(m->h, FIXED, text), value, .first = value.population != FIXED});
}

static uint64_t sizes_of(struct heap *h, const struct id *ids, unsigned count)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < count; i++)
		sum += block_of(h, ids[i])->sizeof_;
	return sum;
}

static struct cycles *add_cycles(struct maker *m, uint64_t components, const struct id *ids, unsigned count)
{
	struct cycles *c = &m->out->cycles[m->out->cycle_count++];

	*c = (struct cycles){.components = components,
			     .objects = components * count,
			     .bytes = components * sizes_of(m->h, ids, count)};
	return c;
}

static void add_keeper(struct maker *m, const char *path, struct id id, uint32_t population)
{
	m->out->keepers[m->out->keeper_count++] = (struct keeper){path, id, population};
}

__attribute__((format(printf, 4, 5))) static void add_sample(struct maker *m, struct id id, uint32_t record,
							     const char *format, ...)
{
	struct sample *s = &m->out->samples[m->out->sample_count++];
	va_list args;

	*s = (struct sample){.id = id, .record = record};
	va_start(args, format);
	vsnprintf(s->path, sizeof(s->path), format, args);
	va_end(args);
}

/* ---- ROWS: users who are friends in rings of eight, rows about them ---- */

static struct id make_user(struct maker *m, uint32_t p)
{
	struct heap *h = m->h;
	struct id tags[] = {int_new(h, p, m->seed + 31, true), str_new(h, p, "tag ########")};
	struct id values[] = {int_new(h, p, m->seed + 7, true), str_new(h, p, "user ########"),
			      list_new(h, p, tags, 2), float_new(h, p, 1)};
	struct id user = instance_new(h, p, m->user);

	for (unsigned i = 0; i < COUNT(values); i++)
		instance_set(h, user, i, values[i], TO_BLOCK);
	instance_set(h, user, COUNT(values), user, TO_PEER);
	return user;
}

static struct id make_parts(struct maker *m, uint32_t p, struct id user)
{
	struct heap *h = m->h;
	struct id place[] = {float_new(h, p, 2), float_new(h, p, 3), user};
	struct id plain[] = {int_new(h, p, m->seed + 11, true), int_new(h, p, m->seed + 13, true)};
	struct id mixed[] = {str_new(h, p, "########"), int_new(h, p, m->seed + 17, true), user};
	/* The collector has untracked the tuple of numbers. */
	struct id parts[] = {slots_new(h, p, m->point, place, 3), tuple_new(h, p, plain, 2, false),
			     tuple_new(h, p, mixed, 3, true)};

	return list_new(h, p, parts, 3);
}

static void make_rows(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "rows", share(m, 0.72, 20)), count = h->populations[p].count;
	struct id user = make_user(m, p), row, rows;
	struct entry entries[] = {{m->keys[KEY_ID], int_new(h, p, m->seed + 19, true)},
				  {m->keys[KEY_USER], user},
				  {m->keys[KEY_TEXT], str_new(h, p, "row ######## of the table")},
				  {m->keys[KEY_AT], float_new(h, p, 4)},
				  {m->keys[KEY_PARTS], make_parts(m, p, user)}};
	struct cycles *c = add_cycles(m, count / PEERS, &user, 1);

	c->objects *= PEERS;
	c->bytes *= PEERS;
	row = dict_new(h, p, entries, COUNT(entries));
	rows = big_list_new(h, row);
	name(m, "ROWS", rows);
	add_keeper(m, "sys.modules['app'].ROWS", rows, p);
	add_sample(m, row, count / 3, "sys.modules['app'].ROWS[%u]", count / 3);
	add_sample(m, user, count - 1, "sys.modules['app'].ROWS[%u]['user']", count - 1);
	add_sample(m, entries[2].value, 1, "sys.modules['app'].ROWS[1]['text']");
}

/* ---- HANDLERS: functions, which refer to the module's __dict__, which has them ---- */

static struct id make_code(struct maker *m)
{
	struct heap *h = m->h;
	struct id id = object_new(h, FIXED, CODE, off(h, LH_F_CODE_SIZE), (off(h, LH_F_CODE_SIZE) + 7) & ~7u);
	struct id text = name_new(h, FIXED, "handler"), names = tuple_new(h, FIXED, m->keys, KEYS, true),
		  consts = tuple_new(h, FIXED, &none, 1, true), bytes = bytes_new(h, FIXED, 4);
	const struct {
		enum lh_field field;
		struct id to;
	} refs[] = {{LH_F_CODE_CONSTS, consts},
		    {LH_F_CODE_NAMES, names},
		    {LH_F_CODE_EXCEPTIONTABLE, bytes},
		    {LH_F_CODE_LOCALSPLUSNAMES, names},
		    {LH_F_CODE_LOCALSPLUSKINDS, bytes},
		    {LH_F_CODE_LINETABLE, bytes},
		    {LH_F_CODE_NAME, text},
		    {LH_F_CODE_QUALNAME, text},
		    {LH_F_CODE_FILENAME, str_new(h, FIXED, "app.py")}};

	for (unsigned i = 0; i < COUNT(refs); i++)
		refer(h, id, off(h, refs[i].field), refs[i].to, TO_BLOCK);
	return id;
}

/* Its cycles are made when the module's __dict__ is there. */
static void make_handlers(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "handlers", share(m, 0.04, 4));
	struct id cell = cell_new(h, p, int_new(h, p, m->seed + 23, true)),
		  function = function_new(h, p, make_code(m), m->dict, m->builtins,
					  name_new(h, FIXED, "handler"), tuple_new(h, p, &cell, 1, true)),
		  handlers = big_list_new(h, function);
	struct cycles *c;
	struct id alone[] = {m->dict, handlers};

	name(m, "HANDLERS", handlers);
	c = add_cycles(m, 1, alone, 2);
	c->objects += h->populations[p].count;
	c->bytes += h->populations[p].count * block_of(h, function)->sizeof_;
	add_sample(m, function, 5, "sys.modules['app'].HANDLERS[5]");
}

/* ---- CACHE, PAIRS, CHAIN ---- */

static void make_cache(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "cache", share(m, 0.14, 4));
	struct id items[] = {bytes_new(h, p, 64), int_new(h, p, m->seed + 29, true)},
		  entry = list_new(h, p, items, 2),
		  cache = big_dict_new(h, str_new(h, p, "key ########"), entry);

	name(m, "CACHE", cache);
	add_keeper(m, "sys.modules['app'].CACHE", cache, p);
	add_sample(m, items[0], 6, "sys.modules['app'].CACHE['key 00000006'][0]");
}

static void make_pairs(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "pairs", share(m, 0.05, 2));
	struct id nodes[] = {instance_new(h, p, m->node), instance_new(h, p, m->node)},
		  pairs = big_list_new(h, nodes[0]);

	instance_set(h, nodes[0], 1, nodes[1], TO_BLOCK);
	instance_set(h, nodes[1], 1, nodes[0], TO_BLOCK);
	name(m, "PAIRS", pairs);
	add_cycles(m, h->populations[p].count, nodes, 2);
	add_keeper(m, "sys.modules['app'].PAIRS", pairs, p);
	add_sample(m, nodes[1], 9, "sys.modules['app'].PAIRS[9].peer");
}

/* Instances whose __dict__ somebody asked for. */
static void make_opened(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "opened", share(m, 0.01, 4));
	struct id number = int_new(h, p, m->seed + 47, true), node = instance_new(h, p, m->node), dict,
		  opened;

	instance_set(h, node, 0, number, TO_BLOCK);
	instance_set(h, node, 1, str_new(h, p, "peer ########"), TO_BLOCK);
	dict = instance_dict_new(h, node);
	opened = big_list_new(h, node);
	name(m, "OPENED", opened);
	add_keeper(m, "sys.modules['app'].OPENED", opened, p);
	add_sample(m, dict, 3, "sys.modules['app'].OPENED[3].__dict__");
	add_sample(m, number, 8, "sys.modules['app'].OPENED[8].items");
}

/* One after the other, as deep as there are records. */
static void make_chain(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "chain", share(m, 0.01, 2));
	struct id number = int_new(h, p, m->seed + 37, true), node = instance_new(h, p, m->node);

	instance_set(h, node, 0, number, TO_BLOCK);
	instance_set(h, node, 1, node, TO_NEXT);
	name(m, "CHAIN", node);
	add_keeper(m, "sys.modules['app'].CHAIN", node, p);
	add_sample(m, number, 2, "sys.modules['app'].CHAIN.peer.peer.items");
}

/* ---- garbage and leaks ---- */

static void make_garbage(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "garbage", share(m, 0.02, 6));
	struct id a = instance_new(h, p, m->node), b = instance_new(h, p, m->node),
		  back = list_new(h, p, &a, 1);
	struct entry to_b = {m->keys[KEY_B], b}, to_a = {m->keys[KEY_A], back};
	struct id cycle[] = {a, dict_new(h, p, &to_b, 1), b, dict_new(h, p, &to_a, 1), back};

	instance_set(h, a, 0, cycle[1], TO_BLOCK);
	instance_set(h, a, 1, str_new(h, p, "lost ########"), TO_BLOCK);
	instance_set(h, b, 0, cycle[3], TO_BLOCK);
	h->populations[p].garbage = true;
	add_cycles(m, h->populations[p].count, cycle, COUNT(cycle))->garbage = true;
	add_sample(m, b, 4, "%s", "");
}

/* l = [l] */
static void make_selves(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t p = population_new(h, "selves", share(m, 0.001, 1));
	struct id list = list_open(h, p, 1);

	list_set(h, list, 0, list);
	h->populations[p].garbage = true;
	add_cycles(m, h->populations[p].count, &list, 1)->garbage = true;
}

/*
 * Counted, and held by nobody; and held once, but counted eight times. A number lies right behind the storage
 * of a list, in a block of the same size.
 */
static void make_leaks(struct maker *m)
{
	struct heap *h = m->h;
	uint32_t lost = population_new(h, "lost", LEAKS), held = population_new(h, "held", LEAKS);
	struct id number = int_new(h, held, m->seed + 41, true), pair = tuple_new(h, held, &number, 1, true);
	struct id three[] = {float_new(h, lost, 5), float_new(h, lost, 6), float_new(h, lost, 7)};

	block_of(h, list_new(h, lost, three, 3))->extra = 1;
	block_of(h, int_new(h, lost, m->seed + 43, true))->extra = 3;
	block_of(h, str_new(h, lost, "lost text ########"))->extra = 2;
	block_of(h, pair)->extra = SEVEN;
	name(m, "HELD", big_list_new(h, pair));
}

/* ---- modules ---- */

static struct id make_module(struct maker *m, const char *text, struct id dict)
{
	struct heap *h = m->h;
	struct id id = object_new(h, FIXED, MODULE, h->types[MODULE].basicsize, h->types[MODULE].basicsize);

	refer(h, id, off(h, LH_F_MODULE_DICT), dict, TO_BLOCK);
	refer(h, id, off(h, LH_F_MODULE_NAME), name_new(h, FIXED, text), TO_BLOCK);
	return id;
}

static struct id make_builtins(struct maker *m)
{
	struct heap *h = m->h;
	struct entry entries[] = {{name_new(h, FIXED, "int"), h->types[INT].id},
				  {name_new(h, FIXED, "list"), h->types[LIST].id},
				  {name_new(h, FIXED, "dict"), h->types[DICT].id},
				  {name_new(h, FIXED, "None"), none}};

	return dict_new(h, FIXED, entries, COUNT(entries));
}

/* The module's __dict__ comes first: functions refer to it. */
static void make_app(struct maker *m)
{
	static const char *const keys[KEYS] = {"id", "user", "text", "at", "parts", "a", "b"};
	static void (*const parts[])(struct maker *) = {make_rows,    make_handlers, make_cache,
							make_pairs,   make_opened,   make_chain,
							make_garbage, make_selves,   make_leaks};
	struct heap *h = m->h;

	m->dict = dict_open(h, FIXED, NAMES);
	for (unsigned i = 0; i < KEYS; i++)
		m->keys[i] = name_new(h, FIXED, keys[i]);
	name(m, "__name__", name_new(h, FIXED, "app"));
	name(m, "User", h->types[m->user].id);
	name(m, "Point", h->types[m->point].id);
	name(m, "Node", h->types[m->node].id);
	for (unsigned i = 0; i < COUNT(parts); i++)
		parts[i](m);
}

static void make_modules(struct maker *m, struct id app)
{
	struct heap *h = m->h;
	struct program *out = m->out;
	struct entry entries[] = {
		{name_new(h, FIXED, "hexversion"), int_new(h, FIXED, h->layout.build.version, false)},
		{name_new(h, FIXED, "maxunicode"), int_new(h, FIXED, 0x10ffff, false)}};
	struct entry modules[3];
	struct id ring[3];

	out->sysdict = dict_open(h, FIXED, 3);
	dict_add(h, out->sysdict, entries[0]);
	dict_add(h, out->sysdict, entries[1]);
	out->builtins = m->builtins;
	modules[0] = (struct entry){name_new(h, FIXED, "sys"), make_module(m, "sys", out->sysdict)};
	modules[1] = (struct entry){name_new(h, FIXED, "builtins"), make_module(m, "builtins", m->builtins)};
	modules[2] = (struct entry){name_new(h, FIXED, "app"), app};
	out->modules = dict_new(h, FIXED, modules, COUNT(modules));
	dict_add(h, out->sysdict, (struct entry){name_new(h, FIXED, "modules"), out->modules});
	ring[0] = out->sysdict;
	ring[1] = modules[0].value;
	ring[2] = out->modules;
	add_cycles(m, 1, ring, 3);
}

/* A class and the tuple of its method resolution order have each other. */
static int make_class(struct maker *m, const char *text, const char *const *attributes, unsigned count,
		      bool slots)
{
	int type = class_new(m->h, "app", text, attributes, count, slots);
	struct id ring[] = {m->h->types[type].id, m->h->types[type].mro};

	add_cycles(m, 1, ring, 2);
	return type;
}

void program_new(struct heap *h, uint64_t objects, uint32_t seed, struct program *ret)
{
	static const char *const user[] = {"number", "name", "tags", "score", "friend"};
	static const char *const place[] = {"x", "y", "owner"}, *const node[] = {"items", "peer"};
	struct maker m = {.h = h, .out = ret, .objects = objects, .seed = seed};

	*ret = (struct program){0};
	population_new(h, "fixed", 1);
	types_new(h);
	m.user = make_class(&m, "User", user, COUNT(user), false);
	m.point = make_class(&m, "Point", place, COUNT(place), true);
	m.node = make_class(&m, "Node", node, COUNT(node), false);
	m.builtins = make_builtins(&m);
	make_app(&m);
	make_modules(&m, make_module(&m, "app", m.dict));
	block_of(h, ret->sysdict)->refs++;
	block_of(h, ret->modules)->refs++;
	block_of(h, ret->builtins)->refs++;
}
