/* SPDX-License-Identifier: Apache-2.0 */
/* A string that grows; running out of memory is remembered and reported once, at the end. */
#ifndef LH_UTIL_STRING_H
#define LH_UTIL_STRING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lh_ctx;

struct lh_string {
	char *text; /* NULL while empty; always terminated otherwise */
	size_t len, capacity;
	bool failed; /* memory ran out: the text is incomplete */
};

void lh_string_fini(struct lh_string *s);
/* Nothing is in it, but its memory is kept for what comes, and 'failed' stays. */
void lh_string_clear(struct lh_string *s);
void lh_string_add(struct lh_string *s, const char *text);
void lh_string_add_bytes(struct lh_string *s, const char *bytes, size_t len);
void lh_string_addf(struct lh_string *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lh_string_addv(struct lh_string *s, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
/* Take the text, "" if nothing was added; NULL if memory ran out at any time. The caller frees it. */
char *lh_string_take(struct lh_string *s);
/* The same for a caller of the library. Return: 0; -LH_ENOMEM. */
int lh_string_give(struct lh_ctx *ctx, struct lh_string *s, char **ret);

/** lh_base_name() - a file's name without its folders; NULL stays NULL */
const char *lh_base_name(const char *path);

#define LH_SIZE_MAX 16

/** lh_size_text() - bytes for people: "0 B", "1.2 MB" (1 KB is 1024 bytes). Return: @buf. */
const char *lh_size_text(uint64_t bytes, char buf[LH_SIZE_MAX]);

#define LH_COUNT_MAX 28

/** lh_count_text() - a number for people: "16,003". Return: @buf. */
const char *lh_count_text(uint64_t number, char buf[LH_COUNT_MAX]);

/* The same, in memory that lasts to the end of the block: an argument of a sentence. */
#define LH_COUNTED(number) lh_count_text((uint64_t)(number), (char[LH_COUNT_MAX]){0})

#define _cleanup_string_ __attribute__((cleanup(lh_string_fini)))

#endif
