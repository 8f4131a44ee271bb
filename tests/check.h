/*
 * check.h: say what failed and where, carry on, exit non-zero.
 *
 * A test program is a row of cases. A case begins with check_case, which ends
 * the one before, and passes if none of its CHECKs failed. Its name tells what
 * is tested; where it is a row of the project's table of wire behaviour, it
 * begins with "row 42: " or "row 42, 43: ". With CHECK_NAMES=1 in the
 * environment every name is printed; with CHECK_STOP=1 the first failure ends
 * the program.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    char name[160];
    bool open, failed;
    unsigned long passed_cases, failed_cases;
} check;

static inline void check_end_case(void)
{
    if (!check.open)
        return;
    if (check.failed)
        check.failed_cases++;
    else
        check.passed_cases++;
    check.open = false;
}

#if defined __GNUC__
__attribute__((format(printf, 1, 2)))
#endif
static inline void check_case(const char *format, ...)
{
    va_list args;

    check_end_case();
    va_start(args, format);
    (void)vsnprintf(check.name, sizeof check.name, format, args);
    va_end(args);
    check.open = true;
    check.failed = false;
    if (getenv("CHECK_NAMES"))
        printf("case %s\n", check.name);
}

static inline void check_that(bool ok, const char *file, int line,
                              const char *condition)
{
    if (ok)
        return;
    check.failed = true;
    printf("FAIL %s:%d: %s: %s\n", file, line, check.name, condition);
    if (getenv("CHECK_STOP"))
        exit(EXIT_FAILURE);
}

#define CHECK(condition) check_that((condition), __FILE__, __LINE__, #condition)

/* Ends the program: prints the sum and gives the exit status. */
static inline int check_exit(const char *suite)
{
    check_end_case();
    printf("%s: %lu passed, %lu failed\n", suite, check.passed_cases,
           check.failed_cases);
    return check.failed_cases || !check.passed_cases ? EXIT_FAILURE
                                                     : EXIT_SUCCESS;
}

#endif
