/*
 * pins.c: public keys that a server may have, in curl's notation.
 */
#include "pins.h"

#include <string.h>

#define MARK "sha256//"
#define HASH_DIGITS 43 /* of base64; one "=" follows */

/* The six bits of a base64 digit, or -1. */
static int bits_of(char c)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* 32 bytes as 43 digits and "=", and nothing in the bits left over. */
static bool decode(uint8_t hash[32], const char *text)
{
    unsigned held = 0, count = 0;
    size_t i, stored = 0;

    for (i = 0; i < HASH_DIGITS; i++) {
        int bits = bits_of(text[i]);

        if (bits < 0)
            return false;
        held = held << 6 | (unsigned)bits;
        count += 6;
        if (count >= 8) {
            count -= 8;
            hash[stored++] = (uint8_t)(held >> count);
            held &= (1u << count) - 1;
        }
    }
    return held == 0 && text[i] == '=';
}

const char *pins_add(struct options *o, const char *text)
{
    size_t count = o->pin_count;

    for (;; text++) {
        if (strncmp(text, MARK, sizeof MARK - 1) != 0)
            return "not a pin: write sha256// and 44 characters of base64";
        text += sizeof MARK - 1;
        if (count == OPTIONS_PINS)
            return "more than 8 pins";
        if (!decode(o->pins[count++], text))
            return "not the base64 of 32 bytes, which has 44 characters";
        text += HASH_DIGITS + 1;
        if (*text != ';')
            break;
    }
    if (*text != '\0')
        return "there is more behind the 44 characters of base64";
    o->pin_count = count;
    return NULL;
}
