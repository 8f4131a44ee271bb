/*
 * advice.c: texts for any reason, HTTP status and code.
 */
#include "fimg_advice.h"

#include "any.h"

int main(void)
{
    int reason = Frama_C_interval(0, FIMG_WHY_REFUSED);

    must(fimg_advice((enum fimg_reason)reason, any_u16(), any_int()) != NULL);
    must(fimg_reason_text((enum fimg_reason)any_u32()) != NULL);
    must(fimg_code_name(any_int()) != NULL);
    return 0;
}
