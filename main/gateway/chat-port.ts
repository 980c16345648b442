import type { ChatEvent, ChatMessage, Sampling } from '../contract/deployments.contract.ts';

/** Who asks, as far as the one who answers may care. */
export interface Caller {
  keyId: string;
  keyName: string;
}

export interface ChatOrder {
  deploymentName: string;
  messages: ChatMessage[];
  sampling: Sampling;
  signal: AbortSignal;
  caller: Caller;
}

/** What the gateway serves: deployments by name. */
export interface ChatService {
  /** Deployments a program may name. `canAnswer`: it runs, or is about to (starting, restarting); only such are told to programs. */
  list(): { name: string; createdAtMs: number; canAnswer: boolean }[];
  /**
   * One answer, streamed; leaving the iteration or aborting ends it. Raises NOT_FOUND for an unknown name, and whatever the
   * engine raises (DEPLOYMENT_NOT_READY, DEPLOYMENT_BUSY, PROMPT_TOO_LONG, ENGINE_FAILED).
   */
  chat(order: ChatOrder): AsyncIterable<ChatEvent>;
}
