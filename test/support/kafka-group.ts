import { connect } from 'node:net';
import type { Admin } from 'kafkajs';

/** What a broker calls the request by which a member leaves its group, in its oldest version. */
const LEAVE_GROUP = 13;

/**
 * Takes a member that was killed out of its group, as `kafka-consumer-groups` can: the others, and one that is started
 * in its place, need not wait until the group misses it.
 * @param bootstrap `host:port` of the only broker
 * @param clientId of the member
 * @returns how many members there were of that name
 */
export async function takeOutOfGroup(
  admin: Admin,
  bootstrap: string,
  group: string,
  clientId: string,
): Promise<number> {
  const { groups } = await admin.describeGroups([group]);
  const members = groups.flatMap(({ members: all }) => all).filter((member) => member.clientId === clientId);
  for (const { memberId } of members) await send(bootstrap, leaveGroup(group, memberId));
  return members.length;
}

function leaveGroup(group: string, memberId: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeInt16BE(LEAVE_GROUP, 0);
  header.writeInt16BE(0, 2);
  const body = Buffer.concat([header, text('test'), text(group), text(memberId)]);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Sends a request, and waits until it is answered. */
function send(bootstrap: string, request: Buffer): Promise<void> {
  const { hostname, port } = new URL(`kafka://${bootstrap}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => socket.write(request));
    socket.once('data', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
    socket.once('end', () => {
      reject(new Error('the broker closed the connection instead of answering'));
    });
  });
}
