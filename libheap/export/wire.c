/* SPDX-License-Identifier: Apache-2.0 */
#include "export/wire.h"

enum { NUMBER = 0, BYTES = 2 }; /* types of fields */

#define VARINT_MAX 10

static size_t encode(uint64_t value, char *ret)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		ret[n++] = (char)(value | 0x80);
	ret[n++] = (char)value;
	return n;
}

void lh_wire_varint(struct lh_string *out, uint64_t value)
{
	char bytes[VARINT_MAX];

	lh_string_add_bytes(out, bytes, encode(value, bytes));
}

void lh_wire_number(struct lh_string *out, unsigned field, uint64_t value)
{
	if (!value)
		return;
	lh_wire_varint(out, field << 3 | NUMBER);
	lh_wire_varint(out, value);
}

void lh_wire_bytes(struct lh_string *out, unsigned field, const char *bytes, size_t len)
{
	lh_wire_varint(out, field << 3 | BYTES);
	lh_wire_varint(out, len);
	lh_string_add_bytes(out, bytes, len);
}

void lh_wire_message(struct lh_string *out, unsigned field, struct lh_string *message)
{
	lh_wire_bytes(out, field, message->text ? message->text : "", message->len);
	out->failed |= message->failed;
	lh_string_clear(message);
}

void lh_wire_write(struct lh_output *out, unsigned field, struct lh_string *message)
{
	char head[2 * VARINT_MAX];
	size_t n = encode(field << 3 | BYTES, head);

	if (message->failed && out->error == 0)
		out->error = lh_nomem(out->ctx);
	n += encode(message->len, head + n);
	lh_output_add(out, head, n);
	lh_output_add(out, message->text ? message->text : "", message->len);
	lh_string_clear(message);
}
