/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NT_PRSTATUS for each thread, NT_PRPSINFO, NT_SIGINFO, NT_AUXV and NT_FILE, as include/linux/elfcore.h and fs/binfmt_elf.c have them.
 * Vector registers are blank, which strings go through, and the command line is left out, which may have passwords.
 */
#include "snapshot/notes.h"
#include "target/snapshot_note.h"
#include "util/string.h"

#include <elf.h>
#include <string.h>

#define PRSTATUS_SIGNAL 12 /* of struct elf_prstatus: pr_cursig */
#define PRSTATUS_PID 32
#define PRSTATUS_REGISTERS 112
#define X86_64_WORDS 27
#define AARCH64_WORDS 34
#define FPREGSET_BYTES 512 /* of struct user_i387_struct; GDB warns of threads without */
#define PRPSINFO_BYTES 136 /* of struct elf_prpsinfo */
#define PRPSINFO_STATE 1
#define PRPSINFO_PID 24
#define PRPSINFO_NAME 40
#define PRPSINFO_NAME_BYTES 16
#define PRPSINFO_ARGS 56
#define PRPSINFO_ARGS_BYTES 80
#define SIGINFO_BYTES 128 /* of siginfo_t */
#define SIGINFO_CODE 8
#define SIGINFO_UNION 16
#define PAGE 4096u

static void add_bytes(struct lh_string *out, const void *bytes, size_t len)
{
	lh_string_add_bytes(out, bytes, len);
}

static void align(struct lh_string *out)
{
	static const char zeros[4];

	add_bytes(out, zeros, -out->len & 3);
}

static void add_note(struct lh_string *out, const char *owner, uint32_t type, const void *desc, size_t len)
{
	Elf64_Nhdr head = {(uint32_t)strlen(owner) + 1, (uint32_t)len, type};

	add_bytes(out, &head, sizeof(head));
	add_bytes(out, owner, head.n_namesz);
	align(out);
	add_bytes(out, desc, len);
	align(out);
}

static void add_thread(struct lh_snapshot_filter *f, const struct lh_lwp *lwp, struct lh_string *out)
{
	const struct lh_target *t = f->marks->target;
	/* Those of a process lack the word that follows them in a core: pr_fpvalid. */
	bool alone = lwp->count == X86_64_WORDS || lwp->count == AARCH64_WORDS;
	size_t len = PRSTATUS_REGISTERS + 8 * (lwp->count + alone);
	_cleanup_free_ uint8_t *desc = calloc(1, len);
	int16_t signal = (int16_t)lwp->signal;
	int32_t tid = lwp->tid;

	if (!desc) {
		out->failed = true;
		return;
	}
	memcpy(desc, &(int32_t){lwp->signal}, 4); /* pr_info.si_signo */
	memcpy(desc + PRSTATUS_SIGNAL, &signal, sizeof(signal));
	memcpy(desc + PRSTATUS_PID, &tid, sizeof(tid));
	for (size_t i = 0; i < lwp->count; i++) {
		uint64_t value = lh_filter_register(f, t->registers[lwp->first + i].value);

		memcpy(desc + PRSTATUS_REGISTERS + 8 * i, &value, sizeof(value));
	}
	add_note(out, "CORE", NT_PRSTATUS, desc, len);
	if (t->machine == EM_X86_64)
		add_note(out, "CORE", NT_FPREGSET, (uint8_t[FPREGSET_BYTES]){0}, FPREGSET_BYTES);
}

static void add_process(const struct lh_target *t, struct lh_string *out)
{
	const char *name = t->executable ? lh_base_name(t->executable) : "";
	uint8_t desc[PRPSINFO_BYTES] = {0};
	int32_t pid = t->pid;

	for (size_t i = 0; !*name && i < t->module_count; i++)
		if (t->modules[i].main)
			name = lh_base_name(t->modules[i].path);
	desc[PRPSINFO_STATE] = 'R';
	memcpy(desc + PRPSINFO_PID, &pid, sizeof(pid));
	memcpy(desc + PRPSINFO_NAME, name, strnlen(name, PRPSINFO_NAME_BYTES - 1));
	memcpy(desc + PRPSINFO_ARGS, name, strnlen(name, PRPSINFO_ARGS_BYTES - 1));
	add_note(out, "CORE", NT_PRPSINFO, desc, sizeof(desc));
}

