/* SPDX-License-Identifier: Apache-2.0 */
/* hold() starts a thread that keeps a set in a register, and nowhere else. */
#include <pthread.h>
#include <unistd.h>

extern int PyGILState_Ensure(void);
extern void PyGILState_Release(int);
extern void *PySet_New(void *);

void *hold_in_register(void *);
static volatile int made;

__attribute__((used, visibility("hidden"))) void *make(void)
{
	int state = PyGILState_Ensure();
	void *set = PySet_New(0);

	PyGILState_Release(state);
	made = 1;
	return set;
}

/* What make() left below the stack pointer is wiped; pause() does not touch rbx. */
__asm__(".text\n"
	".globl hold_in_register\n"
	"hold_in_register:\n"
	"	sub $8, %rsp\n"
	"	call make\n"
	"	mov %rax, %rbx\n"
	"	lea -32768(%rsp), %rdi\n"
	"	mov $4096, %ecx\n"
	"	xor %eax, %eax\n"
	"	rep stosq\n"
	"again:	mov $34, %eax\n"
	"	syscall\n"
	"	jmp again\n");

int hold(void)
{
	pthread_t thread;

	if (pthread_create(&thread, 0, hold_in_register, 0) != 0)
		return -1;
	while (!made)
		usleep(1000);
	usleep(100000);
	return 0;
}
