/* SPDX-License-Identifier: Apache-2.0 */
/* What 'pins' says above and below its rows. */
#ifndef LH_COMMANDS_PINS_NOTES_H
#define LH_COMMANDS_PINS_NOTES_H

#include "analyze/pins.h"
#include "result/result.h"

/** lh_pins_summary() - headline and summary. Return: 0, -LH_ENOMEM. */
int lh_pins_summary(const struct lh_pins *pins, unsigned below, struct lh_result *result);
/** lh_pins_malloc() - summary and note of glibc's malloc (pins_malloc.c). Return: 0, -LH_EINTR, -LH_ENOMEM. */
int lh_pins_malloc(struct lh_heap *heap, struct lh_result *result);
/** lh_pins_notes() - notes, warnings and the next command. Return: 0, -LH_ENOMEM. */
int lh_pins_notes(const struct lh_pins *pins, unsigned below, struct lh_result *result);

#endif
