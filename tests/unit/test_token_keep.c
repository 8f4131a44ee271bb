/*
 * test_token_keep.c: what was found in a reply becomes the token that is used,
 * or nothing of it stays.
 */
#include "tokens.h"

/* What is at `at` in a memory of `cap` bytes is said to be a token. */
static enum fimg_reason keep(struct fimg_token *t, size_t at, const char *text,
                             size_t len, uint32_t life_s)
{
    struct fimg_api_reply found = { .token = t->memory + at,
                                    .token_len = len,
                                    .life_s = life_s };

    memcpy(t->memory + at, text, len);
    return fimg_token_keep(t, &found, 7);
}

static void test_keep_fits(size_t len, size_t at, size_t cap,
                           enum fimg_reason why)
{
    struct fimg_token t = token_with(cap);
    char *token = token_of(len);
    uint16_t serial = t.serial;

    check_case("keep: %lu characters at %lu of %lu bytes", (unsigned long)len,
               (unsigned long)at, (unsigned long)cap);
    for (size_t i = 0; i < len; i++)
        if (token[i] == '\\')
            token[i] = '/';
    CHECK(keep(&t, at, token, len, 7200) == why);
    if (why) {
        CHECK(t.len == 0 && t.serial == serial);
    } else {
        CHECK(t.len == len && memcmp(t.memory, token, len) == 0);
        CHECK(is_wiped(&t, len) && t.serial != serial);
        CHECK(t.life_ms == 7200000 && t.born == 7);
    }
    fimg_token_release(&t, NULL);
    CHECK(why == FIMG_WHY_NONE || is_wiped(&t, 0));
    free(token);
    free(t.memory);
}

static void test_keep_texts(void)
{
    static const struct {
        const char *name;
        const char *text;
        size_t len;
    } unfit[] = {
        { "empty", BYTES("") },
        { "blank", BYTES("t-a b") },
        { "line end", BYTES("t-a\r\nX-Evil: 1") },
        { "NUL inside", BYTES("t-a\0b") },
        { "NUL first", BYTES("\0t-a") },
        { "NUL last", BYTES("t-a\0") },
        { "escape byte", BYTES("t-a\x1b[0m") },
        { "DEL", BYTES("t-a\x7f") },
        { "8 bits", BYTES("t-\xc3\xa4") },
        { "backslash first", BYTES("\\u0074-a") },
        { "backslash inside", BYTES("t-a\\/b") },
        { "backslash last", BYTES("t-a\\") },
    };

    for (size_t i = 0; i < COUNT(unfit); i++)
        for (size_t at = 0; at <= 9; at += 9) {
            struct fimg_token t = token_with(40);

            check_case("keep: %s, at %lu", unfit[i].name, (unsigned long)at);
            CHECK(keep(&t, at, unfit[i].text, unfit[i].len, 7200) ==
                  FIMG_WHY_TOKEN_REPLY);
            CHECK(t.len == 0 && !fimg_token_is_fresh(&t, 7));
            fimg_token_release(&t, NULL);
            CHECK(is_wiped(&t, 0));
            free(t.memory);
        }
}

static void test_keep_lives(void)
{
    static const struct {
        uint32_t life_s, life_ms;
    } rows[] = { { 1, 1000 },
                 { 7200, 7200000 },
                 { 86399, 86399000 },
                 { 86400, 86400000 },
                 { 86401, 86400000 },
                 { 4294968, 86400000 },
                 { 0, 0 },
                 { INT32_MAX, 86400000 } };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fimg_token t = token_with(64);

        check_case("keep: %lu seconds", (unsigned long)rows[i].life_s);
        CHECK(keep(&t, 10, TOKEN, sizeof TOKEN - 1, rows[i].life_s) ==
              (rows[i].life_s ? FIMG_WHY_NONE : FIMG_WHY_TOKEN_REPLY));
        CHECK(fimg_token_left_ms(&t, 7) == rows[i].life_ms);
        free(t.memory);
    }
}

static void test_keep_nothing(void)
{
    struct fimg_token t = token_with(64);
    struct fimg_api_reply none = { .life_s = 7200 };
    struct fimg_api_reply coded = {
        .code = 10014, .token = t.memory, .token_len = 2, .life_s = 7200
    };

    check_case("keep: no token");
    CHECK(fimg_token_keep(&t, &none, 0) == FIMG_WHY_TOKEN_REPLY && t.len == 0);
    check_case("keep: a token beside a code");
    CHECK(fimg_token_keep(&t, &coded, 0) == FIMG_WHY_TOKEN_REPLY && t.len == 0);
    free(t.memory);
}

int main(void)
{
    test_keep_fits(42, 0, 42, FIMG_WHY_TOKEN_SIZE);
    test_keep_fits(42, 0, 43, FIMG_WHY_NONE);
    test_keep_fits(42, 1, 43, FIMG_WHY_NONE);
    test_keep_fits(42, 100, 200, FIMG_WHY_NONE);
    test_keep_fits(1, 63, 64, FIMG_WHY_NONE);
    test_keep_fits(4096, 25, 4121, FIMG_WHY_NONE);
    test_keep_fits(4096, 0, 4097, FIMG_WHY_NONE);
    test_keep_fits(4096, 300, 65535, FIMG_WHY_NONE);
    test_keep_fits(4097, 25, 4200, FIMG_WHY_TOKEN_REPLY);
    test_keep_texts();
    test_keep_lives();
    test_keep_nothing();
    return check_exit("unit/token_keep");
}
