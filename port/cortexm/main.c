/*
 * main.c: fetch one image from a Feishu chat, and say what came of it.
 *
 * Boot arguments, NAME=VALUE:
 *
 *     host port key          what to fetch
 *     token, or app secret   with what right
 *     wait                   wait_ms of the request; not given: FIMG_WAIT
 *     cap                    bytes to read at a time, up to 2048
 *     retry connect idle total     retry_max, and limits in milliseconds
 *     odd                    1: read a word from an odd address first, to see
 *                            whether that is trapped
 *
 * and those of start.c.
 *
 * Exit codes are those of the feishu-image command.
 */
#include <bearssl.h>

#include "board.h"
#include "console.h"
#include "fimg.h"
#include "fimg_state.h"
#include "lwip_port.h"
#include "net.h"

#define EXIT_NETWORK 3

extern const struct fimg_anchors fimg_anchors_builtin;

static const struct fimg_trust trust = { .anchors = &fimg_anchors_builtin };

static struct lwip_port port;
static struct fimg_request request;
static struct fimg f = FIMG_INIT;
static br_sha256_context sha256;
static char token_memory[512];
static struct fimg_token token = { .memory = token_memory,
                                   .cap = sizeof token_memory };
static uint8_t page[2048]; /* where the image goes, piece by piece */
#if FIMG_RECORD_LENT
/* A product's display has such a buffer, and does without it for a while. */
static uint8_t frame[FIMG_RECORD_CAP + 7];
#endif

/* --- saying -------------------------------------------------------------- */

static void say_optional(const char *name, const char *value)
{
    if (*value != '\0')
        console_say(name, value);
}

static void say_image(const struct fimg_report *r)
{
    uint8_t hash[br_sha256_SIZE];

    br_sha256_out(&sha256, hash);
    console_text("sha256: ");
    console_bytes(hash, sizeof hash);
    console_line();
    console_say("type", fimg_type_suffix(r->type));
    console_say_number("end", r->end);
}

static void say_report(const struct fimg_report *r)
{
    console_say_number("stage", r->stage);
    console_say_number("reason", r->reason);
    console_say("why", fimg_reason_text(r->reason));
    console_say_number("tls_error", (uint32_t)r->tls_error);
    console_say_number("http_status", r->http_status);
    console_say_number("code", (uint32_t)r->code);
    say_optional("msg", r->msg);
    say_optional("log_id", r->log_id);
    say_optional("location", r->location);
    say_optional("advice", r->advice);
    console_say_number("record_needed", r->record_needed);
    console_say_number("delivered", r->delivered);
    console_say_number("wire_in", r->wire_in);
    console_say_number("wire_out", r->wire_out);
    console_say_number("attempts", r->attempts);
    if (r->status == FIMG_OK)
        say_image(r);
}

/* --- doing --------------------------------------------------------------- */

static void read_request(void)
{
    request.port = &port.port;
    request.trust = &trust;
    request.host = argument("host", "open.feishu.cn");
    request.port_number = (uint16_t)argument_number("port", 443);
    request.image_key = argument("key", "");
    if (*argument("app", "") != '\0') {
        token.id = argument("app", "");
        token.secret = argument("secret", "");
        request.token_from = &token;
    } else {
        request.token = argument("token", "");
    }
    request.retry_max = (uint8_t)argument_number("retry", 0);
    request.connect_ms = argument_number("connect", 0);
    request.idle_ms = argument_number("idle", 0);
    request.total_ms = argument_number("total", 0);
    request.wait_ms = argument_number("wait", FIMG_WAIT);
#if FIMG_RECORD_LENT
    request.record_buf = frame;
    request.record_cap = sizeof frame;
#endif
}

/* Returns what the last call came to. */
static int download(void)
{
    size_t cap = argument_number("cap", sizeof page);
    int n = fimg_start(&f, &request);

    br_sha256_init(&sha256);
    if (n != FIMG_OK)
        return n;
    if (cap > sizeof page)
        cap = sizeof page;
    for (;;) {
        n = fimg_read(&f, page, cap);
        if (n == FIMG_PENDING)
            net_poll(NULL, fimg_next_ms(&f));
        else if (n > 0)
            br_sha256_update(&sha256, page, (size_t)n);
        else
            return n;
    }
}

static int exit_code(int status)
{
    static const uint8_t codes[] = {
        [-FIMG_OK] = 0,          [-FIMG_ERR_REQUEST] = 2,
        [-FIMG_ERR_NETWORK] = 3, [-FIMG_ERR_TIMEOUT] = 4,
        [-FIMG_ERR_TLS] = 5,     [-FIMG_ERR_REPLY] = 6,
        [-FIMG_ERR_REFUSED] = 7,
    };

    return codes[-status];
}

/* The compiler, which knows the core, would not. */
static void read_odd(void)
{
    uint32_t word = (uint32_t)(uintptr_t)page | 1;

    __asm volatile("ldr %0, [%0]" : "+l"(word));
}

int main(void)
{
    uint32_t begin;
    int status;

    arguments_read();
    if (argument_number("odd", 0))
        read_odd();
    console_say("board", board.name);
    if (!board_start(&port)) {
        console_say("why", "no address by DHCP");
        return EXIT_NETWORK;
    }
    console_say_number("dhcp_ms", clock_ms());
    read_request();
    begin = clock_ms();
    status = download();
    fimg_finish(&f);
    say_report(fimg_report(&f));
    fimg_close(&f);
    console_say_number("ms", clock_ms() - begin);
    console_say_number("stack", stack_used());
    console_say_number("struct_fimg", sizeof f);
    return exit_code(status);
}
