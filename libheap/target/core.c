/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ELF cores, of the kernel and of gcore: mapped once, PT_LOADs point into the map. Compressed ones are mapped
 * when they are decompressed.
 *
 * Everything in the file is checked against its size, nothing is copied but the list of segments. A core that
 * was cut short (disk full, ulimit -c) is opened with what it has, and target->truncated_bytes says what is
 * lost.
 */
#include "target/build.h"
#include "target/decompress.h"
#include "target/elfhdr.h"
#include "target/file.h"
#include "util/array.h"
#include "util/bsearch.h"
#include "util/string.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct core {
	struct lh_target *target;
	const char *name; /* for messages */
	const uint8_t *data;
	uint64_t len;
	Elf *elf;
	size_t phnum;
	struct lh_notes notes;
};

static void core_fini(struct core *core)
{
	elf_end(core->elf);
	lh_notes_fini(&core->notes);
}

static const char *type_name(unsigned type)
{
	static const char *const names[] = {"NONE", "REL", "EXEC", "DYN", "CORE"};

	return type < LH_ARRAY_SIZE(names) ? names[type] : "unknown";
}

static int fail_content(const struct core *core)
{
	const char *compression = lh_compression_name(core->data, core->len);

	if (compression)
		return lh_fail(core->target->ctx, LH_EFORMAT,
			       "open core %s: not an ELF file: it is %s data inside, decompress it first",
			       core->name, compression);
	return lh_fail(core->target->ctx, LH_EFORMAT, "open core %s: not an ELF file: %s", core->name,
		       core->len ? "give a core file, as gcore or the kernel write it" : "it is empty");
}

/* The first bytes, before libelf sees them. */
static int check_ident(const struct core *core)
{
	struct lh_ctx *ctx = core->target->ctx;
	const uint8_t *d = core->data;

	if (core->len < SELFMAG || memcmp(d, ELFMAG, SELFMAG) != 0)
		return fail_content(core);
	if (core->len < sizeof(Elf64_Ehdr))
		return lh_fail(ctx, LH_EFORMAT,
			       "open core %s: cut short: %" PRIu64 " bytes are not even an ELF header",
			       core->name, core->len);
	if (d[EI_CLASS] != ELFCLASS64 || d[EI_DATA] != ELFDATA2LSB)
		return lh_fail(ctx, LH_EFORMAT,
			       "open core %s: only 64-bit little-endian cores are supported, this is %s-bit "
			       "%s-endian",
			       core->name, d[EI_CLASS] == ELFCLASS32 ? "32" : "64",
			       d[EI_DATA] == ELFDATA2MSB ? "big" : "little");
	return 0;
}

static int check_header(struct core *core)
{
	struct lh_ctx *ctx = core->target->ctx;
	GElf_Ehdr eh;
	int r = check_ident(core);

	if (r < 0)
		return r;
	core->elf = lh_elf_open(core->data, core->len);
	if (!core->elf)
		return lh_fail(ctx, LH_EFORMAT, "open core %s: damaged ELF header: it has too many sections",
			       core->name);
	if (!gelf_getehdr(core->elf, &eh))
		return lh_fail(ctx, LH_EFORMAT, "open core %s: damaged ELF header: %s", core->name,
			       elf_errmsg(-1));
	if (eh.e_type != ET_CORE)
		return lh_fail(ctx, LH_EFORMAT,
			       "open core %s: not an ELF core file (ELF type %s): give the core%s",
			       core->name, type_name(eh.e_type),
			       eh.e_type == ET_EXEC || eh.e_type == ET_DYN ? ", not the program" : "");
	core->target->machine = eh.e_machine;
	if (eh.e_phentsize != sizeof(Elf64_Phdr))
		return lh_fail(ctx, LH_EFORMAT,
			       "open core %s: damaged ELF header: program headers of %u bytes", core->name,
			       eh.e_phentsize);
	return 0;
}

/*
 * The number of program headers. With 0xffff and more the kernel stores it in section header 0, at the end of
 * the file, where a truncated core has none: then as many as libelf can vouch for.
 */
static int count_headers(struct core *core)
{
	if (elf_getphdrnum(core->elf, &core->phnum) < 0)
		core->phnum = 0;
	if (core->phnum > core->len / sizeof(Elf64_Phdr))
		core->phnum = core->len / sizeof(Elf64_Phdr);
	if (core->phnum == 0)
		return lh_fail(core->target->ctx, LH_EFORMAT,
			       "open core %s: no program headers: the file is cut short at %" PRIu64
			       " bytes or damaged",
			       core->name, core->len);
	return 0;
}

