/* SPDX-License-Identifier: Apache-2.0 */
/* An extension module with the two classic mistakes in counting references, and what is none. */
#include <Python.h>
#include <string.h>

/* PyObject_GetAttrString() returns a new reference, which nobody gives back. */
static PyObject *forgets(PyObject *self, PyObject *order)
{
	PyObject *name = PyObject_GetAttrString(order, "name");

	if (!name)
		return NULL;
	Py_INCREF(Py_None);
	return Py_None;
}

/* PyList_GetItem() borrows from the list; the caller will give back what was never taken. */
static PyObject *borrows(PyObject *self, PyObject *list)
{
	return PyList_GetItem(list, 0);
}

/* A type made from a template in malloc's memory, as numpy makes those of its dtypes: its count begins
 * with 1. */
static PyTypeObject template = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "leaky.Copied",
	.tp_basicsize = sizeof(PyObject),
	.tp_flags = Py_TPFLAGS_DEFAULT,
};

static PyObject *copies(PyObject *self, PyObject *nothing)
{
	PyTypeObject *type = PyMem_Malloc(sizeof(*type));

	if (!type)
		return PyErr_NoMemory();
	memcpy(type, &template, sizeof(*type));
	if (PyType_Ready(type) < 0)
		return NULL;
	Py_INCREF(type);
	return (PyObject *)type;
}

static PyMethodDef methods[] = {
	{"copies", copies, METH_NOARGS, NULL},
	{"forgets", forgets, METH_O, NULL},
	{"borrows", borrows, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

#if PY_MAJOR_VERSION < 3
PyMODINIT_FUNC initleaky(void)
{
	Py_InitModule("leaky", methods);
}
#else
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "leaky", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_leaky(void)
{
	return PyModule_Create(&module);
}
#endif
