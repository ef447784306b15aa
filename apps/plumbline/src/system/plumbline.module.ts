import { type DynamicModule, Module } from '@nestjs/common';
import { IngestModule } from '#ingest/ingest.module.js';
import { type IngestOptions, IngestService } from '#ingest/ingest.service.js';
import { ScorerModule } from '#scorer/scorer.module.js';
import { type ScorerOptions, ScorerService } from '#scorer/scorer.service.js';
import { AlertsController } from './alerts.controller.js';
import { API_TOKEN, ApiController, SYSTEM } from './api.controller.js';
import { inProcessSystem, type SystemParts } from './in-process-system.js';

export interface PlumblineOptions {
  readonly ingest: IngestOptions;
  readonly scorer: ScorerOptions;
  readonly system: SystemParts;
  /** Asked for by the local API; without one there is no API. */
  readonly apiToken: string | undefined;
}

/** Both services in one process, and the API by which commands reach it. */
@Module({})
export class PlumblineModule {
  static register(options: PlumblineOptions): DynamicModule {
    return {
      module: PlumblineModule,
      imports: [IngestModule.register(options.ingest), ScorerModule.register(options.scorer)],
      controllers: options.apiToken === undefined ? [] : [ApiController, AlertsController],
      providers: [
        { provide: API_TOKEN, useValue: options.apiToken ?? '' },
        {
          provide: SYSTEM,
          inject: [IngestService, ScorerService],
          useFactory: (ingest: IngestService, scorer: ScorerService) =>
            inProcessSystem(options.system, ingest, scorer),
        },
      ],
    };
  }
}
