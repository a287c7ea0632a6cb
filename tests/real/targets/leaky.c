/* SPDX-License-Identifier: Apache-2.0 */
/* An extension module with the two classic mistakes in counting references. */
#include <Python.h>

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

static PyMethodDef methods[] = {
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
