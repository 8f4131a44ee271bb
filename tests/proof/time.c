/*
 * time.c: any 14 characters as a time.
 */
#include "any.h"
#include "fimg_text.h"

int main(void)
{
    char digits[14];
    uint32_t time;

    any_bytes(digits, sizeof digits);
    (void)fimg_unix_time(digits, &time);
    return 0;
}
