import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GenerationEvent, GenerationOrder, GenerationUsage, PromptOrder } from '../../engine/inference/generation.ts';
import type { ApiEndpoint } from '../../contract/api-keys.contract.ts';
import type { CountedRequest, UsageSubject } from '../../contract/usage.contract.ts';
import { cancelled, isCancelled } from '../../kernel/errors.ts';
import type { Admission, Caller, Grant } from '../admission.ts';
import { modelNotFound } from '../api-error.ts';
import type { GatewayMetrics, RequestMeter } from '../gateway-metrics.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { ApiError } from '../api-error.ts';
import type { ModelService, ServedModel } from '../model-port.ts';
import type { RequestAudit, ServedRequest } from '../request-audit.ts';
import type { UsagePort } from '../usage-port.ts';
import type { Endpoint } from './endpoints.ts';
import { mergeAnswers } from './merge-answers.ts';
import type { AnswerEvent } from './merge-answers.ts';

/** What every route needs. */
export interface ApiContext {
  models: ModelService;
  admission: Admission;
  audit: RequestAudit;
  metrics: GatewayMetrics;
  usage: UsagePort;
  clock: Clock;
  reportBug: (error: unknown, where: string) => string;
  /** Aborted when the gateway closes. */
  closing: AbortSignal;
  stateOf: (request: FastifyRequest) => RequestState;
}

/** What is known of a request so far, for whoever must answer when it fails. */
export interface RequestState {
  caller: Caller | null;
  deploymentName: string;
  exchange: Exchange | null;
}

export interface ExchangeRequest {
  endpoint: Endpoint;
  model: string;
  stream: boolean;
  /** Parameters that were given and left out of account. */
  ignored: readonly string[];
}

/** A request that names a deployment, from the moment it is let in until its answer is over. */
export interface Exchange {
  readonly context: ApiContext;
  readonly endpoint: Endpoint;
  readonly model: string;
  readonly fingerprint: string | null;
  /** The caller's share of the queue. */
  readonly share: string;
  readonly reply: FastifyReply;
  /** Aborted when the client has gone, the key has ended, or the gateway closes. */
  readonly signal: AbortSignal;
  readonly headers: Record<string, string>;
  /** Counted so far. */
  usage(): GenerationUsage;
  /**
   * The engine's answers to these orders, side by side, told by their places; `answersPerPrompt` neighbours share one prompt, which is
   * counted once. Coming to the end means that each has finished. Raises what the engine raises, and CANCELLED when it was stopped.
   */
  answers(orders: readonly GenerationOrder[], answersPerPrompt?: number): AsyncGenerator<AnswerEvent, void, void>;
  countTokens(prompt: PromptOrder): Promise<number>;
  /** An embedding or a ranking: counts its tokens, and says so where the key has ended meanwhile. */
  computed<Value extends { promptTokens: number }>(work: Promise<Value>): Promise<Value>;
  /** Leaves audit event, metrics and usage, once. Throws what the database throws. */
  record(status: number, trouble: ServedRequest['trouble']): void;
  /** Metrics and usage of a request that ends as a refusal; its audit event is written elsewhere. */
  refused(trouble: ApiError): void;
}

/** Lists of prompts are worked on so many answers at a time: one request must not fill the queue. */
const ANSWERS_AT_ONCE = 4;

