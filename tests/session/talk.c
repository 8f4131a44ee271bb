/*
 * talk.c: what a server says that hands out tokens too.
 */
#include "talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void talk_do(struct talk *t, enum peer_do what, size_t len)
{
    if (t->count == TALK_STEPS - 1)
        abort();
    t->steps[t->count++] = (struct peer_step){ what, NULL, len, 0 };
}

void talk_raw(struct talk *t, const char *bytes, size_t len)
{
    if (len > TALK_TEXT - t->used)
        abort();
    talk_do(t, PEER_REQUEST, 0);
    talk_do(t, PEER_SEND, len);
    t->steps[t->count - 1].bytes = memcpy(t->text + t->used, bytes, len);
    t->used += len;
}

void talk_reply(struct talk *t, const char *head, const char *body)
{
    static char text[TALK_TEXT];
    int n =
        snprintf(text, sizeof text, "HTTP/1.1 %sContent-Length: %lu\r\n\r\n%s",
                 head, (unsigned long)strlen(body), body);

    if (n < 0 || (size_t)n >= sizeof text)
        abort();
    talk_raw(t, text, (size_t)n);
}

void talk_token(struct talk *t, const char *token, const char *expire)
{
    char body[5000];

    (void)snprintf(body, sizeof body,
                   "{\"code\":0,\"expire\":%s,\"msg\":\"ok\","
                   "\"tenant_access_token\":\"%s\"}",
                   expire, token);
    talk_reply(t, OK_200 JSON_TYPE, body);
}

void talk_oauth(struct talk *t, const char *token, const char *expire)
{
    char body[5000];

    (void)snprintf(body, sizeof body,
                   "{\"access_token\":\"%s\",\"token_type\":\"Bearer\","
                   "\"expires_in\":%s}",
                   token, expire);
    talk_reply(t, OK_200 JSON_TYPE, body);
}

void talk_late(struct talk *t, uint32_t ms)
{
    struct peer_step last = t->steps[t->count - 1];

    t->steps[t->count - 1] = (struct peer_step)DO_N(PEER_PAUSE, ms);
    talk_do(t, last.what, last.len);
    t->steps[t->count - 1] = last;
}

void talk_image(struct talk *t)
{
    talk_reply(t, OK_200 "Content-Type: image/jpeg\r\n", "hello");
}

void talk_refuse(struct talk *t, int http_status, long code)
{
    char head[100], body[100] = "";

    (void)snprintf(head, sizeof head, "%d X\r\n" JSON_TYPE, http_status);
    if (code)
        (void)snprintf(body, sizeof body, "{\"code\":%ld,\"msg\":\"no %ld\"}",
                       code, code);
    talk_reply(t, head, body);
}

unsigned talk_count(const struct rig *r, const char *text)
{
    unsigned n = 0;

    for (const char *at = r->port.peer.log; (at = strstr(at, text)); at++)
        n++;
    return n;
}

const char *talk_order(const struct rig *r)
{
    static char order[100];
    const char *at = r->port.peer.log, *end;
    size_t n = 0;

    for (; n < sizeof order - 1 && (end = strstr(at, "\r\n\r\n")); n++) {
        const char *length = strstr(at, "Content-Length: ");

        order[n] = '?';
        if (strncmp(at, "GET ", 4) == 0)
            order[n] = 'G';
        if (strncmp(at, "POST ", 5) == 0)
            order[n] = 'P';
        at = end + 4;
        if (order[n] == 'P' && length)
            at += strtoul(length + 16, NULL, 10);
    }
    order[n] = '\0';
    return order;
}

bool talk_was(const struct rig *r, const char *order)
{
    const char *was = talk_order(r);

    if (strcmp(was, order) != 0)
        printf("     asked %s\n", was);
    return strcmp(was, order) == 0;
}

void talk_open(struct rig *r, struct fimg_token *t, size_t cap,
               const struct talk *talk)
{
    rig_open(r, talk->steps);
    *t = (struct fimg_token){ .id = "cli_a1b2c3",
                              .secret = RIG_SECRET,
                              .memory = calloc(1, cap),
                              .cap = cap };
    if (t->memory == NULL)
        abort();
    r->request.token = NULL;
    r->request.token_from = t;
    r->expect = "hello";
    r->expect_len = 5;
}

void talk_close(struct rig *r, struct fimg_token *t)
{
    rig_close(r);
    fimg_token_drop(t);
    free(t->memory);
    t->memory = NULL;
}

static bool is_wiped(const struct fimg_token *t, size_t from)
{
    while (from < t->cap && t->memory[from] == '\0')
        from++;
    return from == t->cap;
}

bool talk_keeps(const struct fimg_token *t, const char *token)
{
    return t->len == strlen(token) && t->fetcher == NULL &&
           memcmp(t->memory, token, t->len) == 0 && is_wiped(t, t->len);
}

bool talk_clean(const struct fimg_token *t)
{
    return t->len == 0 && t->fetcher == NULL && is_wiped(t, 0);
}
