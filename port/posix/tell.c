/*
 * tell.c: what came of a download, in words on standard error.
 *
 * The report's strings hold neither control characters nor secrets; the
 * library sees to that.
 */
#define _POSIX_C_SOURCE 200809L

#include "tell.h"

#include <errno.h>
#include <string.h>

#include "line.h"

/* Where an option of ours helps; the library's advice knows of none. */
static const struct {
    enum fimg_reason reason;
    const char *advice;
} by_option[] = {
    { FIMG_WHY_CONNECT_LIMIT, "try again, or raise --connect-timeout" },
    { FIMG_WHY_IDLE_LIMIT, "try again, or raise --idle-timeout" },
    { FIMG_WHY_TOTAL_LIMIT, "try again, or raise --max-time" },
    { FIMG_WHY_RATE_LIMIT, "try again when the network is faster" },
    { FIMG_WHY_UNKNOWN_CA, "if you trust the server, name its root "
                           "certificate with --cacert" },
    { FIMG_WHY_TRUST_UNREADABLE,
      "name a PEM file of root certificates with --cacert" },
    { FIMG_WHY_TOO_LARGE, "raise --max-size" },
    { FIMG_WHY_PIN, "check for a proxy, or add the new key with --pin" },
    { FIMG_WHY_PROXY_AUTH, "give user and password with the proxy's URL" },
    { FIMG_WHY_PROXY_REPLY, "check that --proxy names an HTTP proxy" },
};

static const char *advice_for(const struct fimg_report *r)
{
    size_t i;

    for (i = 0; i < sizeof by_option / sizeof by_option[0]; i++)
        if (by_option[i].reason == r->reason)
            return by_option[i].advice;
    if (*r->advice != '\0')
        return r->advice;
    return r->code != 0 ? "look the code up at https://open.feishu.cn"
                        : "check the base URL, and the server's own log";
}

/* ", name value" */
static void add(struct line *l, const char *name, const char *value)
{
    if (*value == '\0')
        return;
    if (l->len > 0)
        line_add(l, ", ");
    line_add(l, name);
    line_add(l, value);
}

static void add_number(struct line *l, const char *name, uint64_t n)
{
    add(l, "", name);
    line_add_number(l, n);
}

static void add_details(struct line *l, const struct fimg_report *r, int error)
{
    if (r->http_status != 0)
        add_number(l, "HTTP ", r->http_status);
    if (r->code != 0)
        add_number(l, "code ", (uint64_t)r->code);
    if (*r->msg != '\0')
        add(l, "msg: ", r->msg);
    else
        add(l, "", fimg_code_name(r->code));
    add(l, "log id ", r->log_id);
    add(l, "it points to ", r->location);
    if (r->reason == FIMG_WHY_TOO_LARGE && r->length != FIMG_LENGTH_UNKNOWN)
        add_number(l, "bytes: ", r->length);
    if (r->reason == FIMG_WHY_RECORD_SIZE)
        add_number(l, "bytes needed: ", r->record_needed);
    if (r->status == FIMG_ERR_TLS && r->tls_error >= 256)
        add_number(l, "alert ", (uint64_t)(r->tls_error & 255));
    else if (r->status == FIMG_ERR_TLS && r->tls_error > 0)
        add_number(l, "BearSSL error ", (uint64_t)r->tls_error);
    if (r->status == FIMG_ERR_NETWORK && error != 0)
        add(l, "", strerror(error));
    if (r->attempts > 1)
        add_number(l, "attempts: ", r->attempts);
}

void tell_failure(const char *key, const struct fimg_report *r, int error)
{
    struct line details = { 0 };

    add_details(&details, r, error);
    complain(key, fimg_reason_text(r->reason), line_text(&details),
             advice_for(r));
}

void tell_unfit(enum fimg_reason reason, const char *subject)
{
    complain(*subject != '\0' ? subject : "empty KEY", fimg_reason_text(reason),
             NULL,
             "it is 1 to 128 of A-Z a-z 0-9 _ . - and begins with neither "
             ". nor -");
}

static const char *advice_for_errno(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return "make room on the disk";
    case EACCES:
    case EPERM:
    case EROFS:
        return "check the permissions, or choose another place";
    case ENOENT:
    case ENOTDIR:
        return "make the folder first, or choose another";
    case EPIPE:
    case EBADF:
        return "check what reads the output";
    default:
        return "choose another place with -o or -d";
    }
}

void tell_local(const char *key, const char *what, const char *file, int error)
{
    struct line l = { 0 };

    line_add(&l, what);
    line_add(&l, " ");
    line_add_cut(&l, file, 400);
    complain(key, line_text(&l), strerror(error), advice_for_errno(error));
}

void tell_stage(const char *key, enum fimg_stage stage, uint16_t attempt)
{
    static const char *const texts[] = {
        [FIMG_STAGE_CONNECT] = "connecting",
        [FIMG_STAGE_PROXY] = "asking the proxy for a way",
        [FIMG_STAGE_HANDSHAKE] = "connected, TLS handshake begins",
        [FIMG_STAGE_REQUEST] = "server is verified, sending the request",
        [FIMG_STAGE_HEAD] = "waiting for the reply",
        [FIMG_STAGE_RETRY] = "waiting before the next attempt",
    };
    struct line l = { 0 };

    if ((size_t)stage >= sizeof texts / sizeof texts[0] || texts[stage] == NULL)
        return;
    if (attempt == 0) { /* somebody else is fetching the token */
        complain(key, "waiting for its turn", NULL, NULL);
        return;
    }
    add_number(&l, "attempt ", attempt);
    complain(key, texts[stage], line_text(&l), NULL);
}

void tell_reply(const char *key, const struct fimg_report *r)
{
    const char *suffix = fimg_type_suffix(r->type);
    struct line l = { 0 };

    if (r->length == FIMG_LENGTH_UNKNOWN)
        add(&l, "", "length unknown");
    else
        add_number(&l, "length ", r->length);
    add(&l, "type ", *suffix != '\0' ? suffix + 1 : "unknown");
    add_number(&l, "HTTP ", r->http_status);
    add(&l, "log id ", r->log_id);
    complain(key, "the image arrives", line_text(&l), NULL);
}

void tell_pause(const char *key, const struct fimg_report *r, uint32_t ms)
{
    struct line l = { 0 };

    add(&l, "", fimg_reason_text(r->reason));
    add_number(&l, "bytes: ", r->delivered);
    add_number(&l, "waiting ms: ", ms);
    complain(key, "broke off, and will go on", line_text(&l), NULL);
}

void tell_end(const char *key, const struct fimg_report *r, const char *file)
{
    static const char *const ends[] = {
        [FIMG_END_LENGTH] = "its length",
        [FIMG_END_CHUNKED] = "its last chunk",
        [FIMG_END_CLOSE_NOTIFY] = "close_notify",
    };
    struct line l = { 0 };

    add_number(&l, "bytes: ", r->delivered);
    if (r->end != FIMG_END_NONE)
        add(&l, "end proven by ", ends[r->end]);
    add_number(&l, "received ", r->wire_in);
    add_number(&l, "sent ", r->wire_out);
    add_number(&l, "attempts: ", r->attempts);
    add(&l, "", r->reused ? "connection reused" : "new connection");
    if (r->resumed)
        add(&l, "", "TLS session resumed");
    if (file != NULL)
        add(&l, "written to ", file);
    complain(key, r->status == FIMG_OK ? "complete" : "ended", line_text(&l),
             NULL);
}
