/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz-smoke SECONDS [RANDOM]: inputs of the mutator one after the other, in any build, without libFuzzer and what it counts. The input that
 * ends it is left in the file fuzz-finding.
 * fuzz-smoke FILE...: runs these inputs.
 */
#include "mutate.h"

#include <ctype.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define INPUT_MAX 1024
#define HANG 30 /* seconds of the processor's time */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);

/* Of the sanitizer's run-time library, if it is there. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static uint8_t input[INPUT_MAX];
static size_t input_len;
static uint32_t state = 1;
static int finding = -1;

/* libFuzzer's own, as far as the mutator needs it: some bytes become others. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	if (size)
		data[random_next(&state) % size] = (uint8_t)random_next(&state);
	return size;
}

static void keep_finding(void)
{
	static const char text[] = "fuzz-smoke: the input is in the file fuzz-finding\n";

	if (write(finding, input, input_len) != (ssize_t)input_len ||
	    write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		perror("fuzz-finding");
}

static void on_hang(int signal)
{
	static const char text[] = "fuzz-smoke: an input takes too long\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) > 0)
		keep_finding();
	abort();
}

/* Of each input another one in most cases, else one from nothing. */
static void next_input(void)
{
	if (random_next(&state) % 4 == 0 || input_len > INPUT_MAX / 2)
		input_len = 0;
	input_len = LLVMFuzzerCustomMutator(input, input_len, INPUT_MAX, random_next(&state));
}

static void run_random(time_t seconds)
{
	/* Of its own time: the machine may be busy with other things. */
	const struct itimerval hang = {.it_value.tv_sec = HANG}, none = {0};
	time_t end = time(NULL) + seconds;
	unsigned long count = 0;

	finding = open("fuzz-finding", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(keep_finding);
	signal(SIGPROF, on_hang);
	for (; time(NULL) < end; count++) {
		next_input();
		setitimer(ITIMER_PROF, &hang, NULL);
		LLVMFuzzerTestOneInput(input, input_len);
		setitimer(ITIMER_PROF, &none, NULL);
	}
	printf("%lu inputs\n", count);
}

static int run_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = read(fd, input, INPUT_MAX);

	close(fd);
	if (len < 0) {
		perror(path);
		return 1;
	}
	LLVMFuzzerTestOneInput(input, (size_t)len);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = argc < 2 || LLVMFuzzerInitialize(&argc, &argv) != 0;

	if (failed)
		return failed;
	if (isdigit(argv[1][0])) {
		if (argc > 2)
			state = (uint32_t)strtoul(argv[2], NULL, 10) | 1;
		run_random(atoi(argv[1]));
		return 0;
	}
	for (int i = 1; i < argc; i++)
		failed |= run_file(argv[i]);
	return failed;
}
