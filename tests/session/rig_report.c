/*
 * rig_report.c: what must hold for the report of any download.
 */
#include "rig_report.h"

#include <stdio.h>
#include <string.h>

bool rig_has_secret(const void *memory, size_t len)
{
    const uint8_t *at = memory;

    for (size_t i = 0; i + 8 <= len; i++)
        if (memcmp(at + i, RIG_TOKEN, 8) == 0 ||
            memcmp(at + i, RIG_SECRET, 8) == 0)
            return true;
    return false;
}

/* Nothing in a report may give away token or secret, or upset a terminal. */
static void check_text(const char *text, size_t max)
{
    size_t len = strlen(text);

    CHECK(len <= max);
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)text[i];

        CHECK(c >= ' ' && c != 0x7f);
        CHECK(c != 0xc2 || (uint8_t)text[i + 1] >= 0xa0);
        if (c >= 0xc0)
            CHECK(((uint8_t)text[i + 1] & 0xc0) == 0x80);
    }
    CHECK(strstr(text, RIG_TOKEN) == NULL);
    CHECK(strstr(text, "GHIJKLMNOP") == NULL);
    CHECK(strstr(text, "tyuiop_asd") == NULL);
}

void rig_check_report(const struct rig *r)
{
    const struct fimg_report *report = fimg_report(r->f);

    check_text(report->msg, 160);
    check_text(report->log_id, 64);
    check_text(report->location, 128);
    check_text(report->advice, 400);
    CHECK(report->delivered <= r->stored);
    CHECK((int)report->status == r->result ||
          (r->result > 0 && report->status == FIMG_PENDING));
    CHECK((report->status == FIMG_OK) == (report->stage == FIMG_STAGE_DONE));
    CHECK((report->reason == FIMG_WHY_NONE) ==
          (report->status == FIMG_OK || report->status == FIMG_PENDING));
    /* a byte that spoils a kept connection is not counted */
    CHECK(r->port.received - r->received - report->wire_in <= 1);
    CHECK(report->wire_out <= r->port.sent - r->sent);
    CHECK(report->wire_out >=
          r->port.sent - r->sent - (r->port.goodbye - r->goodbye));
    CHECK(fimg_reason_text(report->reason)[0] != '\0' ||
          report->reason == FIMG_WHY_NONE);
    CHECK((report->advice[0] != '\0') == (report->reason != FIMG_WHY_NONE) ||
          report->reason == FIMG_WHY_REFUSED); /* by what nobody knows */
}

/* fimg.h lists the reasons by the status that goes with them. */
static int status_of(enum fimg_reason reason)
{
    static const struct {
        enum fimg_reason first;
        enum fimg_status status;
    } groups[] = {
        { FIMG_WHY_NONE, FIMG_OK },
        { FIMG_WHY_PORT_MISSING, FIMG_ERR_REQUEST },
        { FIMG_WHY_NAME, FIMG_ERR_NETWORK },
        { FIMG_WHY_CONNECT_LIMIT, FIMG_ERR_TIMEOUT },
        { FIMG_WHY_UNKNOWN_CA, FIMG_ERR_TLS },
        { FIMG_WHY_STATUS_LINE, FIMG_ERR_REPLY },
        { FIMG_WHY_REFUSED, FIMG_ERR_REFUSED },
    };
    size_t i = COUNT(groups) - 1;

    while (reason < groups[i].first)
        i--;
    return (int)groups[i].status;
}

void rig_expect(const struct rig *r, enum fimg_reason reason)
{
    const struct fimg_report *report = fimg_report(r->f);

    if (r->result != status_of(reason) || report->reason != reason)
        printf("     status %d, reason %d: %s (TLS %d, HTTP %d)\n", r->result,
               (int)report->reason, fimg_reason_text(report->reason),
               report->tls_error, report->http_status);
    CHECK(r->result == status_of(reason));
    CHECK(report->reason == reason);
}
