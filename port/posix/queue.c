/*
 * queue.c: which image is next.
 */
#include "queue.h"

#include <string.h>

#include "line.h"
#include "tell.h"

#define SOURCE_MAX 300 /* of a file's name, before the line's number */

static const char *source(const struct queue *q)
{
    return strcmp(q->options->input, "-") == 0 ? "standard input"
                                               : q->options->input;
}

enum keys_result queue_next(struct queue *q, char key[KEY_CAP], size_t *number)
{
    const struct options *o = q->options;
    enum keys_result result = KEYS_ONE;

    if (q->given < o->key_count) {
        const char *next = o->keys[q->given];

        memcpy(key, next, strlen(next) + 1); /* fit, as was checked */
    } else if (o->input == NULL || q->ended) {
        result = KEYS_END;
    } else {
        result = keys_next(&q->keys, key);
        q->ended = result == KEYS_END;
    }
    if (result == KEYS_ONE)
        *number = q->given++;
    return result;
}

void queue_tell_unfit(const struct queue *q, enum fimg_reason reason)
{
    struct line name = { 0 };

    line_add_cut(&name, source(q), SOURCE_MAX);
    line_add(&name, ", line ");
    line_add_number(&name, q->keys.line);
    tell_unfit(reason, line_text(&name));
}

bool queue_failed(const struct queue *q)
{
    if (q->keys.error == 0)
        return false;
    complain(source(q), "cannot read the keys", strerror(q->keys.error),
             "name a file that has one KEY a line");
    return true;
}
