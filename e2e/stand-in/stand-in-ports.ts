import { EventEmitter } from 'node:events';
import type { MessageChannelMain as RealChannel, MessagePortMain } from 'electron';

/** The other end of a port that was transferred to a page: where its messages go. */
export interface PortSink {
  deliver(data: unknown): void;
  closed(): void;
}

/** `electron.MessagePortMain`: copies what it carries, keeps it until started, and tells only the far side when closed. */
export class StandInPort extends EventEmitter {
  private peer: StandInPort | null = null;
  private sink: PortSink | null = null;
  private started = false;
  private closedNow = false;
  private readonly waiting: unknown[] = [];

  static pair(): [StandInPort, StandInPort] {
    const [one, two] = [new StandInPort(), new StandInPort()];
    one.peer = two;
    two.peer = one;
    return [one, two];
  }
  postMessage(message: unknown, _transfer?: unknown[]): void {
    const { peer } = this;
    if (this.closedNow || peer === null) return;
    const copy: unknown = structuredClone(message);
    setImmediate(() => peer.receive(copy));
  }
  start(): void {
    this.started = true;
    for (const data of this.waiting.splice(0)) this.emit('message', { data, ports: [] });
  }
  close(): void {
    if (this.closedNow) return;
    this.closedNow = true;
    const { peer } = this;
    setImmediate(() => peer?.farSideClosed());
  }
  /** The port now lives in a page: what arrives is handed to the sink, what the page says comes in by `fromPage`. */
  transferTo(sink: PortSink): void {
    this.sink = sink;
    for (const data of this.waiting.splice(0)) sink.deliver(data);
  }
  fromPage(data: unknown): void {
    this.peer?.receive(data);
  }
  private receive(data: unknown): void {
    if (this.closedNow) return;
    if (this.sink !== null) this.sink.deliver(data);
    else if (this.started) this.emit('message', { data, ports: [] });
    else this.waiting.push(data);
  }
  private farSideClosed(): void {
    if (this.closedNow) return;
    this.closedNow = true;
    if (this.sink !== null) this.sink.closed();
    else this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;
  constructor() {
    [this.port1, this.port2] = StandInPort.pair();
  }
}

type UsedPort = Pick<MessagePortMain, 'postMessage' | 'start' | 'close' | 'emit'>;
MessageChannelMain satisfies new () => Record<keyof RealChannel, UsedPort>;
