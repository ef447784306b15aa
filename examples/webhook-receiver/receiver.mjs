// Takes alerts: checks the signature, lets a repeated message pass, prints what there is to say.
// Run: ALERTS_SECRET=whsec_… node examples/webhook-receiver/receiver.mjs
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.ALERTS_SECRET ?? '');
const port = Number(process.env.PORT ?? 9000);
// A message whose answer was lost comes again with the same id. Keep the ids of some days where you keep the rest.
const seen = new Set();

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  let message;
  try {
    message = webhook.verify(Buffer.concat(chunks), request.headers);
  } catch {
    response.writeHead(401).end('the signature is not right');
    return;
  }
  response.writeHead(204).end();
  const id = request.headers['webhook-id'];
  if (seen.has(id)) return;
  seen.add(id);
  const { deal, finding, total } = message.data;
  const what =
    deal === undefined ? `${total} alerts` : `${deal.name}: ${finding.severity}. ${finding.advice}`;
  process.stdout.write(`${message.type} ${what}\n`);
});

server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`waiting for alerts on http://127.0.0.1:${server.address().port}/\n`);
});
