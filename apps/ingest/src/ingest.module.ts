import { type DynamicModule, Module } from '@nestjs/common';
import { INGEST_OPTIONS, type IngestOptions, IngestService } from './ingest.service.js';

@Module({})
export class IngestModule {
  static register(options: IngestOptions): DynamicModule {
    return {
      module: IngestModule,
      providers: [{ provide: INGEST_OPTIONS, useValue: options }, IngestService],
      exports: [IngestService],
    };
  }
}
