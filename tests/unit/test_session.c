/*
 * test_session.c: what is kept of a TLS session, and when it is given out.
 *
 * It is given out to whom it was kept for, for a day, by a clock that is
 * known, and as it was kept: no byte of it may be another.
 */
#include "check.h"
#include "fimg_session.h"
#include "pieces.h"

#define NOW 1781524800u
#define DAY 86400u
#define HOST "open.feishu.cn"
#define X50 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwx"
#define X250 X50 X50 X50 X50 X50
#define SECRET 0xa0 /* where the bytes of the master secret begin */

/* Whom a session is kept for, or asked for. */
struct whom {
    const char *host;
    uint16_t number;
    uint32_t version, now;
};

static const struct whom usual = { HOST, 443, 7, NOW };

static br_ssl_session_parameters session_of(unsigned first, size_t id_len)
{
    br_ssl_session_parameters p = { .session_id_len = (unsigned char)id_len,
                                    .version = 0x0303,
                                    .cipher_suite = 0xcca9 };

    for (size_t i = 0; i < sizeof p.session_id; i++)
        p.session_id[i] = (unsigned char)(first + i);
    for (size_t i = 0; i < sizeof p.master_secret; i++)
        p.master_secret[i] = (unsigned char)(SECRET + first + i);
    return p;
}

static bool is_same(const br_ssl_session_parameters *a,
                    const br_ssl_session_parameters *b)
{
    return memcmp(a->session_id, b->session_id, sizeof a->session_id) == 0 &&
           a->session_id_len == b->session_id_len && a->version == b->version &&
           a->cipher_suite == b->cipher_suite &&
           memcmp(a->master_secret, b->master_secret,
                  sizeof a->master_secret) == 0;
}

static void save(struct fimg_session *s, const struct whom *w,
                 const br_ssl_session_parameters *p)
{
    struct fimg_trust trust = { .version = w->version };
    struct fimg_server server = { w->host, w->number, &trust, w->now };

    fimg_session_save(s, &server, p);
}

/* What was not found leaves no trace. */
static bool load(const struct fimg_session *s, const struct whom *w,
                 br_ssl_session_parameters *p)
{
    struct fimg_trust trust = { .version = w->version };
    struct fimg_server server = { w->host, w->number, &trust, w->now };
    br_ssl_session_parameters before;
    bool found;

    memset(p, 0x5a, sizeof *p);
    before = *p;
    found = fimg_session_load(s, &server, p);
    CHECK(found || is_same(p, &before));
    return found;
}

/* A session in a block of its own, for the usual server. */
static struct fimg_session *kept(unsigned first)
{
    struct fimg_session *s = block_of(sizeof *s);
    br_ssl_session_parameters p = session_of(first, 32);

    memset(s, 0xee, sizeof *s);
    save(s, &usual, &p);
    return s;
}

static bool is_zero(const struct fimg_session *s)
{
    for (size_t i = 0; i < sizeof s->bytes; i++)
        if (s->bytes[i] != 0)
            return false;
    return true;
}

