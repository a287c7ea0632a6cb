/* SPDX-License-Identifier: Apache-2.0 */
/* Answers as HTML: nothing of the target is markup, in a table or in a script's data. */
#include "one_ctx.h"
#include "result/html.h"
#include "result/result_impl.h"
#include "util/array.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void check(void (*add)(struct lh_string *, const char *), const char *text, const char *expected)
{
	struct lh_string out = {0};

	add(&out, text);
	assert_false(out.failed);
	assert_string_equal(out.text ? out.text : "", expected);
	lh_string_fini(&out);
}

static void test_texts(void **state)
{
	check(lh_html_text, "", "");
	check(lh_html_text, "plain \xc3\xa9", "plain \xc3\xa9");
	check(lh_html_text, "<a href=\"x\" b='y'>&amp;</a>",
	      "&#60;a href=&#34;x&#34; b=&#39;y&#39;&#62;&#38;amp;&#60;/a&#62;");
	check(lh_html_text, "\x1b[2J\xff", "\\x1b[2J\xef\xbf\xbd");
	check(lh_html_text, "\xe2\x80\xae", "\\u202e"); /* would turn what is after it around */
}

static void test_json(void **state)
{
	check(lh_html_json, "", "\"\"");
	check(lh_html_json, "</script><!--", "\"\\u003c/script\\u003e\\u003c!--\"");
	check(lh_html_json, "\"\\&\n", "\"\\u0022\\u005c\\u0026\\u005cn\"");
	check(lh_html_json, "\xed\xa0\x80 \xc3\xa9", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd \xc3\xa9\"");
}

static const struct lh_column columns[] = {{"path", "TREE", LH_K_TEXT},
					   {"bytes", NULL, LH_K_BYTES},
					   {"evidence", NULL, LH_K_TEXT, .below = LH_BELOW_LINE},
					   {"next", NULL, LH_K_TEXT, .below = LH_BELOW_LINE, .command = true},
					   {"secret", NULL, LH_K_TEXT, .hidden = true},
					   {}};

static void add(struct lh_result *r, const char *path, int64_t bytes, const char *evidence)
{
	assert_int_equal(
		lh_result_row(r, (struct lh_value[]){LH_TEXT(path), LH_BYTES(bytes), LH_TEXT(evidence),
						     evidence ? LH_TEXT("object 0x1") : LH_NULL,
						     LH_TEXT("hidden")}),
		0);
}

static void test_result(void **state)
{
	static const struct lh_tree by = {"path", "bytes"};
	const struct lh_style style = {.size = sizeof(style), .prefix = "py-heap", .target = "<core>"};
	struct lh_string out = {0};
	struct lh_result *r;

	assert_int_equal(lh_result_new(ctx, "memory", &r), 0);
	lh_result_columns(r, columns, NULL);
	lh_result_tree(r, &by);
	add(r, "a", 2048, "it <is> so");
	add(r, "a/<b>", 1024, NULL);
	lh_result_summarize(r, (struct lh_summary[]){{"n", "n<", LH_COUNT(1)}, {"m", NULL, LH_COUNT(2)}, {}});
	lh_result_note(r, "a & b");
	assert_int_equal(lh_result_finish(r), 0);
	lh_html_result(r, &style, &out);
	assert_string_equal(
		out.text,
		"<div class=\"wide\" tabindex=\"0\"><table class=\"facts\">\n"
		"<tr><th scope=\"row\">n&#60;</th><td>1</td></tr>\n</table></div>\n"
		"<div class=\"wide\" tabindex=\"0\"><table>\n"
		"<thead><tr><th scope=\"col\">TREE</th><th scope=\"col\" class=\"number\">bytes</th></tr></thead>\n"
		"<tbody><tr><td><span style=\"padding-left:0ch\">a</span></td>"
		"<td class=\"number bar\" style=\"background-size:100.0% 1.25em\">2.0 KB</td></tr>"
		"<tr><td class=\"line\" colspan=\"2\"><div>it &#60;is&#62; so</div></td></tr>"
		"<tr><td class=\"line\" colspan=\"2\"><div><code class=\"command\">py-heap object &#60;core&#62; 0x1"
		"</code></div></td></tr></tbody>\n"
		"<tbody><tr><td><span style=\"padding-left:2ch\">&#60;b&#62;</span></td>"
		"<td class=\"number bar\" style=\"background-size:50.0% 1.25em\">1.0 KB</td></tr></tbody>\n"
		"</table></div>\n"
		"<p>a &#38; b</p>\n");
	lh_string_fini(&out);
	lh_result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_result),
	};

	return cmocka_run_group_tests(tests, make_ctx, free_ctx);
}
