/*
 * test_token.c: a token's life: taken in, used, renewed in time, forgotten.
 */
#include "tokens.h"

static const uint32_t clocks[] = { 0, 1, 0x7fffff00, 0xfffffe00, UINT32_MAX };

/* --- how long it lives ---------------------------------------------------- */

static const struct {
    const char *name;
    uint32_t margin_ms, life_ms, passed, left_ms;
    bool fresh;
} lives[] = {
    { "two hours, just come", 0, 7200000, 0, 7200000, true },
    { "two hours, 1 ms before the margin", 0, 7200000, 7019999, 180001, true },
    { "two hours, at the margin", 0, 7200000, 7020000, 180000, false },
    { "two hours, in its last ms", 0, 7200000, 7199999, 1, false },
    { "two hours, over", 0, 7200000, 7200000, 0, false },
    { "two hours, 1 ms later", 0, 7200000, 7200001, 0, false },
    { "two hours, 40 days later", 0, 7200000, 3456000000, 0, false },
    { "another margin, 1 ms before it", 600000, 7200000, 6599999, 600001,
      true },
    { "another margin", 600000, 7200000, 6600000, 600000, false },
    { "a margin of 1 ms, before it", 1, 7200000, 7199998, 2, true },
    { "a margin of 1 ms", 1, 7200000, 7199999, 1, false },
    { "twice the margin and 1 ms, before it", 0, 360001, 180000, 180001, true },
    { "twice the margin and 1 ms", 0, 360001, 180001, 180000, false },
    { "twice the margin, before it", 0, 360000, 179999, 180001, true },
    { "twice the margin", 0, 360000, 180000, 180000, false },
    { "between them, first half", 0, 200000, 99999, 100001, true },
    { "between them, second half", 0, 200000, 100000, 100000, false },
    { "shorter than the margin, first half", 0, 100000, 49999, 50001, true },
    { "shorter than the margin, second half", 0, 100000, 50000, 50000, false },
    { "the longest margin, first half", UINT32_MAX, 7200000, 3599999, 3600001,
      true },
    { "the longest margin, second half", UINT32_MAX, 7200000, 3600000, 3600000,
      false },
    { "1 ms to live", 0, 1, 0, 1, true },
    { "1 ms to live, over", 0, 1, 1, 0, false },
    { "3 ms to live", 0, 3, 1, 2, true },
    { "nothing to live", 0, 0, 0, 0, false },
    { "49 days", 0, UINT32_MAX, 4294787294, 180001, true },
    { "49 days, at the margin", 0, UINT32_MAX, 4294787295, 180000, false },
};

static void test_lives(void)
{
    for (size_t i = 0; i < COUNT(lives) * COUNT(clocks); i++) {
        size_t n = i / COUNT(clocks);
        uint32_t begin = clocks[i % COUNT(clocks)];
        uint32_t now = begin + lives[n].passed;
        struct fimg_token t = token_with(64);

        check_case("life: %s, clock at %lu", lives[n].name,
                   (unsigned long)begin);
        t.margin_ms = lives[n].margin_ms;
        CHECK(fimg_token_left_ms(&t, now) == 0 &&
              !fimg_token_is_fresh(&t, now));
        CHECK(fimg_token_put(&t, TOKEN, lives[n].life_ms, begin));
        CHECK(fimg_token_left_ms(&t, now) == lives[n].left_ms);
        CHECK(fimg_token_is_fresh(&t, now) == lives[n].fresh);
        fimg_token_drop(&t);
        CHECK(fimg_token_left_ms(&t, now) == 0 &&
              !fimg_token_is_fresh(&t, now));
        free(t.memory);
    }
}

/* --- taken in from elsewhere ---------------------------------------------- */

static void test_put_fits(size_t len, size_t cap)
{
    struct fimg_token t = token_with(cap);
    char *token = token_of(len);
    bool fits = len > 0 && len < cap && len <= 4096;

    check_case("put: %lu characters in %lu bytes", (unsigned long)len,
               (unsigned long)cap);
    CHECK(fimg_token_put(&t, token, 1000, 5) == fits);
    if (fits) {
        CHECK(t.len == len && memcmp(t.memory, token, len) == 0);
        CHECK(is_wiped(&t, len));
        CHECK(fimg_token_left_ms(&t, 5) == 1000);
    } else {
        CHECK(t.len == 0 && fimg_token_left_ms(&t, 5) == 0);
    }
    free(token);
    free(t.memory);
}

static void test_put_unfit(void)
{
    static const char *const unfit[] = {
        "",      " ",   "a b",   " a",    "a ",   "a\n",
        "\r\na", "a\t", "a\x7f", "a\x01", "\xff", "a\xc3\xa4"
    };
    struct fimg_token t = token_with(100), before, none = { 0 };

    check_case("put: into no memory");
    CHECK(!fimg_token_put(&none, TOKEN, 1000, 0) && none.len == 0);
    fimg_token_drop(&none);

    check_case("put: what is unfit leaves the old one alone");
    CHECK(fimg_token_put(&t, TOKEN, 1000, 0));
    before = t;
    for (size_t i = 0; i < COUNT(unfit); i++)
        CHECK(!fimg_token_put(&t, unfit[i], 2000, 9));
    CHECK(!fimg_token_put(&t, NULL, 2000, 9));
    CHECK(t.len == before.len && t.serial == before.serial &&
          t.born == before.born && t.life_ms == before.life_ms);
    CHECK(strcmp(t.memory, TOKEN) == 0 && is_wiped(&t, sizeof TOKEN - 1));

    check_case("put: a shorter one leaves nothing of the longer");
    CHECK(fimg_token_put(&t, "t-x\\y", 2000, 9));
    CHECK(strcmp(t.memory, "t-x\\y") == 0 && is_wiped(&t, 5));
    CHECK(t.serial != before.serial && fimg_token_left_ms(&t, 10) == 1999);
    free(t.memory);
}

