/* SPDX-License-Identifier: Apache-2.0 */
/* crash: faults in functions with known names. Each takes an object, and most do not look at it. */
#include <Python.h>

#undef NDEBUG
#include <assert.h>
#include <sys/mman.h>

#define PLANTED static __attribute__((noinline, noclone))

/* What it returns is used, so that the compiler does not make a jump of the call. */
#define CALL(function)                                                \
	static PyObject *call_##function(PyObject *self, PyObject *o) \
	{                                                             \
		if (function(o) == 42)                                \
			Py_RETURN_NONE;                               \
		return PyLong_FromLong(1);                            \
	}

PLANTED long read_field(PyObject *o)
{
	long value;

	__asm__ volatile("mov 0x58(%1), %0" : "=r"(value) : "r"(0L));
	return value;
}

PLANTED long write_field(PyObject *o)
{
	__asm__ volatile("movl $1, 0x10(%0)" : : "b"(0L) : "memory");
	return 1;
}

PLANTED long use_freed(PyObject *o)
{
	long value;

	while (Py_REFCNT(o) > 1)
		Py_DECREF(o);
	Py_DECREF(o);
	__asm__ volatile("mov 0x18(%1), %0" : "=a"(value) : "c"(0L), "D"(o));
	return value;
}

PLANTED long jump_away(PyObject *o)
{
	long (*volatile nowhere)(PyObject *) = (long (*)(PyObject *))0x123456;

	return nowhere(o) + 1;
}

PLANTED long follow_text(PyObject *o)
{
	long value;

	__asm__ volatile("mov 8(%1), %0" : "=a"(value) : "S"(0x7474757373697061L));
	return value;
}

PLANTED long fail_check(PyObject *o)
{
	assert(o == NULL && "the planted check");
	return 1;
}

PLANTED long give_up(PyObject *o)
{
	Py_FatalError("planted");
	return 1;
}

PLANTED long raise_and_abort(PyObject *o)
{
	PyErr_SetString(PyExc_KeyError, "planted");
	abort();
	return 1;
}

PLANTED long free_twice(PyObject *o)
{
	void *volatile block = malloc(100);

	free(block);
	free(block);
	return block != NULL;
}

PLANTED long divide(PyObject *o)
{
	int value = 1, rest = 0;

	__asm__ volatile("idivl %2" : "+a"(value), "+d"(rest) : "r"(0));
	return value + rest;
}

PLANTED long read_cut_file(PyObject *o)
{
	FILE *file = tmpfile();
	volatile char *map;

	if (ftruncate(fileno(file), 4096))
		return 1;
	map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fileno(file), 0);
	if (ftruncate(fileno(file), 0))
		return 2;
	return map[100];
}

PLANTED long dig(PyObject *o)
{
	volatile char room[1000];

	room[0] = 1;
	return dig(o) + room[0];
}

CALL(read_field)
CALL(write_field)
CALL(use_freed)
CALL(jump_away)
CALL(follow_text)
CALL(fail_check)
CALL(give_up)
CALL(raise_and_abort)
CALL(free_twice)
CALL(divide)
CALL(read_cut_file)
CALL(dig)

static __attribute__((noinline)) PyObject *call_back(PyObject *self, PyObject *function)
{
	PyObject *said = PyObject_CallFunctionObjArgs(function, NULL);

	return said ? PyTuple_Pack(1, said) : NULL;
}

#define METHOD(function)                                 \
	{                                                \
#function, call_##function, METH_O, NULL \
	}

static PyMethodDef methods[] = {
	METHOD(read_field),
	METHOD(write_field),
	METHOD(use_freed),
	METHOD(jump_away),
	METHOD(follow_text),
	METHOD(fail_check),
	METHOD(free_twice),
	METHOD(give_up),
	METHOD(divide),
	METHOD(dig),
	METHOD(read_cut_file),
	METHOD(raise_and_abort),
	{"call_back", call_back, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

#if PY_MAJOR_VERSION < 3
PyMODINIT_FUNC initcrashing(void)
{
	Py_InitModule("crashing", methods);
}
#else
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "crashing", NULL, -1, methods};

PyMODINIT_FUNC PyInit_crashing(void)
{
	return PyModule_Create(&module);
}
#endif
