/** The one knob of node-llama-cpp that works at run time. */
export interface ThreadKnob {
  maxThreads: number;
}

/**
 * Chooses the thread count for the next piece of work: the whole budget while any prompt is processed, one less (at
 * least one) while answers are only being generated.
 *
 * Why: llama.cpp's CPU threads spin at barriers, so one more thread than free cores costs a factor of ten and more.
 * Measured with a 110M Q8_0 model on 2 cores, prompt/generation in tokens/s: 1/1 652/158, 2/2 1197/61, 2/1 1253/174.
 */
export class ThreadGovernor {
  private readonly knob: ThreadKnob;
  /** What the context was created with; the budget cannot exceed it. */
  private readonly contextThreads: number;
  private budget: number;
  private prompts = 0;

  constructor(knob: ThreadKnob, contextThreads: number) {
    this.knob = knob;
    this.contextThreads = contextThreads;
    this.budget = contextThreads;
    this.turn();
  }

  setBudget(threads: number): void {
    this.budget = Math.max(1, Math.min(threads, this.contextThreads));
    this.turn();
  }

  promptStarted(): void {
    this.prompts += 1;
    this.turn();
  }

  promptEnded(): void {
    this.prompts -= 1;
    this.turn();
  }

  private turn(): void {
    this.knob.maxThreads = this.prompts > 0 ? this.budget : Math.max(1, this.budget - 1);
  }
}
