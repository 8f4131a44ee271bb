/*
 * fuzz.h: what all fuzz entries share: input taken apart, cuts, guarded room,
 * and an end where something does not hold.
 *
 * An entry is one LLVMFuzzerTestOneInput in a file of its own. libFuzzer calls
 * it with inputs that it makes up, replay.c with those of the corpus.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "unit/pieces.h" /* block_of, copy_of, COUNT */

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len);

/* What must hold. Else the process ends here, as with a sanitizer's find. */
#define HOLDS(condition)                                                       \
    fuzz_holds((condition), __FILE__, __LINE__, #condition)

/* Where to say so: 2, or where that was moved to. */
extern int fuzz_stderr;

void fuzz_holds(bool ok, const char *file, int line, const char *condition);

/* Bytes of the input that were not taken yet. Behind its end are zeros. */
struct source {
    const uint8_t *at;
    size_t len;
};

/* A number of 1 to 4 bytes, big end first. */
uint32_t source_number(struct source *s, unsigned bytes);

/* Up to `len` bytes. */
struct source source_bytes(struct source *s, size_t len);

/* A line, without its LF, as a string of exactly its size; to be freed. */
char *source_line(struct source *s);

/*
 * Three ways to cut up an input: not at all, after each byte, and at random,
 * whereby the input itself is what decides.
 */
enum fuzz_cut { CUT_NOWHERE, CUT_EVERYWHERE, CUT_AT_RANDOM, FUZZ_CUTS };

struct cutter {
    enum fuzz_cut way;
    uint32_t random;
};

struct cutter cutter_of(enum fuzz_cut way, const uint8_t *in, size_t len);

/* How long the next piece is, if so many bytes are left. */
size_t cutter_next(struct cutter *c, size_t left);

/* Room for results, with guards on both sides. */
struct room {
    uint8_t *block, *at;
    size_t cap;
};

struct room room_of(size_t cap);

/* Only the first `used` bytes may have been written to; then it is freed. */
void room_end(struct room *r, size_t used);

/* Does the text stand somewhere in these bytes? Empty text does nowhere. */
bool fuzz_has(const void *bytes, size_t len, const char *text);

/* Is it UTF-8 without C0 and C1 controls and DEL? */
bool fuzz_is_clean(const char *text, size_t len);

#endif
