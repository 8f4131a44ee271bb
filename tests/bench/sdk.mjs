// Fetch images with Feishu's SDK for Node, one after the other, as a program
// would that somebody writes with it.
//
//     node sdk.mjs URL FOLDER KEY...        images into FOLDER
//     node sdk.mjs URL MESSAGE_ID FILE_KEY  a message's file, to standard output
//
// The token is in the environment, so that no time goes into fetching one.
import { pipeline } from 'node:stream/promises';
import * as lark from '@larksuiteoapi/node-sdk';

const [domain, place, ...keys] = process.argv.slice(2);
const token = lark.withTenantToken(process.env.FEISHU_TENANT_ACCESS_TOKEN);
const client = new lark.Client({
  appId: 'cli_unused', appSecret: 'unused', domain,
  disableTokenCache: true, loggerLevel: lark.LoggerLevel.error,
});

if (place.startsWith('om_')) {
  const reply = await client.im.messageResource.get({
    path: { message_id: place, file_key: keys[0] }, params: { type: 'file' },
  }, token);
  await pipeline(reply.getReadableStream(), process.stdout);
} else {
  for (const key of keys) {
    const reply = await client.im.image.get({ path: { image_key: key } }, token);
    await reply.writeFile(`${place}/${key}.png`);
  }
}
