import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { createRuleBook } from '#domain/policy/rules.js';
import { formatInstant, type Instant } from '#domain/time/instant.js';
import { renderMessage } from '#scorer/alerts/messages/render.js';
import { createSender } from '#scorer/alerts/sending/send.js';
import { readAlertsFile } from '../alerts-file.js';
import { parseDuration } from '../durations.js';
import { readListOptions } from '../list-options.js';
import { parseMoment } from '../moments.js';
import type { AlertQuery, ControlRequest } from '../system/alert-actions.js';
import { findingKind, MAX_NAME, MAX_REASON } from '../system/control-request.js';
import { openSystem } from '../system/open-system.js';
import { DATA_HELP, type Place, placeOf, policyAt } from '../system/place.js';
import type { System } from '../system/system.js';
import { alertLines, deliveryLines } from '../terminal/alert-tables.js';
import { formatCount } from '../terminal/progress.js';
import { UserError } from '../user-error.js';
import { endpointNamed, outcomeText, sendSample } from './alerts-test.js';

interface ListOptions {
  readonly deal?: string;
  readonly status?: string;
  readonly endpoint?: string;
  readonly deliveries?: boolean;
  readonly limit: string;
  readonly format: string;
  readonly data?: string;
}

interface ControlOptions {
  readonly until?: string;
  readonly for?: string;
  readonly by: string;
  readonly reason: string;
  readonly lift?: boolean;
  readonly data?: string;
}

interface ReplayOptions {
  readonly webhook?: string;
  readonly endpoint?: string;
  readonly since?: string;
  readonly data?: string;
}

export function alertsCommand(program: Command): void {
  const alerts = program.command('alerts').description('alerts and what was told of them');
  alerts
    .command('list')
    .description('alerts, those raised last first; or the messages about them')
    .option('--deal <id>', 'only of this deal')
    .option('--status <status>', 'only those that are firing, or resolved')
    .option('--endpoint <name>', 'only what this endpoint was told')
    .option('--deliveries', 'the messages: their attempts, and what came back')
    .option('--limit <count>', 'how many', '50')
    .option('--format <format>', 'table or ndjson', 'table')
    .option('--data <dir>', DATA_HELP)
    .action(list);
  alerts
    .command('snooze')
    .description('tell nothing of a kind of finding of a deal for a while; it is judged all the same')
    .argument('<deal>', 'id of the deal')
    .argument('<kind>', 'kind of the finding, such as stalled')
    .option('--until <time>', 'when it ends, RFC 3339 or a date (the end of that day)')
    .option('--for <duration>', 'how long, such as 4h or 3d')
    .requiredOption('--by <name>', 'who wants it so')
    .option('--reason <text>', 'why', '')
    .option('--lift', 'end it now, and an acknowledgement too')
    .option('--data <dir>', DATA_HELP)
    .action(snooze);
  alerts
    .command('ack')
    .description('take an alert on: nothing more is told of it until it gets graver or ends')
    .argument('<deal>', 'id of the deal')
    .argument('<kind>', 'kind of the finding, such as stalled')
    .requiredOption('--by <name>', 'who takes it on')
    .option('--reason <text>', 'what is done about it', '')
    .option('--lift', 'take that back')
    .option('--data <dir>', DATA_HELP)
    .action((deal: string, kind: string, options: ControlOptions) =>
      control(
        placeOf(options.data),
        request(deal, kind, { do: options.lift === true ? 'lift' : 'ack' }, options),
      ),
    );
  alerts
    .command('replay')
    .description('send messages again that were given up or dropped; a disabled endpoint is used again')
    .option('--webhook <id>', 'only this message')
    .option('--endpoint <name>', 'only those to this endpoint')
    .option('--since <time>', 'only those made since then, RFC 3339 or a date')
    .option('--data <dir>', DATA_HELP)
    .action(replay);
  alerts
    .command('test')
    .description('send a signed sample to an endpoint, and print what comes back')
    .argument('<endpoint>', 'its name in the alerts file')
    .option('--alerts <file>', 'the alerts file (default: PLUMBLINE_ALERTS)')
    .action(test);
}

async function list(options: ListOptions): Promise<void> {
  const { deal, endpoint } = options;
  const { limit, format } = readListOptions(options);
  const status = statusOf(options.status);
  if (status !== undefined && options.deliveries === true)
    throw new UserError('--status: it is alerts that are firing or resolved, not deliveries', 2);
  await withSystem(placeOf(options.data), async (system) => {
    const query = { deal, status, endpoint, limit };
    process.stdout.write(
      options.deliveries === true
        ? deliveryLines(await system.alerts.deliveries(query), format)
        : alertLines(await system.alerts.list(query), format),
    );
  });
}

