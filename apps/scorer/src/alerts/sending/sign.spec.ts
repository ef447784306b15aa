import { describe, expect, it } from '@jest/globals';
import { webhookHeaders } from './sign.js';

describe('signing', () => {
  it('agrees with the check vector that Standard Webhooks publishes', () => {
    const headers = webhookHeaders(
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'msg_p5jXN8AQM9LWM0D4loKWxJek',
      1_614_265_330_000,
      '{"test": 2432232314}',
    );
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('cuts the timestamp to whole seconds, the same in the header and under the signature', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(webhookHeaders(secret, 'msg_1', 1_614_265_330_999, '{}')).toEqual(
      webhookHeaders(secret, 'msg_1', 1_614_265_330_000, '{}'),
    );
  });

  it('leaves a message without a secret unsigned', () => {
    expect(webhookHeaders(null, 'msg_1', 1_000, '{}')).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1',
    });
  });

  it('does not tell the secret that it cannot read', () => {
    expect(() => webhookHeaders('whsec_not base64!', 'msg_1', 1_000, '{}')).toThrow(
      /^the secret of the endpoint is not whsec_ and base64/,
    );
  });
});
