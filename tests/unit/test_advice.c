/*
 * test_advice.c: names for what went wrong, and what to do about it.
 */
#include <string.h>

#include "check.h"
#include "fimg_advice.h"

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

#if FIMG_ADVICE

/* Tables 3.1, 3.2 and 4.1 of the reference: endpoint, legacy and generic,
   messages. */
static const int32_t codes[] = {
    234001,   234002,   234005,   234007,   234008,   234041,   234042,
    10017,    11205,    11221,    11227,    11240,    4001,     5000,
    1500,     1503,     1642,     1663,     1668,     2200,     10101,
    9499,     10003,    10005,    10012,    10013,    10014,    10015,
    10500,    11232,    11233,    11247,    1000004,  1000005,  21000,
    21001,    99991201, 99991301, 99991400, 99991401, 99991403, 99991543,
    99991661, 99991662, 99991663, 99991664, 99991665, 99991668, 99991671,
    99991672, 99991673, 99991676, 99991677, 99991679, 99992402,
#if FIMG_MESSAGES /* table 4.1 */
    230110,   234003,   234004,   234009,   234019,   234037,   234038,
    234040,   234043,
#endif
};

static const struct {
    int32_t code;
    const char *words; /* which the advice must contain */
} contained[] = {
    { 234001, "messages/:message_id/resources/:file_key" },
    { 234001, "-m" },
    { 234001, "image key" },
    { 234008, "messages/:message_id/resources/:file_key" },
    { 234008, "-m" },
    { 10017, "-m" },
    { 11221, "-m" },
    { 234007, "bot" },
    { 11205, "bot" },
    { 11240, "bot" },
    { 234041, "administrator" },
    { 234042, "administrator" },
    { 21000, "administrator" },
    { 21001, "administrator" },
    { 234002, "token" },
    { 4001, "token" },
    { 99991661, "token" },
    { 99991663, "token" },
    { 99991664, "token" },
    { 99991665, "token" },
    { 99991668, "token" },
    { 99991671, "token" },
    { 99991677, "token" },
    { 10003, "app id" },
    { 10014, "secret" },
    { 10015, "secret" },
    { 99991543, "secret" },
    { 99991400, "slow down" },
    { 11232, "slow down" },
    { 11233, "slow down" },
    { 11247, "slow down" },
    { 1000004, "slow down" },
    { 1000005, "slow down" },
    { 5000, "later" },
    { 10500, "later" },
    { 99991401, "IP" },
    { 99991403, "quota" },
    { 99991672, "permission" },
    { 99991676, "permission" },
    { 99991201, "URL" },
#if FIMG_MESSAGES
    { 234003, "message id" },
    { 234004, "chat" },
    { 234019, "later" },
    { 234037, "100 MB" },
#endif
};

static void test_codes(void)
{
    for (size_t i = 0; i < COUNT(codes); i++) {
        check_case("row 101: code %ld has a name and advice", (long)codes[i]);
        CHECK(fimg_code_name(codes[i])[0] != '\0');
        CHECK(fimg_advice(FIMG_WHY_REFUSED, 400, codes[i])[0] != '\0');
        CHECK(strcmp(fimg_advice(FIMG_WHY_JSON, 200, codes[i]),
                     fimg_advice(FIMG_WHY_REFUSED, 400, codes[i])) == 0);
    }
    for (size_t i = 0; i < COUNT(contained); i++) {
        check_case("row 101: advice for %ld says \"%s\"",
                   (long)contained[i].code, contained[i].words);
        CHECK(strstr(fimg_advice(FIMG_WHY_REFUSED, 400, contained[i].code),
                     contained[i].words) != NULL);
    }
    check_case("row 101: the endpoint's own codes by Feishu's words");
    CHECK(strstr(fimg_code_name(234001), "Invalid request param") != NULL);
    CHECK(strstr(fimg_code_name(234002), "Unauthorized") != NULL);
    CHECK(strstr(fimg_code_name(234005), "deleted") != NULL);
    CHECK(strstr(fimg_code_name(234007), "bot") != NULL);
    CHECK(strstr(fimg_code_name(234008), "not the resource sender") != NULL);
    CHECK(strstr(fimg_code_name(234041), "master key") != NULL);
    CHECK(strstr(fimg_code_name(234042), "storage") != NULL);
    check_case("row 101: an unknown code has no name");
    CHECK(strcmp(fimg_code_name(0), "") == 0);
    CHECK(strcmp(fimg_code_name(1), "") == 0);
    CHECK(strcmp(fimg_code_name(-234001), "") == 0);
    CHECK(strcmp(fimg_code_name(INT32_MAX), "") == 0);
}

