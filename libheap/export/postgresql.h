/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LH_EXPORT_POSTGRESQL_H
#define LH_EXPORT_POSTGRESQL_H

#include "export/export.h"
#include "export/server.h"

/** lh_postgresql_begin() - make the tables on x->server. Return: 0; -LH_EIO, also if one is there; -LH_EINTR. */
int lh_postgresql_begin(struct lh_export *x);
/** lh_postgresql_write() - fill and commit them. Return: 0, -LH_E*. */
int lh_postgresql_write(struct lh_export *x);

#endif
