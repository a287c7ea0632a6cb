/* SPDX-License-Identifier: Apache-2.0 */
/* Made by tools/gen-bodies. Do not edit. */
#include "layout/bodies.h"

#define V true  /* visited by tp_traverse */
#define H false /* held */

static const struct lh_body_ref refs_0[] = {
	{64, 0, V, ".obj"},
	{72, 0, V, ".name"},
};
static const struct lh_body_ref refs_1[] = {
	{72, 0, V, ".obj"},
	{80, 0, V, ".name"},
};
static const struct lh_body_ref refs_2[] = {
	{72, 0, V, ".message"},
	{80, 0, V, ".exceptions"},
};
static const struct lh_body_ref refs_3[] = {
	{72, 0, V, ".message"},
	{80, 0, V, ".exceptions"},
	{88, 0, V, ".<excs str>"},
};
static const struct lh_body_ref refs_4[] = {
	{40, 0, V, ".errno"},
	{48, 0, V, ".strerror"},
	{56, 0, V, ".filename"},
};
static const struct lh_body_ref refs_5[] = {
	{64, 0, V, ".errno"},
	{72, 0, V, ".strerror"},
	{80, 0, V, ".filename"},
	{88, 0, V, ".filename2"},
};
static const struct lh_body_ref refs_6[] = {
	{72, 0, V, ".errno"},
	{80, 0, V, ".strerror"},
	{88, 0, V, ".filename"},
	{96, 0, V, ".filename2"},
};
static const struct lh_body_ref refs_7[] = {
	{48, 0, H, "._obj"},
};
static const struct lh_body_ref refs_8[] = {
	{16, 0, V, ".<context before>"},
	{24, 0, V, ".<variables>"},
};
static const struct lh_body_ref refs_9[] = {
	{16, 0, H, ".<tag>"},
	{24, 0, H, ".<text>"},
	{32, 0, H, ".<tail>"},
};
static const struct lh_body_ref refs_10[] = {
	{16, 0, V, ".<frame>"},
};
static const struct lh_body_ref refs_11[] = {
	{64, 0, V, ".msg"},
	{72, 0, V, ".name"},
	{80, 0, V, ".path"},
};
static const struct lh_body_ref refs_12[] = {
	{72, 0, V, ".msg"},
	{80, 0, V, ".name"},
	{88, 0, V, ".path"},
};
static const struct lh_body_ref refs_13[] = {
	{72, 0, V, ".msg"},
	{80, 0, V, ".name"},
	{88, 0, V, ".path"},
	{96, 0, V, ".name_from"},
};
static const struct lh_body_ref refs_14[] = {
	{56, 0, V, ".<s nested>"},
};
static const struct lh_body_ref refs_15[] = {
	{56, 0, V, ".<s nested>"},
	{64, 0, V, ".<s annotations code>"},
};
static const struct lh_body_ref refs_16[] = {
	{32, 0, V, ".errors"},
};
static const struct lh_body_ref refs_17[] = {
	{32, 0, V, ".errors"},
	{40, 0, H, ".<pending>"},
};
static const struct lh_body_ref refs_18[] = {
	{32, 0, V, ".errors"},
	{56, 0, V, ".stream"},
};
static const struct lh_body_ref refs_19[] = {
	{32, 0, V, ".errors"},
	{40, 0, H, ".<pending>"},
	{48, 0, V, ".stream"},
};
static const struct lh_body_ref refs_20[] = {
	{64, 0, V, ".name"},
};
static const struct lh_body_ref refs_21[] = {
	{72, 0, V, ".name"},
};
static const struct lh_body_ref refs_22[] = {
	{296, 0, H, ".<proto>"},
	{328, 0, H, ".<argtypes>"},
	{336, 0, H, ".<converters>"},
	{344, 0, H, ".<restype>"},
	{352, 0, H, ".<checker>"},
};
static const struct lh_body_ref refs_23[] = {
	{96, 0, H, ".<proto>"},
	{128, 0, H, ".<argtypes>"},
	{136, 0, H, ".<converters>"},
	{144, 0, H, ".<restype>"},
	{152, 0, H, ".<checker>"},
};
static const struct lh_body_ref refs_24[] = {
	{64, 0, V, ".value"},
};
static const struct lh_body_ref refs_25[] = {
	{72, 0, V, ".value"},
};
static const struct lh_body_ref refs_26[] = {
	{40, 0, H, ".format"},
};
static const struct lh_body_ref refs_27[] = {
	{64, 0, V, ".msg"},
	{72, 0, V, ".filename"},
	{80, 0, V, ".lineno"},
	{88, 0, V, ".offset"},
	{96, 0, V, ".text"},
	{104, 0, V, ".print_file_and_line"},
};
static const struct lh_body_ref refs_28[] = {
	{64, 0, V, ".msg"},
	{72, 0, V, ".filename"},
	{80, 0, V, ".lineno"},
	{88, 0, V, ".offset"},
	{96, 0, V, ".end_lineno"},
	{104, 0, V, ".end_offset"},
	{112, 0, V, ".text"},
	{120, 0, V, ".print_file_and_line"},
};
static const struct lh_body_ref refs_29[] = {
	{72, 0, V, ".msg"},
	{80, 0, V, ".filename"},
	{88, 0, V, ".lineno"},
	{96, 0, V, ".offset"},
	{104, 0, V, ".end_lineno"},
	{112, 0, V, ".end_offset"},
	{120, 0, V, ".text"},
	{128, 0, V, ".print_file_and_line"},
};
static const struct lh_body_ref refs_30[] = {
	{72, 0, V, ".msg"},
	{80, 0, V, ".filename"},
	{88, 0, V, ".lineno"},
	{96, 0, V, ".offset"},
	{104, 0, V, ".end_lineno"},
	{112, 0, V, ".end_offset"},
	{120, 0, V, ".text"},
	{128, 0, V, ".print_file_and_line"},
	{136, 0, V, "._metadata"},
};
static const struct lh_body_ref refs_31[] = {
	{64, 0, V, ".code"},
};
static const struct lh_body_ref refs_32[] = {
	{72, 0, V, ".code"},
};
static const struct lh_body_ref refs_33[] = {
	{16, 0, V, ".<task>"},
	{24, 0, V, ".<exception>"},
};
static const struct lh_body_ref refs_34[] = {
	{16, 0, V, ".<task>"},
};
static const struct lh_body_ref refs_35[] = {
	{16, 0, V, ".<context>"},
	{24, 0, V, ".var"},
	{32, 0, V, ".old_value"},
};
static const struct lh_body_ref refs_36[] = {
	{64, 0, V, ".encoding"},
	{72, 0, V, ".object"},
	{96, 0, V, ".reason"},
};
static const struct lh_body_ref refs_37[] = {
	{72, 0, V, ".encoding"},
	{80, 0, V, ".object"},
	{104, 0, V, ".reason"},
};
static const struct lh_body_ref refs_38[] = {
	{16, 0, H, ".<loop>"},
};
static const struct lh_body_ref refs_39[] = {
	{16, 0, V, ".<abc registry>"},
	{24, 0, V, ".<abc cache>"},
	{32, 0, V, ".<abc negative cache>"},
};
static const struct lh_body_ref refs_40[] = {
	{16, 0, H, ".<abc registry>"},
	{24, 0, H, ".<abc cache>"},
	{32, 0, H, ".<abc negative cache>"},
};
static const struct lh_body_ref refs_41[] = {
	{16, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_42[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks"},
	{32, 0, V, "._exception"},
	{40, 0, V, "._result"},
	{48, 0, V, "._source_traceback"},
	{72, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_43[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, "._result"},
	{64, 0, V, "._source_traceback"},
	{88, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_44[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, "._result"},
	{64, 0, V, "._source_traceback"},
	{72, 0, V, "._cancel_message"},
	{96, 0, V, ".__dict__"},
	{112, 0, V, ".<exc type>"},
	{120, 0, V, ".<exc value>"},
	{128, 0, V, ".<exc traceback>"},
};
static const struct lh_body_ref refs_45[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<fut exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{104, 0, V, ".__dict__"},
	{120, 0, V, ".<exc type>"},
	{128, 0, V, ".<exc value>"},
	{136, 0, V, ".<exc traceback>"},
};
static const struct lh_body_ref refs_46[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<fut exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{104, 0, V, ".__dict__"},
	{120, 0, V, ".<fut cancelled exc>"},
};
static const struct lh_body_ref refs_47[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<fut exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{88, 0, V, ".<fut cancelled exc>"},
};
static const struct lh_body_ref refs_48[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<fut exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{88, 0, V, ".<fut cancelled exc>"},
	{96, 0, V, "._asyncio_awaited_by"},
};
static const struct lh_body_ref refs_49[] = {
	{16, 0, V, ".<future>"},
};
static const struct lh_body_ref refs_50[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks"},
	{32, 0, V, "._exception"},
	{40, 0, V, "._result"},
	{48, 0, V, "._source_traceback"},
	{72, 0, V, ".__dict__"},
	{88, 0, V, "._fut_waiter"},
	{96, 0, V, "._coro"},
};
static const struct lh_body_ref refs_51[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, "._result"},
	{64, 0, V, "._source_traceback"},
	{88, 0, V, ".__dict__"},
	{104, 0, V, "._fut_waiter"},
	{112, 0, V, "._coro"},
	{120, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_52[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, "._result"},
	{64, 0, V, "._source_traceback"},
	{88, 0, V, ".__dict__"},
	{104, 0, V, "._fut_waiter"},
	{112, 0, V, "._coro"},
	{120, 0, V, ".get_name()"},
	{128, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_53[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, "._result"},
	{64, 0, V, "._source_traceback"},
	{72, 0, V, "._cancel_message"},
	{96, 0, V, ".__dict__"},
	{112, 0, V, ".<exc type>"},
	{120, 0, V, ".<exc value>"},
	{128, 0, V, ".<exc traceback>"},
	{144, 0, V, "._fut_waiter"},
	{152, 0, V, "._coro"},
	{160, 0, V, ".get_name()"},
	{168, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_54[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<task exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{104, 0, V, ".__dict__"},
	{120, 0, V, ".<exc type>"},
	{128, 0, V, ".<exc value>"},
	{136, 0, V, ".<exc traceback>"},
	{152, 0, V, "._fut_waiter"},
	{160, 0, V, "._coro"},
	{168, 0, V, ".get_name()"},
	{176, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_55[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<task exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{104, 0, V, ".__dict__"},
	{120, 0, V, ".<task cancelled exc>"},
	{128, 0, V, "._fut_waiter"},
	{136, 0, V, "._coro"},
	{144, 0, V, ".get_name()"},
	{152, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_56[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<task exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{88, 0, V, ".<task cancelled exc>"},
	{112, 0, V, "._fut_waiter"},
	{120, 0, V, "._coro"},
	{128, 0, V, ".get_name()"},
	{136, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_57[] = {
	{16, 0, V, "._loop"},
	{24, 0, V, "._callbacks[0][0]"},
	{32, 0, V, "._callbacks[0][1]"},
	{40, 0, V, "._callbacks"},
	{48, 0, V, "._exception"},
	{56, 0, V, ".<task exception tb>"},
	{64, 0, V, "._result"},
	{72, 0, V, "._source_traceback"},
	{80, 0, V, "._cancel_message"},
	{88, 0, V, ".<task cancelled exc>"},
	{96, 0, V, "._asyncio_awaited_by"},
	{120, 0, V, "._fut_waiter"},
	{128, 0, V, "._coro"},
	{136, 0, V, ".get_name()"},
	{144, 0, V, ".get_context()"},
};
static const struct lh_body_ref refs_58[] = {
	{16, 0, V, ".<memoryview>"},
	{24, 0, V, ".<obj>"},
};
static const struct lh_body_ref refs_59[] = {
	{104, 0, H, ".unused_data"},
};
static const struct lh_body_ref refs_60[] = {
	{32, 0, V, ".<deque>"},
};
static const struct lh_body_ref refs_61[] = {
	{24, 0, V, ".__doc__"},
};
static const struct lh_body_ref refs_62[] = {
	{32, 0, H, ".lineterminator"},
};
static const struct lh_body_ref refs_63[] = {
	{40, 0, H, ".lineterminator"},
};
static const struct lh_body_ref refs_64[] = {
	{40, 0, V, ".lineterminator"},
};
static const struct lh_body_ref refs_65[] = {
	{16, 0, V, ".<input iter>"},
	{24, 0, V, ".dialect"},
	{32, 0, V, ".<fields>"},
};
static const struct lh_body_ref refs_66[] = {
	{16, 0, V, ".<writeline>"},
	{24, 0, V, ".dialect"},
};
static const struct lh_body_ref refs_67[] = {
	{16, 0, V, ".<write>"},
	{24, 0, V, ".dialect"},
};
static const struct lh_body_ref refs_68[] = {
	{16, 0, V, ".<write>"},
	{24, 0, V, ".dialect"},
	{64, 0, V, ".<error obj>"},
};
static const struct lh_body_ref refs_69[] = {
	{48, 0, V, "._obj"},
};
static const struct lh_body_ref refs_70[] = {
	{64, 0, V, "._obj"},
};
static const struct lh_body_ref refs_71[] = {
	{40, 0, V, ".<proto>"},
};
static const struct lh_body_ref refs_72[] = {
	{32, 0, V, "._b_base_"},
	{64, 0, V, "._objects"},
	{96, 0, V, ".<thunk>"},
	{104, 0, V, ".<callable>"},
	{112, 0, V, ".<converters>"},
	{120, 0, V, ".argtypes"},
	{128, 0, V, ".restype"},
	{136, 0, V, ".<checker>"},
	{144, 0, V, ".errcheck"},
	{152, 0, V, ".<paramflags>"},
};
static const struct lh_body_ref refs_73[] = {
	{80, 0, V, ".<converters>"},
	{88, 0, V, ".<callable>"},
	{96, 0, V, ".<restype>"},
};
static const struct lh_body_ref refs_74[] = {
	{16, 0, H, ".<key>"},
	{24, 0, H, ".<dict>"},
};
static const struct lh_body_ref refs_75[] = {
	{16, 0, V, ".<key>"},
	{24, 0, V, ".<dict>"},
};
static const struct lh_body_ref refs_76[] = {
	{24, 0, H, ".<keep>"},
};
static const struct lh_body_ref refs_77[] = {
	{24, 0, V, ".<keep>"},
};
static const struct lh_body_ref refs_78[] = {
	{32, 0, V, "._b_base_"},
	{64, 0, V, "._objects"},
};
static const struct lh_body_ref refs_79[] = {
	{32, 0, H, ".<orig>"},
};
static const struct lh_body_ref refs_80[] = {
	{32, 0, V, ".<orig>"},
};
static const struct lh_body_ref refs_81[] = {
	{24, 0, H, ".<window>"},
};
static const struct lh_body_ref refs_82[] = {
	{24, 0, V, ".<window>"},
};
static const struct lh_body_ref refs_83[] = {
	{40, 0, V, ".<root element>"},
	{48, 0, V, ".<sought tag>"},
};
static const struct lh_body_ref refs_84[] = {
	{16, 0, H, ".name"},
};
static const struct lh_body_ref refs_85[] = {
	{24, 0, H, ".name"},
};
static const struct lh_body_ref refs_86[] = {
	{16, 0, H, ".<reader>"},
	{24, 0, H, ".<writer>"},
	{32, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_87[] = {
	{16, 0, V, ".<reader>"},
	{24, 0, V, ".<writer>"},
	{32, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_88[] = {
	{16, 0, V, ".raw"},
	{136, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_89[] = {
	{48, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_90[] = {
	{16, 0, H, ".<buffer>"},
	{40, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_91[] = {
	{16, 0, V, ".<buffer>"},
	{40, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_92[] = {
	{32, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_93[] = {
	{40, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_94[] = {
	{16, 0, H, ".<decoder>"},
	{24, 0, H, ".<errors>"},
};
static const struct lh_body_ref refs_95[] = {
	{16, 0, V, ".<decoder>"},
	{24, 0, V, ".<errors>"},
};
static const struct lh_body_ref refs_96[] = {
	{56, 0, H, ".<decoder>"},
	{64, 0, H, ".<readnl>"},
	{72, 0, H, ".<writenl>"},
	{80, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_97[] = {
	{56, 0, H, ".<large>"},
	{64, 0, H, ".<small>"},
	{80, 0, H, ".<decoder>"},
	{88, 0, H, ".<readnl>"},
	{96, 0, H, ".<writenl>"},
	{104, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_98[] = {
	{56, 0, H, ".<buffer>"},
	{120, 0, V, ".<decoder>"},
	{128, 0, V, ".<readnl>"},
	{136, 0, V, ".<writenl>"},
	{144, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_99[] = {
	{72, 0, V, ".<decoder>"},
	{80, 0, V, ".<readnl>"},
	{88, 0, V, ".<writenl>"},
	{96, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_100[] = {
	{32, 0, V, ".buffer"},
	{40, 0, V, ".encoding"},
	{48, 0, V, ".<encoder>"},
	{56, 0, V, ".<decoder>"},
	{64, 0, V, ".<readnl>"},
	{72, 0, V, ".errors"},
	{112, 0, V, ".<decoded chars>"},
	{128, 0, V, ".<pending bytes>"},
	{144, 0, V, ".<snapshot>"},
	{152, 0, V, ".<raw>"},
	{168, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_101[] = {
	{32, 0, V, ".buffer"},
	{40, 0, V, ".encoding"},
	{48, 0, V, ".<encoder>"},
	{56, 0, V, ".<decoder>"},
	{64, 0, V, ".<readnl>"},
	{72, 0, V, ".errors"},
	{120, 0, V, ".<decoded chars>"},
	{136, 0, V, ".<pending bytes>"},
	{152, 0, V, ".<snapshot>"},
	{168, 0, V, ".<raw>"},
	{184, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_102[] = {
	{16, 0, V, ".<source>"},
};
static const struct lh_body_ref refs_103[] = {
	{16, 0, V, ".markers"},
	{24, 0, V, ".default"},
	{32, 0, V, ".encoder"},
	{40, 0, V, ".indent"},
	{48, 0, V, ".key_separator"},
	{56, 0, V, ".item_separator"},
	{64, 0, V, ".sort_keys"},
	{72, 0, V, ".skipkeys"},
};
static const struct lh_body_ref refs_104[] = {
	{16, 0, V, ".markers"},
	{24, 0, V, ".default"},
	{32, 0, V, ".encoder"},
	{40, 0, V, ".indent"},
	{48, 0, V, ".key_separator"},
	{56, 0, V, ".item_separator"},
};
static const struct lh_body_ref refs_105[] = {
	{16, 0, V, ".encoding"},
	{24, 0, V, ".strict"},
	{32, 0, V, ".object_hook"},
	{40, 0, V, ".object_pairs_hook"},
	{48, 0, V, ".parse_float"},
	{56, 0, V, ".parse_int"},
	{64, 0, V, ".parse_constant"},
};
static const struct lh_body_ref refs_106[] = {
	{16, 0, V, ".strict"},
	{24, 0, V, ".object_hook"},
	{32, 0, V, ".object_pairs_hook"},
	{40, 0, V, ".parse_float"},
	{48, 0, V, ".parse_int"},
	{56, 0, V, ".parse_constant"},
	{64, 0, H, ".<memo>"},
};
static const struct lh_body_ref refs_107[] = {
	{24, 0, V, ".object_hook"},
	{32, 0, V, ".object_pairs_hook"},
	{40, 0, V, ".parse_float"},
	{48, 0, V, ".parse_int"},
	{56, 0, V, ".parse_constant"},
	{64, 0, H, ".<memo>"},
};
static const struct lh_body_ref refs_108[] = {
	{24, 0, V, ".object_hook"},
	{32, 0, V, ".object_pairs_hook"},
	{40, 0, V, ".parse_float"},
	{48, 0, V, ".parse_int"},
	{56, 0, V, ".parse_constant"},
	{64, 0, V, ".<memo>"},
};
static const struct lh_body_ref refs_109[] = {
	{24, 0, V, ".object_hook"},
	{32, 0, V, ".object_pairs_hook"},
	{40, 0, V, ".parse_float"},
	{48, 0, V, ".parse_int"},
	{56, 0, V, ".parse_constant"},
};
static const struct lh_body_ref refs_110[] = {
	{24, 0, V, ".object_hook"},
	{32, 0, V, ".object_pairs_hook"},
	{40, 0, V, ".array_hook"},
	{48, 0, V, ".parse_float"},
	{56, 0, V, ".parse_int"},
	{64, 0, V, ".parse_constant"},
};
static const struct lh_body_ref refs_111[] = {
	{48, 0, H, ".<externalTimer>"},
};
static const struct lh_body_ref refs_112[] = {
	{48, 0, H, ".<externalTimer>"},
	{72, 0, H, ".<missing>"},
};
static const struct lh_body_ref refs_113[] = {
	{48, 0, V, ".<externalTimer>"},
	{72, 0, H, ".<missing>"},
};
static const struct lh_body_ref refs_114[] = {
	{48, 0, V, ".<externalTimer>"},
	{72, 0, V, ".<missing>"},
};
static const struct lh_body_ref refs_115[] = {
	{24, 0, H, ".code"},
	{32, 0, H, ".callcount"},
	{40, 0, H, ".reccallcount"},
	{48, 0, H, ".totaltime"},
	{56, 0, H, ".inlinetime"},
	{64, 0, H, ".calls"},
};
static const struct lh_body_ref refs_116[] = {
	{24, 0, H, ".code"},
	{32, 0, H, ".callcount"},
	{40, 0, H, ".reccallcount"},
	{48, 0, H, ".totaltime"},
	{56, 0, H, ".inlinetime"},
};
static const struct lh_body_ref refs_117[] = {
	{184, 0, H, ".unused_data"},
};
static const struct lh_body_ref refs_118[] = {
	{24, 0, V, ".<cjk module>"},
};
static const struct lh_body_ref refs_119[] = {
	{24, 0, V, ".<pers func>"},
	{40, 0, V, ".dispatch_table"},
	{48, 0, V, ".<write>"},
	{56, 0, H, ".<output buffer>"},
	{128, 0, V, ".<fast memo>"},
};
static const struct lh_body_ref refs_120[] = {
	{24, 0, V, ".<pers func>"},
	{40, 0, V, ".dispatch_table"},
	{48, 0, V, ".<reducer override>"},
	{56, 0, V, ".<write>"},
	{64, 0, H, ".<output buffer>"},
	{136, 0, V, ".<fast memo>"},
	{144, 0, V, ".<buffer callback>"},
};
static const struct lh_body_ref refs_121[] = {
	{24, 0, V, ".persistent_id"},
	{32, 0, V, ".dispatch_table"},
	{40, 0, V, ".<reducer override>"},
	{48, 0, V, ".<write>"},
	{56, 0, H, ".<output buffer>"},
	{128, 0, V, ".<fast memo>"},
	{136, 0, V, ".<buffer callback>"},
};
static const struct lh_body_ref refs_122[] = {
	{24, 0, V, ".persistent_id"},
	{32, 0, V, ".<persistent id attr>"},
	{40, 0, V, ".dispatch_table"},
	{48, 0, V, ".<reducer override>"},
	{56, 0, V, ".<write>"},
	{64, 0, H, ".<output buffer>"},
	{136, 0, V, ".<fast memo>"},
	{144, 0, V, ".<buffer callback>"},
};
static const struct lh_body_ref refs_123[] = {
	{16, 0, V, ".<pickler>"},
};
static const struct lh_body_ref refs_124[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".<pers func>"},
	{72, 0, H, ".<buffer>"},
	{184, 0, V, ".<read>"},
	{192, 0, V, ".<readline>"},
	{200, 0, V, ".<peek>"},
};
static const struct lh_body_ref refs_125[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".<pers func>"},
	{72, 0, H, ".<buffer>"},
	{184, 0, V, ".<read>"},
	{192, 0, V, ".<readinto>"},
	{200, 0, V, ".<readline>"},
	{208, 0, V, ".<peek>"},
	{216, 0, V, ".<buffers>"},
};
static const struct lh_body_ref refs_126[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".persistent_load"},
	{64, 0, H, ".<buffer>"},
	{176, 0, V, ".<read>"},
	{184, 0, V, ".<readinto>"},
	{192, 0, V, ".<readline>"},
	{200, 0, V, ".<peek>"},
	{208, 0, V, ".<buffers>"},
};
static const struct lh_body_ref refs_127[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".persistent_load"},
	{56, 0, V, ".<persistent load attr>"},
	{72, 0, H, ".<buffer>"},
	{184, 0, V, ".<read>"},
	{192, 0, V, ".<readinto>"},
	{200, 0, V, ".<readline>"},
	{208, 0, V, ".<peek>"},
	{216, 0, V, ".<buffers>"},
};
static const struct lh_body_ref refs_128[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".persistent_load"},
	{56, 0, V, ".<persistent load attr>"},
	{72, 0, H, ".<buffer>"},
	{200, 0, V, ".<read>"},
	{208, 0, V, ".<readinto>"},
	{216, 0, V, ".<readline>"},
	{224, 0, V, ".<peek>"},
	{232, 0, V, ".<buffers>"},
};
static const struct lh_body_ref refs_129[] = {
	{16, 0, V, ".<stack>"},
	{48, 0, V, ".<memo dict>"},
	{56, 0, V, ".persistent_load"},
	{64, 0, V, ".<persistent load attr>"},
	{80, 0, H, ".<buffer>"},
	{208, 0, V, ".<read>"},
	{216, 0, V, ".<readinto>"},
	{224, 0, V, ".<readline>"},
	{232, 0, V, ".<peek>"},
	{240, 0, V, ".<buffers>"},
};
static const struct lh_body_ref refs_130[] = {
	{16, 0, V, ".<unpickler>"},
};
static const struct lh_body_ref refs_131[] = {
	{32, 0, V, ".<items>"},
};
static const struct lh_body_ref refs_132[] = {
	{40, 0, V, ".<items>[…]", false, LH_BODY_RING, 32, 48, 56},
};
static const struct lh_body_ref refs_133[] = {
	{24, 0, H, ".string"},
	{32, 0, H, ".regs"},
	{40, 0, H, ".re"},
};
static const struct lh_body_ref refs_134[] = {
	{32, 0, H, ".<groupindex>"},
	{40, 0, H, ".<indexgroup>"},
	{48, 0, H, ".pattern"},
};
static const struct lh_body_ref refs_135[] = {
	{16, 0, H, ".pattern"},
	{56, 0, H, ".<string>"},
};
static const struct lh_body_ref refs_136[] = {
	{16, 0, H, ".pattern"},
	{56, 0, H, ".<string>"},
	{144, 0, H, ".<buffer>"},
};
static const struct lh_body_ref refs_137[] = {
	{16, 0, H, ".pattern"},
	{56, 0, H, ".<string>"},
	{72, 0, H, ".<buffer>"},
};
static const struct lh_body_ref refs_138[] = {
	{16, 0, V, ".pattern"},
	{56, 0, H, ".<string>"},
	{72, 0, H, ".<buffer>"},
};
static const struct lh_body_ref refs_139[] = {
	{16, 0, V, ".pattern"},
	{56, 0, H, ".<string>"},
	{72, 0, H, ".<buffer>"},
	{256, 0, H, ".<fail after exc>"},
};
static const struct lh_body_ref refs_140[] = {
	{32, 0, V, ".<literal>"},
};
static const struct lh_body_ref refs_141[] = {
	{24, 0, V, ".<ctx>"},
};
static const struct lh_body_ref refs_142[] = {
	{40, 0, V, ".<server name callback>"},
};
static const struct lh_body_ref refs_143[] = {
	{40, 0, V, ".sni_callback"},
};
static const struct lh_body_ref refs_144[] = {
	{40, 0, V, ".sni_callback"},
	{64, 0, V, ".<msg cb>"},
	{72, 0, H, ".keylog_filename"},
};
static const struct lh_body_ref refs_145[] = {
	{40, 0, V, ".sni_callback"},
	{64, 0, V, ".<msg cb>"},
	{72, 0, H, ".keylog_filename"},
	{96, 0, H, ".<psk client callback>"},
	{104, 0, H, ".<psk server callback>"},
};
static const struct lh_body_ref refs_146[] = {
	{40, 0, V, ".sni_callback"},
	{64, 0, V, ".<msg cb>"},
	{72, 0, V, ".keylog_filename"},
	{96, 0, V, ".<psk client callback>"},
	{104, 0, V, ".<psk server callback>"},
};
static const struct lh_body_ref refs_147[] = {
	{16, 0, H, ".<Socket>"},
	{24, 0, H, ".<ssl sock>"},
	{40, 0, H, ".<ctx>"},
};
static const struct lh_body_ref refs_148[] = {
	{16, 0, H, ".<Socket>"},
	{32, 0, H, ".<ctx>"},
	{48, 0, H, ".owner"},
	{56, 0, H, ".server_hostname"},
};
static const struct lh_body_ref refs_149[] = {
	{16, 0, H, ".<Socket>"},
	{32, 0, H, ".<ctx>"},
	{48, 0, H, ".owner"},
	{56, 0, H, ".server_hostname"},
	{72, 0, V, ".<exc type>"},
	{80, 0, V, ".<exc value>"},
	{88, 0, V, ".<exc tb>"},
};
static const struct lh_body_ref refs_150[] = {
	{16, 0, H, ".<Socket>"},
	{32, 0, H, ".<ctx>"},
	{48, 0, H, ".owner"},
	{56, 0, H, ".server_hostname"},
	{72, 0, V, ".<exc>"},
};
static const struct lh_body_ref refs_151[] = {
	{40, 0, V, ".format"},
};
static const struct lh_body_ref refs_152[] = {
	{16, 0, V, ".<struct>"},
	{32, 0, V, ".<buffer>"},
};
static const struct lh_body_ref refs_153[] = {
	{16, 0, H, ".<key>"},
	{24, 0, V, ".<args>"},
	{32, 0, V, ".<kw>"},
	{48, 0, V, ".<dummies>"},
	{56, 0, H, ".<wr callback>"},
};
static const struct lh_body_ref refs_154[] = {
	{16, 0, V, ".<args>"},
	{24, 0, V, ".<kw>"},
	{40, 0, V, ".<localdicts>"},
	{48, 0, V, ".<thread watchdogs>"},
};
static const struct lh_body_ref refs_155[] = {
	{24, 0, H, ".string"},
};
static const struct lh_body_ref refs_156[] = {
	{48, 0, H, ".<trace>"},
};
static const struct lh_body_ref refs_157[] = {
	{24, 0, H, ".<function>"},
};
static const struct lh_body_ref refs_158[] = {
	{32, 0, H, ".<last line>"},
};
static const struct lh_body_ref refs_159[] = {
	{16, 0, V, ".<value>"},
};
static const struct lh_body_ref refs_160[] = {
	{16, 0, V, ".<wrapped>"},
	{24, 0, V, ".<default value>"},
};
static const struct lh_body_ref refs_161[] = {
	{24, 0, V, ".<array>"},
};
static const struct lh_body_ref refs_162[] = {
	{16, 0, V, ".<generator>"},
	{24, 0, V, ".<sent value>"},
};
static const struct lh_body_ref refs_163[] = {
	{16, 0, V, ".<generator>"},
	{24, 0, V, ".<arguments>"},
};
static const struct lh_body_ref refs_164[] = {
	{16, 0, V, ".<generator>"},
	{24, 0, V, ".<agt typ>"},
	{32, 0, V, ".<agt tb>"},
	{40, 0, V, ".<agt val>"},
};
static const struct lh_body_ref refs_165[] = {
	{16, 0, H, ".<b base>"},
};
static const struct lh_body_ref refs_166[] = {
	{24, 0, V, ".<sequence>"},
};
static const struct lh_body_ref refs_167[] = {
	{16, 0, H, ".<file>"},
};
static const struct lh_body_ref refs_168[] = {
	{24, 0, V, ".<write>"},
	{32, 0, V, ".<file>"},
	{40, 0, V, ".memo"},
	{48, 0, V, ".<arg>"},
	{56, 0, V, ".<pers func>"},
	{64, 0, V, ".<inst pers func>"},
	{112, 0, V, ".<dispatch table>"},
	{128, 0, V, ".<fast memo>"},
};
static const struct lh_body_ref refs_169[] = {
	{24, 0, V, ".<file>"},
	{32, 0, V, ".<readline>"},
	{40, 0, V, ".<read>"},
	{48, 0, V, ".<memo>"},
	{56, 0, V, ".<arg>"},
	{64, 0, V, ".<stack>"},
	{72, 0, H, ".<mark>"},
	{80, 0, V, ".<pers func>"},
	{88, 0, V, ".<last string>"},
	{152, 0, V, ".<find class>"},
};
static const struct lh_body_ref refs_170[] = {
	{48, 0, H, ".<obj>"},
};
static const struct lh_body_ref refs_171[] = {
	{16, 0, V, ".<it callable>"},
	{24, 0, V, ".<it sentinel>"},
};
static const struct lh_body_ref refs_172[] = {
	{16, 0, V, ".__bases__"},
	{24, 0, V, ".__dict__"},
	{32, 0, V, ".__name__"},
	{40, 0, V, ".<cl getattr>"},
	{48, 0, V, ".<cl setattr>"},
	{56, 0, V, ".<cl delattr>"},
};
static const struct lh_body_ref refs_173[] = {
	{24, 0, V, ".<dict>"},
};
static const struct lh_body_ref refs_174[] = {
	{24, 0, V, ".<dict>"},
	{64, 0, H, ".unused_data"},
};
static const struct lh_body_ref refs_175[] = {
	{24, 0, H, ".<c dicts>"},
};
static const struct lh_body_ref refs_176[] = {
	{16, 0, V, ".<coroutine>"},
};
static const struct lh_body_ref refs_177[] = {
	{40, 0, V, ".type"},
	{72, 0, H, ".name"},
};
static const struct lh_body_ref refs_178[] = {
	{40, 24, H, ".tzinfo"},
};
static const struct lh_body_ref refs_179[] = {
	{32, 24, H, ".tzinfo"},
};
static const struct lh_body_ref refs_180[] = {
	{16, 0, H, ".<offset>"},
	{24, 0, H, ".<name>"},
};
static const struct lh_body_ref refs_181[] = {
	{64, 0, H, ".<traps>"},
	{72, 0, H, ".<flags>"},
};
static const struct lh_body_ref refs_182[] = {
	{64, 0, V, ".<traps>"},
	{72, 0, V, ".<flags>"},
};
static const struct lh_body_ref refs_183[] = {
	{16, 0, H, ".<local>"},
	{24, 0, H, ".<global>"},
};
static const struct lh_body_ref refs_184[] = {
	{16, 0, V, ".<local>"},
	{24, 0, V, ".<global>"},
};
static const struct lh_body_ref refs_185[] = {
	{16, 0, V, ".<dict>"},
	{40, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_186[] = {
	{16, 0, V, ".<dict>"},
};
static const struct lh_body_ref refs_187[] = {
	{24, 0, V, ".<en sit>"},
	{32, 0, V, ".<en result>"},
	{40, 0, V, ".<en longindex>"},
};
static const struct lh_body_ref refs_188[] = {
	{40, 0, V, ".msg"},
	{48, 0, V, ".filename"},
	{56, 0, V, ".lineno"},
	{64, 0, V, ".offset"},
	{72, 0, V, ".text"},
	{80, 0, V, ".print_file_and_line"},
};
static const struct lh_body_ref refs_189[] = {
	{40, 0, V, ".code"},
};
static const struct lh_body_ref refs_190[] = {
	{40, 0, V, ".encoding"},
	{48, 0, V, ".object"},
	{72, 0, V, ".reason"},
};
static const struct lh_body_ref refs_191[] = {
	{16, 0, H, ".<str>"},
};
static const struct lh_body_ref refs_192[] = {
	{16, 0, H, ".<str>"},
	{24, 0, H, ".<str>"},
};
static const struct lh_body_ref refs_193[] = {
	{24, 0, H, ".name"},
	{32, 0, H, ".mode"},
	{104, 0, H, ".encoding"},
	{112, 0, H, ".errors"},
};
static const struct lh_body_ref refs_194[] = {
	{16, 0, V, ".<function>"},
	{24, 0, V, ".<iterator>"},
};
static const struct lh_body_ref refs_195[] = {
	{16, 0, V, ".<cmp>"},
	{24, 0, V, ".obj"},
};
static const struct lh_body_ref refs_196[] = {
	{64, 0, V, ".<maxsize>"},
	{72, 0, V, ".__wrapped__"},
	{88, 0, V, ".<cache>"},
	{96, 0, V, ".<cache info type>"},
	{128, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_197[] = {
	{72, 0, V, ".<cache>"},
	{88, 0, V, ".__wrapped__"},
	{112, 0, V, ".<cache info type>"},
	{120, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_198[] = {
	{72, 0, V, ".<cache>"},
	{88, 0, V, ".__wrapped__"},
	{112, 0, V, ".<keyword mark>"},
	{120, 0, V, ".<link type>"},
	{128, 0, V, ".<cache info type>"},
	{136, 0, V, ".__dict__"},
};
static const struct lh_body_ref refs_199[] = {
	{16, 0, V, ".<obj>"},
};
static const struct lh_body_ref refs_200[] = {
	{24, 0, H, ".gr_name"},
	{32, 0, H, ".gr_passwd"},
	{40, 0, H, ".gr_gid"},
	{48, 0, H, ".gr_mem"},
};
static const struct lh_body_ref refs_201[] = {
	{16, 0, V, ".<h root>"},
};
static const struct lh_body_ref refs_202[] = {
	{16, 0, V, ".<function>"},
};
static const struct lh_body_ref refs_203[] = {
	{16, 0, V, ".<hi obj>"},
};
static const struct lh_body_ref refs_204[] = {
	{16, 0, V, ".<parent>"},
	{24, 0, V, ".<tgtkey>"},
};
static const struct lh_body_ref refs_205[] = {
	{16, 0, V, ".<dataobj>"},
};
static const struct lh_body_ref refs_206[] = {
	{16, 0, V, ".<iterator>"},
	{32, 0, V, ".<nextlink>"},
	{40, 0, V, ".<values>[…]", false, LH_BODY_ITEMS, 24, 57},
};
static const struct lh_body_ref refs_207[] = {
	{16, 0, V, ".<total>"},
	{24, 0, V, ".<iterator>"},
	{32, 0, V, ".<binop>"},
};
static const struct lh_body_ref refs_208[] = {
	{16, 0, V, ".<total>"},
	{24, 0, V, ".<iterator>"},
	{32, 0, V, ".<binop>"},
	{40, 0, V, ".<initial>"},
};
static const struct lh_body_ref refs_209[] = {
	{16, 0, V, ".<iterator>"},
};
static const struct lh_body_ref refs_210[] = {
	{16, 0, V, ".<source>"},
	{24, 0, V, ".<active>"},
};
static const struct lh_body_ref refs_211[] = {
	{16, 0, V, ".<pool>"},
	{32, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_212[] = {
	{16, 0, V, ".<data>"},
	{24, 0, V, ".<selectors>"},
};
static const struct lh_body_ref refs_213[] = {
	{24, 0, V, ".<long cnt>"},
	{32, 0, V, ".<long step>"},
};
static const struct lh_body_ref refs_214[] = {
	{16, 0, V, ".<iterator>"},
	{24, 0, V, ".<saved>"},
};
static const struct lh_body_ref refs_215[] = {
	{16, 0, V, ".<iterator>"},
	{24, 0, V, ".<keyfunc>"},
	{32, 0, V, ".<tgtkey>"},
	{40, 0, V, ".<currkey>"},
	{48, 0, V, ".<currvalue>"},
};
static const struct lh_body_ref refs_216[] = {
	{16, 0, V, ".<iters>"},
	{24, 0, V, ".<function>"},
};
static const struct lh_body_ref refs_217[] = {
	{24, 0, V, ".<ittuple>"},
	{32, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_218[] = {
	{32, 0, V, ".<ittuple>"},
	{40, 0, V, ".<result>"},
	{48, 0, V, ".<fillvalue>"},
};
static const struct lh_body_ref refs_219[] = {
	{16, 0, V, ".<iterator>"},
	{24, 0, V, ".<old>"},
};
static const struct lh_body_ref refs_220[] = {
	{16, 0, V, ".<iterator>"},
	{24, 0, V, ".<old>"},
	{32, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_221[] = {
	{16, 0, V, ".<pool>"},
	{40, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_222[] = {
	{16, 0, V, ".<pools>"},
	{32, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_223[] = {
	{16, 0, V, ".<element>"},
};
static const struct lh_body_ref refs_224[] = {
	{16, 0, V, ".<lz builtins>"},
	{24, 0, V, ".<lz from>"},
	{32, 0, V, ".<lz attr>"},
	{40, 0, V, ".<lz code>"},
};
static const struct lh_body_ref refs_225[] = {
	{16, 0, H, ".<li code>"},
};
static const struct lh_body_ref refs_226[] = {
	{16, 0, H, ".<index>"},
	{24, 0, H, ".<start>"},
	{32, 0, H, ".<step>"},
	{40, 0, H, ".<len>"},
};
static const struct lh_body_ref refs_227[] = {
	{16, 0, H, ".<start>"},
	{24, 0, H, ".<step>"},
	{32, 0, H, ".<len>"},
};
static const struct lh_body_ref refs_228[] = {
	{40, 0, V, ".<obj>"},
};
static const struct lh_body_ref refs_229[] = {
	{16, 0, V, ".<base>"},
	{32, 0, V, ".obj"},
};
static const struct lh_body_ref refs_230[] = {
	{24, 0, V, ".<mbuf>"},
};
static const struct lh_body_ref refs_231[] = {
	{32, 0, H, ".<m copy>"},
};
static const struct lh_body_ref refs_232[] = {
	{24, 0, V, ".<di odict>"},
	{48, 0, V, ".<di current>"},
	{56, 0, V, ".<result>"},
};
static const struct lh_body_ref refs_233[] = {
	{24, 0, V, ".<attr>"},
};
static const struct lh_body_ref refs_234[] = {
	{24, 0, V, ".<item>"},
};
static const struct lh_body_ref refs_235[] = {
	{16, 0, H, ".<name>"},
	{24, 0, V, ".<args>"},
	{32, 0, V, ".<kwds>"},
};
static const struct lh_body_ref refs_236[] = {
	{16, 0, V, ".<name>"},
	{24, 0, V, ".<args>"},
	{32, 0, V, ".<kwds>"},
};
static const struct lh_body_ref refs_237[] = {
	{16, 0, V, ".<name>"},
	{24, 0, V, ".<xargs>"},
	{32, 0, V, ".<kwds>"},
	{48, 40, H, ".<vectorcall kwnames>", true},
};
static const struct lh_body_ref refs_238[] = {
	{16, 0, V, ".<name>"},
	{24, 0, V, ".<args>"},
	{32, 0, V, ".<kwds>"},
	{40, 0, V, ".<vectorcall args>"},
	{48, 0, V, ".<vectorcall kwnames>"},
};
static const struct lh_body_ref refs_239[] = {
	{24, 0, V, ".<obj>"},
};
static const struct lh_body_ref refs_240[] = {
	{16, 0, H, ".<pi code>"},
};
static const struct lh_body_ref refs_241[] = {
	{16, 0, H, ".name"},
	{24, 0, H, ".path"},
	{32, 0, H, ".<stat>"},
	{40, 0, H, ".<lstat>"},
};
static const struct lh_body_ref refs_242[] = {
	{72, 0, H, ".<object>"},
	{80, 0, H, ".<cleanup>"},
};
static const struct lh_body_ref refs_243[] = {
	{88, 0, H, ".<object>"},
	{96, 0, H, ".<cleanup>"},
};
static const struct lh_body_ref refs_244[] = {
	{96, 0, H, ".<object>"},
	{104, 0, H, ".<cleanup>"},
};
static const struct lh_body_ref refs_245[] = {
	{24, 0, H, ".st_mode"},
	{32, 0, H, ".st_ino"},
	{40, 0, H, ".st_dev"},
	{48, 0, H, ".st_nlink"},
	{56, 0, H, ".st_uid"},
	{64, 0, H, ".st_gid"},
	{72, 0, H, ".st_size"},
	{80, 0, H, "[7]"},
	{88, 0, H, "[8]"},
	{96, 0, H, "[9]"},
	{104, 0, H, ".st_atime"},
	{112, 0, H, ".st_mtime"},
	{120, 0, H, ".st_ctime"},
	{128, 0, H, ".st_blksize"},
	{136, 0, H, ".st_blocks"},
	{144, 0, H, ".st_rdev"},
};
static const struct lh_body_ref refs_246[] = {
	{24, 0, H, ".f_bsize"},
	{32, 0, H, ".f_frsize"},
	{40, 0, H, ".f_blocks"},
	{48, 0, H, ".f_bfree"},
	{56, 0, H, ".f_bavail"},
	{64, 0, H, ".f_files"},
	{72, 0, H, ".f_ffree"},
	{80, 0, H, ".f_favail"},
	{88, 0, H, ".f_flag"},
	{96, 0, H, ".f_namemax"},
};
static const struct lh_body_ref refs_247[] = {
	{24, 0, H, ".pw_name"},
	{32, 0, H, ".pw_passwd"},
	{40, 0, H, ".pw_uid"},
	{48, 0, H, ".pw_gid"},
	{56, 0, H, ".pw_gecos"},
	{64, 0, H, ".pw_dir"},
	{72, 0, H, ".pw_shell"},
};
static const struct lh_body_ref refs_248[] = {
	{56, 0, H, ".intern"},
	{64, 0, V, ".StartElementHandler", false, LH_BODY_BEHIND, 0},
	{64, 0, V, ".EndElementHandler", false, LH_BODY_BEHIND, 8},
	{64, 0, V, ".ProcessingInstructionHandler", false, LH_BODY_BEHIND, 16},
	{64, 0, V, ".CharacterDataHandler", false, LH_BODY_BEHIND, 24},
	{64, 0, V, ".UnparsedEntityDeclHandler", false, LH_BODY_BEHIND, 32},
	{64, 0, V, ".NotationDeclHandler", false, LH_BODY_BEHIND, 40},
	{64, 0, V, ".StartNamespaceDeclHandler", false, LH_BODY_BEHIND, 48},
	{64, 0, V, ".EndNamespaceDeclHandler", false, LH_BODY_BEHIND, 56},
	{64, 0, V, ".CommentHandler", false, LH_BODY_BEHIND, 64},
	{64, 0, V, ".StartCdataSectionHandler", false, LH_BODY_BEHIND, 72},
	{64, 0, V, ".EndCdataSectionHandler", false, LH_BODY_BEHIND, 80},
	{64, 0, V, ".DefaultHandler", false, LH_BODY_BEHIND, 88},
	{64, 0, V, ".DefaultHandlerExpand", false, LH_BODY_BEHIND, 96},
	{64, 0, V, ".NotStandaloneHandler", false, LH_BODY_BEHIND, 104},
	{64, 0, V, ".ExternalEntityRefHandler", false, LH_BODY_BEHIND, 112},
	{64, 0, V, ".StartDoctypeDeclHandler", false, LH_BODY_BEHIND, 120},
	{64, 0, V, ".EndDoctypeDeclHandler", false, LH_BODY_BEHIND, 128},
	{64, 0, V, ".EntityDeclHandler", false, LH_BODY_BEHIND, 136},
	{64, 0, V, ".XmlDeclHandler", false, LH_BODY_BEHIND, 144},
	{64, 0, V, ".ElementDeclHandler", false, LH_BODY_BEHIND, 152},
	{64, 0, V, ".AttlistDeclHandler", false, LH_BODY_BEHIND, 160},
	{64, 0, V, ".SkippedEntityHandler", false, LH_BODY_BEHIND, 168},
};
static const struct lh_body_ref refs_249[] = {
	{64, 0, H, ".intern"},
	{72, 0, V, ".StartElementHandler", false, LH_BODY_BEHIND, 0},
	{72, 0, V, ".EndElementHandler", false, LH_BODY_BEHIND, 8},
	{72, 0, V, ".ProcessingInstructionHandler", false, LH_BODY_BEHIND, 16},
	{72, 0, V, ".CharacterDataHandler", false, LH_BODY_BEHIND, 24},
	{72, 0, V, ".UnparsedEntityDeclHandler", false, LH_BODY_BEHIND, 32},
	{72, 0, V, ".NotationDeclHandler", false, LH_BODY_BEHIND, 40},
	{72, 0, V, ".StartNamespaceDeclHandler", false, LH_BODY_BEHIND, 48},
	{72, 0, V, ".EndNamespaceDeclHandler", false, LH_BODY_BEHIND, 56},
	{72, 0, V, ".CommentHandler", false, LH_BODY_BEHIND, 64},
	{72, 0, V, ".StartCdataSectionHandler", false, LH_BODY_BEHIND, 72},
	{72, 0, V, ".EndCdataSectionHandler", false, LH_BODY_BEHIND, 80},
	{72, 0, V, ".DefaultHandler", false, LH_BODY_BEHIND, 88},
	{72, 0, V, ".DefaultHandlerExpand", false, LH_BODY_BEHIND, 96},
	{72, 0, V, ".NotStandaloneHandler", false, LH_BODY_BEHIND, 104},
	{72, 0, V, ".ExternalEntityRefHandler", false, LH_BODY_BEHIND, 112},
	{72, 0, V, ".StartDoctypeDeclHandler", false, LH_BODY_BEHIND, 120},
	{72, 0, V, ".EndDoctypeDeclHandler", false, LH_BODY_BEHIND, 128},
	{72, 0, V, ".EntityDeclHandler", false, LH_BODY_BEHIND, 136},
	{72, 0, V, ".XmlDeclHandler", false, LH_BODY_BEHIND, 144},
	{72, 0, V, ".ElementDeclHandler", false, LH_BODY_BEHIND, 152},
	{72, 0, V, ".AttlistDeclHandler", false, LH_BODY_BEHIND, 160},
	{72, 0, V, ".SkippedEntityHandler", false, LH_BODY_BEHIND, 168},
};
static const struct lh_body_ref refs_250[] = {
	{24, 0, V, ".<parent>"},
	{72, 0, H, ".intern"},
	{80, 0, V, ".StartElementHandler", false, LH_BODY_BEHIND, 0},
	{80, 0, V, ".EndElementHandler", false, LH_BODY_BEHIND, 8},
	{80, 0, V, ".ProcessingInstructionHandler", false, LH_BODY_BEHIND, 16},
	{80, 0, V, ".CharacterDataHandler", false, LH_BODY_BEHIND, 24},
	{80, 0, V, ".UnparsedEntityDeclHandler", false, LH_BODY_BEHIND, 32},
	{80, 0, V, ".NotationDeclHandler", false, LH_BODY_BEHIND, 40},
	{80, 0, V, ".StartNamespaceDeclHandler", false, LH_BODY_BEHIND, 48},
	{80, 0, V, ".EndNamespaceDeclHandler", false, LH_BODY_BEHIND, 56},
	{80, 0, V, ".CommentHandler", false, LH_BODY_BEHIND, 64},
	{80, 0, V, ".StartCdataSectionHandler", false, LH_BODY_BEHIND, 72},
	{80, 0, V, ".EndCdataSectionHandler", false, LH_BODY_BEHIND, 80},
	{80, 0, V, ".DefaultHandler", false, LH_BODY_BEHIND, 88},
	{80, 0, V, ".DefaultHandlerExpand", false, LH_BODY_BEHIND, 96},
	{80, 0, V, ".NotStandaloneHandler", false, LH_BODY_BEHIND, 104},
	{80, 0, V, ".ExternalEntityRefHandler", false, LH_BODY_BEHIND, 112},
	{80, 0, V, ".StartDoctypeDeclHandler", false, LH_BODY_BEHIND, 120},
	{80, 0, V, ".EndDoctypeDeclHandler", false, LH_BODY_BEHIND, 128},
	{80, 0, V, ".EntityDeclHandler", false, LH_BODY_BEHIND, 136},
	{80, 0, V, ".XmlDeclHandler", false, LH_BODY_BEHIND, 144},
	{80, 0, V, ".ElementDeclHandler", false, LH_BODY_BEHIND, 152},
	{80, 0, V, ".AttlistDeclHandler", false, LH_BODY_BEHIND, 160},
	{80, 0, V, ".SkippedEntityHandler", false, LH_BODY_BEHIND, 168},
};
static const struct lh_body_ref refs_251[] = {
	{16, 0, H, ".start"},
	{24, 0, H, ".stop"},
	{32, 0, H, ".step"},
	{40, 0, H, ".<length>"},
};
static const struct lh_body_ref refs_252[] = {
	{24, 0, V, ".string"},
	{32, 0, V, ".regs"},
	{40, 0, V, ".re"},
};
static const struct lh_body_ref refs_253[] = {
	{32, 0, V, ".<groupindex>"},
	{40, 0, V, ".<indexgroup>"},
	{48, 0, V, ".pattern"},
};
static const struct lh_body_ref refs_254[] = {
	{32, 0, V, ".<groupindex>"},
	{40, 0, V, ".<indexgroup>"},
	{48, 0, V, ".pattern"},
	{80, 0, V, ".<fail after exc>"},
};
static const struct lh_body_ref refs_255[] = {
	{24, 0, H, ".ru_utime"},
	{32, 0, H, ".ru_stime"},
	{40, 0, H, ".ru_maxrss"},
	{48, 0, H, ".ru_ixrss"},
	{56, 0, H, ".ru_idrss"},
	{64, 0, H, ".ru_isrss"},
	{72, 0, H, ".ru_minflt"},
	{80, 0, H, ".ru_majflt"},
	{88, 0, H, ".ru_nswap"},
	{96, 0, H, ".ru_inblock"},
	{104, 0, H, ".ru_oublock"},
	{112, 0, H, ".ru_msgsnd"},
	{120, 0, H, ".ru_msgrcv"},
	{128, 0, H, ".ru_nsignals"},
	{136, 0, H, ".ru_nvcsw"},
	{144, 0, H, ".ru_nivcsw"},
};
static const struct lh_body_ref refs_256[] = {
	{16, 0, H, ".<dict>"},
};
static const struct lh_body_ref refs_257[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".__module__"},
	{32, 0, V, ".<repr>"},
};
static const struct lh_body_ref refs_258[] = {
	{16, 0, V, ".<si set>"},
};
static const struct lh_body_ref refs_259[] = {
	{16, 0, V, ".start"},
	{24, 0, V, ".stop"},
	{32, 0, V, ".step"},
};
static const struct lh_body_ref refs_260[] = {
	{24, 0, H, ".sp_nam"},
	{32, 0, H, ".sp_pwd"},
	{40, 0, H, ".sp_lstchg"},
	{48, 0, H, ".sp_min"},
	{56, 0, H, ".sp_max"},
	{64, 0, H, ".sp_warn"},
	{72, 0, H, ".sp_inact"},
	{80, 0, H, ".sp_expire"},
	{88, 0, H, ".sp_flag"},
};
static const struct lh_body_ref refs_261[] = {
	{16, 0, V, ".<connection>"},
};
static const struct lh_body_ref refs_262[] = {
	{24, 0, H, ".<mapping>"},
	{32, 56, H, ".<factory>"},
	{40, 0, H, ".<nodes>[…]", false, LH_BODY_CHAIN, 48},
};
static const struct lh_body_ref refs_263[] = {
	{24, 0, V, ".<mapping>"},
	{32, 56, H, ".<factory>"},
	{40, 0, V, ".<nodes>[…]", false, LH_BODY_CHAIN, 48},
};
static const struct lh_body_ref refs_264[] = {
	{48, 0, H, ".isolation_level"},
	{80, 0, H, ".<statement cache>"},
	{88, 0, H, ".<statements>"},
	{96, 0, H, ".<cursors>"},
	{112, 0, H, ".row_factory"},
	{120, 0, H, ".text_factory"},
	{128, 0, H, ".<function pinboard>"},
	{136, 0, H, ".<collations>"},
	{144, 0, H, ".<apsw connection>"},
};
static const struct lh_body_ref refs_265[] = {
	{48, 0, H, ".isolation_level"},
	{80, 0, H, ".<statement cache>"},
	{88, 0, H, ".<statements>"},
	{96, 0, H, ".<cursors>"},
	{112, 0, H, ".row_factory"},
	{120, 0, H, ".text_factory"},
	{128, 0, H, ".<function pinboard>"},
	{136, 0, H, ".<collations>"},
};
static const struct lh_body_ref refs_266[] = {
	{48, 0, H, ".isolation_level"},
	{80, 0, H, ".<statement cache>"},
	{88, 0, H, ".<statements>"},
	{96, 0, H, ".<cursors>"},
	{112, 0, H, ".row_factory"},
	{120, 0, H, ".text_factory"},
	{128, 0, H, ".<function pinboard trace callback>"},
	{136, 0, H, ".<function pinboard progress handler>"},
	{144, 0, H, ".<function pinboard authorizer cb>"},
	{152, 0, H, ".<collations>"},
};
static const struct lh_body_ref refs_267[] = {
	{48, 0, V, ".isolation_level"},
	{80, 0, V, ".<statement cache>"},
	{88, 0, V, ".<statements>"},
	{96, 0, V, ".<cursors>"},
	{112, 0, V, ".row_factory"},
	{120, 0, V, ".text_factory"},
	{128, 0, V, ".<function pinboard trace callback>"},
	{136, 0, V, ".<function pinboard progress handler>"},
	{144, 0, V, ".<function pinboard authorizer cb>"},
	{152, 0, V, ".<collations>"},
};
static const struct lh_body_ref refs_268[] = {
	{64, 0, V, ".<statement cache>"},
	{72, 0, V, ".<cursors>"},
	{80, 0, V, ".<blobs>"},
	{96, 0, V, ".row_factory"},
	{104, 0, V, ".text_factory"},
	{112, 0, V, ".<trace callback>", false, LH_BODY_BEHIND, 0},
	{112, 0, V, ".<trace callback's module>", false, LH_BODY_BEHIND, 8},
	{120, 0, V, ".<progress handler>", false, LH_BODY_BEHIND, 0},
	{120, 0, V, ".<progress handler's module>", false, LH_BODY_BEHIND, 8},
	{128, 0, V, ".<authorizer>", false, LH_BODY_BEHIND, 0},
	{128, 0, V, ".<authorizer's module>", false, LH_BODY_BEHIND, 8},
};
static const struct lh_body_ref refs_269[] = {
	{72, 0, V, ".<statement cache>"},
	{80, 0, V, ".<cursors>"},
	{88, 0, V, ".<blobs>"},
	{104, 0, V, ".row_factory"},
	{112, 0, V, ".text_factory"},
	{120, 0, V, ".<trace callback>", false, LH_BODY_BEHIND, 0},
	{120, 0, V, ".<trace callback's module>", false, LH_BODY_BEHIND, 8},
	{128, 0, V, ".<progress handler>", false, LH_BODY_BEHIND, 0},
	{128, 0, V, ".<progress handler's module>", false, LH_BODY_BEHIND, 8},
	{136, 0, V, ".<authorizer>", false, LH_BODY_BEHIND, 0},
	{136, 0, V, ".<authorizer's module>", false, LH_BODY_BEHIND, 8},
};
static const struct lh_body_ref refs_270[] = {
	{72, 0, V, ".<statement cache>"},
	{80, 0, V, ".<blobs>"},
	{88, 0, V, ".row_factory"},
	{96, 0, V, ".text_factory"},
	{104, 0, V, ".<trace callback>", false, LH_BODY_BEHIND, 0},
	{104, 0, V, ".<trace callback's module>", false, LH_BODY_BEHIND, 8},
	{112, 0, V, ".<progress handler>", false, LH_BODY_BEHIND, 0},
	{112, 0, V, ".<progress handler's module>", false, LH_BODY_BEHIND, 8},
	{120, 0, V, ".<authorizer>", false, LH_BODY_BEHIND, 0},
	{120, 0, V, ".<authorizer's module>", false, LH_BODY_BEHIND, 8},
};
static const struct lh_body_ref refs_271[] = {
	{16, 0, H, ".connection"},
	{24, 0, H, ".description"},
	{32, 0, H, ".<row cast map>"},
	{48, 0, H, ".lastrowid"},
	{64, 0, H, ".row_factory"},
	{72, 0, H, ".<statement>"},
	{96, 0, H, ".<next row>"},
};
static const struct lh_body_ref refs_272[] = {
	{16, 0, V, ".connection"},
	{24, 0, V, ".description"},
	{32, 0, V, ".<row cast map>"},
	{48, 0, V, ".lastrowid"},
	{64, 0, V, ".row_factory"},
	{72, 0, V, ".<statement>"},
	{96, 0, V, ".<next row>"},
};
static const struct lh_body_ref refs_273[] = {
	{16, 0, V, ".connection"},
	{24, 0, V, ".description"},
	{32, 0, V, ".<row cast map>"},
	{48, 0, V, ".lastrowid"},
	{64, 0, V, ".row_factory"},
	{72, 0, V, ".<statement>"},
};
static const struct lh_body_ref refs_274[] = {
	{16, 0, V, ".<key>"},
	{24, 0, V, ".<data>"},
};
static const struct lh_body_ref refs_275[] = {
	{16, 0, H, ".<data>"},
	{24, 0, H, ".<description>"},
};
static const struct lh_body_ref refs_276[] = {
	{16, 0, V, ".<data>"},
	{24, 0, V, ".<description>"},
};
static const struct lh_body_ref refs_277[] = {
	{32, 0, H, ".<sql>"},
};
static const struct lh_body_ref refs_278[] = {
	{32, 0, V, ".<sql>"},
};
static const struct lh_body_ref refs_279[] = {
	{16, 0, H, ".<key>"},
	{24, 0, H, ".<data>"},
};
static const struct lh_body_ref refs_280[] = {
	{16, 0, V, ".value"},
	{24, 0, V, ".expression"},
	{32, 0, V, ".conversion"},
	{40, 0, V, ".format_spec"},
};
static const struct lh_body_ref refs_281[] = {
	{16, 0, V, ".strings"},
	{24, 0, V, ".interpolations"},
};
static const struct lh_body_ref refs_282[] = {
	{16, 0, V, ".<stringsiter>"},
	{24, 0, V, ".<interpolationsiter>"},
};
static const struct lh_body_ref refs_283[] = {
	{16, 0, V, ".__thisclass__"},
	{24, 0, V, ".__self__"},
	{32, 0, V, ".__self_class__"},
};
static const struct lh_body_ref refs_284[] = {
	{16, 0, H, ".id"},
	{24, 0, H, ".symbols"},
	{32, 0, H, ".name"},
	{40, 0, H, ".varnames"},
	{48, 0, H, ".children"},
};
static const struct lh_body_ref refs_285[] = {
	{16, 0, H, ".id"},
	{24, 0, H, ".symbols"},
	{32, 0, H, ".name"},
	{40, 0, H, ".varnames"},
	{48, 0, H, ".children"},
	{56, 0, H, ".<ste directives>"},
};
static const struct lh_body_ref refs_286[] = {
	{16, 0, H, ".id"},
	{24, 0, H, ".symbols"},
	{32, 0, H, ".name"},
	{40, 0, H, ".varnames"},
	{48, 0, H, ".children"},
	{56, 0, H, ".<ste directives>"},
	{64, 0, H, ".<ste mangled names>"},
};
static const struct lh_body_ref refs_287[] = {
	{16, 0, H, ".id"},
	{24, 0, H, ".symbols"},
	{32, 0, H, ".name"},
	{40, 0, H, ".varnames"},
	{48, 0, H, ".children"},
	{56, 0, H, ".<ste directives>"},
	{64, 0, H, ".<ste mangled names>"},
	{128, 0, H, ".<ste annotation block>"},
};
static const struct lh_body_ref refs_288[] = {
	{16, 0, H, ".id"},
	{24, 0, H, ".symbols"},
	{32, 0, H, ".name"},
	{40, 0, H, ".<ste function name>"},
	{48, 0, H, ".varnames"},
	{56, 0, H, ".children"},
	{64, 0, H, ".<ste directives>"},
	{72, 0, H, ".<ste mangled names>"},
	{136, 0, H, ".<ste annotation block>"},
};
static const struct lh_body_ref refs_289[] = {
	{24, 0, H, ".debug"},
	{32, 0, H, ".py3k_warning"},
	{40, 0, H, ".division_warning"},
	{48, 0, H, ".division_new"},
	{56, 0, H, ".inspect"},
	{64, 0, H, ".interactive"},
	{72, 0, H, ".optimize"},
	{80, 0, H, ".dont_write_bytecode"},
	{88, 0, H, ".no_user_site"},
	{96, 0, H, ".no_site"},
	{104, 0, H, ".ignore_environment"},
	{112, 0, H, ".tabcheck"},
	{120, 0, H, ".verbose"},
	{128, 0, H, ".unicode"},
	{136, 0, H, ".bytes_warning"},
	{144, 0, H, ".hash_randomization"},
};
static const struct lh_body_ref refs_290[] = {
	{24, 0, H, ".max"},
	{32, 0, H, ".max_exp"},
	{40, 0, H, ".max_10_exp"},
	{48, 0, H, ".min"},
	{56, 0, H, ".min_exp"},
	{64, 0, H, ".min_10_exp"},
	{72, 0, H, ".dig"},
	{80, 0, H, ".mant_dig"},
	{88, 0, H, ".epsilon"},
	{96, 0, H, ".radix"},
	{104, 0, H, ".rounds"},
};
static const struct lh_body_ref refs_291[] = {
	{24, 0, H, ".bits_per_digit"},
	{32, 0, H, ".sizeof_digit"},
};
static const struct lh_body_ref refs_292[] = {
	{24, 0, H, ".major"},
	{32, 0, H, ".minor"},
	{40, 0, H, ".micro"},
	{48, 0, H, ".releaselevel"},
	{56, 0, H, ".serial"},
};
static const struct lh_body_ref refs_293[] = {
	{24, 0, H, ".tm_year"},
	{32, 0, H, ".tm_mon"},
	{40, 0, H, ".tm_mday"},
	{48, 0, H, ".tm_hour"},
	{56, 0, H, ".tm_min"},
	{64, 0, H, ".tm_sec"},
	{72, 0, H, ".tm_wday"},
	{80, 0, H, ".tm_yday"},
	{88, 0, H, ".tm_isdst"},
};
static const struct lh_body_ref refs_294[] = {
	{16, 0, V, ".__origin__"},
	{24, 0, V, ".__args__"},
	{32, 0, V, ".__parameters__"},
};
static const struct lh_body_ref refs_295[] = {
	{16, 0, V, ".__args__"},
	{24, 0, V, ".__parameters__"},
};
static const struct lh_body_ref refs_296[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".__bound__"},
};
static const struct lh_body_ref refs_297[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".__bound__"},
	{32, 0, V, ".<default value>"},
	{40, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_298[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".__bound__"},
	{32, 0, V, ".<default value>"},
	{40, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_299[] = {
	{16, 0, V, ".__origin__"},
};
static const struct lh_body_ref refs_300[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".__type_params__"},
	{32, 0, V, ".<compute value>"},
	{40, 0, V, ".__value__"},
	{48, 0, V, ".__module__"},
};
static const struct lh_body_ref refs_301[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".__type_params__"},
	{32, 0, V, ".<compute value>"},
	{40, 0, V, ".__value__"},
	{48, 0, V, ".__module__"},
};
static const struct lh_body_ref refs_302[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".__qualname__"},
	{32, 0, V, ".__type_params__"},
	{40, 0, V, ".<compute value>"},
	{48, 0, V, ".__value__"},
	{56, 0, V, ".__module__"},
};
static const struct lh_body_ref refs_303[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".__bound__"},
	{32, 0, V, ".evaluate_bound"},
	{40, 0, V, ".__constraints__"},
	{48, 0, V, ".evaluate_constraints"},
};
static const struct lh_body_ref refs_304[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".__bound__"},
	{32, 0, V, ".evaluate_bound"},
	{40, 0, V, ".__constraints__"},
	{48, 0, V, ".evaluate_constraints"},
	{56, 0, V, ".<default value>"},
	{64, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_305[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".__bound__"},
	{32, 0, V, ".evaluate_bound"},
	{40, 0, V, ".__constraints__"},
	{48, 0, V, ".evaluate_constraints"},
	{56, 0, V, ".<default value>"},
	{64, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_306[] = {
	{16, 0, H, ".__name__"},
};
static const struct lh_body_ref refs_307[] = {
	{16, 0, H, ".__name__"},
	{24, 0, V, ".<default value>"},
	{32, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_308[] = {
	{16, 0, V, ".__name__"},
	{24, 0, V, ".<default value>"},
	{32, 0, V, ".evaluate_default"},
};
static const struct lh_body_ref refs_309[] = {
	{16, 0, V, ".__args__"},
	{24, 0, V, ".<hashable args>"},
	{32, 0, V, ".<unhashable args>"},
	{40, 0, V, ".__parameters__"},
};
static const struct lh_body_ref refs_310[] = {
	{16, 0, V, ".<str>"},
};
static const struct lh_body_ref refs_311[] = {
	{16, 0, V, ".<string>"},
};
static const struct lh_body_ref refs_312[] = {
	{16, 0, V, ".tag"},
	{24, 0, V, ".text"},
	{32, 0, V, ".tail"},
};
static const struct lh_body_ref refs_313[] = {
	{16, 0, V, ".<root>"},
	{24, 0, V, ".<this>"},
	{32, 0, V, ".<last>"},
	{40, 0, V, ".<data>"},
	{48, 0, V, ".<stack>"},
	{64, 0, V, ".<element factory>"},
	{72, 0, H, ".<events append>"},
	{80, 0, H, ".<start event obj>"},
	{88, 0, H, ".<end event obj>"},
	{96, 0, H, ".<start ns event obj>"},
	{104, 0, H, ".<end ns event obj>"},
};
static const struct lh_body_ref refs_314[] = {
	{16, 0, V, ".<root>"},
	{24, 0, V, ".<this>"},
	{32, 0, V, ".<last>"},
	{40, 0, V, ".<data>"},
	{48, 0, V, ".<stack>"},
	{64, 0, V, ".<element factory>"},
	{72, 0, V, ".<events append>"},
	{80, 0, V, ".<start event obj>"},
	{88, 0, V, ".<end event obj>"},
	{96, 0, V, ".<start ns event obj>"},
	{104, 0, V, ".<end ns event obj>"},
};
static const struct lh_body_ref refs_315[] = {
	{16, 0, V, ".<root>"},
	{24, 0, V, ".<this>"},
	{32, 0, V, ".<last>"},
	{40, 0, V, ".<last for tail>"},
	{48, 0, V, ".<data>"},
	{56, 0, V, ".<stack>"},
	{72, 0, V, ".<element factory>"},
	{80, 0, V, ".<comment factory>"},
	{88, 0, V, ".<pi factory>"},
	{96, 0, V, ".<events append>"},
	{104, 0, V, ".<start event obj>"},
	{112, 0, V, ".<end event obj>"},
	{120, 0, V, ".<start ns event obj>"},
	{128, 0, V, ".<end ns event obj>"},
	{136, 0, V, ".<comment event obj>"},
	{144, 0, V, ".<pi event obj>"},
};
static const struct lh_body_ref refs_316[] = {
	{24, 0, V, ".target"},
	{32, 0, V, ".entity"},
	{40, 0, V, ".<names>"},
	{48, 0, V, ".<handle start>"},
	{56, 0, V, ".<handle data>"},
	{64, 0, V, ".<handle end>"},
	{72, 0, V, ".<handle comment>"},
	{80, 0, V, ".<handle pi>"},
	{88, 0, H, ".<handle doctype>"},
	{96, 0, V, ".<handle close>"},
};
static const struct lh_body_ref refs_317[] = {
	{24, 0, V, ".target"},
	{32, 0, V, ".entity"},
	{40, 0, V, ".<names>"},
	{48, 0, V, ".<handle start ns>"},
	{56, 0, V, ".<handle end ns>"},
	{64, 0, V, ".<handle start>"},
	{72, 0, V, ".<handle data>"},
	{80, 0, V, ".<handle end>"},
	{88, 0, V, ".<handle comment>"},
	{96, 0, V, ".<handle pi>"},
	{104, 0, V, ".<handle doctype>"},
	{112, 0, V, ".<handle close>"},
};
static const struct lh_body_ref refs_318[] = {
	{24, 0, V, ".target"},
	{32, 0, V, ".entity"},
	{40, 0, V, ".<names>"},
	{48, 0, V, ".<handle start ns>"},
	{56, 0, V, ".<handle end ns>"},
	{64, 0, V, ".<handle start>"},
	{72, 0, V, ".<handle data>"},
	{80, 0, V, ".<handle end>"},
	{88, 0, V, ".<handle comment>"},
	{96, 0, V, ".<handle pi>"},
	{104, 0, V, ".<handle doctype>"},
	{112, 0, V, ".<handle close>"},
	{128, 0, H, ".<elementtree module>"},
};
static const struct lh_body_ref refs_319[] = {
	{16, 0, H, ".archive"},
	{24, 0, H, ".prefix"},
	{32, 0, V, "._files"},
};
static const struct lh_body_ref refs_320[] = {
	{128, 0, H, ".<unused data>"},
	{136, 0, H, ".<unconsumed tail>"},
	{152, 0, H, ".<zdict>"},
};
static const struct lh_body_ref refs_321[] = {
	{128, 0, H, ".<unused data>"},
	{136, 0, H, ".<unconsumed tail>"},
	{152, 0, V, ".<zdict>"},
};
static const struct lh_body_ref refs_322[] = {
	{128, 0, H, ".unused_data"},
	{136, 0, H, ".unconsumed_tail"},
	{152, 0, H, ".<zdict>"},
};
static const struct lh_body_ref refs_323[] = {
	{128, 0, H, ".unused_data"},
	{136, 0, H, ".unconsumed_tail"},
	{152, 0, V, ".<zdict>"},
};
static const struct lh_body_ref refs_324[] = {
	{128, 0, H, ".<zdict>"},
	{144, 0, H, ".unused_data"},
};
static const struct lh_body_ref refs_325[] = {
	{128, 0, V, ".<zdict>"},
	{144, 0, H, ".unused_data"},
};
static const struct lh_body_ref refs_326[] = {
	{16, 0, H, ".key"},
	{24, 0, H, ".<file repr>"},
	{96, 0, H, ".<utcoff>"},
	{104, 0, H, ".<dstoff>"},
	{112, 0, H, ".<tzname>"},
	{128, 0, H, ".<utcoff>"},
	{136, 0, H, ".<dstoff>"},
	{144, 0, H, ".<tzname>"},
};
static const struct lh_body_ref refs_327[] = {
	{16, 0, V, ".key"},
	{24, 0, H, ".<file repr>"},
	{96, 0, H, ".<utcoff>"},
	{104, 0, H, ".<dstoff>"},
	{112, 0, H, ".<tzname>"},
	{128, 0, H, ".<utcoff>"},
	{136, 0, H, ".<dstoff>"},
	{144, 0, H, ".<tzname>"},
};

const struct lh_body lh_bodies[] = {
	{"AttributeError", 0x030a0df0, 80, refs_0, 2},
	{"AttributeError", 0x030b02f0, 88, refs_1, 2},
	{"BaseExceptionGroup", 0x030b02f0, 88, refs_2, 2},
	{"BaseExceptionGroup", 0x030d12f0, 96, refs_3, 3},
	{"BlockingIOError", 0x020712f0, 72, refs_4, 3},
	{"BlockingIOError", 0x03060ff0, 104, refs_5, 4},
	{"BlockingIOError", 0x030b02f0, 112, refs_6, 4},
	{"CArgObject", 0x020712f0, 64, refs_7, 1},
	{"Context", 0x030710f0, 48, refs_8, 2},
	{"Element", 0x020712f0, 48, refs_9, 3},
	{"EncodingMap", 0x020712f0, 64, NULL, 0},
	{"FrameLocalsProxy", 0x030d00f0, 24, refs_10, 1},
	{"ImportError", 0x03060ff0, 88, refs_11, 3},
	{"ImportError", 0x030b02f0, 96, refs_12, 3},
	{"ImportError", 0x030c01f0, 104, refs_13, 4},
	{"InstructionSequence", 0x030d00f0, 64, refs_14, 1},
	{"InstructionSequence", 0x030e0af0, 72, refs_15, 2},
	{"InterpreterID", 0x030812f0, 24, NULL, 0},
	{"MultibyteCodec", 0x020712f0, 24, NULL, 0},
	{"MultibyteIncrementalDecoder", 0x020712f0, 56, refs_16, 1},
	{"MultibyteIncrementalEncoder", 0x020712f0, 56, refs_16, 1},
	{"MultibyteIncrementalEncoder", 0x03060ff0, 48, refs_17, 2},
	{"MultibyteStreamReader", 0x020712f0, 64, refs_18, 2},
	{"MultibyteStreamWriter", 0x020712f0, 64, refs_18, 2},
	{"MultibyteStreamWriter", 0x03060ff0, 56, refs_19, 3},
	{"NameError", 0x030a0df0, 72, refs_20, 1},
	{"NameError", 0x030b02f0, 80, refs_21, 1},
	{"NoDefaultType", 0x030d00f0, 16, NULL, 0},
	{"OSError", 0x03060ff0, 104, refs_5, 4},
	{"OSError", 0x030b02f0, 112, refs_6, 4},
	{"PyCapsule", 0x020712f0, 48, NULL, 0},
	{"PyCapsule", 0x030d00f0, 64, NULL, 0},
	{"StgDict", 0x020712f0, 392, refs_22, 5},
	{"StgDict", 0x03060ff0, 192, refs_23, 5},
	{"StopIteration", 0x03060ff0, 72, refs_24, 1},
	{"StopIteration", 0x030b02f0, 80, refs_25, 1},
	{"Struct", 0x020712f0, 56, refs_26, 1},
	{"SyntaxError", 0x03060ff0, 112, refs_27, 6},
	{"SyntaxError", 0x030a0df0, 128, refs_28, 8},
	{"SyntaxError", 0x030b02f0, 136, refs_29, 8},
	{"SyntaxError", 0x030e0af0, 144, refs_30, 9},
	{"SystemExit", 0x03060ff0, 72, refs_31, 1},
	{"SystemExit", 0x030b02f0, 80, refs_32, 1},
	{"TaskStepMethWrapper", 0x03060ff0, 32, refs_33, 2},
	{"TaskWakeupMethWrapper", 0x03060ff0, 24, refs_34, 1},
	{"Token", 0x030710f0, 48, refs_35, 3},
	{"Token.MISSING", 0x030710f0, 16, NULL, 0},
	{"UnicodeDecodeError", 0x03060ff0, 104, refs_36, 3},
	{"UnicodeDecodeError", 0x030b02f0, 112, refs_37, 3},
	{"UnicodeEncodeError", 0x03060ff0, 104, refs_36, 3},
	{"UnicodeEncodeError", 0x030b02f0, 112, refs_37, 3},
	{"UnicodeTranslateError", 0x03060ff0, 104, refs_36, 3},
	{"UnicodeTranslateError", 0x030b02f0, 112, refs_37, 3},
	{"_RunningLoopHolder", 0x030710f0, 32, refs_38, 1},
	{"_abc._abc_data", 0x030902f0, 48, refs_39, 3},
	{"_abc_data", 0x030710f0, 48, refs_40, 3},
	{"_ast.AST", 0x03060ff0, 24, refs_41, 1},
	{"_asyncio.Future", 0x03060ff0, 88, refs_42, 6},
	{"_asyncio.Future", 0x030710f0, 104, refs_43, 8},
	{"_asyncio.Future", 0x030902f0, 144, refs_44, 12},
	{"_asyncio.Future", 0x030a0df0, 152, refs_45, 13},
	{"_asyncio.Future", 0x030b02f0, 128, refs_46, 11},
	{"_asyncio.Future", 0x030d00f0, 104, refs_47, 10},
	{"_asyncio.Future", 0x030e0af0, 112, refs_48, 11},
	{"_asyncio.FutureIter", 0x03060ff0, 24, refs_49, 1},
	{"_asyncio.Task", 0x03060ff0, 112, refs_50, 8},
	{"_asyncio.Task", 0x030710f0, 136, refs_51, 11},
	{"_asyncio.Task", 0x030812f0, 144, refs_52, 12},
	{"_asyncio.Task", 0x030902f0, 184, refs_53, 16},
	{"_asyncio.Task", 0x030a0df0, 192, refs_54, 17},
	{"_asyncio.Task", 0x030b02f0, 176, refs_55, 15},
	{"_asyncio.Task", 0x030d00f0, 144, refs_56, 14},
	{"_asyncio.Task", 0x030e0af0, 168, refs_57, 15},
	{"_asyncio.TaskStepMethWrapper", 0x030c01f0, 32, refs_33, 2},
	{"_blake2.blake2b", 0x03060ff0, 456, NULL, 0},
	{"_blake2.blake2b", 0x030812f0, 448, NULL, 0},
	{"_blake2.blake2b", 0x030d00f0, 440, NULL, 0},
	{"_blake2.blake2b", 0x030e0af0, 32, NULL, 0},
	{"_blake2.blake2b", 0x030f02f0, 40, NULL, 0},
	{"_blake2.blake2s", 0x03060ff0, 248, NULL, 0},
	{"_blake2.blake2s", 0x030812f0, 240, NULL, 0},
	{"_blake2.blake2s", 0x030d00f0, 232, NULL, 0},
	{"_blake2.blake2s", 0x030e0af0, 32, NULL, 0},
	{"_blake2.blake2s", 0x030f02f0, 40, NULL, 0},
	{"_buffer_wrapper", 0x030c01f0, 32, refs_58, 2},
	{"_bz2.BZ2Compressor", 0x03060ff0, 112, NULL, 0},
	{"_bz2.BZ2Compressor", 0x030f02f0, 104, NULL, 0},
	{"_bz2.BZ2Decompressor", 0x03060ff0, 152, refs_59, 1},
	{"_collections._deque_iterator", 0x03060ff0, 56, refs_60, 1},
	{"_collections._deque_reverse_iterator", 0x03060ff0, 56, refs_60, 1},
	{"_collections._tuplegetter", 0x030812f0, 32, refs_61, 1},
	{"_contextvars.Context", 0x030a0df0, 48, refs_8, 2},
	{"_contextvars.Token", 0x030a0df0, 48, refs_35, 3},
	{"_csv.Dialect", 0x020712f0, 48, refs_62, 1},
	{"_csv.Dialect", 0x03060ff0, 56, refs_63, 1},
	{"_csv.Dialect", 0x030812f0, 48, refs_63, 1},
	{"_csv.Dialect", 0x030a0df0, 48, refs_64, 1},
	{"_csv.reader", 0x020712f0, 80, refs_65, 3},
	{"_csv.reader", 0x03060ff0, 88, refs_65, 3},
	{"_csv.writer", 0x020712f0, 56, refs_66, 2},
	{"_csv.writer", 0x03060ff0, 64, refs_66, 2},
	{"_csv.writer", 0x030812f0, 64, refs_67, 2},
	{"_csv.writer", 0x030a0df0, 72, refs_68, 3},
	{"_ctypes.CArgObject", 0x030c01f0, 64, refs_69, 1},
	{"_ctypes.CArgObject", 0x030e0af0, 80, refs_70, 1},
	{"_ctypes.CField", 0x020712f0, 72, refs_71, 1},
	{"_ctypes.CFuncPtr", 0x030a0df0, 160, refs_72, 10},
	{"_ctypes.CThunkObject", 0x020712f0, 128, refs_73, 3},
	{"_ctypes.DictRemover", 0x020712f0, 32, refs_74, 2},
	{"_ctypes.DictRemover", 0x030c01f0, 32, refs_75, 2},
	{"_ctypes.PyCFuncPtr", 0x020712f0, 160, refs_72, 10},
	{"_ctypes.StructParam_Type", 0x030812f0, 24, NULL, 0},
	{"_ctypes.StructParam_Type", 0x030a0df0, 32, refs_76, 1},
	{"_ctypes.StructParam_Type", 0x030e0af0, 32, refs_77, 1},
	{"_ctypes._CData", 0x020712f0, 96, refs_78, 2},
	{"_curses.window", 0x03060ff0, 32, NULL, 0},
	{"_curses.window", 0x030d05f0, 40, refs_79, 1},
	{"_curses.window", 0x030e0af0, 40, refs_80, 1},
	{"_curses_panel.curses panel", 0x03060ff0, 32, refs_81, 1},
	{"_curses_panel.panel", 0x030812f0, 32, refs_81, 1},
	{"_curses_panel.panel", 0x030d12f0, 32, refs_82, 1},
	{"_dbm.dbm", 0x030b02f0, 32, NULL, 0},
	{"_elementtree._element_iterator", 0x03060ff0, 64, refs_83, 2},
	{"_gdbm.gdbm", 0x030d05f0, 32, NULL, 0},
	{"_hashlib.HASH", 0x030710f0, 40, refs_84, 1},
	{"_hashlib.HASH", 0x030812f0, 32, NULL, 0},
	{"_hashlib.HMAC", 0x030902f0, 32, NULL, 0},
	{"_hashlib.HMAC", 0x030f02f0, 40, NULL, 0},
	{"_hmac.HMAC", 0x030e0af0, 72, refs_85, 1},
	{"_interpchannels.ChannelID", 0x030d00f0, 40, NULL, 0},
	{"_interpreters.CrossInterpreterBufferView", 0x030d00f0, 32, NULL, 0},
	{"_io.BufferedRWPair", 0x020712f0, 48, refs_86, 3},
	{"_io.BufferedRWPair", 0x030c01f0, 48, refs_87, 3},
	{"_io.BufferedRandom", 0x020712f0, 152, refs_88, 2},
	{"_io.BufferedReader", 0x020712f0, 152, refs_88, 2},
	{"_io.BufferedWriter", 0x020712f0, 152, refs_88, 2},
	{"_io.BytesIO", 0x020712f0, 64, refs_89, 1},
	{"_io.BytesIO", 0x03060ff0, 64, refs_90, 2},
	{"_io.BytesIO", 0x030c01f0, 64, refs_91, 2},
	{"_io.FileIO", 0x020712f0, 40, refs_92, 1},
	{"_io.FileIO", 0x03060ff0, 48, refs_93, 1},
	{"_io.IncrementalNewlineDecoder", 0x020712f0, 40, refs_94, 2},
	{"_io.IncrementalNewlineDecoder", 0x030c01f0, 40, refs_95, 2},
	{"_io.StringIO", 0x020712f0, 96, refs_96, 4},
	{"_io.StringIO", 0x03060ff0, 120, refs_97, 6},
	{"_io.StringIO", 0x030c01f0, 168, refs_98, 5},
	{"_io.StringIO", 0x030e0af0, 120, refs_99, 4},
	{"_io.TextIOWrapper", 0x020712f0, 176, refs_100, 11},
	{"_io.TextIOWrapper", 0x03060ff0, 192, refs_101, 11},
	{"_io.TextIOWrapper", 0x030c01f0, 200, refs_101, 11},
	{"_io._BytesIOBuffer", 0x03060ff0, 24, refs_102, 1},
	{"_io._IOBase", 0x020712f0, 32, refs_41, 1},
	{"_json.Encoder", 0x020712f0, 88, refs_103, 8},
	{"_json.Encoder", 0x03060ff0, 96, refs_103, 8},
	{"_json.Encoder", 0x030710f0, 80, refs_104, 6},
	{"_json.Scanner", 0x020712f0, 72, refs_105, 7},
	{"_json.Scanner", 0x03060ff0, 72, refs_106, 7},
	{"_json.Scanner", 0x030710f0, 72, refs_107, 6},
	{"_json.Scanner", 0x030902f0, 72, refs_108, 6},
	{"_json.Scanner", 0x030d00f0, 64, refs_109, 5},
	{"_json.Scanner", 0x030f02f0, 72, refs_110, 6},
	{"_lsprof.Profiler", 0x020712f0, 64, refs_111, 1},
	{"_lsprof.Profiler", 0x030c01f0, 80, refs_112, 2},
	{"_lsprof.Profiler", 0x030d00f0, 80, refs_113, 2},
	{"_lsprof.Profiler", 0x030f02f0, 80, refs_114, 2},
	{"_lsprof.profiler_entry", 0x020712f0, 72, refs_115, 6},
	{"_lsprof.profiler_subentry", 0x020712f0, 64, refs_116, 5},
	{"_lzma.LZMACompressor", 0x03060ff0, 192, NULL, 0},
	{"_lzma.LZMACompressor", 0x030f02f0, 184, NULL, 0},
	{"_lzma.LZMADecompressor", 0x03060ff0, 224, refs_117, 1},
	{"_md5.md5", 0x020712f0, 104, NULL, 0},
	{"_md5.md5", 0x03060ff0, 112, NULL, 0},
	{"_md5.md5", 0x030c01f0, 32, NULL, 0},
	{"_multibytecodec.MultibyteCodec", 0x030a0df0, 24, NULL, 0},
	{"_multibytecodec.MultibyteCodec", 0x030c01f0, 32, refs_118, 1},
	{"_multibytecodec.MultibyteIncrementalDecoder", 0x030a0df0, 56, refs_16, 1},
	{"_multibytecodec.MultibyteIncrementalEncoder", 0x030a0df0, 48, refs_17, 2},
	{"_multibytecodec.MultibyteStreamReader", 0x030a0df0, 64, refs_18, 2},
	{"_multibytecodec.MultibyteStreamWriter", 0x030a0df0, 56, refs_19, 3},
	{"_multiprocessing.Connection", 0x020712f0, 1056, NULL, 0},
	{"_multiprocessing.SemLock", 0x020712f0, 48, NULL, 0},
	{"_multiprocessing.SemLock", 0x03060ff0, 56, NULL, 0},
	{"_pickle.Pickler", 0x03060ff0, 136, refs_119, 5},
	{"_pickle.Pickler", 0x030812f0, 152, refs_120, 7},
	{"_pickle.Pickler", 0x030d00f0, 144, refs_121, 7},
	{"_pickle.Pickler", 0x030d05f0, 152, refs_122, 8},
	{"_pickle.PicklerMemoProxy", 0x03060ff0, 24, refs_123, 1},
	{"_pickle.Unpickler", 0x03060ff0, 256, refs_124, 6},
	{"_pickle.Unpickler", 0x030812f0, 272, refs_125, 8},
	{"_pickle.Unpickler", 0x030d00f0, 264, refs_126, 8},
	{"_pickle.Unpickler", 0x030d05f0, 272, refs_127, 9},
	{"_pickle.Unpickler", 0x030d12f0, 296, refs_128, 9},
	{"_pickle.Unpickler", 0x030f02f0, 304, refs_129, 10},
	{"_pickle.UnpicklerMemoProxy", 0x03060ff0, 24, refs_130, 1},
	{"_queue.SimpleQueue", 0x030710f0, 56, refs_131, 1},
	{"_queue.SimpleQueue", 0x030d00f0, 72, refs_132, 1},
	{"_random.Random", 0x020712f0, 5016, NULL, 0},
	{"_random.Random", 0x03060ff0, 2520, NULL, 0},
	{"_remote_debugging.BinaryReader", 0x030f02f0, 24, NULL, 0},
	{"_remote_debugging.BinaryWriter", 0x030f02f0, 32, NULL, 0},
	{"_remote_debugging.GCMonitor", 0x030f02f0, 33712, NULL, 0},
	{"_remote_debugging.RemoteUnwinder", 0x030e0af0, 33728, NULL, 0},
	{"_remote_debugging.RemoteUnwinder", 0x030f02f0, 35120, NULL, 0},
	{"_sha.sha", 0x020712f0, 120, NULL, 0},
	{"_sha1.sha1", 0x03060ff0, 112, NULL, 0},
	{"_sha1.sha1", 0x030c01f0, 32, NULL, 0},
	{"_sha1.sha1", 0x030d00f0, 40, NULL, 0},
	{"_sha2.SHA224Type", 0x030c01f0, 40, NULL, 0},
	{"_sha2.SHA224Type", 0x030d00f0, 32, NULL, 0},
	{"_sha2.SHA256Type", 0x030c01f0, 40, NULL, 0},
	{"_sha2.SHA256Type", 0x030d00f0, 32, NULL, 0},
	{"_sha2.SHA384Type", 0x030c01f0, 40, NULL, 0},
	{"_sha2.SHA384Type", 0x030d00f0, 32, NULL, 0},
	{"_sha2.SHA512Type", 0x030c01f0, 40, NULL, 0},
	{"_sha2.SHA512Type", 0x030d00f0, 32, NULL, 0},
	{"_sha256.sha224", 0x020712f0, 136, NULL, 0},
	{"_sha256.sha224", 0x03060ff0, 128, NULL, 0},
	{"_sha256.sha256", 0x020712f0, 136, NULL, 0},
	{"_sha256.sha256", 0x03060ff0, 128, NULL, 0},
	{"_sha3.sha3_224", 0x03060ff0, 248, NULL, 0},
	{"_sha3.sha3_224", 0x030b02f0, 240, NULL, 0},
	{"_sha3.sha3_224", 0x030c01f0, 32, NULL, 0},
	{"_sha3.sha3_224", 0x030d12f0, 48, NULL, 0},
	{"_sha3.sha3_256", 0x03060ff0, 248, NULL, 0},
	{"_sha3.sha3_256", 0x030b02f0, 240, NULL, 0},
	{"_sha3.sha3_256", 0x030c01f0, 32, NULL, 0},
	{"_sha3.sha3_256", 0x030d12f0, 48, NULL, 0},
	{"_sha3.sha3_384", 0x03060ff0, 248, NULL, 0},
	{"_sha3.sha3_384", 0x030b02f0, 240, NULL, 0},
	{"_sha3.sha3_384", 0x030c01f0, 32, NULL, 0},
	{"_sha3.sha3_384", 0x030d12f0, 48, NULL, 0},
	{"_sha3.sha3_512", 0x03060ff0, 248, NULL, 0},
	{"_sha3.sha3_512", 0x030b02f0, 240, NULL, 0},
	{"_sha3.sha3_512", 0x030c01f0, 32, NULL, 0},
	{"_sha3.sha3_512", 0x030d12f0, 48, NULL, 0},
	{"_sha3.shake_128", 0x03060ff0, 248, NULL, 0},
	{"_sha3.shake_128", 0x030b02f0, 240, NULL, 0},
	{"_sha3.shake_128", 0x030c01f0, 32, NULL, 0},
	{"_sha3.shake_128", 0x030d12f0, 48, NULL, 0},
	{"_sha3.shake_256", 0x03060ff0, 248, NULL, 0},
	{"_sha3.shake_256", 0x030b02f0, 240, NULL, 0},
	{"_sha3.shake_256", 0x030c01f0, 32, NULL, 0},
	{"_sha3.shake_256", 0x030d12f0, 48, NULL, 0},
	{"_sha512.sha384", 0x020712f0, 232, NULL, 0},
	{"_sha512.sha384", 0x03060ff0, 224, NULL, 0},
	{"_sha512.sha512", 0x020712f0, 232, NULL, 0},
	{"_sha512.sha512", 0x03060ff0, 224, NULL, 0},
	{"_socket.socket", 0x03060ff0, 48, NULL, 0},
	{"_socket.socket", 0x030c01f0, 56, NULL, 0},
	{"_sre.SRE_Match", 0x020712f0, 88, refs_133, 3},
	{"_sre.SRE_Pattern", 0x020712f0, 88, refs_134, 3},
	{"_sre.SRE_Pattern", 0x03060ff0, 96, refs_134, 3},
	{"_sre.SRE_Scanner", 0x020712f0, 1744, refs_135, 2},
	{"_sre.SRE_Scanner", 0x03060ff0, 240, refs_136, 3},
	{"_sre.SRE_Scanner", 0x030710f0, 232, refs_137, 3},
	{"_sre.SRE_Scanner", 0x030912f0, 240, refs_137, 3},
	{"_sre.SRE_Scanner", 0x030a0df0, 240, refs_138, 3},
	{"_sre.SRE_Scanner", 0x030b02f0, 232, refs_138, 3},
	{"_sre.SRE_Scanner", 0x030d00f0, 248, refs_138, 3},
	{"_sre.SRE_Scanner", 0x030d05f0, 264, refs_138, 3},
	{"_sre.SRE_Scanner", 0x030d05f0, 272, refs_139, 4},
	{"_sre.SRE_Template", 0x030c01f0, 40, refs_140, 1},
	{"_ssl.Certificate", 0x030a0df0, 32, NULL, 0},
	{"_ssl.MemoryBIO", 0x03060ff0, 32, NULL, 0},
	{"_ssl.SSLSession", 0x030a0df0, 32, refs_141, 1},
	{"_ssl.Session", 0x03060ff0, 32, refs_141, 1},
	{"_ssl._SSLContext", 0x020712f0, 56, refs_142, 1},
	{"_ssl._SSLContext", 0x030710f0, 64, refs_143, 1},
	{"_ssl._SSLContext", 0x030812f0, 88, refs_144, 3},
	{"_ssl._SSLContext", 0x030a0df0, 96, refs_144, 3},
	{"_ssl._SSLContext", 0x030d00f0, 112, refs_145, 5},
	{"_ssl._SSLContext", 0x030d05f0, 112, refs_146, 5},
	{"_ssl._SSLContext", 0x030d12f0, 120, refs_146, 5},
	{"_ssl._SSLSocket", 0x020712f0, 64, refs_147, 3},
	{"_ssl._SSLSocket", 0x03060ff0, 72, refs_148, 4},
	{"_ssl._SSLSocket", 0x030812f0, 96, refs_149, 7},
	{"_ssl._SSLSocket", 0x030c01f0, 80, refs_150, 5},
	{"_ssl._SSLSocket", 0x030e0af0, 88, refs_150, 5},
	{"_struct.Struct", 0x030902f0, 56, refs_26, 1},
	{"_struct.Struct", 0x030a0df0, 56, refs_151, 1},
	{"_struct.Struct", 0x030f02f0, 64, refs_151, 1},
	{"_struct.unpack_iterator", 0x030902f0, 112, refs_152, 2},
	{"_thread.RLock", 0x03060ff0, 48, NULL, 0},
	{"_thread.RLock", 0x030e0af0, 40, NULL, 0},
	{"_thread._ThreadHandle", 0x030d00f0, 24, NULL, 0},
	{"_thread._local", 0x03060ff0, 64, refs_153, 5},
	{"_thread._local", 0x030d00f0, 56, refs_154, 4},
	{"_thread._localdummy", 0x020712f0, 32, NULL, 0},
	{"_thread._localdummy", 0x030d00f0, 24, NULL, 0},
	{"_thread.lock", 0x03060ff0, 40, NULL, 0},
	{"_thread.lock", 0x030d05f0, 24, NULL, 0},
	{"_tkinter.Tcl_Obj", 0x03060ff0, 32, refs_155, 1},
	{"_tkinter.tkapp", 0x03060ff0, 128, NULL, 0},
	{"_tkinter.tkapp", 0x030d00f0, 136, refs_156, 1},
	{"_tkinter.tkapp", 0x030e0af0, 144, refs_156, 1},
	{"_tkinter.tktimertoken", 0x03060ff0, 32, refs_157, 1},
	{"_tokenize.TokenizerIter", 0x030b02f0, 24, NULL, 0},
	{"_tokenize.TokenizerIter", 0x030c01f0, 32, NULL, 0},
	{"_tokenize.TokenizerIter", 0x030d00f0, 64, refs_158, 1},
	{"_typing._ConstEvaluator", 0x030e0af0, 24, refs_159, 1},
	{"_xxinterpchannels.ChannelID", 0x030c01f0, 40, NULL, 0},
	{"_xxsubinterpreters.ChannelID", 0x030812f0, 40, NULL, 0},
	{"anext_awaitable", 0x030a0df0, 32, refs_160, 2},
	{"array.arrayiterator", 0x030a0df0, 40, refs_161, 1},
	{"ast.AST", 0x030902f0, 24, refs_41, 1},
	{"async_generator_asend", 0x030a0df0, 40, refs_162, 2},
	{"async_generator_athrow", 0x030a0df0, 40, refs_163, 2},
	{"async_generator_athrow", 0x030f02f0, 56, refs_164, 4},
	{"async_generator_wrapped_value", 0x030a0df0, 24, refs_159, 1},
	{"basestring", 0x020712f0, 16, NULL, 0},
	{"buffer", 0x020712f0, 64, refs_165, 1},
	{"bytearray_iterator", 0x03060ff0, 32, refs_166, 1},
	{"bytes_iterator", 0x03060ff0, 32, refs_166, 1},
	{"bz2.BZ2Compressor", 0x020712f0, 112, NULL, 0},
	{"bz2.BZ2Decompressor", 0x020712f0, 120, refs_59, 1},
	{"bz2.BZ2File", 0x020712f0, 104, refs_167, 1},
	{"cPickle.Pickler", 0x020712f0, 136, refs_168, 8},
	{"cPickle.Unpickler", 0x020712f0, 160, refs_169, 10},
	{"cStringIO.StringI", 0x020712f0, 136, refs_170, 1},
	{"cStringIO.StringO", 0x020712f0, 56, NULL, 0},
	{"callable-iterator", 0x020712f0, 32, refs_171, 2},
	{"callable_iterator", 0x03060ff0, 32, refs_171, 2},
	{"classobj", 0x020712f0, 72, refs_172, 6},
	{"collections._deque_iterator", 0x030c01f0, 56, refs_60, 1},
	{"collections._deque_reverse_iterator", 0x030c01f0, 56, refs_60, 1},
	{"collections._tuplegetter", 0x030c01f0, 32, refs_61, 1},
	{"compression.zstd.ZstdCompressor", 0x030e0af0, 56, refs_173, 1},
	{"compression.zstd.ZstdDecompressor", 0x030e0af0, 80, refs_174, 2},
	{"compression.zstd.ZstdDict", 0x030e0af0, 56, refs_175, 1},
	{"coroutine_wrapper", 0x03060ff0, 24, refs_176, 1},
	{"ctypes.CField", 0x030e0af0, 80, refs_177, 2},
	{"datetime.date", 0x020712f0, 32, NULL, 0},
	{"datetime.datetime", 0x020712f0, 48, refs_178, 1},
	{"datetime.time", 0x020712f0, 40, refs_179, 1},
	{"datetime.timedelta", 0x020712f0, 40, NULL, 0},
	{"datetime.timezone", 0x03060ff0, 32, refs_180, 2},
	{"datetime.tzinfo", 0x020712f0, 16, NULL, 0},
	{"decimal.Context", 0x03060ff0, 96, refs_181, 2},
	{"decimal.Context", 0x030d00f0, 96, refs_182, 2},
	{"decimal.Context", 0x030e0af0, 104, refs_182, 2},
	{"decimal.ContextManager", 0x03060ff0, 32, refs_183, 2},
	{"decimal.ContextManager", 0x030d00f0, 32, refs_184, 2},
	{"decimal.Decimal", 0x03060ff0, 104, NULL, 0},
	{"decimal.SignalDictMixin", 0x03060ff0, 24, NULL, 0},
	{"deque_iterator", 0x020712f0, 56, refs_60, 1},
	{"deque_reverse_iterator", 0x020712f0, 56, refs_60, 1},
	{"dict_itemiterator", 0x03060ff0, 56, refs_185, 2},
	{"dict_items", 0x020712f0, 24, refs_186, 1},
	{"dict_keyiterator", 0x03060ff0, 56, refs_185, 2},
	{"dict_keys", 0x020712f0, 24, refs_186, 1},
	{"dict_reverseitemiterator", 0x030812f0, 56, refs_185, 2},
	{"dict_reversekeyiterator", 0x030812f0, 56, refs_185, 2},
	{"dict_reversevalueiterator", 0x030812f0, 56, refs_185, 2},
	{"dict_valueiterator", 0x03060ff0, 56, refs_185, 2},
	{"dict_values", 0x020712f0, 24, refs_186, 1},
	{"dictproxy", 0x020712f0, 24, refs_186, 1},
	{"enumerate", 0x020712f0, 48, refs_187, 3},
	{"enumerate", 0x030b02f0, 56, refs_187, 3},
	{"exceptions.BaseException", 0x020712f0, 40, NULL, 0},
	{"exceptions.EnvironmentError", 0x020712f0, 64, refs_4, 3},
	{"exceptions.SyntaxError", 0x020712f0, 88, refs_188, 6},
	{"exceptions.SystemExit", 0x020712f0, 48, refs_189, 1},
	{"exceptions.UnicodeDecodeError", 0x020712f0, 80, refs_190, 3},
	{"exceptions.UnicodeEncodeError", 0x020712f0, 80, refs_190, 3},
	{"exceptions.UnicodeTranslateError", 0x020712f0, 80, refs_190, 3},
	{"fieldnameiterator", 0x020712f0, 48, refs_191, 1},
	{"fieldnameiterator", 0x03060ff0, 56, refs_192, 2},
	{"file", 0x020712f0, 144, refs_193, 4},
	{"filter", 0x03060ff0, 32, refs_194, 2},
	{"formatteriterator", 0x020712f0, 40, refs_191, 1},
	{"formatteriterator", 0x03060ff0, 48, refs_192, 2},
	{"functools.KeyWrapper", 0x030a0df0, 32, refs_195, 2},
	{"functools._PlaceholderType", 0x030e0af0, 16, NULL, 0},
	{"functools._lru_cache_wrapper", 0x03060ff0, 144, refs_196, 5},
	{"functools._lru_cache_wrapper", 0x030710f0, 128, refs_197, 4},
	{"functools._lru_cache_wrapper", 0x030902f0, 136, refs_197, 4},
	{"functools._lru_cache_wrapper", 0x030a0df0, 152, refs_198, 6},
	{"generic_alias_iterator", 0x030b02f0, 24, refs_199, 1},
	{"grp.struct_group", 0x020712f0, 56, refs_200, 4},
	{"hamt", 0x030710f0, 40, refs_201, 1},
	{"imp.NullImporter", 0x020712f0, 16, NULL, 0},
	{"instancemethod", 0x03060ff0, 24, refs_202, 1},
	{"items", 0x030710f0, 168, refs_203, 1},
	{"items", 0x030902f0, 152, refs_203, 1},
	{"iterator", 0x020712f0, 32, refs_166, 1},
	{"itertools._grouper", 0x020712f0, 32, refs_204, 2},
	{"itertools._tee", 0x03060ff0, 40, refs_205, 1},
	{"itertools._tee", 0x030c01f0, 48, refs_205, 1},
	{"itertools._tee_dataobject", 0x03060ff0, 496, refs_206, 3},
	{"itertools.accumulate", 0x03060ff0, 40, refs_207, 3},
	{"itertools.accumulate", 0x030812f0, 48, refs_208, 4},
	{"itertools.accumulate", 0x030c01f0, 56, refs_208, 4},
	{"itertools.batched", 0x030c01f0, 32, refs_209, 1},
	{"itertools.batched", 0x030d00f0, 40, refs_209, 1},
	{"itertools.chain", 0x020712f0, 32, refs_210, 2},
	{"itertools.combinations", 0x020712f0, 56, refs_211, 2},
	{"itertools.combinations_with_replacement", 0x020712f0, 56, refs_211, 2},
	{"itertools.compress", 0x020712f0, 32, refs_212, 2},
	{"itertools.count", 0x020712f0, 40, refs_213, 2},
	{"itertools.cycle", 0x020712f0, 40, refs_214, 2},
	{"itertools.cycle", 0x03060ff0, 48, refs_214, 2},
	{"itertools.dropwhile", 0x020712f0, 40, refs_194, 2},
	{"itertools.filterfalse", 0x03060ff0, 32, refs_194, 2},
	{"itertools.groupby", 0x020712f0, 56, refs_215, 5},
	{"itertools.groupby", 0x030710f0, 64, refs_215, 5},
	{"itertools.groupby", 0x030c01f0, 72, refs_215, 5},
	{"itertools.ifilter", 0x020712f0, 32, refs_194, 2},
	{"itertools.ifilterfalse", 0x020712f0, 32, refs_194, 2},
	{"itertools.imap", 0x020712f0, 32, refs_216, 2},
	{"itertools.islice", 0x020712f0, 56, refs_209, 1},
	{"itertools.izip", 0x020712f0, 40, refs_217, 2},
	{"itertools.izip_longest", 0x020712f0, 56, refs_218, 3},
	{"itertools.pairwise", 0x030a0df0, 32, refs_219, 2},
	{"itertools.pairwise", 0x030d00f0, 40, refs_220, 3},
	{"itertools.permutations", 0x020712f0, 64, refs_221, 2},
	{"itertools.product", 0x020712f0, 48, refs_222, 2},
	{"itertools.repeat", 0x020712f0, 32, refs_223, 1},
	{"itertools.starmap", 0x020712f0, 32, refs_194, 2},
	{"itertools.takewhile", 0x020712f0, 40, refs_194, 2},
	{"itertools.tee", 0x020712f0, 40, refs_205, 1},
	{"itertools.tee_dataobject", 0x020712f0, 496, refs_206, 3},
	{"itertools.zip_longest", 0x03060ff0, 56, refs_218, 3},
	{"keys", 0x030710f0, 168, refs_203, 1},
	{"keys", 0x030902f0, 152, refs_203, 1},
	{"lazy_import", 0x030f02f0, 56, refs_224, 4},
	{"line_iterator", 0x030c01f0, 64, refs_225, 1},
	{"list_iterator", 0x03060ff0, 32, refs_166, 1},
	{"list_reverseiterator", 0x03060ff0, 32, refs_166, 1},
	{"longrange_iterator", 0x03060ff0, 48, refs_226, 4},
	{"longrange_iterator", 0x030c01f0, 40, refs_227, 3},
	{"managedbuffer", 0x03060ff0, 112, refs_228, 1},
	{"map", 0x03060ff0, 32, refs_216, 2},
	{"map", 0x030e0af0, 40, refs_216, 2},
	{"memory_iterator", 0x030b02f0, 48, refs_166, 1},
	{"memoryview", 0x020712f0, 120, refs_229, 2},
	{"memoryview", 0x03060ff0, 144, refs_230, 1},
	{"mmap.mmap", 0x020712f0, 56, NULL, 0},
	{"mmap.mmap", 0x03060ff0, 72, NULL, 0},
	{"mmap.mmap", 0x030902f0, 80, NULL, 0},
	{"mmap.mmap", 0x030d12f0, 88, NULL, 0},
	{"moduledef", 0x03060ff0, 104, refs_231, 1},
	{"odict_iterator", 0x03060ff0, 64, refs_232, 3},
	{"operator.attrgetter", 0x020712f0, 32, refs_233, 1},
	{"operator.attrgetter", 0x030b02f0, 40, refs_233, 1},
	{"operator.itemgetter", 0x020712f0, 32, refs_234, 1},
	{"operator.itemgetter", 0x030812f0, 40, refs_234, 1},
	{"operator.itemgetter", 0x030b02f0, 48, refs_234, 1},
	{"operator.methodcaller", 0x020712f0, 40, refs_235, 3},
	{"operator.methodcaller", 0x030a0df0, 40, refs_236, 3},
	{"operator.methodcaller", 0x030d00f0, 64, refs_237, 4},
	{"operator.methodcaller", 0x030e0af0, 64, refs_238, 5},
	{"os.statx_result", 0x030f02f0, 288, NULL, 0},
	{"ossaudiodev.oss_audio_device", 0x03060ff0, 56, NULL, 0},
	{"ossaudiodev.oss_mixer_device", 0x03060ff0, 24, NULL, 0},
	{"parser.st", 0x03060ff0, 32, NULL, 0},
	{"parser.st", 0x030812f0, 40, NULL, 0},
	{"pickle.PickleBuffer", 0x030812f0, 104, refs_239, 1},
	{"positions_iterator", 0x030c01f0, 80, refs_240, 1},
	{"posix.DirEntry", 0x03060ff0, 64, refs_241, 4},
	{"posix.DirEntry", 0x030710f0, 72, refs_241, 4},
	{"posix.ScandirIterator", 0x03060ff0, 96, refs_242, 2},
	{"posix.ScandirIterator", 0x030710f0, 104, refs_242, 2},
	{"posix.ScandirIterator", 0x030d00f0, 120, refs_243, 2},
	{"posix.ScandirIterator", 0x030d12f0, 128, refs_244, 2},
	{"posix.stat_result", 0x020712f0, 152, refs_245, 16},
	{"posix.statvfs_result", 0x020712f0, 104, refs_246, 10},
	{"pwd.struct_passwd", 0x020712f0, 80, refs_247, 7},
	{"pyexpat.xmlparser", 0x03060ff0, 72, refs_248, 23},
	{"pyexpat.xmlparser", 0x030d00f0, 80, refs_249, 23},
	{"pyexpat.xmlparser", 0x030d12f0, 88, refs_250, 24},
	{"range", 0x03060ff0, 48, refs_251, 4},
	{"range_iterator", 0x03060ff0, 48, NULL, 0},
	{"range_iterator", 0x030c01f0, 40, NULL, 0},
	{"re.Match", 0x030710f0, 88, refs_133, 3},
	{"re.Match", 0x030a0df0, 88, refs_252, 3},
	{"re.Pattern", 0x030710f0, 96, refs_134, 3},
	{"re.Pattern", 0x030a0df0, 96, refs_253, 3},
	{"re.Pattern", 0x030d05f0, 104, refs_254, 4},
	{"resource.struct_rusage", 0x020712f0, 152, refs_255, 16},
	{"reversed", 0x020712f0, 32, refs_166, 1},
	{"select.epoll", 0x020712f0, 24, NULL, 0},
	{"select.poll", 0x03060ff0, 48, refs_256, 1},
	{"sentinel", 0x030f02f0, 40, refs_257, 3},
	{"set_iterator", 0x03060ff0, 48, refs_258, 1},
	{"slice", 0x020712f0, 40, refs_259, 3},
	{"spwd.struct_spwd", 0x020712f0, 96, refs_260, 9},
	{"sqlite3.Blob", 0x030b02f0, 48, refs_261, 1},
	{"sqlite3.Cache", 0x020712f0, 64, refs_262, 3},
	{"sqlite3.Cache", 0x030a0df0, 64, refs_263, 3},
	{"sqlite3.Connection", 0x020712f0, 232, refs_264, 9},
	{"sqlite3.Connection", 0x03060ff0, 224, refs_265, 8},
	{"sqlite3.Connection", 0x030812f0, 240, refs_266, 10},
	{"sqlite3.Connection", 0x030a0df0, 240, refs_267, 10},
	{"sqlite3.Connection", 0x030b02f0, 216, refs_268, 11},
	{"sqlite3.Connection", 0x030c01f0, 224, refs_269, 11},
	{"sqlite3.Connection", 0x030f02f0, 208, refs_270, 10},
	{"sqlite3.Cursor", 0x020712f0, 112, refs_271, 7},
	{"sqlite3.Cursor", 0x030a0df0, 112, refs_272, 7},
	{"sqlite3.Cursor", 0x030b02f0, 104, refs_273, 6},
	{"sqlite3.Node", 0x030a0df0, 56, refs_274, 2},
	{"sqlite3.PrepareProtocol", 0x020712f0, 16, NULL, 0},
	{"sqlite3.Row", 0x020712f0, 32, refs_275, 2},
	{"sqlite3.Row", 0x030a0df0, 32, refs_276, 2},
	{"sqlite3.Statement", 0x020712f0, 56, refs_277, 1},
	{"sqlite3.Statement", 0x030a0df0, 56, refs_278, 1},
	{"sqlite3.Statement", 0x030b02f0, 32, NULL, 0},
	{"sqlite3Node", 0x020712f0, 56, refs_279, 2},
	{"stderrprinter", 0x03060ff0, 24, NULL, 0},
	{"str_ascii_iterator", 0x030b02f0, 32, refs_166, 1},
	{"str_iterator", 0x03060ff0, 32, refs_166, 1},
	{"string.templatelib.Interpolation", 0x030e0af0, 48, refs_280, 4},
	{"string.templatelib.Template", 0x030e0af0, 32, refs_281, 2},
	{"string.templatelib.TemplateIter", 0x030e0af0, 40, refs_282, 2},
	{"super", 0x020712f0, 40, refs_283, 3},
	{"symtable entry", 0x020712f0, 96, refs_284, 5},
	{"symtable entry", 0x03060ff0, 104, refs_285, 6},
	{"symtable entry", 0x030a0df0, 120, refs_285, 6},
	{"symtable entry", 0x030d00f0, 144, refs_286, 7},
	{"symtable entry", 0x030e0af0, 144, refs_287, 8},
	{"symtable entry", 0x030f02f0, 152, refs_288, 9},
	{"sys.flags", 0x020712f0, 152, refs_289, 16},
	{"sys.float_info", 0x020712f0, 112, refs_290, 11},
	{"sys.legacy_event_handler", 0x030c01f0, 32, NULL, 0},
	{"sys.long_info", 0x020712f0, 40, refs_291, 2},
	{"sys.version_info", 0x020712f0, 64, refs_292, 5},
	{"thread._local", 0x020712f0, 64, refs_153, 5},
	{"thread.lock", 0x020712f0, 32, NULL, 0},
	{"time.struct_time", 0x020712f0, 96, refs_293, 9},
	{"tuple_iterator", 0x03060ff0, 32, refs_166, 1},
	{"types.GenericAlias", 0x030902f0, 48, refs_294, 3},
	{"types.GenericAlias", 0x030b02f0, 64, refs_294, 3},
	{"types.SimpleNamespace", 0x03060ff0, 24, refs_41, 1},
	{"types.UnionType", 0x030a0df0, 32, refs_295, 2},
	{"typing.Generic", 0x030c01f0, 16, NULL, 0},
	{"typing.ParamSpec", 0x030c01f0, 40, refs_296, 2},
	{"typing.ParamSpec", 0x030d00f0, 56, refs_297, 4},
	{"typing.ParamSpec", 0x030d12f0, 56, refs_298, 4},
	{"typing.ParamSpecArgs", 0x030c01f0, 24, refs_299, 1},
	{"typing.ParamSpecKwargs", 0x030c01f0, 24, refs_299, 1},
	{"typing.TypeAliasType", 0x030c01f0, 56, refs_300, 5},
	{"typing.TypeAliasType", 0x030d12f0, 56, refs_301, 5},
	{"typing.TypeAliasType", 0x030f02f0, 64, refs_302, 6},
	{"typing.TypeVar", 0x030c01f0, 64, refs_303, 5},
	{"typing.TypeVar", 0x030d00f0, 80, refs_304, 7},
	{"typing.TypeVar", 0x030d12f0, 80, refs_305, 7},
	{"typing.TypeVarTuple", 0x030c01f0, 24, refs_306, 1},
	{"typing.TypeVarTuple", 0x030d00f0, 40, refs_307, 3},
	{"typing.TypeVarTuple", 0x030d12f0, 40, refs_308, 3},
	{"typing.TypeVarTuple", 0x030f02f0, 56, refs_298, 4},
	{"typing.Union", 0x030e0af0, 56, refs_309, 4},
	{"unicodedata.GraphemeBreakIterator", 0x030f02f0, 64, refs_310, 1},
	{"unicodedata.Segment", 0x030f02f0, 40, refs_311, 1},
	{"unicodedata.UCD", 0x030a0df0, 40, NULL, 0},
	{"unpack_iterator", 0x030710f0, 112, refs_152, 2},
	{"uop_executor", 0x030e0af0, 128, NULL, 0},
	{"uop_executor", 0x030f02f0, 104, NULL, 0},
	{"values", 0x030710f0, 168, refs_203, 1},
	{"values", 0x030902f0, 152, refs_203, 1},
	{"xml.etree.ElementTree.Element", 0x03060ff0, 56, refs_312, 3},
	{"xml.etree.ElementTree.TreeBuilder", 0x03060ff0, 112, refs_313, 11},
	{"xml.etree.ElementTree.TreeBuilder", 0x030710f0, 112, refs_314, 11},
	{"xml.etree.ElementTree.TreeBuilder", 0x030812f0, 160, refs_315, 16},
	{"xml.etree.ElementTree.TreeBuilder", 0x030c01f0, 168, refs_315, 16},
	{"xml.etree.ElementTree.XMLParser", 0x03060ff0, 104, refs_316, 10},
	{"xml.etree.ElementTree.XMLParser", 0x030812f0, 120, refs_317, 12},
	{"xml.etree.ElementTree.XMLParser", 0x030c01f0, 128, refs_317, 12},
	{"xml.etree.ElementTree.XMLParser", 0x030d00f0, 136, refs_318, 13},
	{"xrange", 0x020712f0, 40, NULL, 0},
	{"zip", 0x03060ff0, 40, refs_217, 2},
	{"zip", 0x030a0df0, 48, refs_217, 2},
	{"zipimport.zipimporter", 0x020712f0, 40, refs_319, 3},
	{"zlib.Compress", 0x03060ff0, 168, refs_320, 3},
	{"zlib.Compress", 0x030d12f0, 168, refs_321, 3},
	{"zlib.Decompress", 0x03060ff0, 168, refs_322, 3},
	{"zlib.Decompress", 0x030d12f0, 168, refs_323, 3},
	{"zlib._ZlibDecompressor", 0x030c01f0, 184, refs_324, 2},
	{"zlib._ZlibDecompressor", 0x030d12f0, 184, refs_325, 2},
	{"zoneinfo.ZoneInfo", 0x030902f0, 208, refs_326, 8},
	{"zoneinfo.ZoneInfo", 0x030c01f0, 208, refs_327, 8},
};

const size_t lh_body_count = sizeof(lh_bodies) / sizeof(lh_bodies[0]);
