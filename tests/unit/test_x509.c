/*
 * test_x509.c: what is wrong with a chain, apart from its signatures: the
 * dates of its certificates, their form and their number.
 *
 * The chains are beginnings of certificates: no signature is looked at before
 * their end. Where the checker has nothing to object to, what the TLS engine
 * says holds, here that the name is wrong.
 */
#include "check.h"
#include "fimg_x509.h"
#include "pieces.h"

#define NO_OBJECTION FIMG_WHY_WRONG_NAME
#define UP_TO_ISSUER                                                           \
    "\x30\x7f\x30\x7d\xa0\x03\x02\x01\x02\x02\x01\x05\x30\x02\x05\x00\x30\x00"
#define SUBJECT_AND_KEY "\x30\x00\x30\x00"
#define UTC "\x17\x0d"
#define GENERAL "\x18\x0f"
#define FROM UTC "260101000000Z"
#define TO UTC "270101000000Z"
#define FROM_S 1767225600u /* these two as seconds since 1970 */
#define TO_S 1798761600u

static const struct row {
    const char *name;
    const char *validity; /* what is in it */
    size_t len;
    uint32_t now;
    enum fimg_reason why;
} rows[] = {
    { "first second", BYTES(FROM TO), FROM_S, NO_OBJECTION },
    { "last second", BYTES(FROM TO), TO_S, NO_OBJECTION },
    { "a second early", BYTES(FROM TO), FROM_S - 1, FIMG_WHY_NOT_YET_VALID },
    { "a second late", BYTES(FROM TO), TO_S + 1, FIMG_WHY_EXPIRED },
    { "year 49 is 2049", BYTES(FROM UTC "490101000000Z"), TO_S, NO_OBJECTION },
    { "from year 49 on", BYTES(UTC "490101000000Z" TO), FROM_S,
      FIMG_WHY_NOT_YET_VALID },
    { "year 50 is 1950", BYTES(FROM UTC "500101000000Z"), FROM_S,
      FIMG_WHY_EXPIRED },
    { "from year 50 on", BYTES(UTC "500101000000Z" TO), FROM_S, NO_OBJECTION },
    { "four digits of a year",
      BYTES(GENERAL "20260101000000Z" GENERAL "20270101000000Z"), FROM_S,
      NO_OBJECTION },
    { "the same, a second early",
      BYTES(GENERAL "20260101000000Z" GENERAL "20270101000000Z"), FROM_S - 1,
      FIMG_WHY_NOT_YET_VALID },
    { "the same, a second late",
      BYTES(GENERAL "20260101000000Z" GENERAL "20270101000000Z"), TO_S + 1,
      FIMG_WHY_EXPIRED },
    { "valid for ever", BYTES(FROM GENERAL "99991231235959Z"), UINT32_MAX,
      NO_OBJECTION },
    { "from before 1970 on", BYTES(GENERAL "19000101000000Z" TO), 1,
      NO_OBJECTION },
    { "until before 1970", BYTES(FROM GENERAL "19691231235959Z"), FROM_S,
      FIMG_WHY_EXPIRED },
    { "another kind of time",
      BYTES("\x19\x0d"
            "260101000000Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "length too small",
      BYTES("\x17\x0c"
            "260101000000Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "length too large",
      BYTES("\x17\x0e"
            "260101000000Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "length of the other kind",
      BYTES("\x18\x0d"
            "20260101000000Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "a time zone", BYTES(UTC "260101000000+" TO), FROM_S, FIMG_WHY_CHAIN },
    { "no seconds",
      BYTES("\x17\x0b"
            "2601010000Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "parts of seconds",
      BYTES("\x18\x11"
            "20260101000000.5Z" TO),
      FROM_S, FIMG_WHY_CHAIN },
    { "month 13", BYTES(UTC "261301000000Z" TO), FROM_S, FIMG_WHY_CHAIN },
    { "until month 13", BYTES(FROM UTC "261301000000Z"), FROM_S,
      FIMG_WHY_CHAIN },
    { "a letter", BYTES(UTC "26010100000xZ" TO), FROM_S, FIMG_WHY_CHAIN },
    { "no times", BYTES(""), FROM_S, FIMG_WHY_CHAIN },
    { "one time", BYTES(FROM), FROM_S, FIMG_WHY_CHAIN },
    { "one time and a bit", BYTES(FROM "\x17"), FROM_S, FIMG_WHY_CHAIN },
    { "second time too short", BYTES(FROM GENERAL "270101000000Z"), FROM_S,
      FIMG_WHY_CHAIN },
    { "a third time", BYTES(FROM TO "\x05"), FROM_S, FIMG_WHY_CHAIN },
    { "longer than two times can be",
      BYTES(GENERAL "20260101000000Z" GENERAL "20270101000000Z\x05"), FROM_S,
      FIMG_WHY_CHAIN },
    { "much longer", BYTES(FROM TO FROM TO FROM TO), FROM_S, FIMG_WHY_CHAIN },
};

static const struct fimg_trust trust = { .clock = FIMG_CLOCK_REQUIRED };

/* Hand over a certificate, cut up. */
static void add(struct fimg_x509 *x, const char *der, size_t len,
                const struct cut *c)
{
    x->vtable->start_cert(&x->vtable, 128);
    for (size_t pos = 0; pos < len; pos += cut_len(c, pos, len)) {
        size_t n = cut_len(c, pos, len);
        uint8_t *in = copy_of(der + pos, n);

        x->vtable->append(&x->vtable, in, n);
        free(in);
    }
    x->vtable->end_cert(&x->vtable);
}

static void begin_with(struct fimg_x509 *x, const struct fimg_trust *t,
                       uint32_t now)
{
    fimg_x509_init(x, t, now);
    x->vtable->start_chain(&x->vtable, "open.feishu.cn");
}

static void begin(struct fimg_x509 *x, uint32_t now)
{
    begin_with(x, &trust, now);
}

static enum fimg_reason end(struct fimg_x509 *x)
{
    CHECK(x->vtable->end_chain(&x->vtable) != 0);
    return fimg_x509_why(x, BR_ERR_X509_BAD_SERVER_NAME);
}

/* A certificate with such a validity; returns its length. */
static size_t write_cert(char *der, const char *validity, size_t len)
{
    size_t at = sizeof UP_TO_ISSUER - 1;

    memcpy(der, UP_TO_ISSUER, at);
    der[at++] = 0x30;
    der[at++] = (char)len;
    memcpy(der + at, validity, len);
    memcpy(der + at + len, BYTES(SUBJECT_AND_KEY));
    return at + len + sizeof SUBJECT_AND_KEY - 1;
}

static void test_row(const struct row *row)
{
    char der[200];
    size_t len = write_cert(der, row->validity, row->len);

    check_case("validity: %s", row->name);
    for (struct cut c = { 0 }; next_cut(&c, len);) {
        struct fimg_x509 x;

        begin(&x, row->now);
        add(&x, der, len, &c);
        CHECK(end(&x) == row->why);
    }
}

/* Nothing counts as valid that does not say so, however it is cut off. */
static void test_cut_off(void)
{
    char der[200];
    size_t whole =
        write_cert(der, BYTES(FROM TO)) - (sizeof SUBJECT_AND_KEY - 1);

    check_case("a certificate that ends before its dates do");
    for (size_t len = 0; len <= whole; len++) {
        struct cut c = { .first = 200, .then = 200 };
        struct fimg_x509 x;

        begin(&x, FROM_S);
        add(&x, der, len, &c);
        CHECK(end(&x) == (len < whole ? FIMG_WHY_CHAIN : NO_OBJECTION));
    }
}

/* What is not built like a certificate is none. */
static void test_malformed(void)
{
    static const size_t tags[] = { 0, 2, 4, 9, 12, 16, 18, 50, 52 };
    char der[200];
    size_t len = write_cert(der, BYTES(FROM TO));

    for (size_t i = 0; i < COUNT(tags); i++) {
        char saved = der[tags[i]];

        check_case("byte %lu is no tag that may stand there",
                   (unsigned long)tags[i]);
        der[tags[i]] = 0x04;
        for (struct cut c = { 0 }; next_cut(&c, len);) {
            struct fimg_x509 x;

            begin(&x, FROM_S);
            add(&x, der, len, &c);
            CHECK(end(&x) == FIMG_WHY_CHAIN);
        }
        der[tags[i]] = saved;
    }
}

/* Eight certificates are taken; what was wrong before the ninth stays. */
static void test_many(void)
{
    static const struct cut whole = { .first = 200, .then = 200 };
    char good[200], late[200];
    size_t good_len = write_cert(good, BYTES(FROM TO));
    size_t late_len = write_cert(late, BYTES(FROM FROM));
    struct fimg_x509 x;

    for (int count = 1; count <= 12; count++) {
        check_case("%d certificates", count);
        begin(&x, FROM_S + 1);
        for (int i = 0; i < count; i++)
            add(&x, good, good_len, &whole);
        CHECK(end(&x) ==
              (count <= FIMG_CHAIN_MAX ? NO_OBJECTION : FIMG_WHY_CHAIN_LENGTH));

        check_case("%d certificates, of which the first has expired", count);
        begin(&x, FROM_S + 1);
        for (int i = 0; i < count; i++)
            add(&x, i ? good : late, i ? good_len : late_len, &whole);
        CHECK(end(&x) == FIMG_WHY_EXPIRED);
    }
}

/* Dates that are none are what is wrong, whatever follows them. */
static void test_first(void)
{
    static const struct cut whole = { .first = 200, .then = 200 };
    static const uint8_t pins[1][32];
    const struct fimg_trust pinned = { .pins = pins, .pin_count = 1 };
    char der[200];
    struct fimg_x509 x;

    check_case("another key");
    begin_with(&x, &pinned, FROM_S);
    add(&x, der, write_cert(der, BYTES(FROM TO)), &whole);
    CHECK(end(&x) == FIMG_WHY_PIN);
    check_case("another key behind dates that are none");
    begin_with(&x, &pinned, FROM_S);
    add(&x, der, write_cert(der, BYTES(FROM)), &whole);
    CHECK(end(&x) == FIMG_WHY_CHAIN);
}

/* What the engine objects to is passed on in the words of fimg.h. */
static void test_words(void)
{
    static const struct {
        int error;
        enum fimg_reason why;
    } words[] = {
        { BR_ERR_X509_NOT_TRUSTED, FIMG_WHY_UNKNOWN_CA },
        { BR_ERR_X509_BAD_SERVER_NAME, FIMG_WHY_WRONG_NAME },
        { BR_ERR_X509_WEAK_PUBLIC_KEY, FIMG_WHY_WEAK_KEY },
        { BR_ERR_X509_CRITICAL_EXTENSION, FIMG_WHY_KEY_USAGE },
        { BR_ERR_X509_NOT_CA, FIMG_WHY_KEY_USAGE },
        { BR_ERR_X509_FORBIDDEN_KEY_USAGE, FIMG_WHY_KEY_USAGE },
        { BR_ERR_X509_UNSUPPORTED, FIMG_WHY_CERT_UNSUPPORTED },
        { BR_ERR_X509_LIMIT_EXCEEDED, FIMG_WHY_CERT_UNSUPPORTED },
        { BR_ERR_X509_WRONG_KEY_TYPE, FIMG_WHY_CERT_UNSUPPORTED },
        { BR_ERR_X509_BAD_SIGNATURE, FIMG_WHY_CHAIN },
        { BR_ERR_X509_EMPTY_CHAIN, FIMG_WHY_CHAIN },
    };
    struct fimg_x509 x;

    begin(&x, FROM_S);
    for (size_t i = 0; i < COUNT(words); i++) {
        check_case("BearSSL's error %d", words[i].error);
        CHECK(fimg_x509_why(&x, words[i].error) == words[i].why);
    }
}

int main(void)
{
    for (size_t i = 0; i < COUNT(rows); i++)
        test_row(&rows[i]);
    test_cut_off();
    test_malformed();
    test_many();
    test_first();
    test_words();
    return check_exit("unit/x509");
}
