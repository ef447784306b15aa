import type { Instant } from '#domain/time/instant.js';
import type { Reader } from '#log/log.js';
import type { Judgement, JudgementStore } from '#warehouse/judgements.js';
import { chunksOf } from '#warehouse/select.js';

/** What it came to when deals that another policy had judged were scored again. */
export interface Rejudged {
  readonly deals: number;
  /** Deals that have another status now, or other findings. */
  readonly changed: number;
}

export interface RejudgingParts {
  readonly judgements: JudgementStore;
  /** Ids of all stored deals, in pages. */
  readonly dealIds: () => AsyncIterable<readonly string[]>;
  /** Scores these deals and stores what changed. */
  readonly score: (dealIds: readonly string[], now: Instant) => Promise<unknown>;
  /** What is stored of these deals, as texts that are equal where the verdicts are. */
  readonly verdicts: (dealIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Digest of the policy that this replica scores with. */
  readonly judgedBy: string;
  readonly topic: string;
  readonly reader: Pick<Reader, 'assignment' | 'share' | 'owns'>;
  readonly now: () => Instant;
  /** Told when it begins with deals that another policy judged. */
  readonly begun?: () => void;
  /** Told as it goes on, and at its end. */
  readonly progress?: (done: Rejudged) => void;
  readonly ended?: (done: Rejudged) => void;
}

/**
 * Scores the deals of this replica again that were judged by another policy, or another version of the rules, a page at
 * a time. The store knows by what each partition was judged as a whole.
 */
export interface Rejudging {
  /**
   * To be called before any deal is scored: where partitions are new to this replica and judged otherwise, the store
   * says from here on that they are judged by nothing as a whole. Costs nothing where nothing was given out anew.
   */
  takeOver(): Promise<void>;
  /** Scores a page of those. @returns whether there is more */
  step(): Promise<boolean>;
  /** Whether all deals of this replica, which has some, are judged by its policy. */
  isDone(): boolean;
  /** Notes that all deals were scored by this policy just now, whatever was left to do. */
  allDone(): Promise<void>;
}

/** Bounds what is held of it, and how long events wait for it. */
const DEALS_A_PAGE = 500;

/** The deals of an assignment that are still to be scored again. */
interface Work {
  readonly standing: readonly Omit<Judgement, 'at'>[];
  readonly pages: AsyncIterator<readonly string[]>;
  /** Whether another policy judged them; otherwise nothing is known, and there may be none. */
  readonly isOther: boolean;
  readonly done: { deals: number; changed: number };
}

export function createRejudging(parts: RejudgingParts): Rejudging {
  const { judgements, topic, reader, now } = parts;
  let assignment: number | undefined;
  let work: Work | undefined;

  const write = (standing: Work['standing'], judgedBy: string): Promise<void> =>
    judgements.write(
      standing.map(({ share, version }) => ({
        ...{ share, judged_by: judgedBy },
        ...{ at: now(), version: version + 1 },
      })),
    );

  const standingOf = async (shares: readonly string[]): Promise<Work['standing']> => {
    const stored = new Map((await judgements.of(shares)).map((row) => [row.share, row]));
    return shares.map((share) => stored.get(share) ?? { share, judged_by: '', version: 0 });
  };

  const takeOver = async (): Promise<void> => {
    const given = reader.assignment();
    const shares = reader.share(topic);
    if (given === assignment || shares.length === 0) return;
    work = undefined;
    const standing = (await standingOf(shares)).filter(({ judged_by: by }) => by !== parts.judgedBy);
    if (standing.length > 0) {
      const others = standing.filter(({ judged_by: by }) => by !== '');
      // Whoever has them after this replica can't rely on it: from here on they are judged partly by the one policy and
      // partly by the other.
      if (others.length > 0) await write(others, '');
      const raised = standing.map((row) =>
        row.judged_by === '' ? row : { ...row, version: row.version + 1 },
      );
      // Versions from 1 on were begun once: what an interrupted replica left is finished here.
      const isOther = standing.some(({ version }) => version > 0);
      work = { standing: raised, pages: pagesOf(parts.dealIds()), isOther, done: { deals: 0, changed: 0 } };
      if (isOther) parts.begun?.();
    }
    assignment = given;
  };

  const goOn = async ({ standing, pages, isOther, done }: Work): Promise<boolean> => {
    const page = await pages.next();
    if (page.done !== true) {
      const ours = page.value.filter((dealId) => reader.owns(topic, dealId));
      const before = isOther ? await parts.verdicts(ours) : undefined;
      await parts.score(ours, now());
      if (before !== undefined) {
        const after = await parts.verdicts(ours);
        done.changed += ours.filter((dealId) => before.get(dealId) !== after.get(dealId)).length;
      }
      done.deals += ours.length;
      if (isOther) parts.progress?.(done);
      return true;
    }
    // Where partitions were given out meanwhile, others may have scored some of these deals, or this replica passed
    // some over: what it has by then it looks at from the beginning.
    const held = reader.share(topic);
    if (reader.assignment() !== assignment || !standing.every(({ share }) => held.includes(share))) {
      assignment = undefined;
      return held.length > 0;
    }
    await write(standing, parts.judgedBy);
    work = undefined;
    if (isOther) parts.ended?.(done);
    return false;
  };

  return {
    takeOver,
    async step() {
      await takeOver();
      if (work === undefined) return false;
      try {
        return await goOn(work);
      } catch (error) {
        // What of the page is stored is not known, and the pages don't go on after an error: from the beginning.
        assignment = undefined;
        throw error;
      }
    },
    isDone: () => assignment === reader.assignment() && work === undefined,
    async allDone() {
      work = undefined;
      const given = reader.assignment();
      const standing = await standingOf(reader.share(topic));
      await write(
        standing.filter(({ judged_by: by }) => by !== parts.judgedBy),
        parts.judgedBy,
      );
      assignment = given;
    },
  };
}

async function* pagesOf(ids: AsyncIterable<readonly string[]>): AsyncGenerator<readonly string[]> {
  for await (const many of ids) yield* chunksOf(many, DEALS_A_PAGE);
}