static void test_whom(void)
{
    static const struct {
        const char *name;
        struct whom kept;
        const char *host; /* asked for, the others alike */
        uint16_t number;
        uint32_t version;
        bool found;
    } rows[] = {
#define KEPT { HOST, 443, 7, NOW }
        /* clang-format off */
        { "the same", KEPT, HOST, 443, 7, true },
        { "another last character", KEPT, "open.feishu.co", 443, 7, false },
        { "another first character", KEPT, "0pen.feishu.cn", 443, 7, false },
        { "the beginning of the name", KEPT, "open.feishu", 443, 7, false },
        { "a longer name", KEPT, HOST ".evil", 443, 7, false },
        { "no name", KEPT, "", 443, 7, false },
        { "upper case: safe is safe", KEPT, "OPEN.feishu.cn", 443, 7, false },
        { "253 characters", { X250 ".cn", 443, 7, NOW }, X250 ".cn", 443, 7,
          true },
        { "253 characters, the last another", { X250 ".cn", 443, 7, NOW },
          X250 ".co", 443, 7, false },
        { "another port number", KEPT, HOST, 444, 7, false },
        { "a port number with its bytes exchanged", { HOST, 0x01bb, 7, NOW },
          HOST, 0xbb01, 7, false },
        { "another high byte of it", KEPT, HOST, 0x02bb, 7, false },
        { "port 8443", { HOST, 8443, 7, NOW }, HOST, 8443, 7, true },
        { "a later version of trust", KEPT, HOST, 443, 8, false },
        { "an earlier version of trust", KEPT, HOST, 443, 6, false },
        { "another first byte of it", KEPT, HOST, 443, 0x01000007, false },
        { "version 0", { HOST, 443, 0, NOW }, HOST, 443, 0, true },
        { "no version any more", KEPT, HOST, 443, 0, false },
    /* clang-format on */
#undef KEPT
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct whom asked = { rows[i].host, rows[i].number, rows[i].version,
                              NOW };
        br_ssl_session_parameters p = session_of(1, 32), found;
        struct fimg_session s;

        check_case("whom: %s", rows[i].name);
        save(&s, &rows[i].kept, &p);
        CHECK(load(&s, &rows[i].kept, &found) && is_same(&found, &p));
        CHECK(load(&s, &asked, &found) == rows[i].found);
        CHECK(!rows[i].found || is_same(&found, &p));
    }
}

static void test_age(void)
{
    static const struct {
        const char *name;
        uint32_t kept, asked;
        bool found;
    } rows[] = {
        { "at once", NOW, NOW, true },
        { "a second later", NOW, NOW + 1, true },
        { "the last second of a day", NOW, NOW + DAY - 1, true },
        { "a day later", NOW, NOW + DAY, false },
        { "68 years later", NOW, NOW + 0x7fffffff, false },
        { "as late as can be", NOW, UINT32_MAX, false },
        { "the clock went back by a second", NOW, NOW - 1, false },
        { "the clock went back by a day", NOW, NOW - DAY, false },
        { "the clock is at 1970", NOW, 1, false },
        { "the clock is not known any more", NOW, 0, false },
        { "the clock was at 1970", 1, NOW, false },
        { "the clock is at 1970, as it was", 1, 2, true },
        { "unknown, within a day of 1970", 1, 0, false },
        { "the clock was never known", 0, 0, false },
        { "the clock was not known", 0, NOW, false },
        { "the clock was not known, and is at 1970", 0, 1, false },
        { "at the end of time", UINT32_MAX - 5, UINT32_MAX, true },
        { "after the end of time", UINT32_MAX - 5, 5, false },
        { "the end of time, from its other end", 5, UINT32_MAX - 5, false },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        br_ssl_session_parameters p = session_of(1, 32), found;
        struct whom then = usual, now = usual;
        struct fimg_session *s = kept(2);

        check_case("age: %s", rows[i].name);
        then.now = rows[i].kept;
        now.now = rows[i].asked;
        save(s, &then, &p);
        CHECK(load(s, &now, &found) == rows[i].found);
        CHECK(!rows[i].found || is_same(&found, &p));
        CHECK(is_zero(s) == (then.now == 0)); /* the old one is gone, too */
        free(s);
    }
}

/* A session without a name cannot be asked for; one of 33 bytes is none. */
static void test_id(void)
{
    for (size_t len = 0; len < 256; len++) {
        br_ssl_session_parameters p = session_of(1, len), found;
        struct fimg_session *s = kept(2);

        check_case("session id of %lu bytes", (unsigned long)len);
        save(s, &usual, &p);
        CHECK(load(s, &usual, &found) == (len > 0 && len <= 32));
        CHECK(len == 0 || len > 32 || is_same(&found, &p));
        CHECK(len > 0 || is_zero(s));
        free(s);
    }
}

