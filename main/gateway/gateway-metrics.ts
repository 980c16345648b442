import type { EndpointName } from './api/endpoints.ts';

/** Upper bounds in seconds: from a warm small model to a long answer on a slow machine. */
const FIRST_TOKEN_BOUNDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const DURATION_BOUNDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** One request, while it is served. */
export interface RequestMeter {
  waiting(): void;
  /** Its turn has come. */
  started(): void;
  firstToken(): void;
  /** Once; what comes later is not counted again. */
  ended(status: number, tokens: { promptTokens: number; outputTokens: number }): void;
}

/** Counters of the gateway since it was opened, in Prometheus' text format. Names of deployments and counts, nothing else. */
export interface GatewayMetrics {
  begin(endpoint: EndpointName, model: string): RequestMeter;
  /** A request that ended before it named a deployment that exists. */
  refused(endpoint: EndpointName | 'unknown', status: number): void;
  /** Of the deployments that may be told. */
  render(mayTell: (model: string) => boolean): string;
}

type Labels = Readonly<Record<string, string>>;

export function createGatewayMetrics(nowMs: () => number = () => performance.now()): GatewayMetrics {
  const requests = family('modelward_gateway_requests_total', 'counter', 'Requests answered, by endpoint, deployment and HTTP status.');
  const tokens = family('modelward_gateway_tokens_total', 'counter', 'Tokens of prompts (in) and of answers (out).');
  const inFlight = family('modelward_gateway_requests_in_flight', 'gauge', 'Requests being served, those that wait included.');
  const queue = family('modelward_gateway_requests_waiting', 'gauge', 'Requests waiting for their turn at the model.');
  const firstTokens = histogram('modelward_gateway_first_token_seconds', 'From the request to the first token of its answer.', FIRST_TOKEN_BOUNDS);
  const durations = histogram('modelward_gateway_request_duration_seconds', 'From the request to the end of its answer.', DURATION_BOUNDS);

  return {
    begin(endpoint, model) {
      const labels = { endpoint, model };
      const startedMs = nowMs();
      let waits = false;
      let spoke = false;
      let over = false;
      const leaveQueue = (): void => {
        if (waits) queue.add({ model }, -1);
        waits = false;
      };
      inFlight.add({ endpoint }, 1);
      return {
        waiting() {
          if (!waits) queue.add({ model }, 1);
          waits = true;
        },
        started: leaveQueue,
        firstToken() {
          if (spoke) return;
          spoke = true;
          firstTokens.observe(labels, (nowMs() - startedMs) / 1000);
        },
        ended(status, { promptTokens, outputTokens }) {
          if (over) return;
          over = true;
          leaveQueue();
          inFlight.add({ endpoint }, -1);
          requests.add({ ...labels, status: String(status) }, 1);
          tokens.add({ model, direction: 'in' }, promptTokens);
          tokens.add({ model, direction: 'out' }, outputTokens);
          durations.observe(labels, (nowMs() - startedMs) / 1000);
        },
      };
    },
    refused: (endpoint, status) => requests.add({ endpoint, model: '', status: String(status) }, 1),
    render: (mayTell) => [requests, tokens, inFlight, queue, firstTokens, durations].map((each) => each.render(({ model = '' }) => model === '' || mayTell(model))).join(''),
  };
}

interface Family {
  add(labels: Labels, amount: number): void;
  render(mayTell: (labels: Labels) => boolean): string;
}

function family(name: string, type: 'counter' | 'gauge', help: string): Family {
  const values = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels, amount) {
      const key = labelText(labels);
      values.set(key, { labels, value: (values.get(key)?.value ?? 0) + amount });
    },
    render(mayTell) {
      const told = [...values].filter(([, { labels }]) => mayTell(labels));
      return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${told.map(([key, { value }]) => `${name}{${key}} ${value}\n`).join('')}`;
    },
  };
}

interface Histogram {
  observe(labels: Labels, seconds: number): void;
  render(mayTell: (labels: Labels) => boolean): string;
}

function histogram(name: string, help: string, bounds: readonly number[]): Histogram {
  const series = new Map<string, { told: Labels; counts: number[]; sum: number; total: number }>();
  return {
    observe(labels, seconds) {
      const key = labelText(labels);
      const one = series.get(key) ?? { told: labels, counts: bounds.map(() => 0), sum: 0, total: 0 };
      series.set(key, one);
      const place = bounds.findIndex((bound) => seconds <= bound);
      if (place >= 0) one.counts[place] = (one.counts[place] ?? 0) + 1;
      one.sum += seconds;
      one.total += 1;
    },
    render(mayTell) {
      const lines = [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`];
      for (const [labels, { told, counts, sum, total }] of series) {
        if (!mayTell(told)) continue;
        let reached = 0;
        for (const [index, bound] of bounds.entries()) {
          reached += counts[index] ?? 0;
          lines.push(`${name}_bucket{${labels},le="${bound}"} ${reached}`);
        }
        lines.push(`${name}_bucket{${labels},le="+Inf"} ${total}`, `${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${total}`);
      }
      return `${lines.join('\n')}\n`;
    },
  };
}

/** As Prometheus' exposition format wants it: backslash, quote and line end escaped. */
function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`)
    .join(',');
}
