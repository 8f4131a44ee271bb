/*
 * cortex_profile.c: a plugin for QEMU that counts instructions by block of
 * code.
 *
 *     -plugin libprofile.so,go=ADDRESS,halt=ADDRESS,skip=N,take=N,out=PATH
 *
 * Counted is from where the block at `go` has run to where that at `halt` is
 * entered, after `skip` instructions of those, and `take` of them. At the end
 * PATH has a line for each block: its address and its instructions. Debian's
 * QEMU has no header for plugins, so what is needed of it is declared here.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define BLOCKS 65536

struct qemu_plugin_tb;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
void qemu_plugin_register_vcpu_tb_trans_cb(
    uint64_t id, void (*call)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
                                          void (*call)(unsigned cpu,
                                                       void *block),
                                          int flags, void *block);
void qemu_plugin_register_atexit_cb(uint64_t id,
                                    void (*call)(uint64_t id, void *data),
                                    void *data);

EXPORT int qemu_plugin_version = 1;

static struct block {
    uint64_t at, length, instructions;
} blocks[BLOCKS];

static size_t count;
static int is_on;
static uint64_t go, halt, skip, take, seen;
static const char *path;

static void enter(unsigned cpu, void *data)
{
    struct block *b = data;

    (void)cpu;
    if (b->at == halt)
        is_on = 0;
    if (is_on) {
        if (seen >= skip && seen < skip + take)
            b->instructions += b->length;
        seen += b->length;
    }
    if (b->at == go)
        is_on = 1;
}

static void translate(uint64_t id, struct qemu_plugin_tb *tb)
{
    struct block *b = &blocks[count];

    (void)id;
    if (count == BLOCKS)
        return;
    count++;
    b->at = qemu_plugin_tb_vaddr(tb);
    b->length = qemu_plugin_tb_n_insns(tb);
    qemu_plugin_register_vcpu_tb_exec_cb(tb, enter, 0, b);
}

static void write_down(uint64_t id, void *data)
{
    FILE *file = fopen(path, "w");
    size_t i;

    (void)id, (void)data;
    for (i = 0; file != NULL && i < count; i++)
        if (blocks[i].instructions > 0)
            fprintf(file, "%llx %llu\n", (unsigned long long)blocks[i].at,
                    (unsigned long long)blocks[i].instructions);
    if (file != NULL)
        fclose(file);
}

static uint64_t number(const char *word)
{
    return strtoull(strchr(word, '=') + 1, NULL, 0);
}

EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc,
                               char **argv)
{
    uint64_t *const numbers[] = { &go, &halt, &skip, &take };
    int i;

    (void)info;
    if (argc != 5)
        return 1;
    for (i = 0; i < 4; i++)
        *numbers[i] = number(argv[i]);
    path = strdup(strchr(argv[4], '=') + 1);
    qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
    qemu_plugin_register_atexit_cb(id, write_down, NULL);
    return 0;
}