static void test_statuses(void)
{
    static const struct {
        uint16_t http_status;
        const char *words; /* NULL: none */
    } statuses[] = {
        { 400, NULL },        { 401, "token" }, { 402, NULL }, { 403, NULL },
        { 404, "image key" }, { 404, "URL" },   { 405, NULL }, { 428, NULL },
        { 429, "slow down" }, { 430, NULL },    { 499, NULL }, { 500, "later" },
        { 502, "later" },     { 599, "later" },
    };

    for (size_t i = 0; i < COUNT(statuses); i++) {
        const char *unknown =
            fimg_advice(FIMG_WHY_REFUSED, statuses[i].http_status, 0);

        check_case("row 103: advice for a bare %d",
                   (int)statuses[i].http_status);
        CHECK(statuses[i].words ? strstr(unknown, statuses[i].words) != NULL
                                : unknown[0] == '\0');
        /* a code that nobody knows helps no further */
        CHECK(strcmp(unknown, fimg_advice(FIMG_WHY_REFUSED,
                                          statuses[i].http_status, 7)) == 0);
    }
}

/* The report shows these to users: one line, no blank at either end. */
static bool presentable(const char *text)
{
    size_t len = text ? strlen(text) : 0;

    if (len == 0 || text[0] == ' ' || text[len - 1] == ' ')
        return false;
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

static void test_reasons(void)
{
    for (int why = FIMG_WHY_NONE; why <= FIMG_WHY_REFUSED; why++) {
        const char *text = fimg_reason_text((enum fimg_reason)why);
        bool may_lack = why == FIMG_WHY_NONE || why == FIMG_WHY_REFUSED;

        check_case("reason %d has a text of its own, and advice", why);
        CHECK(presentable(text));
        CHECK(strstr(text, "unknown") == NULL);
        CHECK(may_lack ||
              presentable(fimg_advice((enum fimg_reason)why, 0, 0)));
        for (int other = FIMG_WHY_NONE; other < why; other++)
            CHECK(strcmp(text, fimg_reason_text((enum fimg_reason)other)) != 0);
    }
    check_case("reason unknown");
    CHECK(strstr(fimg_reason_text((enum fimg_reason)999), "unknown") != NULL);
    CHECK(strstr(fimg_reason_text((enum fimg_reason)(FIMG_WHY_REFUSED + 1)),
                 "unknown") != NULL);
    check_case("success needs no advice");
    CHECK(strcmp(fimg_advice(FIMG_WHY_NONE, 200, 0), "") == 0);
    check_case("advice fits its reason");
    CHECK(strstr(fimg_reason_text(FIMG_WHY_EXPIRED), "expired") != NULL);
    CHECK(strstr(fimg_advice(FIMG_WHY_EXPIRED, 0, 0), "clock") != NULL);
    CHECK(strstr(fimg_advice(FIMG_WHY_NO_CLOCK, 0, 0), "clock") != NULL);
    CHECK(strstr(fimg_reason_text(FIMG_WHY_TLS_VERSION), "1.2") != NULL);
    CHECK(strstr(fimg_advice(FIMG_WHY_TOO_LARGE, 200, 0), "limit") != NULL);
    CHECK(strstr(fimg_advice(FIMG_WHY_LOST, 0, 0), "try again") != NULL);
}

#else /* the texts are left out, the functions are not */

static void test_codes(void)
{
    check_case("without texts: codes have no name");
    CHECK(strcmp(fimg_code_name(234001), "") == 0);
}

static void test_statuses(void)
{
    check_case("without texts: no advice");
    CHECK(strcmp(fimg_advice(FIMG_WHY_REFUSED, 401, 234002), "") == 0);
}

static void test_reasons(void)
{
    check_case("without texts: a reason's text is never NULL");
    for (int why = FIMG_WHY_NONE; why <= FIMG_WHY_REFUSED; why++)
        CHECK(fimg_reason_text((enum fimg_reason)why) != NULL);
}

#endif

int main(void)
{
    test_codes();
    test_statuses();
    test_reasons();
    return check_exit("unit/advice");
}
