/* SPDX-License-Identifier: Apache-2.0 */
/* replay FILE...: the fuzzer's inputs without the fuzzer. It ends if none of them brings the library down. */
#include "run_all.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static int replay(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *image;

	if (fd < 0 || fstat(fd, &st) != 0) {
		perror(path);
		return 1;
	}
	/* One byte more than the file: mapping nothing fails, and an empty file is an input too. */
	image = mmap(NULL, (size_t)st.st_size + 1, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (image == MAP_FAILED) {
		perror(path);
		return 1;
	}
	printf("%s: %lld bytes\n", path, (long long)st.st_size);
	fflush(stdout);
	if (!run_parts(image, (size_t)st.st_size))
		run_all(image, (size_t)st.st_size);
	munmap(image, (size_t)st.st_size + 1);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	/* An input must not leave a layout behind, nor make anybody be asked for debug information. */
	setenv("PYHEAP_CACHE", "off", 1);
	unsetenv("DEBUGINFOD_URLS");
	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	return failed;
}
