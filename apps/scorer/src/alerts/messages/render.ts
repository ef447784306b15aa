import type { AlertMessage, AlertSettings, Endpoint } from '#domain/alerts/types.js';
import { alertmanagerDigest, alertmanagerMessage } from './alertmanager.js';
import { digestContent, type DigestInput } from './digest-content.js';
import { slackDigest, slackMessage } from './slack.js';
import { standardDigest, standardMessage } from './standard.js';

/** @returns the body of a single message, JSON in the endpoint's format of less than 20,000 bytes */
export function renderMessage(settings: AlertSettings, endpoint: Endpoint, message: AlertMessage): string {
  switch (endpoint.format) {
    case 'standard':
      return standardMessage(settings, message);
    case 'slack':
      return slackMessage(settings, message);
    case 'alertmanager':
      return alertmanagerMessage(settings, endpoint, message);
  }
}

/** @returns the body of a digest, JSON in the endpoint's format of less than 20,000 bytes */
export function renderDigest(settings: AlertSettings, endpoint: Endpoint, input: DigestInput): string {
  const digest = digestContent(input);
  switch (endpoint.format) {
    case 'standard':
      return standardDigest(settings, digest);
    case 'slack':
      return slackDigest(settings, digest);
    case 'alertmanager':
      return alertmanagerDigest(settings, endpoint, digest);
  }
}
