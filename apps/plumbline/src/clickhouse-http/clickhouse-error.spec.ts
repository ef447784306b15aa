import { describe, expect, it } from '@jest/globals';
import { clickHouseError, fromEngine } from './clickhouse-error.js';

describe('errors of the engine', () => {
  it.each([
    [
      "Code: 164. DB::Exception: Code: 164. DB::Exception: Cannot modify 'x'. (READONLY) (version 26.7.2.1). (READONLY)",
      "Code: 164. DB::Exception: Cannot modify 'x'. (READONLY) (version 1)\n",
      500,
    ],
    [
      'Query failed: Code: 60. DB::Exception: Unknown table x. (UNKNOWN_TABLE)',
      'Code: 60. DB::Exception: Unknown table x. (UNKNOWN_TABLE) (version 1)\n',
      404,
    ],
    [
      'Code: 107. DB::ErrnoException: Cannot open x, errno: 2 (FILE_DOESNT_EXIST)',
      'Code: 107. DB::Exception: Cannot open x, errno: 2 (FILE_DOESNT_EXIST) (version 1)\n',
      500,
    ],
    ['Something else', 'Code: 1002. DB::Exception: Something else (UNKNOWN_EXCEPTION) (version 1)\n', 500],
  ])('are told once: %s', (message, text, status) => {
    const error = fromEngine(new Error(message));
    expect(error.text('1')).toBe(text);
    expect(error.status).toBe(status);
  });

  it('those of the interface stay as they are', () => {
    const error = clickHouseError('QUERY_IS_TOO_LARGE', 'x');
    expect(fromEngine(error)).toBe(error);
    expect(error.status).toBe(413);
  });
});
