/*
 * console.c: text and the exit code by ARM semihosting.
 */
#include "console.h"

#include <stddef.h>

#include "semihosting.h"

#define SYS_WRITE0 0x04
#define SYS_EXIT_EXTENDED 0x20
#define APPLICATION_EXIT 0x20026u

static char line[200];
static unsigned line_len;

static void add(char c)
{
    if (line_len < sizeof line - 2) /* the line feed and the NUL */
        line[line_len++] = c;
}

void console_text(const char *text)
{
    while (*text != '\0')
        add(*text++);
}

void console_number(uint32_t n)
{
    char digits[10];
    unsigned i = 0;

    do
        digits[i++] = (char)('0' + n % 10);
    while ((n /= 10) > 0);
    while (i > 0)
        add(digits[--i]);
}

void console_bytes(const uint8_t *bytes, unsigned len)
{
    static const char digits[] = "0123456789abcdef";
    unsigned i;

    for (i = 0; i < len; i++) {
        add(digits[bytes[i] >> 4]);
        add(digits[bytes[i] & 15]);
    }
}

void console_hex(uint32_t n)
{
    uint8_t bytes[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16),
                         (uint8_t)(n >> 8), (uint8_t)n };

    console_bytes(bytes, sizeof bytes);
}

void console_line(void)
{
    line[line_len] = '\n';
    line[line_len + 1] = '\0';
    line_len = 0;
    (void)semihosting(SYS_WRITE0, line);
}

void console_say(const char *name, const char *value)
{
    console_text(name);
    console_text(": ");
    console_text(value);
    console_line();
}

void console_say_number(const char *name, uint32_t value)
{
    console_text(name);
    console_text(": ");
    console_number(value);
    console_line();
}

void console_exit(int code)
{
    uint32_t block[2] = { APPLICATION_EXIT, (uint32_t)code };

    for (;;)
        (void)semihosting(SYS_EXIT_EXTENDED, block);
}
