/*
 * measure.c: run a program and say what it took.
 *
 *     measure OUTPUT PROGRAM ARGUMENT...
 *
 * The program's standard output goes to the file OUTPUT. Printed is "STATUS
 * WALL CPU RSS": the status as wait4 has it, microseconds from start to end,
 * microseconds of user and system time, and the peak resident set in KB. A
 * process begins with the peak of the one it was started from, which from a
 * script would be the interpreter's; so this program is small, and linked
 * statically.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static long long us(struct timeval t)
{
    return t.tv_sec * 1000000LL + t.tv_usec;
}

int main(int argc, char **argv)
{
    posix_spawn_file_actions_t actions;
    struct rusage used;
    long long begin, end;
    int status;
    pid_t child;

    if (argc < 3)
        return 2;
    if (posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY,
                                         0) != 0 ||
        posix_spawn_file_actions_addopen(
            &actions, 1, argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666) != 0)
        return 2;
    begin = now_us();
    if (posix_spawnp(&child, argv[2], &actions, NULL, argv + 2, environ) != 0)
        return 127;
    if (wait4(child, &status, 0, &used) != child)
        return 2;
    end = now_us();
    printf("%d %lld %lld %ld\n", status, end - begin,
           us(used.ru_utime) + us(used.ru_stime), used.ru_maxrss);
    return 0;
}
