/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of messages of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/): a message is written piece by piece,
 * so that one of any size takes no memory. */
#ifndef LH_EXPORT_WIRE_H
#define LH_EXPORT_WIRE_H

#include "util/output.h"
#include "util/string.h"

/** lh_wire_varint() - a number alone, as in packed fields */
void lh_wire_varint(struct lh_string *out, uint64_t value);
/** lh_wire_number() - a field that is a number; 0 is left out, as it is the default */
void lh_wire_number(struct lh_string *out, unsigned field, uint64_t value);
/** lh_wire_bytes() - a field that is a string, a message, or packed numbers */
void lh_wire_bytes(struct lh_string *out, unsigned field, const char *bytes, size_t len);
/** lh_wire_message() - the same of @message, which is empty afterwards and may be used again */
void lh_wire_message(struct lh_string *out, unsigned field, struct lh_string *message);
/** lh_wire_write() - write @message as a field of the file's message; likewise */
void lh_wire_write(struct lh_output *out, unsigned field, struct lh_string *message);

#endif
