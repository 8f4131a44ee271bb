/*
 * server.c: the documented rate limits of an app, as a model.
 */
#include "server.h"

/* How long until fewer than `limit` have passed in a window of `length`. */
static uint64_t wait_ms(const struct server *s, uint64_t now, unsigned limit,
                        uint32_t length)
{
    uint64_t oldest, end;

    if (s->count < limit)
        return 0;
    oldest = s->passed[(s->count - limit) % PER_MINUTE];
    end = oldest + length;
    if (s->kind == WINDOWS_FIXED)
        end -= (oldest + s->offset_ms) % length;
    return end > now ? end - now : 0;
}

uint32_t server_ask(struct server *s, uint64_t now)
{
    uint64_t second = wait_ms(s, now, PER_SECOND, 1000);
    uint64_t minute = wait_ms(s, now, PER_MINUTE, 60000);

    if (second == 0 && minute == 0) {
        s->passed[s->count++ % PER_MINUTE] = now;
        return 0;
    }
    return (uint32_t)(((second > minute ? second : minute) + 999) / 1000);
}
