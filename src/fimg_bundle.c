/*
 * fimg_bundle.c: search PEM text for the roots that bear a given name.
 *
 * A certificate whose base64 is damaged simply does not match. Line ends may
 * be LF or CR LF, the last one may be missing, and text between certificates
 * is skipped, as the bundles of Linux distributions have all of these.
 */
#include "fimg_bundle.h"

#include <string.h>

static const char marker[] = "-----BEGIN CERTIFICATE-----";

#define PIECE 192 /* bytes of text decoded at a time */

#define PAD 64
#define OTHER 65

/*
 * The value of a base64 digit; PAD for "=", OTHER for anything else. By a
 * table, since which kind comes next cannot be foreseen.
 */
static uint8_t base64_value(uint8_t c)
{
    static const uint8_t from_plus[] = {
        62, 65, 65, 65, 63, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 65,
        65, 65, 64, 65, 65, 65, 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
        10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
        65, 65, 65, 65, 65, 65, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35,
        36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51,
    };

    c = (uint8_t)(c - '+');
    return c < sizeof from_plus ? from_plus[c] : OTHER;
}

static void put(uint8_t *out, uint32_t group)
{
    out[0] = (uint8_t)(group >> 16);
    out[1] = (uint8_t)(group >> 8);
    out[2] = (uint8_t)group;
}

/* Take a byte of base64; returns how many bytes of DER came out. */
static size_t body_byte(struct fimg_pem *p, uint8_t c, uint8_t *out)
{
    uint8_t value = base64_value(c);
    size_t n = 3;

    if (value == OTHER || (p->padded && value != PAD))
        return 0; /* line ends; what follows the padding is not ours */
    if (value == PAD) {
        if (p->digits < 2) /* or padded before */
            return 0;
        n = (size_t)p->digits - 1;
        p->padded = true;
        p->group <<= 6 * (4 - p->digits);
        p->digits = 0;
    } else {
        p->group = p->group << 6 | value;
        if (++p->digits < 4)
            return 0;
        p->digits = 0;
    }
    put(out, p->group);
    return n;
}

/* The same for four, which nearly always are digits. False if they are not, or
   do not begin a group. */
static bool body_group(const struct fimg_pem *p, const uint8_t *in,
                       uint8_t *out)
{
    uint32_t group = 0;
    uint8_t any = 0;

    for (int i = 0; i < 4; i++) {
        uint8_t value = base64_value(in[i]);

        any |= value;
        group = group << 6 | value;
    }
    put(out, group);
    return any < PAD && p->digits == 0 && !p->padded;
}

/* The same for all up to "-"; there is at least one. */
static size_t body_run(struct fimg_pem *p, const uint8_t *in, size_t len,
                       uint8_t *out, size_t *out_len)
{
    size_t n = 0;

    do {
        if (len - n >= 4 && body_group(p, in + n, out + *out_len)) {
            *out_len += 3;
            n += 4;
        } else {
            *out_len += body_byte(p, in[n++], out + *out_len);
        }
    } while (n < len && in[n] != '-');
    return n;
}

static enum fimg_pem_event outside_byte(struct fimg_pem *p, uint8_t c)
{
    if (c == '\n') {
        p->mid_line = false;
        p->matched = 0;
    } else if (!p->mid_line && c == (uint8_t)marker[p->matched]) {
        if (marker[++p->matched] == '\0') {
            *p = (struct fimg_pem){ .state = FIMG_PEM_EOL };
            return FIMG_PEM_BEGIN;
        }
    } else {
        p->mid_line = true;
    }
    return FIMG_PEM_NONE;
}

/* Skip to the "-" that ends the base64. */
static size_t skip_body(const uint8_t *in, size_t len)
{
    const uint8_t *end = memchr(in, '-', len);

    return end ? (size_t)(end - in) : len;
}

size_t fimg_pem_feed(struct fimg_pem *p, const uint8_t *in, size_t len,
                     uint8_t *out, size_t *out_len, enum fimg_pem_event *event)
{
    size_t used = 0;

    *event = FIMG_PEM_NONE;
    *out_len = 0;
    if (p->state == FIMG_PEM_SKIP)
        used = skip_body(in, len);
    while (used < len && *event == FIMG_PEM_NONE) {
        if (p->state == FIMG_PEM_OUTSIDE) {
            *event = outside_byte(p, in[used]);
        } else if (p->state == FIMG_PEM_EOL) {
            if (in[used] == '\n')
                p->state = FIMG_PEM_BODY;
        } else if (in[used] == '-') {
            *event = FIMG_PEM_END;
            *p = (struct fimg_pem){ .matched = 1 }; /* or the next begins */
        } else {
            used += body_run(p, in + used, len - used, out, out_len);
            continue;
        }
        used++;
    }
    return used;
}

void fimg_bundle_start(struct fimg_bundle *b, const uint8_t *wanted,
                       size_t wanted_len)
{
    memset(b, 0, sizeof *b);
    memcpy(b->wanted, wanted, sizeof b->wanted);
    b->wanted_len = wanted_len;
}

static void note_subject(struct fimg_bundle *b)
{
    uint8_t hash[br_sha256_SIZE];

    br_sha256_out(&b->hash, hash);
    if (memcmp(hash, b->wanted, sizeof hash) == 0 && b->hits < FIMG_BUNDLE_HITS)
        b->hit[b->hits++] = b->begin;
}

/* Take in more of the subject. False if no more of it is needed. */
static bool feed_subject(struct fimg_bundle *b, const uint8_t *der, size_t len,
                         bool ends)
{
    bool known = ends || b->der.part == FIMG_DER_CONTENT; /* its length */

    b->subject_left -= len; /* below 0, it is no length that there is */
    if (known && b->subject_left != b->der.left)
        return false;
    br_sha256_update(&b->hash, der, len);
    if (ends)
        note_subject(b);
    return !ends;
}

/* Take in DER bytes of the current certificate, up to its subject's end. */
static void feed_der(struct fimg_bundle *b, const uint8_t *der, size_t len)
{
    while (len > 0) {
        enum fimg_der_field field;
        bool ends;
        size_t n = fimg_der_feed(&b->der, der, len, &field, &ends);

        if (field == FIMG_DER_FAILED ||
            (field == FIMG_DER_SUBJECT && !feed_subject(b, der, n, ends))) {
            if (b->pem.state == FIMG_PEM_BODY)
                b->pem.state = FIMG_PEM_SKIP;
            return;
        }
        der += n;
        len -= n;
    }
}

void fimg_bundle_feed(struct fimg_bundle *b, const uint8_t *in, size_t len)
{
    while (len > 0) {
        uint8_t der[PIECE + 3];
        size_t der_len;
        enum fimg_pem_event event;
        size_t n = fimg_pem_feed(&b->pem, in, len < PIECE ? len : PIECE, der,
                                 &der_len, &event);

        b->offset += (uint32_t)n;
        in += n;
        len -= n;
        feed_der(b, der, der_len);
        if (event == FIMG_PEM_BEGIN) {
            b->begin = b->offset - (uint32_t)(sizeof marker - 1);
            b->seen++;
            b->der = (struct fimg_der){ 0 };
            b->subject_left = b->wanted_len;
            br_sha256_init(&b->hash);
        }
    }
}
