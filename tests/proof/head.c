/*
 * head.c: bytes of a reply's head, wherever in it the reader is.
 *
 * What a field means is field.c's business: here it is any.
 */
#include "fimg_field.h"
#include "heads.h"

enum fimg_reason fimg_field_take(struct fimg_head *h, struct fimg_reply *reply,
                                 size_t len)
{
    must(len > 0 && len <= FIMG_LINE_CAP);
    any_bytes(h->location, sizeof h->location - 1);
    any_reply(reply);
    return (enum fimg_reason)Frama_C_interval(0, FIMG_WHY_REFUSED);
}

/* A step from a sound state leads to another. */
static void step(struct fimg_head *h, struct fimg_reply *reply, size_t len)
{
    size_t used = fimg_head_feed(h, reply, any_window(len), len);

    must(used <= len);
    must(sound_head(h) && sound_reply(reply));
}

/* How far `at` may be from `end`: 0 to 3, or more. To be split. */
static uint32_t before(uint32_t end, uint32_t room)
{
    return room < 4 ? end - room : (uint32_t)Frama_C_interval(0, (int)end - 4);
}

int main(void)
{
    struct fimg_head h;
    struct fimg_reply reply;
    size_t len = any_len();
    uint32_t room = (uint32_t)Frama_C_interval(0, 4); /* for bytes of head */
    uint32_t more = (uint32_t)Frama_C_interval(0, 4); /* for those of a line */

    any_head(&h);
    any_reply(&reply);
    //@ split h.state;
    //@ split len;
    //@ split room;
    //@ split more;
    h.bytes = before(FIMG_HEAD_MAX, room);
    h.line_len = (uint8_t)before(FIMG_LINE_CAP, more);
    step(&h, &reply, len);
    return 0;
}
