/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An extension that takes references as it is imported, and keeps them where nobody sees it, as numpy,
 * Cython's modules and Pillow do. What it leaks when it is called is another matter.
 */
#include <Python.h>

static PyObject *name_a, *name_b; /* constants, in variables that are read */
#define CONSTANTS 20
static PyObject *volatile names[CONSTANTS];
/* the characters of docstrings, as numpy's add_docstring() keeps them */
static const char *volatile docs[CONSTANTS];
static int doc_count;
static PyTypeObject holder_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "importing.Holder",
	.tp_basicsize = sizeof(PyObject),
	.tp_flags = Py_TPFLAGS_DEFAULT,
};

static void take(PyObject *one, int times)
{
	while (times--)
		Py_INCREF(one);
}

/* A docstring that the caller has; its reference is kept for the characters' sake. */
static PyObject *document(PyObject *self, PyObject *text)
{
	docs[doc_count++ % CONSTANTS] = PyUnicode_AsUTF8(text);
	take(text, 1);
	Py_RETURN_NONE;
}

/* leak(object, times) */
static PyObject *leak(PyObject *self, PyObject *args)
{
	PyObject *one;
	int times;

	if (!PyArg_ParseTuple(args, "Oi", &one, &times))
		return NULL;
	take(one, times);
	Py_RETURN_NONE;
}

/* leak_pairs(times): tuples of constants, new ones each time, which nobody has any more */
static PyObject *leak_pairs(PyObject *self, PyObject *times)
{
	for (long n = PyLong_AsLong(times); n > 0; n--)
		if (!PyTuple_Pack(2, name_a, name_b))
			return NULL;
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"document", document, METH_O, NULL},
	{"leak", leak, METH_VARARGS, NULL},
	{"leak_pairs", leak_pairs, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "importing", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_importing(void)
{
	PyObject *m = PyModule_Create(&module), *version = PyUnicode_FromString("version 1.2");

	name_a = PyUnicode_InternFromString("importing_a");
	name_b = PyUnicode_FromString("importing failed");
	if (!m || !version || !name_a || !name_b || PyType_Ready(&holder_type) < 0)
		return NULL;
	Py_INCREF(&holder_type);
	PyModule_AddObject(m, "Holder", (PyObject *)&holder_type);
	PyDict_SetItemString(PyModule_GetDict(m), "version", version); /* takes its own reference */
	for (int i = 0; i < CONSTANTS; i++)
		if (!(names[i] = PyUnicode_FromFormat("name %d", i)) || !PyTuple_Pack(2, names[i], name_b))
			return NULL; /* tuples whose variables were compiled away */
	take((PyObject *)&PyEnum_Type,
	     2); /* as a module of Cython's imports a type, and another one of them */
	return m;
}
