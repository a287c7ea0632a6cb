/* SPDX-License-Identifier: Apache-2.0 */
/* What writes a file of each format, for struct lh_export_format. */
#ifndef LH_EXPORT_WRITERS_H
#define LH_EXPORT_WRITERS_H

struct lh_export;

int lh_export_csv(struct lh_export *x);
int lh_export_dot(struct lh_export *x);
int lh_export_ncdu(struct lh_export *x);
int lh_export_heapsnapshot(struct lh_export *x);
int lh_export_perfetto(struct lh_export *x);
int lh_export_pprof(struct lh_export *x);
int lh_export_sqlite(struct lh_export *x);

#endif
