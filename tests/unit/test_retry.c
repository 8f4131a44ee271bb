/*
 * test_retry.c: whether to try again, and after how long.
 */
#include "check.h"
#include "fimg_retry.h"
#include "pieces.h"

static const struct {
    const char *name;
    enum fimg_status status;
    uint16_t http_status;
    int32_t code;
    bool helps;
} decisions[] = {
    { "row 107: connection lost", FIMG_ERR_NETWORK, 0, 0, true },
    { "row 107: connection lost in an answer", FIMG_ERR_NETWORK, 200, 0, true },
    { "row 107: success", FIMG_OK, 200, 0, false },
    { "row 107: under way", FIMG_PENDING, 503, 0, false },
    { "row 107: bad request field", FIMG_ERR_REQUEST, 0, 0, false },
    { "row 107: time limit", FIMG_ERR_TIMEOUT, 0, 0, false },
    { "row 107: time limit in a 503", FIMG_ERR_TIMEOUT, 503, 0, false },
    { "row 107: TLS", FIMG_ERR_TLS, 0, 0, false },
    { "row 107: malformed reply", FIMG_ERR_REPLY, 503, 0, false },
    { "row 105: 429", FIMG_ERR_REFUSED, 429, 0, true },
    { "row 105: 429 with the code", FIMG_ERR_REFUSED, 429, 99991400, true },
    { "row 105: 400 with the code", FIMG_ERR_REFUSED, 400, 99991400, true },
    { "row 105: 200 with the code", FIMG_ERR_REFUSED, 200, 99991400, true },
    { "row 105: a code beside it", FIMG_ERR_REFUSED, 400, 99991401, false },
    { "row 105: the code in a malformed reply", FIMG_ERR_REPLY, 429, 99991400,
      false },
    { "row 101: 400", FIMG_ERR_REFUSED, 400, 234001, false },
    { "row 101: 401", FIMG_ERR_REFUSED, 401, 234002, false },
    { "row 101: 403", FIMG_ERR_REFUSED, 403, 0, false },
    { "row 101: 404", FIMG_ERR_REFUSED, 404, 0, false },
    { "row 101: 408", FIMG_ERR_REFUSED, 408, 0, false },
    { "row 101: 428", FIMG_ERR_REFUSED, 428, 0, false },
    { "row 101: 430", FIMG_ERR_REFUSED, 430, 0, false },
    { "row 101: 500", FIMG_ERR_REFUSED, 500, 0, false },
    { "row 101: 501", FIMG_ERR_REFUSED, 501, 0, false },
    { "row 101: 502", FIMG_ERR_REFUSED, 502, 0, true },
    { "row 101: 503", FIMG_ERR_REFUSED, 503, 0, true },
    { "row 101: 504", FIMG_ERR_REFUSED, 504, 0, true },
    { "row 101: 505", FIMG_ERR_REFUSED, 505, 0, false },
    { "row 101: 200 with another code", FIMG_ERR_REFUSED, 200, 99991663,
      false },
};

static const struct {
    const char *name;
    unsigned failed;
    uint32_t server_s;
    uint32_t least_ms, most_ms; /* without jitter, and with all of it */
} waits[] = {
    { "row 107: after one failure", 1, 0, 1000, 1250 },
    { "row 107: after two", 2, 0, 2000, 2500 },
    { "row 107: after three", 3, 0, 4000, 5000 },
    { "row 107: after four", 4, 0, 8000, 10000 },
    { "row 107: after five", 5, 0, 16000, 20000 },
    { "row 107: after six", 6, 0, 32000, 40000 },
    { "row 107: after seven", 7, 0, 64000, 80000 },
    { "row 107: after eight", 8, 0, 64000, 80000 },
    { "row 107: after 256", 256, 0, 64000, 80000 },
    { "row 107: after any number", UINT32_MAX, 0, 64000, 80000 },
    { "row 105: the server says 1 s", 2, 1, 1000, 1250 },
    { "row 105: the server says 52 s", 2, 52, 52000, 65000 },
    { "row 105: however often it failed", 9, 52, 52000, 65000 },
    { "row 105: less than the backoff", 9, 3, 3000, 3750 },
    { "row 105: the server says 119 s", 2, 119, 119000, 148750 },
    { "row 105: the server says 120 s", 2, 120, 120000, 150000 },
    { "row 105: jitter is 30 s at most, 130 s", 2, 130, 130000, 160000 },
    { "row 105: jitter is 30 s at most", 2, 200, 200000, 230000 },
    { "row 105: the server says an hour", 2, 3600, 3600000, 3630000 },
    { "row 105: the server says more", 2, 3601, UINT32_MAX, UINT32_MAX },
    { "row 105: 999999999 s", 2, 999999999, UINT32_MAX, UINT32_MAX },
    { "row 105: 4294968 s, a multiple of 2^32 ms and a bit", 2, 4294968,
      UINT32_MAX, UINT32_MAX },
    { "row 105: 4294967295 s", 2, UINT32_MAX, UINT32_MAX, UINT32_MAX },
};

static void test_wait(size_t i)
{
    uint32_t before = 0;

    check_case("%s", waits[i].name);
    for (uint32_t random = 0; random <= UINT16_MAX; random += 257) {
        uint32_t ms = fimg_retry_wait_ms(waits[i].failed, waits[i].server_s,
                                         (uint16_t)random);

        CHECK(ms >= waits[i].least_ms && ms <= waits[i].most_ms);
        CHECK(ms >= before);
        if (random == 0)
            CHECK(ms == waits[i].least_ms);
        if (random == UINT16_MAX) /* all of it, but for rounding */
            CHECK(ms == waits[i].most_ms - (waits[i].most_ms != UINT32_MAX));
        before = ms;
    }
}

/* Whatever it says up to an hour is kept to: never less, and not much more. */
static void test_honest(uint16_t random)
{
    check_case("row 105: no wait of the server's is cut, random %u", random);
    for (uint32_t server_s = 1; server_s <= 3600; server_s++)
        for (unsigned failed = 1; failed <= 8; failed++) {
            uint32_t least = server_s * 1000;
            uint32_t more = least < 120000 ? least / 4 : 30000;
            uint32_t ms = fimg_retry_wait_ms(failed, server_s, random);

            CHECK(ms >= least && ms <= least + more);
            CHECK(random == 0 ? ms == least : ms > least);
        }
}

int main(void)
{
    for (size_t i = 0; i < COUNT(decisions); i++) {
        struct fimg_report r = { .status = decisions[i].status,
                                 .http_status = decisions[i].http_status,
                                 .code = decisions[i].code };

        check_case("%s", decisions[i].name);
        CHECK(fimg_retry_helps(&r) == decisions[i].helps);
    }
    for (size_t i = 0; i < COUNT(waits); i++)
        test_wait(i);
    test_honest(0);
    test_honest(UINT16_MAX);
    return check_exit("unit/retry");
}
