// Takes webhooks as a stranger would: checked by the library of the specification, kept on disk before they are
// acknowledged. Arguments: port (0 takes a free one), secret, file.
const http = require('node:http');
const fs = require('node:fs');
const { Webhook } = require('standardwebhooks');

const [port, secret, file] = process.argv.slice(2);
const webhook = new Webhook(secret);
const kept = fs.openSync(file, 'a');

const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    let line;
    try {
      const message = webhook.verify(Buffer.concat(parts), request.headers);
      const { contactId, stage } = message.data;
      line = `${request.headers['webhook-id']} ${message.type} ${contactId} ${stage.fromStage} ${stage.toStage}`;
    } catch (error) {
      line = `bad ${error.message}`;
    }
    fs.writeSync(kept, `${line}\n`);
    fs.fsyncSync(kept);
    response.writeHead(204).end();
  });
});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening ${server.address().port}`));
