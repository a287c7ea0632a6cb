/* SPDX-License-Identifier: Apache-2.0 */
#include "crash/signals.h"

#include "util/array.h"

#include <signal.h>

static const struct lh_signal_words words[] = {
	{SIGSEGV, "SIGSEGV", "Segmentation fault", true},
	{SIGBUS, "SIGBUS", "Bus error", true},
	{SIGFPE, "SIGFPE", "Arithmetic error", true},
	{SIGILL, "SIGILL", "Illegal instruction", true},
	{SIGTRAP, "SIGTRAP", "Breakpoint without a debugger", true},
	{SIGABRT, "SIGABRT", "Aborted", false},
	{SIGQUIT, "SIGQUIT", "Quit", false},
	{SIGSYS, "SIGSYS", "Forbidden system call", false},
	{SIGXCPU, "SIGXCPU", "CPU time limit exceeded", false},
	{SIGXFSZ, "SIGXFSZ", "File size limit exceeded", false},
};

/* si_code of what the processor raises (include/uapi/asm-generic/siginfo.h) */
static const struct {
	int number, code;
	const char *text;
} codes[] = {
	{SIGSEGV, SEGV_MAPERR, "no memory is mapped there"},
	{SIGSEGV, SEGV_ACCERR, "the memory there does not allow such an access"},
	{SIGSEGV, SI_KERNEL, "an address that no process can have"},
	{SIGBUS, BUS_ADRALN, "an address that is not aligned"},
	{SIGBUS, BUS_ADRERR, "memory that does not exist: a mapped file was cut short, or its disk is full"},
	{SIGBUS, BUS_OBJERR, "an error of the hardware"},
	{SIGFPE, FPE_INTDIV, "an integer was divided by zero"},
	{SIGFPE, FPE_INTOVF, "an integer overflowed"},
	{SIGFPE, FPE_FLTDIV, "a float was divided by zero"},
	{SIGFPE, FPE_FLTINV, "an invalid operation on floats"},
	{SIGILL, ILL_ILLOPC, "no instruction of this processor"},
	{SIGILL, ILL_ILLOPN, "no operand of this processor"},
	{SIGTRAP, SI_KERNEL, "an instruction for debuggers"},
};

const struct lh_signal_words *lh_signal_words(int number)
{
	for (size_t i = 0; i < LH_ARRAY_SIZE(words); i++)
		if (words[i].number == number)
			return &words[i];
	return NULL;
}

bool lh_signal_has_address(const struct lh_signal *signal)
{
	const struct lh_signal_words *w = lh_signal_words(signal->number);

	return w && w->has_address && signal->code > 0 && signal->code != SI_KERNEL;
}

/* SI_USER is kill(), SI_TKILL what raise() and abort() do (man 2 sigaction). */
static bool was_sent(const struct lh_signal *signal)
{
	return signal->code == SI_USER || signal->code == SI_TKILL || signal->code == SI_QUEUE;
}

pid_t lh_signal_sender(const struct lh_signal *signal, pid_t pid)
{
	return was_sent(signal) && signal->sender != pid ? signal->sender : 0;
}

void lh_signal_text(const struct lh_signal *signal, pid_t pid, struct lh_string *out)
{
	const struct lh_signal_words *w = lh_signal_words(signal->number);

	if (w)
		lh_string_addf(out, "%s", w->name);
	else
		lh_string_addf(out, "signal %d", signal->number);
	for (size_t i = 0; i < LH_ARRAY_SIZE(codes); i++)
		if (codes[i].number == signal->number && codes[i].code == signal->code)
			lh_string_addf(out, ": %s", codes[i].text);
	if (was_sent(signal) && signal->sender && signal->sender == pid)
		lh_string_add(out, ": the process sent it to itself");
	else if (lh_signal_sender(signal, pid))
		lh_string_addf(out, ": process %d sent it (user %u)", (int)signal->sender, signal->user);
}
