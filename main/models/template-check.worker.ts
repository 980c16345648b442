import { parentPort, workerData } from 'node:worker_threads';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';

/** Worker thread: renders a hostile chat template once and says whether that gave text. The starter holds the stop-watch. */
const { template } = z.object({ template: z.string() }).parse(workerData);

function render(): { works: boolean; message: string } {
  try {
    const text = new Template(template).render({
      messages: [
        { role: 'user', content: 'Question' },
        { role: 'assistant', content: 'Answer' },
        { role: 'user', content: 'Second question' },
      ],
      add_generation_prompt: true,
      bos_token: '<s>',
      eos_token: '</s>',
      unk_token: '<unk>',
    });
    return { works: text.includes('Second question'), message: '' };
  } catch (error) {
    return { works: false, message: error instanceof Error ? error.message.slice(0, 300) : String(error).slice(0, 300) };
  }
}

parentPort?.postMessage(render());
