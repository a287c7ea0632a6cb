/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/damage.h"
#include "util/array.h"

#define LOWEST 0x10000u /* below are small numbers (vm.mmap_min_addr) */

int lh_damage_add(struct lh_verify *v, const struct lh_damage *damage, const char *format, ...)
{
	struct lh_damage d = *damage;
	va_list args;
	int r;

	v->errors++;
	if (v->now->errors++ >= LH_DAMAGES_MAX)
		return 0;
	d.check = (enum lh_check_id)(v->now - v->checks);
	d.text = (struct lh_string){0};
	if (!d.pointers)
		d.pointers = -1;
	va_start(args, format);
	lh_string_addv(&d.text, format, args);
	va_end(args);
	r = d.text.failed ? lh_nomem(v->heap->ctx)
			  : lh_append(v->heap->ctx, v->damages, v->count, v->capacity, d);
	if (r < 0)
		lh_string_fini(&d.text);
	return r;
}

bool lh_damage_is_moving(const struct lh_verify *v, uint64_t addr, uint64_t size)
{
	const struct lh_target *t = v->heap->target;

	for (size_t i = 0; i < t->register_count && addr >= LOWEST; i++)
		if (t->registers[i].value - addr < size)
			return true;
	return false;
}

bool lh_damage_is_missing(struct lh_verify *v, uint64_t addr, uint64_t size)
{
	return !lh_view_at(&v->view, addr, size) && lh_target_has_room(v->heap->target, addr, size);
}

void lh_damage_word_text(const struct lh_heap *heap, uint64_t word, struct lh_string *out)
{
	bool text = lh_word_is_text(word);

	if (text && heap->hide_values)
		lh_string_add(out, "8 characters of text");
	else if (text)
		lh_string_addf(out, "0x%" PRIx64 " ('%.8s')", word, (const char *)&word);
	else
		lh_string_addf(out, "0x%" PRIx64, word);
}
