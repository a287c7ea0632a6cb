/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Notes of a core: which files were mapped where (NT_FILE), which process it was (NT_PRPSINFO, NT_PRSTATUS),
 * where the program's headers are (NT_AUXV), and which signal ended it (NT_SIGINFO). A note that does not fit its segment ends the walk; what came
 * before stays.
 */
#include "target/build.h"
#include "target/snapshot_note.h"

#include "util/array.h"
#include "util/bytes.h"

#include <elf.h>
#include <limits.h>
#include <string.h>

/* struct elf_prpsinfo and struct elf_prstatus of 64-bit Linux (include/linux/elfcore.h) */
#define PRPSINFO_PID 24
#define PRSTATUS_SIGNAL 12 /* pr_cursig */
#define PRSTATUS_PID 32
#define PRSTATUS_REGISTERS 112 /* pr_reg, up to pr_fpvalid at the end */
#define PRSTATUS_MAX 1024      /* of any machine: 392 (aarch64) */

/* siginfo_t of 64-bit Linux (include/uapi/asm-generic/siginfo.h): si_addr and si_pid are members of one union */
#define SIGINFO_CODE 8
#define SIGINFO_UNION 16

/*
 * Of all notes together. A thread has some 15 KB of them, and a process 4 MB of NT_FILE at most; a header can say that
 * a terabyte of zeros is notes, and a million headers that the same megabytes are.
 */
#define ALL_NOTES_MAX (UINT64_C(1) << 30)

#define NOTE_ALIGN(n) (((uint64_t)(n) + 3) & ~(uint64_t)3)

void lh_auxv_parse(const void *data, size_t len, struct lh_auxv *ret)
{
	for (size_t at = 0; at <= len && len - at >= 16; at += 16) {
		uint64_t type = lh_u64((const uint8_t *)data + at),
			 value = lh_u64((const uint8_t *)data + at + 8);

		if (type == AT_NULL)
			break;
		if (type == AT_PHDR)
			ret->phdr = value;
		else if (type == AT_ENTRY)
			ret->entry = value;
		else if (type == AT_RANDOM)
			ret->random = value;
	}
}

int lh_target_keep_auxv(struct lh_target *target, const void *data, size_t len)
{
	if (target->auxv || !len)
		return 0;
	target->auxv = malloc(len);
	if (!target->auxv)
		return lh_nomem(target->ctx);
	memcpy(target->auxv, data, len);
	target->auxv_len = len;
	return 0;
}

/* long count, long page_size; { long start, end, offset in pages } [count]; then the paths, terminated. No file can be
 * opened by a longer one than PATH_MAX. */
static int read_files(struct lh_target *target, const uint8_t *data, size_t len, struct lh_notes *notes)
{
	uint64_t count, page, at;
	int r = 0;

	if (len < 16)
		return 0;
	count = lh_u64(data);
	page = lh_u64(data + 8);
	if (count > (len - 16) / 24) {
		lh_log(target->ctx, 4, "NT_FILE note: %" PRIu64 " files do not fit in %zu bytes", count, len);
		return 0;
	}
	at = 16 + count * 24;
	for (uint64_t i = 0; i < count && r == 0; i++) {
		const uint8_t *row = data + 16 + i * 24;
		const uint8_t *end = memchr(data + at, 0, len - at), *name;
		struct lh_mapping m = {.start = lh_u64(row), .end = lh_u64(row + 8), .readable = true};

		if (!end)
			break;
		name = data + at;
		at = (uint64_t)(end + 1 - data);
		if (end - name >= PATH_MAX || m.start >= m.end ||
		    __builtin_mul_overflow(lh_u64(row + 16), page, &m.offset))
			continue;
		r = lh_target_keep_path(target, (const char *)name, &m.path);
		if (r == 0)
			r = lh_append(target->ctx, notes->files, notes->file_count, notes->file_capacity, m);
	}
	return r;
}

