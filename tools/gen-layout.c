/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen-layout: make a table of struct layouts (libheap/layout/tables/) from one build of CPython.
 *
 *	gen-layout [OPTION]... FILE [MODULE]...
 *
 * FILE is libpython, or python itself where it is static; its DWARF is in it or in its separate debug file.
 * MODULEs are extension modules (array, _collections ...) that complete what FILE's DWARF does not know.
 * The table goes to stdout.
 *
 *	--name NAME		name of the table: "3.11.2 debian"; default: the version
 *	--from TEXT		what was read, for the comment at its top: "Debian's python3.11-dbg 3.11.2-6"
 *	--version HEX		PY_VERSION_HEX; default: as the file says
 *	--first HEX, --last HEX	versions it is the best guess for, though others be nearer
 *	--debug, --free-threaded	the kind of build, where the file cannot say it (--text)
 *	--debug-file FILE	separate debug file; default: the one in /usr/lib/debug by build-id
 *	--text			FILE is a list of layouts as text, see gen-layout-text.c
 *
 * tools/gen-layouts runs it for all builds that are installed.
 */
#include "gen-layout.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	const char *name, *from, *debug_file;
	uint32_t version, first, last;
	bool debug, free_threaded, text;
};

static void fail(const char *path, const char *why)
{
	fprintf(stderr, "gen-layout: %s: %s\n", path, why);
	exit(1);
}

static const struct option long_options[] = {
	{"name", required_argument, NULL, 'n'},    {"from", required_argument, NULL, 'f'},
	{"version", required_argument, NULL, 'v'}, {"first", required_argument, NULL, '1'},
	{"last", required_argument, NULL, '2'},    {"debug", no_argument, NULL, 'd'},
	{"free-threaded", no_argument, NULL, 't'}, {"debug-file", required_argument, NULL, 'g'},
	{"text", no_argument, NULL, 'x'},          {0},
};

static uint32_t hex(const char *text)
{
	return (uint32_t)strtoul(text, NULL, 16);
}

static void take_option(struct options *options, int letter)
{
	switch (letter) {
	case 'n':
		options->name = optarg;
		break;
	case 'f':
		options->from = optarg;
		break;
	case 'v':
		options->version = hex(optarg);
		break;
	case '1':
		options->first = hex(optarg);
		break;
	case '2':
		options->last = hex(optarg);
		break;
	case 'd':
		options->debug = true;
		break;
	case 't':
		options->free_threaded = true;
		break;
	case 'g':
		options->debug_file = optarg;
		break;
	case 'x':
		options->text = true;
		break;
	default:
		exit(2);
	}
}

/* DWARF of @path, else of @debug_file, else of the separate debug file of @elf's build-id. */
static void read_dwarf(struct lh_ctx *ctx, const char *path, const char *debug_file,
		       const struct gen_elf *elf, struct lh_layout *layout)
{
	static const struct lh_build unknown;
	char standard[256];
	int r = lh_layout_from_dwarf(ctx, path, &unknown, layout);

	if (r == LH_ABSENT) {
		snprintf(standard, sizeof(standard), "/usr/lib/debug/.build-id/%.2s/%s.debug", elf->build_id,
			 elf->build_id[0] ? elf->build_id + 2 : "");
		r = lh_layout_from_dwarf(ctx, debug_file ? debug_file : standard, &unknown, layout);
	}
	if (r != 0)
		fail(path, r < 0 ? lh_ctx_error(ctx)->text : "no debug information");
}

static void read_elf(struct lh_ctx *ctx, const char *path, const char *debug_file, struct gen_elf *elf,
		     struct lh_layout *layout)
{
	const char *error;

	if (gen_elf_read(path, elf, &error) < 0)
		fail(path, error);
	read_dwarf(ctx, path, debug_file, elf, layout);
}

static void add_module(struct lh_ctx *ctx, const char *path, struct lh_layout *layout)
{
	struct lh_layout module;
	struct gen_elf elf;

	read_elf(ctx, path, NULL, &elf, &module);
	lh_layout_fill(layout, &module);
}

static void print_field(const struct lh_layout *layout, enum lh_field field)
{
	if (lh_layout_has(layout, field))
		printf("\t[LH_F_%s] = AT(%u),\n", lh_field_infos[field].name, lh_layout_at(layout, field));
}

static void print_head(const struct options *options, const char *name)
{
	printf("/* SPDX-License-Identifier: Apache-2.0 */\n"
	       "/* Made by tools/gen-layout%s --name '%s'%s%s. Do not edit. */\n"
	       "#include \"layout/tables/tables.h\"\n\n",
	       options->text ? " --text" : "", name, options->from ? ", from " : "",
	       options->from ? options->from : "");
}

static void print_symbol(const char *name)
{
	for (; *name; name++)
		putchar(isalnum((unsigned char)*name) ? tolower((unsigned char)*name) : '_');
}

static void print_table(const struct options *options, const struct lh_layout *layout, const char *build_id)
{
	const struct lh_build *build = &layout->build;
	char version[LH_VERSION_TEXT_MAX];
	const char *name = options->name ? options->name : version;

	lh_version_text(build->version, version);
	print_head(options, name);
	printf("static const uint32_t off1[LH_F_COUNT] = {\n");
	for (int i = 0; i < LH_F_COUNT; i++)
		print_field(layout, (enum lh_field)i);
	printf("};\n\n");
	if (build_id[0])
		printf("static const char *const build_ids[] = {\n\t\"%s\",\n\tNULL,\n};\n\n", build_id);
	printf("const struct lh_layout_table lh_table_");
	print_symbol(name);
	printf(" = {\n\t.name = \"%s\",\n\t.build = {.version = 0x%08x, .debug = %s, .free_threaded = %s},\n",
	       name, build->version, build->debug ? "true" : "false",
	       build->free_threaded ? "true" : "false");
	if (options->first)
		printf("\t.first = 0x%08x,\n\t.last = 0x%08x,\n", options->first, options->last);
	printf("%s\t.off1 = off1,\n};\n", build_id[0] ? "\t.build_ids = build_ids,\n" : "");
}

int main(int argc, char **argv)
{
	struct options options = {0};
	struct lh_layout layout = {0};
	struct gen_elf elf = {0};
	struct lh_ctx *ctx;
	const char *error;

	for (int letter; (letter = getopt_long(argc, argv, "", long_options, NULL)) != -1;)
		take_option(&options, letter);
	if (optind == argc || lh_ctx_new(&ctx) < 0)
		fail("usage", "gen-layout [OPTION]... FILE [MODULE]...");
	if (!options.text)
		read_elf(ctx, argv[optind], options.debug_file, &elf, &layout);
	else if (gen_text_read(ctx, argv[optind], &layout, &error) < 0)
		fail(argv[optind], error);
	for (int i = optind + 1; i < argc; i++)
		add_module(ctx, argv[i], &layout);
	layout.build.version = options.version ? options.version : elf.version;
	layout.build.debug = options.debug || elf.debug;
	layout.build.free_threaded = options.free_threaded || lh_layout_has(&layout, LH_F_OBJECT_TID);
	if (!layout.build.version)
		fail(argv[optind], "its version was not found: give --version");
	print_table(&options, &layout, elf.build_id);
	lh_ctx_free(ctx);
	return fflush(stdout) == 0 ? 0 : 1;
}
