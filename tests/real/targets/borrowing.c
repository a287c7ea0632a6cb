/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An extension that keeps borrowed pointers, as Cython's functions, sqlite3.Connection (3.11) and cffi do:
 * to the object itself, to its parent, to a class; and in a dict that the collector must not see.
 */
#include <Python.h>

typedef struct {
	PyObject_HEAD PyObject *me, *parent, *error; /* borrowed */
	PyObject *value;
} Node;

static PyTypeObject node_type;
static PyObject *registry; /* name -> object, whose count does not know of it: it is taken out as it ends */

static PyObject *node_new(PyTypeObject *type, PyObject *args, PyObject *words)
{
	PyObject *parent = NULL;
	Node *node;

	if (!PyArg_ParseTuple(args, "|O", &parent))
		return NULL;
	node = (Node *)type->tp_alloc(type, 0);
	if (!node)
		return NULL;
	node->me = (PyObject *)node;
	node->parent = parent;
	node->error = PyExc_LookupError;
	return (PyObject *)node;
}

static int node_traverse(Node *node, visitproc visit, void *arg)
{
	Py_VISIT(node->value);
	return 0;
}

static int node_clear(Node *node)
{
	Py_CLEAR(node->value);
	return 0;
}

static void node_dealloc(Node *node)
{
	PyObject_GC_UnTrack(node);
	node_clear(node);
	Py_TYPE(node)->tp_free(node);
}

/* hold(value): the one reference that is counted */
static PyObject *node_hold(Node *node, PyObject *value)
{
	Py_INCREF(value);
	Py_XDECREF(node->value);
	node->value = value;
	Py_INCREF(Py_None);
	return Py_None;
}

static PyMethodDef node_methods[] = {
	{"hold", (PyCFunction)node_hold, METH_O, NULL},
	{NULL, NULL, 0, NULL},
};

static PyTypeObject node_type = {
	PyVarObject_HEAD_INIT(NULL, 0).tp_name = "borrowing.Node",
	.tp_basicsize = sizeof(Node),
	.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
	.tp_new = node_new,
	.tp_traverse = (traverseproc)node_traverse,
	.tp_clear = (inquiry)node_clear,
	.tp_dealloc = (destructor)node_dealloc,
	.tp_methods = node_methods,
};

/* register(name, object), as cffi keeps its types: _cffi_backend.c get_unique_type() */
static PyObject *register_(PyObject *self, PyObject *args)
{
	PyObject *name, *object;

	if (!PyArg_ParseTuple(args, "OO", &name, &object) || PyDict_SetItem(registry, name, object) < 0)
		return NULL;
	Py_DECREF(object);
	PyObject_GC_UnTrack(registry);
	Py_INCREF(Py_None);
	return Py_None;
}

static PyMethodDef methods[] = {
	{"register", register_, METH_VARARGS, NULL},
	{NULL, NULL, 0, NULL},
};

static PyObject *fill(PyObject *module)
{
	registry = PyDict_New();
	if (!module || !registry || PyType_Ready(&node_type) < 0)
		return NULL;
	Py_INCREF(&node_type);
	PyModule_AddObject(module, "Node", (PyObject *)&node_type);
	return module;
}

#if PY_MAJOR_VERSION < 3
PyMODINIT_FUNC initborrowing(void)
{
	fill(Py_InitModule("borrowing", methods));
}
#else
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "borrowing", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_borrowing(void)
{
	return fill(PyModule_Create(&module));
}
#endif
