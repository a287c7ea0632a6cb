#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# What OSS-Fuzz runs to build: $SRC/py-heap is the source, $CC, $CFLAGS and $LIB_FUZZING_ENGINE say how, $OUT takes what is run.
# No interpreter and no core of one is needed: seeds are cores of heaps that never ran (tests/bench/synthetic-core).
build=${WORK:-$SRC}/py-heap-build
meson setup "$build" "$SRC/py-heap" --auto-features=disabled -Dzlib=enabled -Dlzma=enabled -Dlz4=enabled -Dzstd=enabled -Dsqlite=enabled \
    -Db_lundef=false -Db_ndebug=false "-Dfuzz_engine=$LIB_FUZZING_ENGINE" "-Dc_link_args=-Wl,-rpath,\$ORIGIN/lib"
ninja -C "$build" tests/fuzz/fuzz-core tests/bench/synthetic-core
cp "$build/tests/fuzz/fuzz-core" "$OUT/fuzz_core"

# What it is linked with is not where it runs, but for the C library.
mkdir -p "$OUT/lib" "$OUT/seeds"
ldd "$OUT/fuzz_core" | awk '/lib(elf|dwarf|jansson|z|lzma|lz4|zstd|sqlite3)\.so/ { print $3 }' | xargs -r cp -t "$OUT/lib"

for version in 3.11.7 3.12.1 3.13.0 3.14.10 3.15.2; do
    ASAN_OPTIONS=detect_leaks=0 "$build/tests/bench/synthetic-core" --objects 2000 --python $version "$OUT/seeds/python$version.core"
done
$CC -g -O0 -fPIC -shared -o "$OUT/seeds/program.so" "$SRC/py-heap/tests/fuzz/small_dwarf.c"
printf '%s\n' text text text | gzip -9 >"$OUT/seeds/small.gz"
printf '%s\n' text text text | xz >"$OUT/seeds/small.xz"

# The first inputs: of each seed each command, by its table; tests/fuzz/input.h says what the four bytes are.
corpus=$(mktemp -d)
seeds=$(find "$OUT/seeds" -type f | wc -l) commands=$(grep -c '^LH_COMMAND' "$SRC/py-heap/libheap/commands/records.def")
for ((seed = 0; seed < seeds; seed++)); do
    for ((action = 0; action <= commands; action++)); do
        printf "\\x$(printf %x $seed)\\x$(printf %x $action)\\x03\\x00" >"$corpus/$seed-$action"
    done
done
(cd "$corpus" && zip -q -r "$OUT/fuzz_core_seed_corpus.zip" .)
rm -rf "$corpus"
printf '[libfuzzer]\nmax_len = 1000\nlen_control = 0\ntimeout = 60\n' >"$OUT/fuzz_core.options"
