/*
 * writer.c: a request of any kind, written in pieces of any size.
 *
 * Each value is a text of no or 3 characters, any ones; a piece has 1 or 5
 * bytes.
 */
#include "fimg_request.h"

#include <string.h>

#include "any.h"

#define TEXT_MAX 3
#define CAP_MAX 5

static char text[TEXT_MAX + 1];
static struct fimg_token from;
static struct fimg_resume resume;
static struct fimg_proxy proxy;
static struct fimg_request request;

/* All of a request, from its first byte to its last. */
static void write_all(struct fimg_writer *w, size_t cap)
{
    size_t n;

    do {
        uint8_t out[CAP_MAX];

        n = fimg_request_write(w, &request, out + (sizeof out - cap), cap);
        must(n <= cap);
    } while (n > 0);
}

int main(void)
{
    struct fimg_writer w = { FIMG_ASK_RESOURCE, false, 0, 0, 0 };
    size_t cap = any_bool() ? 1 : CAP_MAX;
    size_t len = any_bool() ? 0 : TEXT_MAX;
    int kind = Frama_C_interval(0, 6);

    //@ split cap;
    //@ split len;
    //@ split kind;
    any_text(text, len);
    request = (struct fimg_request){
        .host = text,
        .prefix = text,
        .image_key = text,
        .token = text,
        .message_id = kind == 1 || kind == 2 ? text : NULL,
        .file = kind == 1,
        .resume = kind == 2 ? &resume : NULL,
        .proxy = &proxy,
        .token_from = &from,
        .port_number = any_bool() ? 443 : 65535,
    };
    from = (struct fimg_token){ .id = text, .secret = text, .memory = text };
    proxy = (struct fimg_proxy){ .host = text, .basic = text };
    resume.offset = any_bool() ? 1 : UINT32_MAX;
    memcpy(resume.validator, "\"x\"", 4);
    if (kind >= 3 && kind <= 5) {
        w.ask = FIMG_ASK_TOKEN;
        from.grant = (enum fimg_grant)(kind - 3);
    }
    w.connect = kind == 6;
    write_all(&w, cap);
    return 0;
}
