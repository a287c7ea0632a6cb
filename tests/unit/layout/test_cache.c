/* SPDX-License-Identifier: Apache-2.0 */
/* Cached layouts: what was written comes back; anything else, in the file or around it, is passed over. */
#include "layout/cache.h"
#include "util/array.h"
#include "util/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define ID_LEN 20
#define HEX "0102030405060708090a0b0c0d0e0f1011121314"

static struct lh_ctx *ctx;
static struct lh_layout layout; /* as from DWARF */
static uint8_t id[ID_LEN];
static char folder[PATH_MAX];

static int setup(void **state)
{
	const struct lh_build build = {.version = LH_PYVER(3, 11, 7)};

	for (size_t i = 0; i < ID_LEN; i++)
		id[i] = (uint8_t)(i + 1);
	if (lh_layout_from_table(&build, NULL, 0, &layout) != 0)
		return -1;
	layout.main = LH_LAYOUT_DWARF;
	for (int i = 0; i < LH_F_COUNT; i++)
		if (layout.off1[i])
			layout.source[i] = LH_LAYOUT_DWARF;
	strcpy(layout.origin, "DWARF of /usr/lib/libpython3.11.so.1.0");
	return lh_ctx_new(&ctx);
}

static int teardown(void **state)
{
	lh_ctx_free(ctx);
	return 0;
}

static int new_folder(void **state)
{
	strcpy(folder, "/tmp/test-layout-cache.XXXXXX");
	return mkdtemp(folder) ? setenv("PYHEAP_CACHE", folder, 1) : -1;
}

/* Two at a time. */
static const char *path_of(const char *name)
{
	static char paths[2][PATH_MAX + 256];
	static size_t next;
	char *path = paths[next++ % 2];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static int remove_folder(void **state)
{
	char command[PATH_MAX + 16];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int load(struct lh_layout *ret)
{
	return lh_layout_from_cache(ctx, id, ID_LEN, &layout.build, ret);
}

static void save(void)
{
	lh_layout_to_cache(ctx, id, ID_LEN, &layout);
}

static void put_file(const char *text, size_t len)
{
	FILE *file = fopen(path_of("layouts/" HEX), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	fclose(file);
}

static void assert_same(const struct lh_layout *got)
{
	assert_memory_equal(got->off1, layout.off1, sizeof(layout.off1));
	assert_memory_equal(got->source, layout.source, sizeof(layout.source));
	assert_memory_equal(got->constant1, layout.constant1, sizeof(layout.constant1));
	assert_int_equal(got->main, LH_LAYOUT_DWARF);
	assert_int_equal(got->build.version, layout.build.version);
	assert_string_equal(got->origin, "DWARF of /usr/lib/libpython3.11.so.1.0, cached");
	for (int i = 0; i < LH_F_COUNT; i++)
		assert_null(got->proof[i]);
}

static mode_t mode_of(const char *name)
{
	struct stat st;

	assert_int_equal(lstat(path_of(name), &st), 0);
	return st.st_mode & 07777;
}

static size_t count_files(void)
{
	DIR *dir = opendir(path_of("layouts"));
	size_t count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2;
}

/* ---- the text ---- */

static char *text_of(const struct lh_layout *l, size_t *ret_len)
{
	struct lh_string s = {0};

	lh_layout_write_text(&s, HEX, l);
	*ret_len = s.len;
	return lh_string_take(&s);
}

/* @text with @from replaced by @to and a checksum that is right again. */
static char *forged(const char *text, const char *from, const char *to)
{
	struct lh_string s = {0};
	const char *at = strstr(text, from), *end = strstr(text, "checksum ");
	uint64_t h = 14695981039346656037u;

	assert_true(at && end && at < end);
	lh_string_add_bytes(&s, text, (size_t)(at - text));
	lh_string_add(&s, to);
	lh_string_add_bytes(&s, at + strlen(from), (size_t)(end - at) - strlen(from));
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.text[i]) * 1099511628211u;
	lh_string_addf(&s, "checksum %016" PRIx64 "\n", h);
	return lh_string_take(&s);
}

static void test_text_comes_back(void **state)
{
	struct lh_layout got;
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len);

	assert_int_equal(lh_layout_read_text(text, len, HEX, &got), 0);
	assert_same(&got);
}

static void test_flipped_bits(void **state)
{
	struct lh_layout got;
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len);

	for (size_t i = 0; i < len; i++)
		for (int bit = 0; bit < 8; bit++) {
			text[i] ^= (char)(1 << bit);
			if (lh_layout_read_text(text, len, HEX, &got) != LH_ABSENT)
				fail_msg("bit %d of byte %zu flipped: taken", bit, i);
			text[i] ^= (char)(1 << bit);
		}
}

