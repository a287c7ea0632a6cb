/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types derived in C from other types, with members of their own behind the base's part, as Cython makes them
 * of "cdef class Tagged(list)": derive(base, name, collected) makes one, attach(object, owner, other) fills
 * the members.
 */
#include <Python.h>
#include <string.h>

typedef struct {
	PyObject *owner, *other;
} Tail;

#define ROUND(size) (((size) + sizeof(void *) - 1) & ~(sizeof(void *) - 1))

static int tail_traverse(PyObject *self, visitproc visit, void *arg);

/* The first type from @type up that derive() made; NULL: there is none. */
static PyTypeObject *derived(PyTypeObject *type)
{
	while (type && !(type->tp_traverse == tail_traverse ||
			 (type->tp_doc && strcmp(type->tp_doc, "derived") == 0)))
		type = type->tp_base;
	return type;
}

static PyTypeObject *undermost(PyTypeObject *type)
{
	while (derived(type))
		type = derived(type)->tp_base;
	return type;
}

/* Items of a var-sized object lie before what derived types add. */
static Py_ssize_t items(PyObject *self)
{
	PyTypeObject *base = undermost(Py_TYPE(self));
	Py_ssize_t n = base->tp_itemsize && !PyType_Check(self) ? Py_SIZE(self) : 0;

#if PY_VERSION_HEX >= 0x030C0000
	if (PyLong_Check(self))
		n = (Py_ssize_t)(((PyLongObject *)self)->long_value.lv_tag >> 3);
#endif
	return (n < 0 ? -n : n) * base->tp_itemsize;
}

static Tail *tail_of(PyObject *self, PyTypeObject *type)
{
	return (Tail *)((char *)self + ROUND(type->tp_base->tp_basicsize + items(self)));
}

static int tail_traverse(PyObject *self, visitproc visit, void *arg)
{
	PyTypeObject *type = derived(Py_TYPE(self)), *base = undermost(type);

#if PY_VERSION_HEX >= 0x03090000
	if (type == Py_TYPE(self) && type->tp_flags & Py_TPFLAGS_HEAPTYPE &&
	    !(base->tp_flags & Py_TPFLAGS_HEAPTYPE))
		Py_VISIT(Py_TYPE(self));
#endif
	for (; type; type = derived(type->tp_base)) {
		Py_VISIT(tail_of(self, type)->owner);
		Py_VISIT(tail_of(self, type)->other);
	}
	return base->tp_traverse ? base->tp_traverse(self, visit, arg) : 0;
}

static int tail_clear(PyObject *self)
{
	PyTypeObject *type = derived(Py_TYPE(self)), *base = undermost(type);

	for (; type; type = derived(type->tp_base)) {
		Py_CLEAR(tail_of(self, type)->owner);
		Py_CLEAR(tail_of(self, type)->other);
	}
	return base->tp_clear ? base->tp_clear(self) : 0;
}

static PyObject *derive(PyObject *module, PyObject *args)
{
	PyTypeObject *base, *type;
	const char *name;
	int collected;

	if (!PyArg_ParseTuple(args, "O!si", &PyType_Type, &base, &name, &collected))
		return NULL;
#if PY_MAJOR_VERSION >= 3
	if (base->tp_flags & Py_TPFLAGS_HEAPTYPE) {
		PyType_Slot slots[] = {{Py_tp_traverse, (void *)tail_traverse},
				       {Py_tp_clear, (void *)tail_clear},
				       {Py_tp_doc, (void *)"derived"},
				       {0, NULL}};
		PyType_Spec spec = {strdup(name), (int)(ROUND(base->tp_basicsize) + sizeof(Tail)), 0,
				    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, slots};
		PyObject *bases = Py_BuildValue("(O)", base),
			 *made = bases ? PyType_FromSpecWithBases(&spec, bases) : NULL;

		Py_XDECREF(bases);
		return made;
	}
#endif
	type = calloc(1, sizeof(*type)); /* as static as any: nobody frees it */
	if (!type)
		return PyErr_NoMemory();
	((PyObject *)type)->ob_refcnt = 1;
	type->tp_name = strdup(name);
	type->tp_doc = strdup("derived");
	type->tp_base = base;
	type->tp_new = base->tp_new; /* not inherited from object */
	type->tp_basicsize = ROUND(base->tp_basicsize) + sizeof(Tail);
	type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
	if (collected || base->tp_flags & Py_TPFLAGS_HAVE_GC) {
		type->tp_flags |= Py_TPFLAGS_HAVE_GC;
		type->tp_traverse = tail_traverse;
		type->tp_clear = tail_clear;
		type->tp_free = PyObject_GC_Del;
	}
	if (PyType_Ready(type) < 0)
		return NULL;
	Py_INCREF(type);
	return (PyObject *)type;
}

static PyObject *attach(PyObject *module, PyObject *args)
{
	PyObject *self, *owner, *other;

	if (!PyArg_ParseTuple(args, "OOO", &self, &owner, &other))
		return NULL;
	for (PyTypeObject *type = derived(Py_TYPE(self)); type; type = derived(type->tp_base)) {
		Py_INCREF(owner);
		Py_INCREF(other);
		*tail_of(self, type) = (Tail){owner, other};
	}
	Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
	{"derive", derive, METH_VARARGS, NULL},
	{"attach", attach, METH_VARARGS, NULL},
	{NULL, NULL, 0, NULL},
};

#if PY_MAJOR_VERSION < 3
PyMODINIT_FUNC initderived(void)
{
	Py_InitModule("derived", methods);
}
#else
static struct PyModuleDef module = {
	PyModuleDef_HEAD_INIT, "derived", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_derived(void)
{
	return PyModule_Create(&module);
}
#endif
