/*
 * fuzz_proxy.c: the talk with an HTTP proxy. The input is what it answers.
 */
#include "fimg_proxy.h"

#include "oracle.h"

#define BASIC "cHJveHktdXNlcjpzM2NyM3QtcGFzc3dvcmQ="

/* A connection that takes anything and gives the answer in pieces. */
struct wire {
    struct source answer;
    struct cutter cutter;
    size_t sent;
    char head[400];
};

static int wire_send(void *ctx, const uint8_t *src, size_t len, uint32_t ms)
{
    struct wire *w = ctx;
    size_t n = cutter_next(&w->cutter, len);

    (void)ms;
    HOLDS(w->sent + n < sizeof w->head);
    memcpy(w->head + w->sent, src, n);
    w->sent += n;
    return (int)n;
}

static int wire_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t ms)
{
    struct wire *w = ctx;
    size_t n = w->answer.len < cap ? w->answer.len : cap;
    struct source piece;

    (void)ms;
    if (n == 0)
        return FIMG_PORT_CLOSED;
    piece = source_bytes(&w->answer, cutter_next(&w->cutter, n));
    memcpy(dst, piece.at, piece.len);
    return (int)piece.len;
}

static void wire_close(void *ctx)
{
    (void)ctx;
}

/* What it comes to: opened, lost, or why not. Surplus counts as unread. */
static enum fimg_reason talk(enum fuzz_cut way, const uint8_t *in, size_t len,
                             size_t *unread)
{
    static const struct fimg_proxy proxy = { "proxy.example", 3128, BASIC };
    struct fimg_request request = { .host = "localhost", .proxy = &proxy };
    struct wire w = { { in, len }, cutter_of(way, in, len), 0, { 0 } };
    struct fimg_port port = {
        .ctx = &w, .send = wire_send, .recv = wire_recv, .close = wire_close
    };
    struct fimg_link link = { &port, FIMG_WANTS_NOTHING };
    struct fimg_proxy_talk p = { .writer.connect = true };
    enum fimg_link_result result = FIMG_LINK_MOVED;
    size_t moved;

    while (result == FIMG_LINK_MOVED && !p.open && !p.why)
        result = fimg_proxy_step(&p, &request, &link, 0, &moved);
    HOLDS(fuzz_has(w.head, w.sent, "CONNECT localhost:443 HTTP/1.1\r\n"));
    HOLDS(fuzz_has(w.head, w.sent, "Basic " BASIC "\r\n\r\n"));
    HOLDS(!(p.open && p.why));
    *unread = w.answer.len;
    if (p.open)
        return FIMG_WHY_NONE;
    return p.why ? p.why : (enum fimg_reason)result;
}

int LLVMFuzzerTestOneInput(const uint8_t *in, size_t len)
{
    struct oracle_head wanted = oracle_head(in, len, true);

    for (enum fuzz_cut way = 0; way < FUZZ_CUTS; way++) {
        size_t unread;
        enum fimg_reason why = talk(way, in, len, &unread);

        HOLDS(why != FIMG_WHY_NONE ||
              (wanted.len > 0 && wanted.status / 100 == 2 &&
               len - unread == wanted.len));
        if (wanted.len == 0)
            HOLDS(why == FIMG_WHY_LOST || why == FIMG_WHY_PROXY_REPLY);
        else if (wanted.status == 407)
            HOLDS(why == FIMG_WHY_PROXY_AUTH);
        else if (wanted.status / 100 != 2)
            HOLDS(why == FIMG_WHY_PROXY_REFUSED);
        else if (wanted.len == len)
            HOLDS(why == FIMG_WHY_NONE);
    }
    return 0;
}
