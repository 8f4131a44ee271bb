/*
 * field.c: header fields of any name and any value.
 *
 * The bytes behind a value are uninitialised, so that a look at them is seen.
 */
#include "fimg_field.h"

#include "heads.h"

/* Short ones, as long as a date, and at the edges of what they are kept in. */
static const uint8_t lengths[] = { 0,  1,  2,  3,  4,  5,  6,  7,   8,  9,
                                   10, 11, 12, 20, 29, 63, 64, 127, 128 };
#define LENGTHS ((int)sizeof lengths)
#define RANGE_MAX 29

static void note(struct fimg_head *h, struct fimg_reply *reply)
{
    enum fimg_reason why;

    for (int i = 0; i < h->value_len; i++)
        h->value[i] = (char)any_u8();
    why = fimg_field_note(h, reply);
    must(why <= FIMG_WHY_REFUSED);
    must(h->location_len <= sizeof h->value && sound_reply(reply));
    must(h->validator[sizeof h->validator - 1] == '\0');
}

static void find(size_t len)
{
    char name[FIMG_FIELD_NAME_CAP];
    char *at = name + (sizeof name - len);

    any_bytes(name, sizeof name);
    (void)fimg_field_find(at, len);
}

int main(void)
{
    struct fimg_head h;
    struct fimg_reply reply;
    size_t len = (size_t)Frama_C_interval(1, FIMG_FIELD_NAME_CAP);
    uint8_t content_range = fimg_field_find("content-range", 13);
    int i = Frama_C_interval(0, LENGTHS - 1);

    //@ split len;
    find(len);
    //@ merge len;
    any_fields(&h);
    any_reply(&reply);
    h.field = (uint8_t)Frama_C_interval(0, content_range + 4);
    //@ split h.field;
    //@ split i;
    h.value_len = lengths[i];
    if (h.field != content_range || h.value_len <= RANGE_MAX)
        note(&h, &reply);
    return 0;
}
