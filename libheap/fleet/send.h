/* SPDX-License-Identifier: Apache-2.0 */
/* The database of many machines: what is in theirs, on a PostgreSQL server. docs/fleet.md documents its schema. */
#ifndef LH_FLEET_SEND_H
#define LH_FLEET_SEND_H

#include "export/server.h"
#include "fleet/store.h"

/** struct lh_fleet_sent - what the server lacked: dumps, suspects of them; and dumps of which it had another label */
struct lh_fleet_sent {
	uint64_t dumps, leaks, labels;
};

/**
 * lh_fleet_send() - give the server what it lacks, all of it or nothing; its tables are made if there are none
 * A dump is known by its identity. One that the server has gets the label that it has here, if it has one.
 * Needs 8 bytes per dump sent. Return: 0; -LH_EIO, also if its tables are not ours; -LH_E*.
 */
int lh_fleet_send(struct lh_fleet *fleet, struct lh_server *server, struct lh_fleet_sent *ret);

#endif
