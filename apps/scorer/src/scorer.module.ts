import { type DynamicModule, Module } from '@nestjs/common';
import { SCORER_OPTIONS, type ScorerOptions, ScorerService } from './scorer.service.js';

@Module({})
export class ScorerModule {
  static register(options: ScorerOptions): DynamicModule {
    return {
      module: ScorerModule,
      providers: [{ provide: SCORER_OPTIONS, useValue: options }, ScorerService],
      exports: [ScorerService],
    };
  }
}