static void test_cut_and_longer(void **state)
{
	struct lh_layout got;
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len);
	_cleanup_free_ char *more = malloc(len + 2);

	for (size_t i = 0; i < len; i++) {
		_cleanup_free_ char *cut = strndup(text, i);

		assert_int_equal(lh_layout_read_text(cut, i, HEX, &got), LH_ABSENT);
	}
	assert_non_null(more);
	memcpy(more, text, len);
	for (int byte = 0; byte < 256; byte++) {
		more[len] = (char)byte;
		more[len + 1] = 0;
		assert_int_equal(lh_layout_read_text(more, len + 1, HEX, &got), LH_ABSENT);
	}
}

/* The checksum is no secret: right or not, only what this library writes is taken. */
static void test_forged(void **state)
{
	static const char *const changes[][2] = {
		{"py-heap layout 1", "py-heap layout 2"},
		{"fields ", "fields 0"},
		{"build-id 01", "build-id 02"},
		{" debug 0", " debug 2"},
		{" debug 0", " debug 00"},
		{"0x03", "0X03"},
		{"origin ", "origin \t"},
		{"origin ", "origin \n"},
		{"origin ", "origin 0123456789012345678901234567890123456789012345678901234567890123456789"
			    "0123456789012345678901234567890123456789012345678901234567890123456789012345"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE 16\nOBJECT_SIZE 16\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE 4294967295\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE 99999999999999999999\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE -1\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE 0x10\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE  16\n"},
		{"\nOBJECT_SIZE 16\n", "\nOBJECT_SIZE \n"},
		{"\nOBJECT_SIZE 16\n", "\nNO_SUCH_FIELD 16\n"},
		{"\nOBJECT_SIZE 16\nOBJECT_REFCNT 0\n", "\nOBJECT_REFCNT 0\nOBJECT_SIZE 16\n"},
	};
	struct lh_layout got;
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len), *same = forged(text, "", "");

	assert_string_equal(same, text); /* the test's checksum is the right one */
	for (size_t i = 0; i < LH_ARRAY_SIZE(changes); i++) {
		_cleanup_free_ char *other = forged(text, changes[i][0], changes[i][1]);

		if (lh_layout_read_text(other, strlen(other), HEX, &got) != LH_ABSENT)
			fail_msg("'%s' for '%s': taken", changes[i][1], changes[i][0]);
	}
}

static void test_other_field_list(void **state)
{
	struct lh_layout got;
	char hash[32];
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len), *other = NULL;

	assert_int_equal(sscanf(strstr(text, "\nfields "), "\nfields %16[0-9a-f]", hash), 1);
	other = forged(text, hash,
		       strcmp(hash, "0000000000000000") ? "0000000000000000" : "1111111111111111");
	assert_int_equal(strlen(other), len);
	assert_int_equal(lh_layout_read_text(other, len, HEX, &got), LH_ABSENT);
}

/* What other sources added is theirs to add again. */
static void test_only_dwarf_is_written(void **state)
{
	struct lh_layout mixed = layout, got;
	size_t len;
	_cleanup_free_ char *text = NULL;

	mixed.source[LH_F_DEQUE_SIZE] = LH_LAYOUT_TABLE;
	text = text_of(&mixed, &len);
	assert_int_equal(lh_layout_read_text(text, len, HEX, &got), 0);
	assert_false(lh_layout_has(&got, LH_F_DEQUE_SIZE));
	assert_true(lh_layout_has(&got, LH_F_OBJECT_SIZE));
}

static void test_long_and_odd_origin(void **state)
{
	struct lh_layout odd = layout, got;
	size_t len;
	_cleanup_free_ char *text = NULL;

	memset(odd.origin, 'x', sizeof(odd.origin) - 1);
	odd.origin[3] = '\n';
	text = text_of(&odd, &len);
	assert_int_equal(lh_layout_read_text(text, len, HEX, &got), 0);
	assert_int_equal(strlen(got.origin), sizeof(got.origin) - 1);
	assert_memory_equal(got.origin, "xxx?x", 5);
	assert_string_equal(strrchr(got.origin, ','), ", cached");
}

/* ---- the folder ---- */

static void test_file_comes_back(void **state)
{
	struct lh_layout got;

	assert_int_equal(load(&got), LH_ABSENT);
	save();
	assert_int_equal(load(&got), 0);
	assert_same(&got);
	assert_int_equal(mode_of("layouts"), 0700);
	assert_int_equal(mode_of("layouts/" HEX), 0600);
	save();
	assert_int_equal(count_files(), 1);
}

static void test_damaged_file_is_rewritten(void **state)
{
	struct lh_layout got;
	size_t len;
	_cleanup_free_ char *text = text_of(&layout, &len);
	_cleanup_free_ char *big = lh_new0(char, 1 << 20);

	save();
	for (size_t i = 0; i < len; i += 61) {
		text[i] ^= 4;
		put_file(text, len);
		assert_int_equal(load(&got), LH_ABSENT);
		text[i] ^= 4;
	}
	put_file(text, len / 2);
	assert_int_equal(load(&got), LH_ABSENT);
	put_file("", 0);
	assert_int_equal(load(&got), LH_ABSENT);
	put_file(big, 1 << 20);
	assert_int_equal(load(&got), LH_ABSENT);
	save();
	assert_int_equal(load(&got), 0);
	assert_same(&got);
}

