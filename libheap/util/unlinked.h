/* SPDX-License-Identifier: Apache-2.0 */
/* Files that nobody else sees, and that are gone with their last user, however that ends. */
#ifndef LH_UTIL_UNLINKED_H
#define LH_UTIL_UNLINKED_H

/** lh_temporary_folder() - $TMPDIR, else /var/tmp. Return: owned by the environment. */
const char *lh_temporary_folder(void);
/** lh_unlinked_open() - a file without a name in @folder, to read and write. Return: a descriptor; -1 with errno set. */
int lh_unlinked_open(const char *folder);

#endif
