/*
 * arguments.c: the boot arguments, which the debugger keeps for us.
 */
#include <string.h>

#include "console.h"
#include "semihosting.h"

#define SYS_GET_CMDLINE 0x15

static char text[1024]; /* NUL between arguments, and two at the end */

void arguments_read(void)
{
    struct {
        char *at;
        uint32_t cap;
    } block = { text, sizeof text - 1 };
    char *c;

    if (semihosting(SYS_GET_CMDLINE, &block) != 0)
        text[0] = '\0';
    for (c = text; *c != '\0'; c++)
        if (*c == ' ')
            *c = '\0';
    c[1] = '\0';
}

const char *argument(const char *name, const char *otherwise)
{
    size_t len = strlen(name);
    const char *at;

    for (at = text; *at != '\0'; at += strlen(at) + 1)
        if (strncmp(at, name, len) == 0 && at[len] == '=')
            return at + len + 1;
    return otherwise;
}

uint32_t argument_number(const char *name, uint32_t otherwise)
{
    const char *c = argument(name, "");
    uint32_t n = 0;

    if (*c == '\0')
        return otherwise;
    for (; *c != '\0'; c++) {
        uint32_t digit = (uint32_t)(*c - '0');

        if (digit > 9 || n > (UINT32_MAX - digit) / 10)
            return otherwise;
        n = n * 10 + digit;
    }
    return n;
}
