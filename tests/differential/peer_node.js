/*
 * What Node's http module makes of each of many responses:
 *
 *     node peer_node.js RESPONSES VERDICTS
 *
 * The files are those of client.c. Node reads from a stream instead of a
 * socket, which gives out the response and ends.
 */
'use strict';

const fs = require('fs');
const http = require('http');
const { Duplex } = require('stream');

/* A connection on which the server says this, and then no more. */
function connection(response) {
  let asked = false;

  return new Duplex({
    read() {},
    write(chunk, encoding, done) {
      if (!asked) {
        this.push(response);
        this.push(null);
      }
      asked = true;
      done();
    },
  });
}

function judge(response) {
  return new Promise((resolve) => {
    const refuse = (why) => resolve(['-', Buffer.from(why)]);
    const request = http.get({ createConnection: () => connection(response) });

    request.on('error', (error) => refuse(error.code));
    request.on('upgrade', () => refuse('upgrade'));
    request.on('response', (reply) => {
      const body = [];

      reply.on('data', (data) => body.push(data));
      reply.on('error', (error) => refuse(error.code));
      reply.on('end', () => (reply.complete ?
        resolve(['+', Buffer.concat(body)]) : refuse('incomplete')));
      reply.on('close', () => refuse('closed'));
    });
  });
}

async function main() {
  const responses = fs.readFileSync(process.argv[2]);
  const verdicts = [];

  for (let at = 0; at < responses.length;) {
    const begin = at + 4;

    at = begin + responses.readUInt32BE(at);
    const [verdict, bytes] = await judge(responses.subarray(begin, at));
    const head = Buffer.from(verdict + '....');
    head.writeUInt32BE(bytes.length, 1);
    verdicts.push(head, bytes);
  }
  fs.writeFileSync(process.argv[3], Buffer.concat(verdicts));
}

main();
