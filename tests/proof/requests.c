/*
 * requests.c: a request of any fields.
 *
 * A text's memory ends one byte behind the longest that is fit; what it holds
 * is any, but for a NUL at its end.
 */
#include "requests.h"

#include "fimg_request.h"

#define TEXT(name, max) static char name[(max) + 2]

TEXT(host, FIMG_HOST_MAX);
TEXT(prefix, FIMG_PREFIX_MAX);
TEXT(key, FIMG_KEY_MAX);
TEXT(message, FIMG_KEY_MAX);
TEXT(token, FIMG_TOKEN_MAX);
TEXT(id, FIMG_KEY_MAX);
TEXT(secret, FIMG_TOKEN_MAX);
TEXT(token_host, FIMG_HOST_MAX);
TEXT(proxy_host, FIMG_HOST_MAX);
TEXT(basic, FIMG_BASIC_MAX);

static struct fimg_port port;
static struct fimg_trust trust;
static struct fimg_token from;
static struct fimg_resume resume;
static struct fimg_proxy proxy;
static char memory[16];
static uint8_t pins[1][32];

static const char *any_string(char *text, size_t size)
{
    any_bytes(text, size - 1);
    return any_bool() ? text : NULL;
}

#define STRING(name) any_string(name, sizeof name)

static void now(void)
{
}

static void any_port(void)
{
    void (*f)(void) = any_bool() ? now : NULL;

    port.connect = (void *)f;
    port.send = (void *)f;
    port.recv = (void *)f;
    port.close = (void *)f;
    port.sleep = (void *)f;
    port.now_ms = (void *)f;
    port.unix_time = (void *)f;
    port.entropy = (void *)f;
}

static void any_token(void)
{
    from.grant = (enum fimg_grant)any_u32();
    from.id = STRING(id);
    from.secret = STRING(secret);
    from.host = STRING(token_host);
    from.memory = any_bool() ? memory : NULL;
    from.cap = any_u32();
}

void any_request(struct fimg_request *r)
{
    any_port();
    any_token();
    trust.read = any_bool() ? (void *)now : NULL;
    trust.anchors = any_bool() ? (const void *)memory : NULL;
    trust.pins = any_bool() ? pins : NULL;
    trust.pin_count = any_u32();
    trust.clock = (enum fimg_clock_policy)Frama_C_interval(0, 2);
    any_bytes(&resume, sizeof resume);
    proxy.host = STRING(proxy_host);
    proxy.port_number = any_u16();
    proxy.basic = STRING(basic);
    r->port = any_bool() ? &port : NULL;
    r->trust = any_bool() ? &trust : NULL;
    r->host = STRING(host);
    r->port_number = any_u16();
    r->prefix = STRING(prefix);
    r->image_key = STRING(key);
    r->token = STRING(token);
    r->token_from = any_bool() ? &from : NULL;
    r->message_id = STRING(message);
    r->file = any_bool();
    r->resume = any_bool() ? &resume : NULL;
    r->proxy = any_bool() ? &proxy : NULL;
}
