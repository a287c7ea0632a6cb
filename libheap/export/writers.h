/* SPDX-License-Identifier: Apache-2.0 */
/* What writes a file of each format, for struct lh_export_format. */
#ifndef LH_EXPORT_WRITERS_H
#define LH_EXPORT_WRITERS_H

struct lh_export;

#define LH_EXPORT_FORMAT(name, ...) int lh_export_##name(struct lh_export *x);
#include "export/formats.def"
#undef LH_EXPORT_FORMAT

#endif