/* Whatever became of its bytes, a session is what was kept, or none. */
static void test_damage(void)
{
    struct fimg_session *s = kept(1), *copy = kept(1);
    br_ssl_session_parameters found;

    check_case("no byte of it may be another");
    for (size_t i = 0; i < 256 * sizeof s->bytes; i++) {
        s->bytes[i / 256] = (uint8_t)i;
        CHECK(load(s, &usual, &found) ==
              (s->bytes[i / 256] == copy->bytes[i / 256]));
        s->bytes[i / 256] = copy->bytes[i / 256];
    }
    free(s);
    free(copy);
}

/* The first `n` bytes of one, the others of another. */
static void test_halves(const char *name, const struct fimg_session *one,
                        const struct fimg_session *other)
{
    br_ssl_session_parameters found;

    check_case("half a session, then %s", name);
    for (size_t n = 0; n <= sizeof one->bytes; n++) {
        struct fimg_session *s = copy_of(other, sizeof *other);

        memcpy(s->bytes, one->bytes, n);
        CHECK(load(s, &usual, &found) ==
              (memcmp(s, one, sizeof *s) == 0 ||
               (memcmp(s, other, sizeof *s) == 0 && !is_zero(s))));
        free(s);
    }
}

static void test_writes(void)
{
    struct fimg_session *one = kept(1), *other = kept(100);

    test_halves("half of another", one, other);
    memset(other, 0, sizeof *other);
    test_halves("nothing", one, other);
    free(one);
    free(other);
}

/* Bytes of any origin: none of them is a session. */
static void test_junk(void)
{
    static const struct whom nobody = { "", 0, 0, 0 };
    struct fimg_session *s = block_of(sizeof *s);
    br_ssl_session_parameters found;
    uint32_t state = 20260615;

    check_case("all bytes alike");
    for (int b = 0; b < 256; b++) {
        memset(s, b, sizeof *s);
        CHECK(!load(s, &usual, &found));
        CHECK(!load(s, &nobody, &found));
    }

    check_case("bytes at random");
    for (unsigned n = 0; n < 20000; n++) {
        for (size_t i = 0; i < sizeof s->bytes; i++) {
            state = state * 1664525 + 1013904223;
            s->bytes[i] = (uint8_t)(state >> 24);
        }
        CHECK(!load(s, &usual, &found));
    }
    free(s);
}

/* It is a block of bytes: it may lie anywhere, and move. */
static void test_place(void)
{
    br_ssl_session_parameters p = session_of(1, 32), found;
    uint8_t *room = block_of(sizeof(struct fimg_session) + 7);

    check_case("at any address, and moved to another");
    for (size_t odd = 0; odd < 7; odd++) {
        struct fimg_session *here = (void *)(room + odd);
        struct fimg_session *there = (void *)(room + odd + 1);

        save(here, &usual, &p);
        CHECK(load(here, &usual, &found) && is_same(&found, &p));
        memmove(there, here, sizeof *there);
        CHECK(load(there, &usual, &found) && is_same(&found, &p));
    }
    free(room);
}

/* Leave bytes on the stack where the next call has its variables. */
static void soil(uint8_t b)
{
    volatile uint8_t stack[1000];

    for (size_t i = 0; i < sizeof stack; i++)
        stack[i] = b;
}

/* What lay on the stack is not for whoever keeps the session. */
static void test_gaps(void)
{
    br_ssl_session_parameters p = session_of(1, 32);
    struct fimg_session first, second;

    check_case("nothing from the stack fills its gaps");
    soil(0xaa);
    save(&first, &usual, &p);
    soil(0x55);
    save(&second, &usual, &p);
    CHECK(memcmp(&first, &second, sizeof first) == 0);
}

int main(void)
{
    test_whom();
    test_age();
    test_id();
    test_damage();
    test_writes();
    test_junk();
    test_place();
    test_gaps();
    return check_exit("unit/session");
}
