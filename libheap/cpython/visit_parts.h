/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of lh_visit() in files of their own. */
#ifndef LH_CPYTHON_VISIT_PARTS_H
#define LH_CPYTHON_VISIT_PARTS_H

#include "cpython/span.h"

/* visit_body.c */
void lh_visit_body(struct lh_visitor *v, const struct lh_object *o);

/* visit.c: what rows of kinds.c name */
void lh_visit_dict(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_list(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_tuple(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_set(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_deque(struct lh_visitor *v, const struct lh_object *o);

/* visit_type.c */
void lh_visit_type(struct lh_visitor *v, const struct lh_object *o);

/* visit_stdlib.c */
void lh_visit_odict(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_module_state(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_lru_cache(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_hamt_array(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_hamt_bitmap(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_hamt_collision(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_element(struct lh_visitor *v, const struct lh_object *o);

/* pickle.c */
void lh_visit_pickler(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_unpickler(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_pdata(struct lh_visitor *v, const struct lh_object *o);

/* visit_frame.c. Locals and stack of a frame with @code: @words may be NULL: they are not here. */
void lh_visit_locals(struct lh_visitor *v, const uint8_t *words, uint64_t count, uint64_t code);
void lh_visit_frame(struct lh_visitor *v, const struct lh_object *o);
void lh_visit_generator(struct lh_visitor *v, const struct lh_object *o);

#endif