static void test_not_a_file(void **state)
{
	struct lh_layout got;

	save();
	assert_int_equal(rename(path_of("layouts/" HEX), path_of("moved")) |
				 symlink("../moved", path_of("layouts/" HEX)),
			 0);
	assert_int_equal(load(&got), LH_ABSENT);
	save(); /* replaces the link, not what it names */
	assert_int_equal(load(&got), 0);
	assert_int_equal(unlink(path_of("layouts/" HEX)) | mkfifo(path_of("layouts/" HEX), 0600), 0);
	assert_int_equal(load(&got), LH_ABSENT);
	save();
	assert_int_equal(load(&got), 0);
	assert_int_equal(unlink(path_of("layouts/" HEX)) | mkdir(path_of("layouts/" HEX), 0700), 0);
	save();
	assert_int_equal(load(&got), LH_ABSENT);
	assert_int_equal(count_files(), 1); /* no temporary file stays */
}

static void test_other_build(void **state)
{
	struct lh_build unknown = {0}, patch = {.version = LH_PYVER(3, 11, 9)};
	struct lh_build minor = {.version = LH_PYVER(3, 12, 7)};
	struct lh_build debug = {.version = LH_PYVER(3, 11, 7), .debug = true};
	struct lh_layout got;

	save();
	assert_int_equal(lh_layout_from_cache(ctx, id, ID_LEN, &unknown, &got), 0);
	assert_int_equal(got.build.version, 0);
	assert_int_equal(lh_layout_from_cache(ctx, id, ID_LEN, &patch, &got), 0);
	assert_int_equal(lh_layout_from_cache(ctx, id, ID_LEN, &minor, &got), LH_ABSENT);
	assert_int_equal(lh_layout_from_cache(ctx, id, ID_LEN, &debug, &got), LH_ABSENT);
}

static void test_build_id(void **state)
{
	struct lh_layout got;

	save();
	assert_int_equal(lh_layout_from_cache(ctx, id, ID_LEN - 1, &layout.build, &got), LH_ABSENT);
	lh_layout_to_cache(ctx, id, 0, &layout);
	lh_layout_to_cache(ctx, id, LH_BUILD_ID_MIN - 1, &layout);
	assert_int_equal(count_files(), 1);
	assert_int_equal(lh_layout_from_cache(ctx, id, 0, &layout.build, &got), LH_ABSENT);
}

static void test_where(void **state)
{
	struct lh_layout got;

	setenv("PYHEAP_CACHE", "off", 1);
	save();
	setenv("PYHEAP_CACHE", path_of("made"), 1); /* not there yet */
	save();
	assert_int_equal(load(&got), 0);
	assert_int_equal(mode_of("made"), 0700);
	setenv("PYHEAP_CACHE", path_of("no/such/folder"), 1);
	save();
	assert_int_equal(load(&got), LH_ABSENT);
	setenv("PYHEAP_CACHE", "", 1);
	setenv("XDG_CACHE_HOME", folder, 1);
	save();
	assert_int_equal(mode_of("py-heap"), 0700);
	assert_int_equal(mode_of("py-heap/layouts/" HEX), 0600);
	unsetenv("PYHEAP_CACHE");
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", folder, 1);
	save();
	assert_int_equal(mode_of(".cache/py-heap/layouts/" HEX), 0600);
	assert_int_equal(access(path_of("layouts"), F_OK), -1);
}

/* root with the HOME of somebody else */
static void test_folder_of_another(void **state)
{
	struct lh_layout got;

	if (geteuid() != 0)
		skip();
	save();
	assert_int_equal(chown(path_of("layouts/" HEX), 65534, 65534), 0);
	assert_int_equal(load(&got), LH_ABSENT);
	save();
	assert_int_equal(load(&got), 0);
	assert_int_equal(chown(path_of("layouts"), 65534, 65534), 0);
	assert_int_equal(load(&got), LH_ABSENT);
	assert_int_equal(unlink(path_of("layouts/" HEX)), 0);
	save();
	assert_int_equal(count_files(), 0);
	assert_int_equal(rmdir(path_of("layouts")) | chown(folder, 65534, 65534), 0);
	save();
	setenv("PYHEAP_CACHE", path_of("new"), 1);
	save();
	assert_int_equal(access(path_of("layouts"), F_OK), -1);
	assert_int_equal(access(path_of("new"), F_OK), -1);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, new_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_comes_back),
		cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_cut_and_longer),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_other_field_list),
		cmocka_unit_test(test_only_dwarf_is_written),
		cmocka_unit_test(test_long_and_odd_origin),
		IN_FOLDER(test_file_comes_back),
		IN_FOLDER(test_damaged_file_is_rewritten),
		IN_FOLDER(test_not_a_file),
		IN_FOLDER(test_other_build),
		IN_FOLDER(test_build_id),
		IN_FOLDER(test_where),
		IN_FOLDER(test_folder_of_another),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
