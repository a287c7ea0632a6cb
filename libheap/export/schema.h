/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of an export as statements, for each database that takes them. docs/sql.md documents them. */
#ifndef LH_EXPORT_SCHEMA_H
#define LH_EXPORT_SCHEMA_H

/*
 * What the words differ in: @INTEGER, 64 bits; @ANY, of a text or a number; @KEY, of a column of texts; @BY_KEY, of a table that is
 * stored by its key.
 */
#define LH_EXPORT_SCHEMA(INTEGER, ANY, KEY, BY_KEY)                                                        \
	"CREATE TABLE meta (key TEXT" KEY ", value" ANY ")" BY_KEY ";\n"                                   \
	"CREATE TABLE types (id " INTEGER " PRIMARY KEY, name TEXT, address " INTEGER ", objects " INTEGER \
	", bytes " INTEGER ", tracked " INTEGER ");\n"                                                     \
	"CREATE TABLE objects (id " INTEGER " PRIMARY KEY, address " INTEGER ", type " INTEGER             \
	", bytes " INTEGER ", refcount " INTEGER ", immortal " INTEGER ", tracked " INTEGER                \
	", retained " INTEGER ", dominated " INTEGER ", dominator " INTEGER ", preview TEXT);\n"           \
	"CREATE TABLE edges (source " INTEGER ", target " INTEGER ", name TEXT, visited " INTEGER          \
	", conservative " INTEGER ");\n"                                                                   \
	"CREATE TABLE roots (object " INTEGER ", kind TEXT, name TEXT, interpreter " INTEGER               \
	", thread " INTEGER ");\n"                                                                         \
	"CREATE TABLE arenas (address " INTEGER " PRIMARY KEY, size " INTEGER ", pools " INTEGER           \
	", pools_free " INTEGER ", blocks_used " INTEGER ", bytes_used " INTEGER ");\n"                    \
	"CREATE TABLE memory (path TEXT" KEY ", bytes " INTEGER ", resident " INTEGER ", count " INTEGER   \
	", leaf " INTEGER ", note TEXT)" BY_KEY ";\n"

#define LH_EXPORT_INDEXES                                          \
	"CREATE INDEX objects_address ON objects (address);\n"     \
	"CREATE INDEX objects_type ON objects (type);\n"           \
	"CREATE INDEX objects_dominator ON objects (dominator);\n" \
	"CREATE INDEX edges_source ON edges (source);\n"           \
	"CREATE INDEX edges_target ON edges (target);\n"           \
	"CREATE INDEX roots_object ON roots (object);\n"

#endif