/* Bytes of a header's content that the file really has. */
static uint64_t bytes_in_file(const struct core *core, const GElf_Phdr *ph)
{
	uint64_t left = ph->p_offset < core->len ? core->len - ph->p_offset : 0;

	return ph->p_filesz < left ? ph->p_filesz : left;
}

static int read_notes(struct core *core)
{
	int r = 0;

	for (size_t i = 0; i < core->phnum && r == 0; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(core->elf, (int)i, &ph) || ph.p_type != PT_NOTE)
			continue;
		r = lh_notes_read(core->target, core->data + (ph.p_offset < core->len ? ph.p_offset : 0),
				  bytes_in_file(core, &ph), &core->notes);
	}
	return r;
}

static const struct lh_mapping *find_file(const struct lh_notes *notes, uint64_t addr)
{
	size_t at = lh_bsearch_first(notes->file_count, i, notes->files[i].end <= addr);

	return at < notes->file_count && notes->files[at].start <= addr ? &notes->files[at] : NULL;
}

/*
 * Bytes that the writer of the core meant to dump of the @i'th header's memory. Contents follow one another
 * in the file: a header that says none while there is room for some before the next is damaged.
 */
static uint64_t meant_to_dump(struct core *core, size_t i, const GElf_Phdr *ph)
{
	GElf_Phdr next = {.p_offset = core->len};

	while (++i < core->phnum && (!gelf_getphdr(core->elf, (int)i, &next) || next.p_type != PT_LOAD))
		next.p_offset = core->len;
	if (ph->p_filesz || next.p_offset < ph->p_offset || next.p_offset - ph->p_offset < ph->p_memsz)
		return ph->p_filesz;
	return ph->p_memsz;
}

static int add_load(struct core *core, size_t i, const GElf_Phdr *ph)
{
	struct lh_target *target = core->target;
	uint64_t have = bytes_in_file(core, ph), end;
	const struct lh_mapping *file = find_file(&core->notes, ph->p_vaddr);
	struct lh_mapping m = {.start = ph->p_vaddr,
			       .dumped = meant_to_dump(core, i, ph),
			       .readable = ph->p_flags & PF_R,
			       .writable = ph->p_flags & PF_W,
			       .executable = ph->p_flags & PF_X};
	int r;

	/* Wrapping past the top of the address space is damage, not memory. */
	if (__builtin_add_overflow(ph->p_vaddr, ph->p_memsz > ph->p_filesz ? ph->p_memsz : ph->p_filesz,
				   &end))
		return 0;
	m.end = end;
	if (file) {
		m.path = file->path;
		m.offset = file->offset + (m.start - file->start);
	}
	target->truncated_bytes += ph->p_filesz - have;
	r = lh_target_add_mapping(target, &m);
	if (r < 0 || have == 0)
		return r;
	return lh_target_add_segment(target, &(struct lh_segment){.start = ph->p_vaddr,
								  .end = ph->p_vaddr + have,
								  .data = core->data + ph->p_offset,
								  .writable = m.writable});
}

/* gcore leaves out the headers of mappings that it does not dump; NT_FILE still names them. */
static int add_undumped(struct core *core)
{
	struct lh_target *target = core->target;
	size_t dumped = target->mapping_count;
	int r = 0;

	for (size_t i = 0, at = 0; i < core->notes.file_count && r == 0; i++) {
		const struct lh_mapping *f = &core->notes.files[i];

		while (at < dumped && target->mappings[at].end <= f->start)
			at++;
		if (at == dumped || target->mappings[at].start >= f->end)
			r = lh_target_add_mapping(target, f);
	}
	return r;
}

static int add_loads(struct core *core)
{
	int r = 0;

	for (size_t i = 0; i < core->phnum && r == 0; i++) {
		GElf_Phdr ph;

		if (gelf_getphdr(core->elf, (int)i, &ph) && ph.p_type == PT_LOAD)
			r = add_load(core, i, &ph);
	}
	if (r < 0)
		return r;
	lh_target_settle(core->target);
	r = add_undumped(core);
	lh_target_settle(core->target);
	return r;
}

