/*
 * test_pins.c: public keys that a server must have, and what they excuse.
 *
 * The pins are what openssl says of the certificates (tests/session/pki.sh).
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "fimg_x509.h"
#include "rig.h"

#define PINS_MAX 3
#define YEAR (365 * 86400u)

static const struct peer_step image[] = {
    DO(PEER_REQUEST),
    TEXT("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
    DO(PEER_REST),
};

static uint8_t pins[PINS_MAX][32];

/* Load the pins of these certificates; the last name is NULL. */
static void load_pins(struct fimg_trust *trust, const char *const *names)
{
    trust->pin_count = 0;
    while (trust->pin_count < PINS_MAX && names[trust->pin_count] != NULL) {
        pem_load_pin(pins[trust->pin_count], names[trust->pin_count]);
        trust->pin_count++;
    }
    trust->pins = trust->pin_count ? (const uint8_t(*)[32])pins : NULL;
}

#define REQUIRED FIMG_CLOCK_REQUIRED
#define OPTIONAL FIMG_CLOCK_OPTIONAL
#define PINNED FIMG_CLOCK_PINNED

static const struct row {
    const char *name;
    const char *server;
    const char *pins[PINS_MAX + 1];
    enum fimg_clock_policy clock;
    uint32_t now;
    enum fimg_reason reason;
} rows[] = {
    /* clang-format off */
    { "the server's", "ec", { "leaf" }, REQUIRED, RIG_NOW, FIMG_WHY_NONE },
    { "the server's, RSA", "rsa", { "leaf_rsa" }, REQUIRED, RIG_NOW,
      FIMG_WHY_NONE },
    { "the server's, P-384", "p384", { "leaf_384" }, REQUIRED, RIG_NOW,
      FIMG_WHY_NONE },
    { "a spare one, which the server has", "ec", { "int_twin", "leaf" },
      REQUIRED, RIG_NOW, FIMG_WHY_NONE },
    { "a spare one, which it has not", "ec", { "leaf", "int_twin" }, REQUIRED,
      RIG_NOW, FIMG_WHY_NONE },
    { "the last of three", "rsa", { "leaf", "int_rsa", "leaf_rsa" }, REQUIRED,
      RIG_NOW, FIMG_WHY_NONE },
    { "two alike", "ec", { "leaf", "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_NONE },
    { "none", "ec", { NULL }, REQUIRED, RIG_NOW, FIMG_WHY_NONE },
    { "a long chain", "chain_of_8", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_NONE },
    { "the root is sent, too", "with_root", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_NONE },
    { "another", "ec", { "int_twin" }, REQUIRED, RIG_NOW, FIMG_WHY_PIN },
    { "another kind", "rsa", { "leaf" }, REQUIRED, RIG_NOW, FIMG_WHY_PIN },
    { "three others", "ec", { "int_twin", "leaf_rsa", "leaf_384" }, REQUIRED,
      RIG_NOW, FIMG_WHY_PIN },
    { "the intermediate's", "ec", { "int" }, REQUIRED, RIG_NOW, FIMG_WHY_PIN },
    { "the intermediate's, RSA", "rsa", { "int_rsa" }, REQUIRED, RIG_NOW,
      FIMG_WHY_PIN },
    { "the root's", "direct", { "root" }, REQUIRED, RIG_NOW, FIMG_WHY_PIN },
    { "the root's, which is sent", "with_root", { "root", "int" }, REQUIRED,
      RIG_NOW, FIMG_WHY_PIN },
    { "that of what is sent, too", "with_more", { "leaf_rsa" }, REQUIRED,
      RIG_NOW, FIMG_WHY_PIN },

    { "excuses no other name", "bad_name", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_WRONG_NAME },
    { "excuses no unknown CA", "bad_unknown", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_UNKNOWN_CA },
    { "excuses no self-signed one", "bad_self", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_UNKNOWN_CA },
    { "excuses no forged one", "bad_forged", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_CHAIN },
    { "excuses no weak key", "bad_weak", { "leaf_weak" }, REQUIRED, RIG_NOW,
      FIMG_WHY_WEAK_KEY },
    { "excuses no wrong usage", "bad_usage", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_KEY_USAGE },
    { "of a certificate whose key the server lacks", "bad_key", { "leaf" },
      REQUIRED, RIG_NOW, FIMG_WHY_TLS_PROTOCOL },
    { "of the key that a certificate is not for", "bad_key", { "int_twin" },
      REQUIRED, RIG_NOW, FIMG_WHY_PIN },
    { "excuses no expired one", "bad_over", { "leaf" }, REQUIRED, RIG_NOW,
      FIMG_WHY_EXPIRED },
    { "excuses none that is to come", "bad_to_come", { "leaf" }, REQUIRED,
      RIG_NOW, FIMG_WHY_NOT_YET_VALID },
    { "excuses no missing clock", "ec", { "leaf" }, REQUIRED, 0,
      FIMG_WHY_NO_CLOCK },
    { "without clock, built after the end", "bad_over", { "leaf" }, OPTIONAL,
      0, FIMG_WHY_EXPIRED },
    { "without clock, built in time", "ec", { "leaf" }, OPTIONAL, 0,
      FIMG_WHY_NONE },
    { "without clock, another", "ec", { "int" }, OPTIONAL, 0, FIMG_WHY_PIN },

    { "instead of dates", "ec", { "leaf" }, PINNED, RIG_NOW, FIMG_WHY_NONE },
    { "instead of dates: expired", "bad_over", { "leaf" }, PINNED, RIG_NOW,
      FIMG_WHY_NONE },
    { "instead of dates: to come", "bad_to_come", { "leaf" }, PINNED, RIG_NOW,
      FIMG_WHY_NONE },
    { "instead of dates: expired intermediate", "bad_int_over", { "leaf" },
      PINNED, RIG_NOW, FIMG_WHY_NONE },
    { "instead of dates: intermediate to come", "bad_int_to_come",
      { "int_twin", "leaf" }, PINNED, RIG_NOW, FIMG_WHY_NONE },
    { "instead of dates: no clock", "ec", { "leaf" }, PINNED, 0,
      FIMG_WHY_NONE },
    { "instead of dates: no clock, expired", "bad_over", { "leaf" }, PINNED, 0,
      FIMG_WHY_NONE },
    { "instead of dates: clock at 1970", "rsa", { "leaf_rsa" }, PINNED, 1,
      FIMG_WHY_NONE },
    { "instead of dates: clock at its end", "rsa", { "leaf_rsa" }, PINNED,
      UINT32_MAX, FIMG_WHY_NONE },
    { "instead of dates: another", "ec", { "int" }, PINNED, RIG_NOW,
      FIMG_WHY_PIN },
    { "instead of dates: another, expired, no clock", "bad_over", { "int" },
      PINNED, 0, FIMG_WHY_PIN },
    { "instead of dates: another name", "bad_name", { "leaf" }, PINNED, 0,
      FIMG_WHY_WRONG_NAME },
    { "instead of dates: unknown CA", "bad_unknown", { "leaf" }, PINNED, 0,
      FIMG_WHY_UNKNOWN_CA },
    { "instead of dates: forged", "bad_forged", { "leaf" }, PINNED, RIG_NOW,
      FIMG_WHY_CHAIN },
    /* clang-format on */
};

static void run_row(const struct row *row, bool slow)
{
    static struct pem_identity server;
    static struct pem_text text;
    static struct rig r;
    const struct fimg_report *report;
    bool asked = row->reason != FIMG_WHY_NO_CLOCK;

    pem_load_identity(&server, row->server);
    rig_open(&r, image);
    if (slow && FIMG_BUNDLE) {
        pem_load_text(&text, "test");
        rig_trust_text(&r, &text);
    }
    load_pins(&r.trust, row->pins);
    r.trust.clock = row->clock;
    r.trust.built = RIG_NOW;
    r.port.peer.identity = &server;
    r.port.unix_time = row->now;
    r.port.window_in = slow ? 1 : 0;
    r.request.wait_ms = slow ? 0 : FIMG_WAIT;
    r.request.retry_max = 2; /* none of this is tried again */
    r.expect = "hello";
    r.expect_len = 5;
    (void)rig_download(&r);
    rig_expect(&r, row->reason);
    report = fimg_report(r.f);
    CHECK(report->attempts == 1 && r.port.connects == asked);
    if (row->reason != FIMG_WHY_NONE) {
        CHECK(r.port.app_records == 0 && r.port.peer.requests == 0);
        CHECK(r.port.state == PORT_IDLE);
        CHECK((report->stage == FIMG_STAGE_HANDSHAKE) == asked);
        CHECK((report->tls_error != 0) == asked);
    }
    rig_close(&r);
}

/* What cannot be meant is refused before anything happens. */
static void test_unfit(void)
{
    static const struct {
        const char *name;
        size_t count;
        bool has_pins;
        enum fimg_clock_policy clock;
        enum fimg_reason reason;
    } unfit[] = {
        { "a count, but no pins", 1, false, REQUIRED, FIMG_WHY_TRUST_MISSING },
        { "a great count, but no pins", SIZE_MAX, false, PINNED,
          FIMG_WHY_TRUST_MISSING },
        { "dates left to pins, but none", 0, false, PINNED,
          FIMG_WHY_TRUST_MISSING },
        { "dates left to pins, but a count of 0", 0, true, PINNED,
          FIMG_WHY_TRUST_MISSING },
        { "neither pins nor count", 0, false, REQUIRED, FIMG_WHY_NONE },
        { "neither, and perhaps a clock", 0, false, OPTIONAL, FIMG_WHY_NONE },
        { "pins, but a count of 0: none", 0, true, REQUIRED, FIMG_WHY_NONE },
    };
    static struct rig r;

    for (size_t i = 0; i < COUNT(unfit); i++) {
        check_case("row 88: pins: %s", unfit[i].name);
        rig_open(&r, image);
        memset(pins, 0, sizeof pins);
        r.trust.pins = unfit[i].has_pins ? (const uint8_t(*)[32])pins : NULL;
        r.trust.pin_count = unfit[i].count;
        r.trust.clock = unfit[i].clock;
        r.expect = "hello";
        r.expect_len = 5;
        (void)rig_download(&r);
        rig_expect(&r, unfit[i].reason);
        CHECK((r.port.calls == 0) == (unfit[i].reason != FIMG_WHY_NONE));
        rig_close(&r);
    }
}

/* A bit of a pin that is another makes it another. */
static void test_bits(void)
{
    static const char *const names[] = { "leaf", NULL };
    static struct rig r;

    check_case("pins: a bit that is another, at either end and between");
    for (size_t bit = 0; bit < 256; bit += bit == 0 ? 7 : 31) {
        rig_open(&r, image);
        load_pins(&r.trust, names);
        pins[0][bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
        (void)rig_download(&r);
        rig_expect(&r, FIMG_WHY_PIN);
        rig_close(&r);
    }
}

/* Show a chain to the certificate checker in pieces: `first`, then `then`. */
static enum fimg_reason judge(const struct pem_identity *id,
                              const struct fimg_trust *trust, size_t first,
                              size_t then)
{
    struct fimg_x509 *x = malloc(sizeof *x);
    const br_x509_class **v = &x->vtable;
    enum fimg_reason why = FIMG_WHY_NONE;
    unsigned error;

    if (x == NULL)
        abort();
    fimg_x509_init(x, trust, RIG_NOW);
    (*v)->start_chain(v, "localhost");
    for (size_t i = 0; i < id->len; i++) {
        size_t len = id->chain[i].data_len, n = first;

        (*v)->start_cert(v, (uint32_t)len);
        for (size_t pos = 0; pos < len; pos += n, n = then) {
            if (n > len - pos)
                n = len - pos;
            (*v)->append(v, id->chain[i].data + pos, n);
        }
        (*v)->end_cert(v);
    }
    error = (*v)->end_chain(v);
    if (error)
        why = fimg_x509_why(x, (int)error);
    free(x);
    return why;
}

static void test_pieces(const char *server, const char *pin,
                        enum fimg_reason reason)
{
    static struct pem_identity id;
    const struct fimg_anchors anchors = { rig_roots.list, rig_roots.count };
    struct fimg_trust trust = { .anchors = &anchors };
    const char *const names[] = { pin, NULL };

    pem_load_identity(&id, server);
    load_pins(&trust, names);
    check_case("pins: %s and %s's key, in every piece size", server, pin);
    for (size_t n = 1; n <= id.chain[0].data_len; n++)
        CHECK(judge(&id, &trust, n, n) == reason);
    check_case("pins: %s and %s's key, in every two pieces", server, pin);
    for (size_t n = 1; n < id.chain[0].data_len; n++)
        CHECK(judge(&id, &trust, n, SIZE_MAX) == reason);
}

int main(int argc, char **argv)
{
    rig_load(argc, argv, check_that);
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_case("row 88: pins: %s", rows[i].name);
        run_row(&rows[i], false);
        run_row(&rows[i], true);
    }
    test_unfit();
    test_bits();
    test_pieces("direct", "leaf", FIMG_WHY_NONE);
    test_pieces("direct", "root", FIMG_WHY_PIN);
    test_pieces("rsa", "leaf_rsa", FIMG_WHY_NONE);
    test_pieces("rsa", "int_rsa", FIMG_WHY_PIN);
    return check_exit("session/pins");
}