/* One thread; the first one that a core has is the one that the signal was for. */
static int read_thread(struct lh_target *target, const uint8_t *desc, size_t len)
{
	pid_t tid = len >= PRSTATUS_PID + 4 ? (pid_t)lh_u32(desc + PRSTATUS_PID) : 0;

	if (target->pid == 0) /* better than nothing */
		target->pid = tid;
	if (len < PRSTATUS_REGISTERS || len > PRSTATUS_MAX)
		return 0;
	return lh_target_add_registers(target, tid, (int16_t)lh_u16(desc + PRSTATUS_SIGNAL),
				       desc + PRSTATUS_REGISTERS, len - PRSTATUS_REGISTERS);
}

/* gcore writes one per thread: that of the first thread comes first. */
static void read_signal(struct lh_target *target, const uint8_t *desc, size_t len)
{
	if (target->signal.number || len < SIGINFO_UNION + 8)
		return;
	target->signal = (struct lh_signal){.number = (int)lh_u32(desc),
					    .code = (int)lh_u32(desc + SIGINFO_CODE),
					    .addr = lh_u64(desc + SIGINFO_UNION),
					    .sender = (pid_t)lh_u32(desc + SIGINFO_UNION),
					    .user = lh_u32(desc + SIGINFO_UNION + 4)};
}

static int read_note(struct lh_target *target, uint32_t type, const uint8_t *desc, size_t len,
		     struct lh_notes *notes)
{
	switch (type) {
	case NT_FILE:
		return notes->file_count ? 0 : read_files(target, desc, len, notes);
	case NT_AUXV:
		lh_auxv_parse(desc, len, &notes->auxv);
		return lh_target_keep_auxv(target, desc, len);
	case NT_PRPSINFO:
		if (len >= PRPSINFO_PID + 4)
			target->pid = (pid_t)lh_u32(desc + PRPSINFO_PID);
		break;
	case NT_PRSTATUS:
		return read_thread(target, desc, len);
	case NT_SIGINFO:
		read_signal(target, desc, len);
		break;
	}
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct lh_mapping *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int lh_notes_read(struct lh_target *target, const uint8_t *data, size_t len, struct lh_notes *notes)
{
	size_t known = notes->file_count;
	uint64_t at = 0;
	int r = 0;

	if (len > ALL_NOTES_MAX - notes->bytes) {
		lh_log(target->ctx, 4,
		       "its notes are longer than any that a process has: what follows 1 GB of them is ignored");
		len = ALL_NOTES_MAX - notes->bytes;
	}
	notes->bytes += len;
	while (at < len && len - at >= sizeof(Elf64_Nhdr) && r == 0) {
		uint32_t namesz = lh_u32(data + at), descsz = lh_u32(data + at + 4),
			 type = lh_u32(data + at + 8);
		uint64_t name = at + sizeof(Elf64_Nhdr), desc = name + NOTE_ALIGN(namesz);

		if (desc > len || descsz > len - desc) {
			lh_log(target->ctx, 4,
			       "note of type %u runs past its segment: ignored with all behind it", type);
			break;
		}
		/* NT_PRPSINFO of "CORE"; other owners ("LINUX", "GNU") use the numbers for something else. */
		if (namesz == 5 && memcmp(data + name, "CORE", 5) == 0)
			r = read_note(target, type, data + desc, descsz, notes);
		else if (namesz == sizeof(LH_NOTE_OWNER) && memcmp(data + name, LH_NOTE_OWNER, namesz) == 0)
			r = lh_snapshot_note_read(target, type, data + desc, descsz);
		at = desc + NOTE_ALIGN(descsz);
	}
	if (notes->file_count > known)
		qsort(notes->files, notes->file_count, sizeof(*notes->files), by_start);
	return r;
}

void lh_notes_fini(struct lh_notes *notes)
{
	free(notes->files);
	*notes = (struct lh_notes){0};
}
