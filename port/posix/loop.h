/*
 * loop.h: all downloads of a run, several at once in one thread.
 */
#ifndef LOOP_H
#define LOOP_H

#include "download.h"
#include "queue.h"

/*
 * Fetch all there is in the queue, with `count` downloads at once. What goes
 * wrong is told on standard error; run->code is then the exit code.
 */
void loop_run(struct run *run, struct queue *queue, struct download *downloads,
              size_t count);

#endif
