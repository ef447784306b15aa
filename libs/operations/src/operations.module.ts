import { type DynamicModule, Module } from '@nestjs/common';
import type { OperationsOptions } from './operations-options.js';
import { OPERATIONS_OPTIONS, OperationsController } from './operations.controller.js';

/** Health and metrics over HTTP, for an application that listens. */
@Module({})
export class OperationsModule {
  static register(options: OperationsOptions): DynamicModule {
    return {
      module: OperationsModule,
      controllers: [OperationsController],
      providers: [{ provide: OPERATIONS_OPTIONS, useValue: options }],
    };
  }
}