/** Lets a request in. Raises what the key's scope and quotas say, and ApiError 404 for a deployment that is not there. */
export function openExchange(context: ApiContext, { request, reply }: { request: FastifyRequest; reply: FastifyReply }, wanted: ExchangeRequest): Exchange {
  const { models, audit, metrics, admission } = context;
  const state = context.stateOf(request);
  const caller = requireCaller(state);
  const { endpoint, model, stream, ignored } = wanted;
  state.deploymentName = model;
  const grant = admission.admit({ caller, endpoint: scopeOf(endpoint), deploymentName: model });
  // However a request ends, its response is closed once.
  reply.raw.on('close', () => grant.release());
  const found = models.list().find(({ name }) => name === model);
  if (found === undefined) throw modelNotFound(model, namesFor(context, grant));
  const gone = new AbortController();
  reply.raw.on('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, context.closing, grant.signal]);
  const meter = metrics.begin(endpoint.name, model);
  const startedMs = performance.now();
  const counted = new UsageCount(meter);
  let recorded = false;
  const leaveUsage = (end: Pick<CountedRequest, 'outcome' | 'status' | 'reason'>): void => {
    const durationMs = performance.now() - startedMs;
    context.usage.record({ ...subjectOf(caller, found), endedAtMs: context.clock.nowMs(), endpoint: endpoint.name, stream, ...end, ...counted.total(), ...counted.spans(), durationMs });
  };
  const exchange: Exchange = {
    context,
    endpoint,
    model,
    fingerprint: found.fingerprint,
    share: caller.id,
    reply,
    signal,
    headers: { ...grant.headers, ...(ignored.length === 0 ? {} : { 'x-modelward-ignored': ignored.join(', ') }) },
    usage: () => counted.total(),
    answers: (orders, answersPerPrompt = 1) => {
      const generate = (order: GenerationOrder, ending: AbortSignal) => models.generate(model, order, ending);
      const atOnce = Math.max(answersPerPrompt, ANSWERS_AT_ONCE);
      return observed(mergeAnswers({ orders, generate, signal, atOnce }), { counted, grant, answersPerPrompt, signal });
    },
    countTokens: (prompt) => models.countTokens(model, prompt),
    async computed(work) {
      try {
        const value = await work;
        counted.addPrompt(value.promptTokens);
        grant.addTokens(value.promptTokens);
        return value;
      } catch (error) {
        if (isCancelled(error)) throwEnded(grant);
        throw error;
      }
    },
    record(status, trouble) {
      if (recorded) return;
      recorded = true;
      grant.release();
      const { promptTokens, outputTokens } = counted.total();
      meter.ended(status, { promptTokens, outputTokens });
      const totalMs = performance.now() - startedMs;
      leaveUsage({ outcome: trouble?.result ?? 'done', status, reason: trouble?.reason ?? '' });
      audit.served(caller, request.ip, { path: endpoint.name, deploymentName: model, stream, status, promptTokens, outputTokens, totalMs, trouble });
    },
    refused({ status, reason }) {
      if (recorded) return;
      recorded = true;
      grant.release();
      meter.ended(status, counted.total());
      leaveUsage({ outcome: 'refused', status, reason });
    },
  };
  state.exchange = exchange;
  return exchange;
}

/** Of whose request and of what; what is not known stays empty. */
export function subjectOf(caller: Caller | null, found: ServedModel | undefined): UsageSubject {
  return {
    keyId: caller?.id ?? '',
    keyName: caller?.name ?? '',
    department: caller?.department ?? '',
    deployment: found?.name ?? '',
    versionId: found?.fingerprint ?? '',
    modelName: found?.model?.name ?? '',
    versionNumber: found?.model?.versionNumber ?? null,
  };
}

/** Names of the deployments that can answer and that the key may use. */
export function namesFor({ models }: ApiContext, grant: Grant): string[] {
  return models.list().filter(({ name, canAnswer }) => canAnswer && grant.mayUse(name)).map(({ name }) => name);
}

/** What a key must be let to for an operation. */
function scopeOf({ name }: Endpoint): ApiEndpoint {
  switch (name) {
    case 'chat':
    case 'completions':
    case 'embeddings':
    case 'rerank':
    case 'responses':
    case 'messages':
    case 'models':
      return name;
    case 'count-tokens':
      return 'messages';
    case 'health':
    case 'metrics':
    case 'openapi':
      return 'models';
  }
}

/** Raises why an answer must not go on, where it must not. */
function throwEnded(grant: Grant): void {
  const ended = grant.whyEnded();
  if (ended !== null) throw ended;
}

export function requireCaller({ caller }: RequestState): Caller {
  if (caller === null) throw new Error('a route was reached without authentication');
  return caller;
}

/** Tokens of one request, over all its answers. */
class UsageCount {
  private promptTokens = 0;
  private cachedTokens = 0;
  private outputTokens = 0;
  private queuedAtMs: number | null = null;
  private queueMs: number | null = null;
  private firstTokenMs: number | null = null;
  private readonly startedMs = performance.now();
  private readonly meter: RequestMeter;

  constructor(meter: RequestMeter) {
    this.meter = meter;
  }

  private spoke(): void {
    this.firstTokenMs ??= performance.now() - this.startedMs;
    this.meter.firstToken();
  }

  note(event: GenerationEvent, isFirstOfPrompt: boolean): void {
    switch (event.kind) {
      case 'queued':
        this.queuedAtMs ??= performance.now();
        this.meter.waiting();
        break;
      case 'started':
        this.queueMs ??= this.queuedAtMs === null ? 0 : performance.now() - this.queuedAtMs;
        this.meter.started();
        if (!isFirstOfPrompt) break;
        this.promptTokens += event.promptTokens;
        this.cachedTokens += event.cachedTokens;
        break;
      case 'toolCall':
        this.spoke();
        break;
      case 'text':
      case 'toolArguments':
        this.spoke();
        this.outputTokens += event.tokens;
        break;
      case 'finished':
        break;
    }
  }

  /** What the engine counted itself takes the place of the sum of its pieces, where an answer's end tells it. */
  settle(difference: number): void {
    this.outputTokens += difference;
  }

  addPrompt(tokens: number): void {
    this.promptTokens += tokens;
  }

  /** In ms; of the first answer where there are several. Null where it did not come to that. */
  spans(): { queueMs: number | null; firstTokenMs: number | null } {
    return { queueMs: this.queueMs, firstTokenMs: this.firstTokenMs };
  }

  total(): GenerationUsage {
    return { promptTokens: this.promptTokens, cachedTokens: this.cachedTokens, outputTokens: this.outputTokens };
  }
}

interface Observation {
  counted: UsageCount;
  grant: Grant;
  answersPerPrompt: number;
  signal: AbortSignal;
}

/** Counts what is written, also for the key's quotas, and ends it before the next piece once the key may not go on. */
async function* observed(events: AsyncIterable<AnswerEvent>, { counted, grant, answersPerPrompt, signal }: Observation): AsyncGenerator<AnswerEvent, void, void> {
  const written = new Map<number, number>();
  try {
    for await (const answer of events) {
      const { index, event } = answer;
      const isFirstOfPrompt = index % answersPerPrompt === 0;
      if (event.kind === 'started' && isFirstOfPrompt) grant.addTokens(event.promptTokens);
      else if (event.kind === 'text' || event.kind === 'toolArguments') {
        throwEnded(grant);
        grant.addTokens(event.tokens);
        written.set(index, (written.get(index) ?? 0) + event.tokens);
      } else if (event.kind === 'finished') {
        if (event.reason === 'cancelled') throw cancelled();
        const untold = event.usage.outputTokens - (written.get(index) ?? 0);
        counted.settle(untold);
        if (untold > 0) grant.addTokens(untold);
      }
      counted.note(event, isFirstOfPrompt);
      yield answer;
    }
  } catch (error) {
    // A stop of ours is told as what it was.
    if (isCancelled(error)) throwEnded(grant);
    throw error;
  }
  if (signal.aborted) throw cancelled();
}
