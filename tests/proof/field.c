/*
 * field.c: any value of each field that counts.
 *
 * Nothing is behind a value and its NUL, so that a look there is out of bounds.
 */
#include "fimg_field.c"

#include "heads.h"

/* Short ones, as long as a date, at the edges of what they are kept in, and as
   long as can be. */
static const uint8_t lengths[] = { 0,  1,  2,  3,  4,  5,  6,  7,   8,   9,
                                   10, 11, 12, 20, 29, 63, 64, 127, 128, 155 };
#define LENGTHS ((int)sizeof lengths)
#define LONGEST 155 /* "date:" goes before the longest */
#define RANGE_MAX 29

int main(void)
{
    static char text[LONGEST + 1];
    struct fimg_head h;
    struct fimg_reply reply;
    int i = Frama_C_interval(0, LENGTHS - 1);

    any_fields(&h);
    any_reply(&reply);
    h.field = (uint8_t)Frama_C_interval(0, RATELIMIT_RESET + 1);
    //@ split h.field;
    //@ split i;
    if (h.field == CONTENT_RANGE && lengths[i] > RANGE_MAX)
        return 0;
    any_text(text, LONGEST);
    must(note(&h, &reply, text + (LONGEST - lengths[i]), lengths[i]) <=
         FIMG_WHY_REFUSED);
    must(h.location[sizeof h.location - 1] == '\0' && sound_reply(&reply));
    must(h.validator[sizeof h.validator - 1] == '\0');
    return 0;
}
