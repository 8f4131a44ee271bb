/*
 * client.c: downloads by the library, and what they cost.
 *
 *     main -> client's stack: fimg_read -> port -> server's stack: BearSSL
 *             |<-------- counted ------->|
 *
 * No call waits, so that the longest one can be told. The port's functions
 * stop the meter while the server works.
 */
#include "client.h"

#include <string.h>

#include "fimg.h"
#include "fimg_anchors.h"
#include "fimg_state.h"
#include "meter.h"
#include "server.h"

#define NOW 1781524800 /* 15 June 2026, 12:00 UTC; the certificates fit it */
#define SEGMENT 1460   /* bytes that come at a time, as over TCP */
#define PAGE 4096      /* bytes that are read at a time */

extern const struct fimg_anchors fimg_anchors_builtin;

static struct stack client_stack, server_stack;
static struct fimg f;
static struct download *download;
static uint8_t page[PAGE];

/* --- the port ------------------------------------------------------------ */

/* A call of the port's that the server is to see to, on its stack. */
static struct {
    const uint8_t *from;
    uint8_t *to;
    size_t len;
    bool hung_up; /* the server has ended the connection */
} call;

static void take(void)
{
    call.len = server_take(call.to, call.len);
}

static void give(void)
{
    server_give(call.from, call.len);
}

static int port_connect(void *ctx, const char *host, uint16_t number,
                        uint32_t wait_ms)
{
    (void)ctx, (void)host, (void)number, (void)wait_ms;
    meter_halt();
    call.hung_up = false;
    stack_call(&server_stack, server_connect);
    meter_go();
    return 0;
}

static int port_send(void *ctx, const uint8_t *src, size_t len,
                     uint32_t wait_ms)
{
    (void)ctx, (void)wait_ms;
    meter_halt();
    call.from = src;
    call.len = len;
    stack_call(&server_stack, give);
    meter_go();
    return (int)len;
}

static int port_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    (void)ctx, (void)wait_ms;
    if (call.hung_up)
        return FIMG_PORT_CLOSED;
    meter_halt();
    call.to = dst;
    call.len = cap < SEGMENT ? cap : SEGMENT;
    stack_call(&server_stack, take);
    meter_go();
    return call.len > 0 ? (int)call.len : FIMG_PORT_AGAIN;
}

static void port_close(void *ctx)
{
    (void)ctx;
}

static void port_sleep(void *ctx, uint32_t wait_ms)
{
    (void)ctx, (void)wait_ms;
}

/* No time passes: nothing here is to run into a limit. */
static uint32_t port_now_ms(void *ctx)
{
    (void)ctx;
    return 0;
}

static uint32_t port_unix_time(void *ctx)
{
    (void)ctx;
    return NOW;
}

static int port_entropy(void *ctx, uint8_t *dst, size_t len)
{
    (void)ctx;
    memset(dst, 0x5a, len); /* the same each time, so that counts are */
    return 0;
}

static const struct fimg_port port = {
    NULL,       port_connect, port_send,      port_recv,    port_close,
    port_sleep, port_now_ms,  port_unix_time, port_entropy,
};

/* --- the download -------------------------------------------------------- */

static const struct fimg_trust trust = { .anchors = &fimg_anchors_builtin };
static struct fimg_session session;
static const struct fimg_request request = {
    .port = &port,
    .session = &session,
    .trust = &trust,
    .host = "localhost",
    .image_key = "img_v3_02vd_cdbea33e-6c4e-4fc2-9f4d-b3940f1214eg",
    .token = "t-g1044qeGEDXTB6NDJOGV4JQCYDGHRBARFTGT1234",
};

/* Do the bytes just read follow those before them? */
static bool is_image(uint32_t behind, size_t len)
{
    uint32_t at = behind - (uint32_t)len;

    for (size_t i = 0; i < len; i++)
        if (page[i] != server_pattern(at++))
            return false;
    return true;
}

/* One call, on the meter. */
static int read_page(void)
{
    uint32_t begin = meter_instructions(), counted;
    int n;

    meter_go();
    n = fimg_read(&f, page, sizeof page);
    meter_halt();
    counted = meter_instructions() - begin;
    if (counted > download->longest)
        download->longest = counted;
    if (n > 0 && !is_image(fimg_report(&f)->delivered, (size_t)n))
        download->ok = false;
    return n;
}

/* What was spent on the part that ends here; the next one begins. */
static void note(struct cost *cost, uint32_t *begin, const uint32_t *top)
{
    cost->stack = stack_depth(&client_stack, top);
    cost->instructions = meter_instructions() - *begin;
    if (stack_is_full(&client_stack))
        download->ok = false;
    stack_paint(&client_stack);
    *begin = meter_instructions();
}

/* A whole download; the client's stack is used for nothing else. */
static void fetch(void)
{
    const struct fimg_report *report = fimg_report(&f);
    const uint32_t *top = stack_pointer();
    uint32_t begin = meter_instructions();
    int n;

    stack_paint(&client_stack);
    meter_go();
    (void)fimg_start(&f, &request); /* fimg_read repeats a failure */
    meter_halt();
    do
        n = read_page();
    while (n == FIMG_PENDING && report->stage <= FIMG_STAGE_HANDSHAKE);
    note(&download->handshake, &begin, top);
    while (n > 0 || n == FIMG_PENDING)
        n = read_page();
    meter_go();
    fimg_finish(&f);
    meter_halt();
    note(&download->transfer, &begin, top);
    download->resumed = report->resumed;
    if (n != 0 || report->end != FIMG_END_LENGTH)
        download->ok = false;
}

void client_again(struct download *d)
{
    *d = (struct download){ .ok = true };
    download = d;
    call.hung_up = true;
    stack_paint(&server_stack);
    stack_call(&client_stack, fetch);
    if (stack_is_full(&server_stack))
        d->ok = false;
}

void client_fresh(struct download *d, const struct identity *identity,
                  uint16_t suite, uint32_t body_len)
{
    meter_go();
    fimg_close(&f);
    meter_halt();
    session = (struct fimg_session){ { 0 } };
    server_start(identity, suite, body_len);
    client_again(d);
}