/* A number that a download tells a replaced token by. */
static void test_serial(void)
{
    struct fimg_token t = token_with(sizeof TOKEN);
    uint16_t last = 0;

    check_case("every token has another number than the one before");
    for (unsigned long i = 0; i < 70000; i++) {
        CHECK(fimg_token_put(&t, TOKEN, 1000, 0));
        CHECK(i == 0 || t.serial != last);
        last = t.serial;
    }
    fimg_token_drop(&t);
    CHECK(t.serial == last);
    free(t.memory);
}

/* --- forgotten ------------------------------------------------------------ */

/* Nobody looks at the objects; they are told apart by address. */
static void test_release(void)
{
    static const int one, other;
    const struct fimg *me = (const void *)&one, *you = (const void *)&other;
    struct fimg_token t = token_with(64);

    check_case("release: what another one fetches stays his");
    t.fetcher = you;
    fimg_token_release(&t, me);
    CHECK(t.fetcher == you && !is_wiped(&t, 0) && t.memory[63] == '#');

    check_case("release: half a reply is wiped");
    fimg_token_release(&t, you);
    CHECK(t.fetcher == NULL && is_wiped(&t, 0));

    check_case("release: a token that has come stays");
    CHECK(fimg_token_put(&t, TOKEN, 1000, 0));
    t.fetcher = me;
    fimg_token_release(&t, me);
    CHECK(t.fetcher == NULL && strcmp(t.memory, TOKEN) == 0);

    check_case("put, drop: not into a reply that is being fetched");
    t.fetcher = you;
    memset(t.memory, '#', t.cap);
    CHECK(!fimg_token_put(&t, TOKEN, 2000, 9));
    fimg_token_drop(&t);
    CHECK(t.len == 0 && t.memory[0] == '#' && t.memory[63] == '#');
    t.fetcher = NULL;

    check_case("drop: every byte");
    memset(t.memory, '#', t.cap);
    fimg_token_drop(&t);
    CHECK(t.len == 0 && is_wiped(&t, 0) && t.memory && t.cap == 64);
    free(t.memory);
}

/* --- when it is dead ------------------------------------------------------ */

static bool is_death(int32_t code)
{
    static const int32_t codes[] = { 4001,     234002,   99991663, 99991664,
                                     99991665, 99991668, 99991671, 99991677 };

    for (size_t i = 0; i < COUNT(codes); i++)
        if (codes[i] == code)
            return true;
    return false;
}

static void test_dead(void)
{
    static const uint16_t statuses[] = { 200, 206, 400, 401, 403, 404,
                                         416, 429, 500, 503, 599 };
    static const int32_t ranges[][2] = { { -5, 5 },
                                         { 3990, 4010 },
                                         { 9990, 10020 },
                                         { 234000, 234050 },
                                         { 230100, 230120 },
                                         { 99991390, 99991410 },
                                         { 99991600, 99991700 } };

    for (size_t s = 0; s < COUNT(statuses); s++) {
        check_case("dead: HTTP %d with and without a code", statuses[s]);
        CHECK(fimg_token_is_dead(statuses[s], 0) == (statuses[s] == 401));
        for (size_t i = 0; i < COUNT(ranges); i++)
            for (int32_t c = ranges[i][0]; c <= ranges[i][1]; c++)
                CHECK(c == 0 ||
                      fimg_token_is_dead(statuses[s], c) == is_death(c));
    }
    check_case("dead: a missing token is not a dead one");
    CHECK(!fimg_token_is_dead(400, 99991661));
}

/* --- told apart ----------------------------------------------------------- */

static uint32_t mark_of(const char *token)
{
    struct fimg_token t = token_with(4097);
    uint32_t mark;

    CHECK(fimg_token_put(&t, token, 1000, 0));
    memset(t.memory + t.len, '?', t.cap - t.len); /* not part of it */
    mark = fimg_token_mark(&t);
    free(t.memory);
    return mark;
}

static void test_mark(void)
{
    char *token = token_of(4096);
    uint32_t mark = mark_of(token);

    check_case("mark: the same for the same token");
    CHECK(mark_of(token) == mark && mark_of(TOKEN) == mark_of(TOKEN));
    check_case("mark: another one for every character changed");
    for (size_t i = 0; i < 4096; i += i < 64 ? 1 : 61) {
        char was = token[i];

        token[i] = was == 'x' ? 'y' : 'x';
        CHECK(mark_of(token) != mark);
        token[i] = was;
    }
    check_case("mark: another one when cut, turned around or longer");
    CHECK(mark_of("ab") != mark_of("ba") && mark_of("ab") != mark_of("a"));
    CHECK(mark_of("aa") != mark_of("aaa") && mark_of("a") != mark_of("b"));
    token[4095] = '\0';
    CHECK(mark_of(token) != mark);
    free(token);
}

int main(void)
{
    static const size_t lens[] = { 0, 1, 2, 42, 511, 512, 4095, 4096, 4097 };

    test_lives();
    for (size_t i = 0; i < COUNT(lens); i++)
        for (size_t more = 0; more < 3; more++)
            test_put_fits(lens[i], lens[i] + more ? lens[i] + more : 1);
    test_put_fits(42, 65535);
    test_put_unfit();
    test_serial();
    test_release();
    test_dead();
    test_mark();
    return check_exit("unit/token");
}