function statusOf(text: string | undefined): AlertQuery['status'] {
  if (text === undefined || text === 'firing' || text === 'resolved') return text;
  throw new UserError(`--status: expected firing or resolved, got ${JSON.stringify(text)}`, 2);
}

async function snooze(deal: string, kind: string, options: ControlOptions): Promise<void> {
  const given = [options.until, options.for, options.lift].filter((option) => option !== undefined);
  if (given.length !== 1) throw new UserError('expected one of --until, --for and --lift', 2);
  const place = placeOf(options.data);
  const what =
    options.lift === true
      ? ({ do: 'lift' } as const)
      : ({ do: 'snooze', until: await endOf(place, options) } as const);
  await control(place, request(deal, kind, what, options));
}

async function endOf(place: Place, options: ControlOptions): Promise<Instant> {
  const now = Date.now();
  const until =
    options.for === undefined
      ? await momentAt(place, '--until', options.until ?? '')
      : now + parseDuration('--for', options.for);
  if (until <= now) throw new UserError('--until: expected an instant that is still to come', 2);
  return until;
}

/** A date is one of the policy's calendar. */
async function momentAt(place: Place, option: string, text: string): Promise<Instant> {
  const book = createRuleBook(await policyAt(place, undefined));
  return parseMoment(option, text, book.forPipeline('default').calendar);
}

function request(
  deal: string,
  kindText: string,
  what: ControlRequest['what'],
  { by, reason }: ControlOptions,
): ControlRequest {
  const kind = findingKind(kindText);
  if (kind === undefined) throw new UserError(`no kind of finding is called ${JSON.stringify(kindText)}`, 2);
  if (by === '' || by.length > MAX_NAME)
    throw new UserError(`--by: expected a name of at most ${MAX_NAME} characters`, 2);
  if (reason.length > MAX_REASON)
    throw new UserError(`--reason: expected at most ${formatCount(MAX_REASON)} characters`, 2);
  return { deal_id: deal, kind, what, by, reason };
}

async function control(place: Place, told: ControlRequest): Promise<void> {
  const { deal_id: deal, kind, what } = told;
  await withSystem(place, async (system) => {
    const { outcome, firing } = await system.alerts.control(told);
    if (outcome === 'unknown_deal') throw new UserError(`no such deal: ${deal}`);
    if (outcome === 'not_firing')
      throw new UserError(`no alert of ${kind} is firing for ${deal}: there is nothing to acknowledge`);
    const done = {
      snooze: () => `snoozed until ${what.do === 'snooze' ? formatInstant(what.until) : ''}`,
      ack: () => 'acknowledged',
      lift: () => 'is told again',
    }[what.do]();
    process.stdout.write(`${kind} of ${deal} ${done}${firing ? '' : ' (no alert of it is firing now)'}\n`);
  });
}

async function replay(options: ReplayOptions): Promise<void> {
  if (options.webhook !== undefined && options.endpoint !== undefined)
    throw new UserError('--webhook and --endpoint: a message has one endpoint, expected one of the two', 2);
  const place = placeOf(options.data);
  const since = options.since === undefined ? undefined : await momentAt(place, '--since', options.since);
  await withSystem(place, async (system) => {
    const { replayed, enabled } = await system.alerts.replay({
      webhook_id: options.webhook,
      endpoint: options.endpoint,
      since,
    });
    const used = enabled.length === 0 ? '' : `, in use again: ${enabled.join(', ')}`;
    process.stdout.write(`${formatCount(replayed)} to be sent again${used}\n`);
  });
}

async function test(name: string, options: { readonly alerts?: string }): Promise<void> {
  const file = options.alerts ?? process.env['PLUMBLINE_ALERTS'];
  if (file === undefined || file === '')
    throw new UserError('expected --alerts FILE, or PLUMBLINE_ALERTS to name it', 2);
  const settings = readAlertsFile(file, 'UTC');
  const endpoint = endpointNamed(settings, name);
  const sender = createSender();
  try {
    const outcome = await sendSample(endpoint, {
      send: sender.send,
      render: (message) => renderMessage(settings, endpoint, message),
      now: Date.now(),
      id: `msg_test_${randomBytes(8).toString('hex')}`,
      signal: new AbortController().signal,
    });
    process.stdout.write(outcomeText(endpoint, outcome));
    if (outcome.result !== 'delivered') process.exitCode = 1;
  } finally {
    sender.close();
  }
}

async function withSystem(place: Place, work: (system: System) => Promise<void>): Promise<void> {
  const system = await openSystem(place, {});
  try {
    await work(system);
  } finally {
    await system.close();
  }
}
