/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a suspect of the verdict is called in all dumps of a program: the same cause has the same name, whatever the addresses,
 * indices, counts and sizes of the day.
 */
#ifndef LH_FLEET_SIGNATURE_H
#define LH_FLEET_SIGNATURE_H

#include "verdict/leaks.h"

#define LH_SIGNATURE_MAX 17

/** struct lh_signature - the name, and what it is made of besides the rule and the type */
struct lh_signature {
	char text[LH_SIGNATURE_MAX]; /* 16 hexadecimal digits */
	struct lh_string shape;      /* the title without what differs between dumps */
};

/**
 * lh_signature_shape() - append @title without what differs between dumps
 * Numbers with their units and addresses are N, keys and indices [...] unless they have the form of names; of files the last
 * part of the path stays.
 */
void lh_signature_shape(const char *title, struct lh_string *out);
/** lh_signature_of() - @leak: of a heap whose contents are hidden. Return: 0, -LH_ENOMEM. Free with lh_signature_fini(). */
int lh_signature_of(struct lh_ctx *ctx, const struct lh_leak *leak, struct lh_signature *ret);
void lh_signature_fini(struct lh_signature *signature);

#endif
