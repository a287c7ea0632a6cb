/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/fleet.h"

const struct lh_column lh_fleet_leak_columns[] = {
	{"signature", NULL, LH_K_TEXT},
	{"dumps", NULL, LH_K_COUNT},
	{"percent", "SHARE", LH_K_PERCENT},
	{"builds", NULL, LH_K_COUNT, .spare = 2},
	{"median", NULL, LH_K_BYTES},
	{"most", NULL, LH_K_BYTES},
	{"first", "FIRST SEEN", LH_K_TEXT, .spare = 1},
	{"last", "LAST SEEN", LH_K_TEXT},
	{"kind", NULL, LH_K_TEXT, .hidden = true},
	{"type", NULL, LH_K_TEXT, .hidden = true},
	{"shape", NULL, LH_K_TEXT, .cut = LH_CUT_MIDDLE, .below = LH_BELOW_LINE},
	{},
};

const struct lh_column lh_fleet_show_columns[] = {
	{"bytes", NULL, LH_K_BYTES},
	{"objects", NULL, LH_K_COUNT},
	{"time", NULL, LH_K_TEXT},
	{"build", NULL, LH_K_TEXT, .spare = 1},
	{"python", NULL, LH_K_TEXT, .spare = 2},
	{"host", NULL, LH_K_TEXT, .spare = 3},
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS},
	{"next", NULL, LH_K_TEXT, .below = LH_BELOW_LINE, .command = true},
	{},
};

const struct lh_column lh_fleet_add_columns[] = {
	{"state", NULL, LH_K_TEXT},
	{"suspects", NULL, LH_K_COUNT},
	{"bytes", NULL, LH_K_BYTES},
	{"file", NULL, LH_K_TEXT, .cut = LH_CUT_FOLDERS},
	{},
};
