import { describe, expect, it } from '@jest/globals';
import { IsArray, IsEmail, IsOptional, ValidateNested, validateSync } from 'class-validator';
import fc from 'fast-check';
import { cloudEvent, eventExamples } from '../testing/event-examples.js';
import { eventCatalogue, type EventType } from './catalogue.js';
import { compileShape, instantiate } from './compiled-shape.js';
import { IsId, IsText } from './constraints.js';
import { Envelope } from './envelope.js';

const types = Object.keys(eventCatalogue) as EventType[];

/** Values that one validator or the other might take for what they are not. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true),
  fc.constantFrom<unknown>([], {}, [[]], [null], [{}], [[{}]], [{ email: 5 }], { id: '' }, { email: null }),
  fc.constantFrom<unknown>('2026-03-02', '2026-02-30', '2026-03-02T09:00:00Z', '2026-03-02T09:00:00'),
  fc.constantFrom<unknown>('yes', 'order', 'nps', 'csat', 'accepted', 'both', '\ud800', '\u{1f600}'),
  fc.jsonValue({ maxDepth: 3 }),
);

/** An object with odd values in some of its fields. */
function oddly(sound: object): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.keys(sound);
  if (fields.length === 0) return fc.constant({});
  return fc
    .dictionary(fc.constantFrom(...fields), odd, { maxKeys: 3 })
    .map((over) => ({ ...sound, ...over }));
}

function explained(shape: new () => object, value: object): boolean {
  // A class that declares nothing accepts every object.
  return compileShape(shape).properties.length === 0 || validateSync(instantiate(shape, value)).length === 0;
}

describe('a compiled shape', () => {
  it.each(types)('judges the data of %s as class-validator does', (type) => {
    const { data: shape } = eventCatalogue[type];
    fc.assert(
      fc.property(oddly(eventExamples[type].full), (data) => {
        expect(compileShape(shape).accepts(data)).toBe(explained(shape, data));
      }),
      { numRuns: 100 },
    );
  });

  it('judges the envelope as class-validator does', () => {
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(
        oddly(cloudEvent('deal.removed', {}, { recordedtime: '2026-03-02T09:00:00Z' })),
        (event) => {
          const accepted = compileShape(Envelope).accepts(event);
          seen[accepted ? 'accepted' : 'refused'] += 1;
          expect(accepted).toBe(explained(Envelope, event));
        },
      ),
      { numRuns: 2000 },
    );
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });

  it('takes null in an optional field as absent', () => {
    class Note {
      @IsOptional()
      @IsText()
      text?: string | null;
    }
    expect(compileShape(Note).accepts({ text: null })).toBe(true);
    expect(compileShape(Note).accepts({})).toBe(true);
    expect(compileShape(Note).accepts({ text: 5 })).toBe(false);
  });

  it('is not made of a constraint that it can not run itself: it would accept what class-validator refuses', () => {
    class Standard {
      @IsEmail()
      email!: string;
    }
    class Several {
      @IsArray()
      @IsId()
      ids!: string[];
    }
    expect(() => compileShape(Standard)).toThrow("Standard.email: isEmail can't be compiled");
    expect(() => compileShape(Several)).toThrow("Several.ids: isArray can't be compiled");
  });

  it('is not made of a nested object whose class is not declared', () => {
    class Holder {
      @ValidateNested()
      inner!: object;
    }
    expect(() => compileShape(Holder)).toThrow('Holder.inner: a nested object of an undeclared class');
  });
});

describe('an instance for class-validator', () => {
  it('has the declared fields only, so that what else the data holds is never walked', () => {
    class Note {
      @IsText()
      text!: string;
    }
    const instance = instantiate(Note, { text: 'x', other: { deep: true } });
    expect(instance).toBeInstanceOf(Note);
    expect(Object.keys(instance)).toEqual(['text']);
  });
});
