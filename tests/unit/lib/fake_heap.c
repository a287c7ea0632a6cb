/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t read_memory(void *arg, uint64_t addr, void *buf, uint64_t len)
{
	struct fake *f = arg;

	if (addr < FAKE_BASE || addr - FAKE_BASE >= FAKE_MEMORY)
		return 0;
	if (len > FAKE_MEMORY - (addr - FAKE_BASE))
		len = FAKE_MEMORY - (addr - FAKE_BASE);
	memcpy(buf, f->memory + (addr - FAKE_BASE), len);
	return (int64_t)len;
}

uint8_t *fake_at(struct fake *f, uint64_t addr)
{
	assert_in_range(addr, FAKE_BASE, FAKE_BASE + FAKE_MEMORY - 8);
	return f->memory + (addr - FAKE_BASE);
}

void fake_put(struct fake *f, uint64_t addr, uint64_t word)
{
	memcpy(fake_at(f, addr), &word, 8);
}

void fake_put_u32(struct fake *f, uint64_t addr, uint32_t word)
{
	memcpy(fake_at(f, addr), &word, 4);
}

uint64_t fake_storage(struct fake *f, uint64_t size)
{
	uint64_t at = f->storage;

	f->storage += (size + 15) & ~15ull;
	assert_true(f->storage <= FAKE_BASE + FAKE_MEMORY);
	return at;
}

uint64_t fake_node(unsigned i)
{
	return FAKE_BASE + FAKE_NODES + i * FAKE_NODE;
}

uint64_t fake_object(unsigned i)
{
	return fake_node(i) + 16;
}

uint64_t fake_ring_head(const struct fake *f, unsigned generation)
{
	return f->interp.gc + lh_layout_at(&f->heap.layout, LH_F_GC_GENERATIONS) +
	       generation * lh_layout_at(&f->heap.layout, LH_F_GENERATION_SIZE);
}

void fake_link(struct fake *f, uint64_t a, uint64_t b)
{
	fake_put(f, a, b);
	fake_put(f, b + 8, a);
}

void fake_ring(struct fake *f, uint64_t head, unsigned first, unsigned count)
{
	uint64_t at = head;

	for (unsigned i = 0; i < count; i++) {
		fake_link(f, at, fake_node(first + i));
		at = fake_node(first + i);
	}
	fake_link(f, at, head);
}

struct fake *fake_new(void)
{
	struct fake *f = calloc(1, sizeof(*f));
	struct lh_build build = {.version = LH_PYVER(3, 11, 7)};

	assert_non_null(f);
	assert_int_equal(lh_ctx_new(&f->ctx), 0);
	assert_int_equal(lh_layout_from_table(&build, NULL, 0, &f->heap.layout), 0);
	f->heap.ctx = f->ctx;
	f->heap.interps = &f->interp;
	f->heap.interp_count = 1;
	f->heap.runtime = FAKE_BASE;
	f->interp.gc = FAKE_BASE + FAKE_GC;
	f->storage = FAKE_BASE + FAKE_STORAGE;
	for (unsigned g = 0; g < 3; g++)
		fake_ring(f, fake_ring_head(f, g), 0, 0);
	fake_ring(f, f->interp.gc + lh_layout_at(&f->heap.layout, LH_F_GC_PERMANENT), 0, 0);
	return f;
}

void fake_open(struct fake *f)
{
	struct lh_region region = {
		.start = FAKE_BASE, .end = FAKE_BASE + FAKE_MEMORY, .readable = true, .writable = true};
	struct lh_reader reader = {
		.size = sizeof(reader), .read = read_memory, .arg = f, .regions = &region, .region_count = 1};

	assert_int_equal(lh_target_open_reader(f->ctx, &reader, NULL, &f->target), 0);
	f->heap.target = f->target;
	f->heap.view = lh_view_of(f->target);
	f->heap.kinds = lh_kinds;
	assert_int_equal(lh_types_init(&f->heap), 0);
}

void fake_free(struct fake *f)
{
	lh_heap_forget(&f->heap);
	lh_types_fini(&f->heap.types);
	lh_target_free(f->target);
	lh_ctx_free(f->ctx);
	free(f);
}

static uint64_t put_type(struct fake *f, unsigned number, const char *name, uint64_t basicsize,
			 uint64_t flags)
{
	const struct lh_layout *l = &f->heap.layout;
	uint64_t addr = FAKE_BASE + FAKE_TYPES + number * 1024, text = fake_storage(f, strlen(name) + 1);

	memcpy(fake_at(f, text), name, strlen(name) + 1);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_REFCNT), 10);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_TYPE), FAKE_BASE + FAKE_TYPES);
	fake_put(f, addr + lh_layout_at(l, LH_F_TYPE_NAME), text);
	fake_put(f, addr + lh_layout_at(l, LH_F_TYPE_BASICSIZE), basicsize);
	fake_put(f, addr + lh_layout_at(l, LH_F_TYPE_FLAGS), flags | LH_TPFLAG_READY);
	if (flags & LH_TPFLAG_HAVE_GC && lh_layout_has(l, LH_F_TYPE_TRAVERSE))
		fake_put(f, addr + lh_layout_at(l, LH_F_TYPE_TRAVERSE), FAKE_BASE + FAKE_TYPES);
	return addr;
}

uint64_t fake_type(struct fake *f, unsigned number, const char *name, uint64_t basicsize, uint64_t flags)
{
	put_type(f, 0, "type", lh_layout_at(&f->heap.layout, LH_F_HEAPTYPE_SIZE),
		 LH_TPFLAG_TYPE_SUBCLASS | LH_TPFLAG_HAVE_GC);
	return put_type(f, number, name, basicsize, flags);
}

void fake_list(struct fake *f, unsigned i, uint64_t type, uint64_t refcnt, const uint64_t *items,
	       size_t count)
{
	const struct lh_layout *l = &f->heap.layout;
	uint64_t addr = fake_object(i), storage = fake_storage(f, count * 8);

	for (size_t k = 0; k < count; k++)
		fake_put(f, storage + k * 8, items[k]);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_REFCNT), refcnt);
	fake_put(f, addr + lh_layout_at(l, LH_F_OBJECT_TYPE), type);
	fake_put(f, addr + lh_layout_at(l, LH_F_VAR_SIZE), count);
	fake_put(f, addr + lh_layout_at(l, LH_F_LIST_ITEMS), storage);
	fake_put(f, addr + lh_layout_at(l, LH_F_LIST_ALLOCATED), count);
}
