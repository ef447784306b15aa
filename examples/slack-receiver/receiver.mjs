// Stands in for Slack: prints the text of messages to an incoming webhook, so that they can be seen without a workspace.
// With a workspace: create an app with an incoming webhook and set its URL as url_env of the endpoint, format: slack.
// Run: node examples/slack-receiver/receiver.mjs
import { createServer } from 'node:http';

const port = Number(process.env.PORT ?? 9001);

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    const { text, blocks = [] } = JSON.parse(Buffer.concat(chunks).toString());
    const lines = [text, ...blocks.map((block) => block.text?.text)].filter((line) => line !== undefined);
    process.stdout.write(`${lines.join('\n')}\n\n`);
    response.end('ok');
  } catch {
    // As Slack answers what it cannot read.
    response.writeHead(400).end('invalid_payload');
  }
});

server.listen(port, '127.0.0.1', () => {
  process.stdout.write(`waiting for Slack messages on http://127.0.0.1:${server.address().port}/\n`);
});
