/*
 * far.c: run the library on a stack of its own, and its port on another.
 */
#define _GNU_SOURCE

#include "far.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <ucontext.h>

enum what { CONNECT, SEND, RECV, CLOSE, SLEEP, NOW, TIME, ENTROPY, OVER };

unsigned char far_stack[FAR_STACK] __attribute__((aligned(4096)));

/* What is asked of the other side. Only one thing at a time. */
static struct {
    enum what what;
    const struct fimg_port *port;
    const void *from;
    void *to;
    size_t len;
    uint16_t number;
    uint32_t wait_ms;
    int64_t result;
} asked;

static ucontext_t here, there;
static void (*task)(void *);
static void *task_arg;

static int64_t ask(void *ctx, enum what what)
{
    asked.what = what;
    asked.port = ctx;
    (void)swapcontext(&there, &here);
    return asked.result;
}

static int far_connect(void *ctx, const char *host, uint16_t number,
                       uint32_t wait_ms)
{
    asked.from = host;
    asked.number = number;
    asked.wait_ms = wait_ms;
    return (int)ask(ctx, CONNECT);
}

static int far_send(void *ctx, const uint8_t *src, size_t len,
                    uint32_t wait_ms)
{
    asked.from = src;
    asked.len = len;
    asked.wait_ms = wait_ms;
    return (int)ask(ctx, SEND);
}

static int far_recv(void *ctx, uint8_t *dst, size_t cap, uint32_t wait_ms)
{
    asked.to = dst;
    asked.len = cap;
    asked.wait_ms = wait_ms;
    return (int)ask(ctx, RECV);
}

static void far_close(void *ctx)
{
    (void)ask(ctx, CLOSE);
}

static void far_sleep(void *ctx, uint32_t wait_ms)
{
    asked.wait_ms = wait_ms;
    (void)ask(ctx, SLEEP);
}

static uint32_t far_now(void *ctx)
{
    return (uint32_t)ask(ctx, NOW);
}

static uint32_t far_time(void *ctx)
{
    return (uint32_t)ask(ctx, TIME);
}

static int far_entropy(void *ctx, uint8_t *dst, size_t len)
{
    asked.to = dst;
    asked.len = len;
    return (int)ask(ctx, ENTROPY);
}

void far_port(struct fimg_port *port, const struct fimg_port *near)
{
    *port = (struct fimg_port){ (void *)(uintptr_t)near,
                                far_connect,
                                far_send,
                                far_recv,
                                far_close,
                                far_sleep,
                                far_now,
                                far_time,
                                far_entropy };
}

static int64_t answer(void)
{
    const struct fimg_port *p = asked.port;

    switch (asked.what) {
    case CONNECT:
        return p->connect(p->ctx, asked.from, asked.number, asked.wait_ms);
    case SEND:
        return p->send(p->ctx, asked.from, asked.len, asked.wait_ms);
    case RECV:
        return p->recv(p->ctx, asked.to, asked.len, asked.wait_ms);
    case CLOSE:
        p->close(p->ctx);
        return 0;
    case SLEEP:
        p->sleep(p->ctx, asked.wait_ms);
        return 0;
    case NOW:
        return p->now_ms(p->ctx);
    case TIME:
        return p->unix_time(p->ctx);
    case ENTROPY:
        return p->entropy(p->ctx, asked.to, asked.len);
    case OVER:
        break;
    }
    abort();
}

static void begin(void)
{
    task(task_arg);
    asked.what = OVER;
}

void far_run(void (*work)(void *), void *arg)
{
    task = work;
    task_arg = arg;
    if (getcontext(&there) != 0)
        abort();
    there.uc_stack.ss_sp = far_stack;
    there.uc_stack.ss_size = sizeof far_stack;
    there.uc_link = &here;
    makecontext(&there, begin, 0);
    (void)swapcontext(&here, &there);
    while (asked.what != OVER) {
        asked.result = answer();
        (void)swapcontext(&here, &there);
    }
}
