/*
 * console.h: text, boot arguments and the exit code, through the debugger.
 *
 * ARM semihosting: QEMU or a debug probe answers. A product would write to a
 * serial line here, and read its settings from flash.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

/* Add to the present line. What is too long for it is cut. */
void console_text(const char *text);
void console_number(uint32_t n);
void console_hex(uint32_t n);
void console_bytes(const uint8_t *bytes, unsigned len); /* two digits each */

/* Write the line. */
void console_line(void);

/* Write a line "NAME: VALUE". */
void console_say(const char *name, const char *value);
void console_say_number(const char *name, uint32_t value);

/* End, with this exit code. */
__attribute__((noreturn)) void console_exit(int code);

/* Read the boot arguments: NAME=VALUE, separated by blanks. */
void arguments_read(void);

/* The value of an argument, or `otherwise` if it was not given. */
const char *argument(const char *name, const char *otherwise);

/* The same as a number: digits only, up to 4294967295; else `otherwise`. */
uint32_t argument_number(const char *name, uint32_t otherwise);

#endif
