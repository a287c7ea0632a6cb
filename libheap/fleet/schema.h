/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of many dumps' suspects as statements, for each database that has them. docs/fleet.md documents them. */
#ifndef LH_FLEET_SCHEMA_H
#define LH_FLEET_SCHEMA_H

#define LH_FLEET_SCHEMA_VERSION 1

/*
 * What the words differ in: @ID, of a key that the database counts up; @INTEGER and @REAL, of 64 bits; @BY_KEY, of a table that is stored by
 * its key.
 */
#define LH_FLEET_SCHEMA(ID, INTEGER, REAL, BY_KEY)                                                            \
	"CREATE TABLE dumps (id " ID                                                                          \
	", identity TEXT NOT NULL UNIQUE, file TEXT NOT NULL, host TEXT, pid " INTEGER ", time " REAL         \
	" NOT NULL, added " REAL " NOT NULL, build TEXT NOT NULL, build_id TEXT, "                            \
	"python TEXT NOT NULL, program TEXT, writable " INTEGER " NOT NULL, complete " INTEGER                \
	" NOT NULL);\n"                                                                                       \
	"CREATE TABLE signatures (signature TEXT PRIMARY KEY, kind TEXT NOT NULL, shape TEXT NOT NULL, type " \
	"TEXT)" BY_KEY ";\n"                                                                                  \
	"CREATE TABLE suspects (dump " INTEGER                                                                \
	" NOT NULL REFERENCES dumps, signature TEXT NOT NULL REFERENCES "                                     \
	"signatures, bytes " INTEGER " NOT NULL, objects " INTEGER " NOT NULL, places " INTEGER               \
	" NOT NULL, next TEXT NOT NULL, PRIMARY KEY (dump, signature))" BY_KEY ";\n"                          \
	"CREATE INDEX dumps_build ON dumps (build, time);\n"                                                  \
	"CREATE INDEX suspects_signature ON suspects (signature, bytes);\n"

#endif
