/*
 * any.h: values of which Eva knows nothing, so that it takes them for all at
 * once.
 */
#ifndef ANY_H
#define ANY_H

#include <__fc_builtin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* LONG 1: the stage is fed the plaintext of a full TLS record at once. */
#ifndef LONG
#define LONG 0
#endif
#define WINDOW_MAX (LONG ? 16384 : 3)

/* How many bytes to feed at once: 0 to 3, to be split; or 16384. */
size_t any_len(void);

/* So many bytes. They end where their memory ends, so that a look beyond them
   is out of bounds. */
const uint8_t *any_window(size_t len);

/* Any bytes; and text of `len` characters, none of them NUL, and one behind. */
void any_bytes(void *at, size_t len);
void any_text(char *at, size_t len);

bool any_bool(void);
uint8_t any_u8(void);
uint16_t any_u16(void);
uint32_t any_u32(void);
int any_int(void);

/* What must hold after a step. */
#define must(holds) must_hold(holds, __LINE__)
void must_hold(bool holds, int line);

#endif
