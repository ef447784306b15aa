import { type DynamicModule, Inject, type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { INTAKE, IntakeController } from './intake.controller.js';
import { createIntake } from './intake.js';
import { DEFAULT_LIMITS, type IntakeOptions } from './intake-options.js';
import { observeRequests } from './observe-requests.js';
import { RefusalFilter } from './refusal.filter.js';

const INTAKE_OPTIONS = Symbol('intake options');

/** `POST /events` and `POST /hooks/hubspot`, for an application created with `bodyParser: false`. */
@Module({})
export class IntakeModule implements NestModule {
  static register(options: IntakeOptions): DynamicModule {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    return {
      module: IntakeModule,
      controllers: [IntakeController],
      providers: [
        { provide: INTAKE_OPTIONS, useValue: options },
        { provide: INTAKE, useFactory: () => createIntake(options) },
        { provide: APP_FILTER, useFactory: () => new RefusalFilter(options.logger, limits) },
      ],
    };
  }

  constructor(@Inject(INTAKE_OPTIONS) private readonly options: IntakeOptions) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(observeRequests(this.options.metrics, this.options.randomId)).forRoutes('{*path}');
  }
}
