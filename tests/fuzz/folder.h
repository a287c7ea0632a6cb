/* SPDX-License-Identifier: Apache-2.0 */
/* The folder in which commands run that read or write files: it has the seeds by their names, and what one input writes.
 * No cache but that of folder_cache() is used, no server asked. */
#ifndef FOLDER_H
#define FOLDER_H

#include "input.h"

/** folder_enter() - make one for this process below TMPDIR, gone when the process exits. Return: whether it is there. */
bool folder_enter(const char *seeds);
/** folder_fill() - go there, and write the edited file, if a word of @input names it or @always. Return: whether it is the current folder. */
bool folder_fill(const struct input *input, const uint8_t *image, size_t len, bool always);
/** folder_cache() - have @text be the cached layout of the build @id for the commands of this input. Return: whether it is. */
bool folder_cache(const char *id, const char *text, size_t len);
/** folder_clean() - remove what an input has written, and go back. Return: whether the current folder is what it was. */
bool folder_clean(void);

#endif
