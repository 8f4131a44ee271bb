/*
 * replay.c: run a fuzz entry on files.
 *
 *     ENTRY FILE...
 *
 * A process of its own runs them, and where it dies another goes on with the
 * next file. The last line is "ENTRY: N passed, N failed".
 */
#define _POSIX_C_SOURCE 200809L

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fuzz.h"

/* The file's bytes in a block of exactly their size. */
static uint8_t *load(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    uint8_t *block;

    if (file && fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    HOLDS(size >= 0);
    rewind(file);
    *len = (size_t)size;
    block = block_of(*len);
    HOLDS(fread(block, 1, *len, file) == *len);
    (void)fclose(file);
    return block;
}

/* In the child: run them, and tell of each that is done. */
static void run(char **files, int count, int done)
{
    for (int i = 0; i < count; i++) {
        size_t len;
        uint8_t *block = load(files[i], &len);

        (void)LLVMFuzzerTestOneInput(block, len);
        free(block);
        HOLDS(write(done, "", 1) == 1);
    }
}

/* Run them as far as they pass; returns how many did. */
static int passing(char **files, int count)
{
    int ends[2], status = -1, passed = 0;
    pid_t child;
    char byte;

    HOLDS(pipe(ends) == 0);
    (void)fflush(stdout);
    child = fork();
    HOLDS(child >= 0);
    if (child == 0) {
        run(files, count, ends[1]);
        exit(EXIT_SUCCESS); /* where leaks are looked for */
    }
    (void)close(ends[1]);
    while (read(ends[0], &byte, 1) == 1)
        passed++;
    (void)close(ends[0]);
    HOLDS(waitpid(child, &status, 0) == child);
    return passed == count && status != 0 ? count - 1 : passed;
}

int main(int argc, char **argv)
{
    const char *slash = strrchr(argv[0], '/');

    for (int i = 1; i < argc;) {
        int stop = i + passing(argv + i, argc - i);

        for (; i <= stop && i < argc; i++) {
            check_case("%s", argv[i]);
            CHECK(i < stop);
        }
    }
    return check_exit(slash ? slash + 1 : argv[0]);
}
