// Stands where a CRM would: says what it is asked, and refuses the first of every path.
const http = require('node:http');

const asked = new Set();
const server = http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part));
  request.on('end', () => {
    if (!asked.has(request.url)) {
      asked.add(request.url);
      response.writeHead(503).end();
      return;
    }
    console.log(`asked ${request.method} ${request.url} ${request.headers.authorization} ${Buffer.concat(parts)}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