static void add_signal(const struct lh_target *t, struct lh_string *out)
{
	const struct lh_signal *s = &t->signal;
	uint8_t desc[SIGINFO_BYTES] = {0};
	int32_t number = s->number, code = s->code;

	if (!number)
		return;
	memcpy(desc, &number, sizeof(number));
	memcpy(desc + SIGINFO_CODE, &code, sizeof(code));
	memcpy(desc + SIGINFO_UNION, &s->addr, sizeof(s->addr)); /* one union with the sender */
	add_note(out, "CORE", NT_SIGINFO, desc, sizeof(desc));
}

static bool is_file(const struct lh_mapping *m)
{
	return m->path && m->path[0] == '/';
}

static void add_files(const struct lh_target *t, struct lh_string *out)
{
	_cleanup_string_ struct lh_string desc = {0};
	uint64_t head[2] = {0, PAGE};

	for (size_t i = 0; i < t->mapping_count; i++)
		head[0] += is_file(&t->mappings[i]);
	add_bytes(&desc, head, sizeof(head));
	for (size_t i = 0; i < t->mapping_count; i++) {
		const struct lh_mapping *m = &t->mappings[i];

		if (is_file(m))
			add_bytes(&desc, (uint64_t[]){m->start, m->end, m->offset / PAGE},
				  3 * sizeof(uint64_t));
	}
	for (size_t i = 0; i < t->mapping_count; i++)
		if (is_file(&t->mappings[i]))
			add_bytes(&desc, t->mappings[i].path, strlen(t->mappings[i].path) + 1);
	out->failed |= desc.failed;
	if (!desc.failed)
		add_note(out, "CORE", NT_FILE, desc.text, desc.len);
}

static void add_pages(const struct lh_target *t, struct lh_string *out)
{
	struct lh_pages_note_head head = {(t->resident_known ? LH_PAGES_RESIDENT_KNOWN : 0) |
					  (t->private_known ? LH_PAGES_PRIVATE_KNOWN : 0)};
	_cleanup_string_ struct lh_string desc = {0};

	add_bytes(&desc, &head, sizeof(head));
	for (size_t i = 0; i < t->page_run_count; i++) {
		struct lh_pages_note_run run = {t->pages[i].start, t->pages[i].end, t->pages[i].state};

		add_bytes(&desc, &run, sizeof(run));
	}
	out->failed |= desc.failed;
	if (!desc.failed)
		add_note(out, LH_NOTE_OWNER, LH_NOTE_PAGES, desc.text, desc.len);
}

static void add_snapshot(const struct lh_snapshot_filter *f, struct lh_string *out)
{
	const struct lh_target *t = f->marks->target;
	uint32_t blanked = f->marks->values && !t->blanked ? 0 : LH_SNAPSHOT_BLANKED;
	struct lh_snapshot_note note = {.version = LH_SNAPSHOT_VERSION,
					.flags = blanked | (t->running.is ? LH_SNAPSHOT_RUNNING : 0),
					.lost = t->truncated_bytes};

	add_note(out, LH_NOTE_OWNER, LH_NOTE_SNAPSHOT, &note, sizeof(note));
}

int lh_snapshot_notes(struct lh_snapshot_filter *f, struct lh_string *out)
{
	const struct lh_target *t = f->marks->target;

	for (size_t i = 0; i < t->lwp_count; i++) {
		add_thread(f, &t->lwps[i], out);
		if (i == 0) {
			add_process(t, out);
			add_signal(t, out);
			if (t->auxv)
				add_note(out, "CORE", NT_AUXV, t->auxv, t->auxv_len);
			add_files(t, out);
		}
	}
	if (!t->lwp_count) {
		add_process(t, out);
		add_files(t, out);
	}
	add_snapshot(f, out);
	add_pages(t, out);
	return out->failed ? lh_nomem(t->ctx) : 0;
}
