/* SPDX-License-Identifier: Apache-2.0 */
/* Signals in words. */
#ifndef LH_CRASH_SIGNALS_H
#define LH_CRASH_SIGNALS_H

#include "target/target.h"
#include "util/string.h"

/** struct lh_signal_words - a signal that ends a process and leaves a core (man 7 signal) */
struct lh_signal_words {
	int number;
	const char *name;  /* "SIGSEGV" */
	const char *title; /* "Segmentation fault" */
	bool has_address;  /* si_addr, if the processor raised it */
};

/** lh_signal_words() - NULL: it leaves no core, or there is no such signal */
const struct lh_signal_words *lh_signal_words(int number);
/** lh_signal_has_address() - whether si_addr is the address that the processor was at fault with */
bool lh_signal_has_address(const struct lh_signal *signal);
/** lh_signal_sender() - the other process that sent it to process @pid; 0: none did, or it is not known */
pid_t lh_signal_sender(const struct lh_signal *signal, pid_t pid);
/** lh_signal_text() - append "SIGSEGV: no memory is mapped there", or what else si_code says. @pid: of the process */
void lh_signal_text(const struct lh_signal *signal, pid_t pid, struct lh_string *out);

#endif
