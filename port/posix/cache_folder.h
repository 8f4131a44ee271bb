/*
 * cache_folder.h: the folder that keeps tokens from one run to the next.
 */
#ifndef CACHE_FOLDER_H
#define CACHE_FOLDER_H

#define CACHE_PATH_CAP 4096 /* of its name, with NUL */

/*
 * Open $XDG_CACHE_HOME/feishu-image or ~/.cache/feishu-image, made if it is
 * missing, if it is ours alone. Returns NULL; or why there is none, which is
 * "" where nobody can expect one. `path` is then its name all the same.
 */
const char *cache_folder_open(int *fd, char path[CACHE_PATH_CAP]);

#endif
