/*
 * start.c: what the loader would do, for a program that has none.
 *
 * The linker sets apart what nobody writes to once it is relocated, but the
 * part of musl that a static program starts with does not make it read-only.
 * That is done here, before main. And musl 1.2.3 understands only the long
 * form of the list of addresses to relocate, 24 bytes each on x86-64; here the
 * packed form is read, a bit for each, if the linker has made one.
 *
 * For -Wl,--wrap=__libc_start_main. Nothing of libc's is ready before that.
 */
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#ifndef DT_RELR
#define DT_RELRSZ 35
#define DT_RELR 36
#endif

int main(int argc, char **argv, char **envp);
int __real___libc_start_main(int (*)(int, char **, char **), int, char **,
                             void (*)(void), void (*)(void), void (*)(void));
int __wrap___libc_start_main(int (*)(int, char **, char **), int, char **,
                             void (*)(void), void (*)(void), void (*)(void));

/* From the linker; hidden, so that it is found without relocation. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

/* An address to be relocated: tells whether that has been done. */
static const void *const volatile here = (const void *)&here;

/* The first program header of a type, or NULL. */
static const ElfW(Phdr) *segment(ElfW(Word) type)
{
    const ElfW(Phdr) *p = (const void *)((const char *)&__ehdr_start +
                                         __ehdr_start.e_phoff);
    size_t i;

    for (i = 0; i < __ehdr_start.e_phnum; i++)
        if (p[i].p_type == type)
            return &p[i];
    return NULL;
}

/* How far the program lies from where it was linked to. */
static size_t bias(void)
{
    /* the ELF header begins the first segment */
    return (size_t)&__ehdr_start - segment(PT_LOAD)->p_vaddr;
}

/* What the linker says under a tag, or 0. */
static size_t dynamic(size_t base, size_t tag)
{
    const ElfW(Dyn) *d = (const void *)(base + segment(PT_DYNAMIC)->p_vaddr);

    for (; d->d_tag != DT_NULL; d++)
        if ((size_t)d->d_tag == tag)
            return d->d_un.d_val;
    return 0;
}

/*
 * An even word is the address of a place to relocate; an odd one has a bit
 * for each of the places that follow the last, all but its lowest bit.
 */
static void relocate(void)
{
    size_t base = bias();
    const size_t *list = (const size_t *)(base + dynamic(base, DT_RELR));
    size_t left = dynamic(base, DT_RELRSZ) / sizeof *list;
    size_t *next = NULL;
    size_t bits, i;

    for (; left > 0; left--, list++) {
        if ((*list & 1) == 0) {
            next = (size_t *)(base + *list);
            *next++ += base;
            continue;
        }
        for (bits = *list >> 1, i = 0; bits != 0; bits >>= 1, i++)
            if (bits & 1)
                next[i] += base;
        next += 8 * sizeof *list - 1;
    }
}

/* Whole pages only: there may be something else in the last one. */
static void protect(void)
{
    const ElfW(Phdr) *relro = segment(PT_GNU_RELRO);
    size_t page = getauxval(AT_PAGESZ);
    size_t begin, end;

    if (relro == NULL || page == 0)
        return;
    begin = bias() + relro->p_vaddr;
    end = (begin + relro->p_memsz) & ~(page - 1);
    begin &= ~(page - 1);
    if (end > begin)
        (void)mprotect((void *)begin, end - begin, PROT_READ);
}

static int protected_main(int argc, char **argv, char **envp)
{
    protect();
    return main(argc, argv, envp);
}

int __wrap___libc_start_main(int (*unused)(int, char **, char **), int argc,
                             char **argv, void (*init)(void),
                             void (*fini)(void), void (*loader)(void))
{
    (void)unused;
    if (here != (const void *)&here)
        relocate();
    return __real___libc_start_main(protected_main, argc, argv, init, fini,
                                    loader);
}
