/* SPDX-License-Identifier: Apache-2.0 */
/* libFuzzer's entry: see run_all.c for what is done with an input, mutate.c for how inputs are made,
 * docs/testing.md to run it. */
#include "run_all.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!run_parts(data, size))
		run_some(data, size);
	return 0;
}
