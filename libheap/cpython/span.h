/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Spans: references as runs of words.
 *
 * A list of a thousand items is one span, a dict two (keys, values): a loop over all references of the heap
 * pays a call per span, not a call per word. Words may be 0, and are not checked here: the caller looks
 * the target up.
 */
#ifndef LH_CPYTHON_SPAN_H
#define LH_CPYTHON_SPAN_H

#include "cpython/object.h"

enum lh_label {
	LH_LABEL_FIELD,     /* 'name' is the edge: ".__globals__" */
	LH_LABEL_INDEX,     /* [i] */
	LH_LABEL_KEY,       /* a dict's key itself */
	LH_LABEL_VALUE,     /* ['key']: a dict's value, named by 'keys' */
	LH_LABEL_ATTRIBUTE, /* .key: an instance's attribute, named by 'keys' */
	LH_LABEL_MEMBER,    /* of a set */
	LH_LABEL_SLOT,      /* .name: 'slot_name' is a C string in the target */
	LH_LABEL_LOCAL,     /* a frame's local or stack slot; 'code' names it */
	LH_LABEL_BODY,      /* a word of an extension type's body: conservative */
	LH_LABEL_BUFFER, /* a word of memory that such a word points to; never of a span (roots/buffers.h) */
};

/* How much an edge tells: a dict's key less than a value, a word of a body least. */
static inline int lh_label_rank(enum lh_label label)
{
	return label >= LH_LABEL_BODY ? 1 : label == LH_LABEL_KEY ? 2 : 3;
}

struct lh_span {
	const uint8_t *words; /* the first reference */
	uint64_t count;
	uint32_t stride; /* bytes from one to the next */
	enum lh_label label;
	bool hidden;    /* held, but not visited by CPython's own traversal */
	bool tagged;    /* the words are stack references of 3.14+, see lh_span_word() */
	uint64_t first; /* INDEX, BODY, SLOT: number or offset of the first */
	union {
		const char *name;
		uint64_t slot_name, code;
		const uint8_t *keys;        /* the first key, NULL: not readable */
		const struct lh_type *type; /* BODY, INDEX: whose members may name it; NULL: none */
	};
	uint32_t key_stride;
};

/*
 * Word @i without its tag. A stack reference (3.14+ Include/internal/pycore_stackref.h) has bit 0 set when it
 * is not counted (borrowed, or to an immortal object), both low bits for a small int; 1 alone is NULL, 2 an
 * error.
 */
static inline uint64_t lh_span_word(const struct lh_span *span, uint64_t i)
{
	uint64_t word = lh_u64(span->words + i * span->stride);

	if (span->tagged && word & 3)
		return (word & 3) == 1 ? word & ~1ull : 0;
	return word;
}

/* Word @i as the collector counts it: 0 where the reference is not counted. */
static inline uint64_t lh_span_counted(const struct lh_span *span, uint64_t i)
{
	uint64_t word = lh_u64(span->words + i * span->stride);

	return span->tagged && word & 3 ? 0 : word;
}

typedef void (*lh_span_fn)(void *arg, const struct lh_span *span);

/** struct lh_visitor - what gets the spans; with a view of its own */
struct lh_visitor {
	struct lh_heap *heap;
	struct lh_view view;
	lh_span_fn fn;
	void *arg;
	bool gc_only;    /* leave out hidden spans */
	bool incomplete; /* storage of some object was not in the target, or made no sense */
};

/* Where a field of the struct at @bytes is; NULL where the version has none. */
static inline const uint8_t *lh_visit_at(const struct lh_visitor *v, const uint8_t *bytes,
					 enum lh_field field)
{
	int32_t offset = lh_layout_or(&v->heap->layout, field, -1);

	return offset < 0 ? NULL : bytes + offset;
}

/**
 * lh_span_leads() - whether @to, a word of @span, leads to an object: words of bodies that are only scanned often
 * do not
 */
bool lh_span_leads(struct lh_heap *heap, struct lh_view *view, const struct lh_span *span, uint64_t to);
/** lh_span_key() - what distinguishes word @i from the others of its holder: index, address of the key, of the
 * name */
uint64_t lh_span_key(const struct lh_span *span, uint64_t i);
/** lh_visit_emit() - pass a span to the visitor; skip empty ones, and hidden ones
 * if gc_only */
void lh_visit_emit(struct lh_visitor *v, const struct lh_span *span);
/** lh_visit_word() - the span of one reference, the field @name */
void lh_visit_word(struct lh_visitor *v, const uint8_t *word, const char *name, bool hidden);

#endif