static int read_core(struct core *core)
{
	char text[LH_SIZE_MAX];
	int r = check_header(core);

	if (r == 0)
		r = count_headers(core);
	if (r == 0)
		r = read_notes(core);
	if (r == 0)
		r = add_loads(core);
	core->target->first_stack = core->notes.auxv.random;
	if (r == 0)
		r = lh_resident_of_core(core->target);
	if (r == 0)
		r = lh_modules_find(core->target, &core->notes.auxv);
	if (r == 0)
		r = lh_modules_fill(core->target);
	if (r == 0 && core->target->truncated_bytes)
		lh_log(core->target->ctx, 4, "core %s is cut short: %s of memory are lost", core->name,
		       lh_size_text(core->target->truncated_bytes, text));
	if (r == 0 && core->target->damage)
		lh_log(core->target->ctx, 4, "core %s: %s", core->name, core->target->damage);
	return r;
}

int lh_target_open_core_image(struct lh_ctx *ctx, const void *image, size_t len,
			      const struct lh_target_options *options, struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	_cleanup_(core_fini) struct core core = {.name = "in memory", .data = image, .len = len};
	int r;

	elf_version(EV_CURRENT);
	r = lh_target_new(ctx, LH_TARGET_CORE, options, &target);
	if (r < 0)
		return r;
	core.target = target;
	r = read_core(&core);
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}

static int map_file(struct core *core, int fd)
{
	struct lh_ctx *ctx = core->target->ctx;
	struct stat st;
	void *data;

	if (fstat(fd, &st) < 0)
		return lh_fail(ctx, LH_EIO, "open core %s: %s", core->name, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return lh_fail(ctx, LH_EFORMAT, "open core %s: not a regular file", core->name);
	if (st.st_size == 0)
		return lh_fail(ctx, LH_EFORMAT, "open core %s: the file is empty", core->name);
	data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
		return lh_fail(ctx, LH_EIO, "map core %s: %s", core->name, strerror(errno));
	core->data = data;
	core->len = (uint64_t)st.st_size;
	core->target->opened = st;
	return lh_holes_find(core->target, fd, data, core->len);
}

bool lh_core_changed(const struct lh_target *target)
{
	const struct stat *then = &target->opened;
	struct stat now;

	if (!then->st_size || stat(target->path, &now) < 0)
		return false;
	/* Another file in its place is nothing to what is mapped. */
	return now.st_dev == then->st_dev && now.st_ino == then->st_ino &&
	       (now.st_size != then->st_size || now.st_mtim.tv_sec != then->st_mtim.tv_sec ||
		now.st_mtim.tv_nsec != then->st_mtim.tv_nsec);
}

/* Replaces what is mapped, if it is compressed, by its content. */
static int unpack(struct core *core)
{
	_cleanup_close_ int fd = -1;
	int r = lh_decompress(core->target->ctx, core->name, core->data, core->len, &fd,
			      &core->target->damage);

	if (r == LH_ABSENT)
		return 0;
	munmap((void *)core->data, core->len);
	core->data = NULL;
	core->target->hole_count = 0;
	if (r == 0)
		r = map_file(core, fd);
	core->target->opened.st_size = 0;
	return r;
}

static int map_core(struct core *core)
{
	_cleanup_close_ int fd = open(core->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int r;

	if (fd < 0)
		return lh_fail(core->target->ctx, LH_EIO, "open core %s: %s", core->name, strerror(errno));
	r = lh_ctx_add_input(core->target->ctx, fd);
	if (r == 0)
		r = map_file(core, fd);
	if (r == 0)
		r = unpack(core);
	return r < 0 ? r : lh_target_own(core->target, (void *)core->data, core->len);
}

int lh_target_open_core(struct lh_ctx *ctx, const char *path, const struct lh_target_options *options,
			struct lh_target **ret)
{
	_cleanup_(lh_target_freep) struct lh_target *target = NULL;
	_cleanup_(core_fini) struct core core = {.name = path};
	int r;

	elf_version(EV_CURRENT);
	r = lh_target_new(ctx, LH_TARGET_CORE, options, &target);
	if (r < 0)
		return r;
	core.target = target;
	target->path = strdup(path);
	if (!target->path)
		return lh_nomem(ctx);
	r = map_core(&core);
	if (r == 0)
		r = read_core(&core);
	if (r < 0)
		return r;
	*ret = lh_take(target);
	return 0;
}
