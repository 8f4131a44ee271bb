/*
 * name.c: any line behind the status line: is it a field, which, and where is
 * its value?
 *
 * What the value means is field.c's business. The bytes behind the line are
 * those of the one before: any.
 */
#include "fimg_head.h"

/*@ requires text[len] == 0 && \valid_read(text + (0 .. len));
    requires len <= FIMG_LINE_CAP;
    assigns \result \from \nothing; */
static enum fimg_reason note(struct fimg_head *h, struct fimg_reply *reply,
                             const char *text, size_t len);

#include "fimg_field.c"
#include "heads.h"

#define SHORT_MAX 24 /* longer than any name that counts */

int main(void)
{
    struct fimg_head h;
    struct fimg_reply reply;
    int len = Frama_C_interval(1, SHORT_MAX + 1);

    any_fields(&h);
    any_reply(&reply);
    any_bytes(h.line, sizeof h.line);
    //@ split len;
    if (len > SHORT_MAX)
        len = FIMG_LINE_CAP;
    for (int i = 0; i < len; i++)
        h.line[i] = (char)Frama_C_interval(1, 255);
    h.line[len] = '\0';
    h.line_len = (uint8_t)len;
    (void)fimg_field_take(&h, &reply, (size_t)len);
    return 0;
}
