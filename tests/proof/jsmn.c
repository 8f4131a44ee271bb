/*
 * jsmn.c: jsmn with any text of up to 65535 bytes, and room for few tokens.
 *
 * Of a token that was not made, all but the type and the parent is
 * uninitialised, so that a look at one is seen. States are kept apart by how
 * many tokens there are and whose they are.
 */
#define JSMN_STATIC
#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h>

#include "any.h"

#define TEXT_MAX 65535
#define TOKENS 3

int main(void)
{
    static char text[TEXT_MAX];
    jsmntok_t tokens[TOKENS];
    jsmn_parser parser;

    any_bytes(text, sizeof text);
    jsmn_init(&parser);
    for (int i = 0; i < TOKENS; i++) {
        tokens[i].type = (jsmntype_t)Frama_C_interval(0, JSMN_PRIMITIVE);
        tokens[i].parent = -1;
    }
    //@ dynamic_split parser.toknext;
    //@ dynamic_split tokens[1].parent;
    //@ dynamic_split tokens[2].parent;
    //@ dynamic_split parser.toksuper;
    (void)jsmn_parse(&parser, text, sizeof text, tokens, TOKENS);
    must(parser.toknext <= TOKENS);
    return 0;
}
