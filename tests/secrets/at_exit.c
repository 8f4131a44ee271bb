/*
 * at_exit.c: hold a program where it ends, so that its memory can be looked at.
 *
 *     at_exit COMMAND...
 *
 * Runs the command; when it has asked to be ended, and all of its memory is
 * still there, creates the file that the variable HELD names, and lets go of
 * it once that file has gone. Ends with the command's exit code.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *held;

static void hold(pid_t child)
{
    char number[16];
    int fd = open(held, O_WRONLY | O_CREAT | O_EXCL, 0600);

    (void)snprintf(number, sizeof number, "%ld\n", (long)child);
    if (fd < 0 || write(fd, number, strlen(number)) < 0 || close(fd) != 0)
        exit(97);
    while (access(held, F_OK) == 0)
        (void)usleep(2000);
}

static int follow(pid_t child)
{
    int status, number;

    while (waitpid(child, &status, 0) == child) {
        if (WIFEXITED(status))
            return WEXITSTATUS(status);
        if (WIFSIGNALED(status))
            return 96;
        number = WSTOPSIG(status);
        if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
            hold(child);
        if (number == SIGTRAP || number == SIGSTOP)
            number = 0; /* of our own doing */
        (void)ptrace(PTRACE_CONT, child, NULL, number);
    }
    return 95;
}

int main(int argc, char **argv)
{
    const long options = PTRACE_O_TRACEEXIT | PTRACE_O_EXITKILL;
    pid_t child;
    int status;

    held = getenv("HELD");
    if (argc < 2 || held == NULL)
        return 2;
    child = fork();
    if (child == 0) {
        (void)unsetenv("HELD");
        (void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        (void)raise(SIGSTOP);
        (void)execv(argv[1], argv + 1);
        _exit(98);
    }
    if (child < 0 || waitpid(child, &status, 0) != child ||
        ptrace(PTRACE_SETOPTIONS, child, NULL, options) != 0 ||
        ptrace(PTRACE_CONT, child, NULL, NULL) != 0)
        return 94;
    return follow(child);
}
